import { describe, expect, test } from 'vitest'
import { MODE_HOLD_MS, modeOf, SteadyMode, type Mode, type Surroundings } from '../../../src/main/node/dht-mode.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

const RELAY = '12D3KooWGjMCbfM9dVm6HfWY2eBDHGWUjPBcDUDsYLhBxWVpqoKB'
const HOME = '/ip4/192.168.1.20/tcp/4001'
const PUBLIC = '/ip4/5.5.5.10/tcp/4001'
const LOOPBACK = '/ip4/127.0.0.1/tcp/4001'
const CIRCUIT = `${PUBLIC}/p2p/${RELAY}/p2p-circuit`

const here = (over: Partial<Surroundings>): Mode => modeOf({ announced: [HOME], confirmed: [], connections: [], ...over })
const peer = (route: 'direct' | 'lan' | 'local' | 'relayed', address: string) => ({ route, address })

describe('whether others may ask this device', () => {
  test('a confirmed public address: they may, whoever is there', () => {
    expect(here({ confirmed: [PUBLIC], connections: [peer('direct', '/ip4/5.5.5.20/tcp/1')] }).mode).toBe('server')
  })

  test('a house in which nobody has a public address: they may, as otherwise there would be nobody to ask', () => {
    expect(here({ connections: [peer('lan', '/ip4/192.168.1.7/tcp/1')] }).mode).toBe('server')
    expect(here({}).mode).toBe('server')
  })

  test('behind a router, with others on the internet: this device only asks', () => {
    const { mode, why } = here({ connections: [peer('lan', '/ip4/192.168.1.7/tcp/1'), peer('direct', '/ip4/5.5.5.20/tcp/1')] })
    expect(mode).toBe('client')
    expect(why).toMatch(/internet/)
  })

  test('what somebody is seen at through a relay, or by WebRTC, says nothing of where they are', () => {
    expect(here({ connections: [peer('relayed', CIRCUIT), peer('direct', `/webrtc/p2p/${RELAY}`)] }).mode).toBe('server')
  })

  test('programs of one machine ask each other', () => {
    expect(here({ announced: [LOOPBACK], connections: [peer('local', LOOPBACK)] }).mode).toBe('server')
    expect(here({ announced: ['/memory/one'], connections: [peer('local', '/memory/two')] }).mode).toBe('server')
  })

  test('reached through a relay only, or not at all: this device only asks', () => {
    expect(here({ announced: [CIRCUIT] }).mode).toBe('client')
    expect(here({ announced: [] }).mode).toBe('client')
    expect(here({ announced: [CIRCUIT, HOME] }).mode).toBe('server')
  })

  test('every reason is one sentence', () => {
    const all = [here({ confirmed: [PUBLIC] }), here({}), here({ announced: [LOOPBACK] }), here({ announced: [CIRCUIT] }), here({ announced: [] })]
    for (const { why } of all) expect(why).toMatch(/^[A-Z][^.]+\.$/)
  })
})

describe('a decision that holds', () => {
  const server = { mode: 'server', why: 'One.' } as const
  const client = { mode: 'client', why: 'Two.' } as const

  test('the first one counts at once, the next one when it has held for a while', async () => {
    const clock = new FakeClock()
    const applied: Mode[] = []
    const steady = new SteadyMode(clock, (mode) => void applied.push(mode))
    steady.decided(server)
    steady.decided(client)
    await clock.advance(MODE_HOLD_MS - 1)
    expect(applied).toEqual([server])
    await clock.advance(1)
    expect(applied).toEqual([server, client])
    expect(steady.mode).toEqual(client)
  })

  test('a connection that comes and goes changes nothing', async () => {
    const clock = new FakeClock()
    const applied: Mode[] = []
    const steady = new SteadyMode(clock, (mode) => void applied.push(mode))
    steady.decided(server)
    for (let round = 0; round < 10; round += 1) {
      steady.decided(client)
      await clock.advance(MODE_HOLD_MS / 2)
      steady.decided(server)
      await clock.advance(MODE_HOLD_MS / 2)
    }
    await clock.advance(MODE_HOLD_MS)
    expect(applied).toEqual([server])
  })

  test('it is told again where only the reason is another one; nothing comes after stop', async () => {
    const clock = new FakeClock()
    const applied: Mode[] = []
    const steady = new SteadyMode(clock, (mode) => void applied.push(mode))
    const other = { mode: 'server', why: 'Three.' } as const
    for (const mode of [server, server, other, client]) steady.decided(mode)
    steady.stop()
    await clock.advance(2 * MODE_HOLD_MS)
    expect(applied).toEqual([server, other])
  })
})
