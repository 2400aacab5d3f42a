import { afterEach, describe, expect, it } from 'vitest'
import { MINUTE } from '../../../src/shared/units.ts'
import { peerIdOf } from '../../gallery/ids.ts'
import { away, connectivity, introducer, openInvitation } from '../../gallery/network.ts'
import { now, peer } from '../../gallery/people.ts'
import type { Scene } from '../../gallery/world.ts'
import { serveScene, type ServedScene } from './served-scene.ts'

let served: ServedScene
const serve = async (scene: Partial<Scene> = {}): Promise<ServedScene> => (served = await serveScene(scene))
afterEach(() => served.close())

const harbor = introducer('Harbor')
const some = connectivity({
  introducers: [
    harbor,
    introducer('Quay', { ...away, state: 'waiting', nextTryMs: now() + 3 * MINUTE, lastError: 'No answer at that address.' }),
    introducer('Ferry\u001b[31m', { ...away, state: 'spare', origin: 'learnt', vouchedBy: harbor.peerId }),
  ],
})

describe('latch reach', () => {
  it('prints the report as the node writes it', async () => {
    const { run } = await serve({ connectivity: some })
    expect(await run('reach')).toEqual({ code: 0, out: 'NAT: port-restricted\n', err: '' })
  })

  it('prints what it is made of with --json', async () => {
    const { run } = await serve({ connectivity: some })
    const { out } = await run('reach', '--json')
    expect(JSON.parse(out)).toMatchObject({ nat: { kind: 'port-restricted' }, introducers: [{ name: 'Harbor' }, {}, {}] })
  })

  it('looks again first when it is told to', async () => {
    const { run, world } = await serve({ connectivity: some })
    const before = world.scene.connectivity.nat.checkedMs ?? 0
    expect((await run('reach', '--check', '--json')).code).toBe(0)
    expect(world.scene.connectivity.nat.checkedMs).toBeGreaterThan(before)
    expect((await run('reach', '--check')).out).toBe('NAT: port-restricted\n')
  })
})

describe('latch introducers', () => {
  it('lists them, each with its place, and the names they gave themselves in quotes', async () => {
    const { run } = await serve({ connectivity: some })
    const { out } = await run('introducers')
    const [heading, first, second, third] = out.split('\n')
    expect(heading).toMatch(/^STATE +NAME +RTT +PLACE +CIRCUITS +FROM +KEY$/)
    expect(first).toMatch(/^connected +"Harbor" +24 ms +held, 52 min +64.0 MiB or 30 min +person +12D3…\w{8}$/)
    expect(second).toMatch(/^again in 3 min: No answer at that address\. +"Quay"/)
    expect(third).toMatch(/^spare +"Ferry" .* learnt from "Harbor"/)
    expect((await run('introducers', 'list')).out).toBe(out)
  })

  it('shows the key of one that has not said its name yet', async () => {
    const nameless = introducer('', { peerId: peerIdOf('nameless') })
    const { run } = await serve({ connectivity: connectivity({ introducers: [nameless] }) })
    expect((await run('introducers')).out).toMatch(/\nconnected +12D3…\w{8} /)
    expect((await run('introducers', 'off', nameless.peerId)).out).toMatch(/^12D3…\w{8} is switched off\.\n$/)
  })

  it('says what they are for where there is none', async () => {
    const { run } = await serve()
    expect((await run('introducers')).out).toMatch(/^No introducer yet\..*\n.*latch introducers add <link>\n$/)
    expect((await run('introducers', '--json')).out).toBe('[]\n')
  })

  it('adds one by its link, and says what it is', async () => {
    const { run, world } = await serve()
    const { code, out } = await run('introducers', 'add', 'latch://introducer/abc')
    expect(code).toBe(0)
    expect(out).toContain('"Harbor" is used from now on')
    expect(world.scene.connectivity.introducers).toHaveLength(1)
  })

  it('says what a link holds without using it, and what is wrong with one', async () => {
    const { run, world } = await serve()
    expect((await run('introducers', 'read', 'latch://introducer/abc')).out).toMatch(/^Name +"Harbor"\nKey +12D3KooW/)
    expect(world.scene.connectivity.introducers).toHaveLength(0)
    expect(await run('introducers', 'read', 'latch://introducer/expired')).toMatchObject({
      code: 2,
      err: 'latch: This link has expired: ask for a new one.\n',
    })
  })

  it.each([['Quay'], ['quay'], [peerIdOf('introducer Quay')], [peerIdOf('introducer Quay').slice(0, 14)]])(
    'switches %s off and on, and forgets it',
    async (who) => {
      const { run, world } = await serve({ connectivity: some })
      const quay = () => world.scene.connectivity.introducers.find(({ name }) => name === 'Quay')
      expect((await run('introducers', 'off', who)).out).toBe('"Quay" is switched off.\n')
      expect(quay()?.enabled).toBe(false)
      expect((await run('introducers', 'on', who)).out).toBe('"Quay" is switched on.\n')
      expect(quay()?.enabled).toBe(true)
      expect((await run('introducers', 'forget', who)).out).toBe('Forgot "Quay".\n')
      expect(quay()).toBeUndefined()
    },
  )

  it('says between which to choose, and that there is none', async () => {
    const { run } = await serve({
      connectivity: connectivity({ introducers: [harbor, introducer('Harbor', { peerId: peerIdOf('another') })] }),
    })
    expect((await run('introducers', 'forget', 'Harbor')).err).toMatch(/fits more than one introducer: "Harbor" \(12D3…/)
    expect((await run('introducers', 'off', 'Pier')).err).toBe('latch: There is no introducer of the name or id "Pier".\n')
  })
})

describe('latch invite', () => {
  const invitations = [openInvitation(0), openInvitation(1)]
  const [first] = invitations

  it('lists those that nobody has used', async () => {
    const { run } = await serve({ invitations })
    expect((await run('invite', 'list')).out).toMatch(/^ID +MADE +UNTIL +LEFT\n[0-9a-f]{10} .* 7 days\n[0-9a-f]{10} .* 7 days\n$/)
    expect(JSON.parse((await run('invite', 'list', '--json')).out)).toEqual(invitations)
  })

  it('takes one back, by the beginning of its id too', async () => {
    const { run, world } = await serve({ invitations })
    const { code, out } = await run('invite', 'revoke', first?.id.slice(0, 8) ?? '')
    expect({ code, out }).toEqual({ code: 0, out: `Took ${first?.id} back: its link opens nothing any more.\n` })
    expect(world.scene.invitations).toEqual(invitations.slice(1))
  })

  it('says so where there is none', async () => {
    const { run } = await serve()
    expect((await run('invite', 'list')).out).toBe('No open invitation. Make one with: latch invite\n')
    expect(await run('invite', 'revoke', '0123456789')).toMatchObject({
      code: 1,
      err: 'latch: There is no open invitation of the name or id "0123456789".\n',
    })
  })
})

it('latch connect sends a link to an introducer where it belongs', async () => {
  const { run } = await serve()
  expect(await run('connect', 'latch://introducer/abc')).toMatchObject({
    code: 2,
    err: 'latch: That is a link to an introducer, not to a person. Use it with: latch introducers add <link>\n',
  })
})

it('latch peers says what is left of a circuit', async () => {
  const fuel = { through: harbor.peerId, dataBytes: 4 * 2 ** 20, leftBytes: 3 * 2 ** 20, durationMs: null, untilMs: null }
  const { run } = await serve({ peers: [peer('Bea', { route: 'relayed', transport: 'relay', fuel })] })
  expect((await run('peers')).out).toContain('relayed, 3.0 MiB left')
})
