import { describe, expect, it } from 'vitest'
import { bestOf, replaces, type Candidate } from '../../../src/main/platform/choice.ts'
import type { Circuit } from '../../../src/main/platform/streams.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import type { Route, Transport } from '../../../src/shared/model/peers.ts'
import { MINUTE, MiB, SECOND } from '../../../src/shared/units.ts'

const nowMs = Date.UTC(2026, 0, 1)
const through = PeerId.parse('12D3KooWAAZZnfLC6U76vmiRkQtbS6vj5iTUP5eoG5hhH3aHydUu')

const direct = (transport: Transport, over: Partial<Candidate> = {}): Candidate => ({
  peer: { route: 'direct', transport, circuit: null },
  isRetiring: false,
  openedMs: 0,
  ...over,
})

const relayed = (limits: Partial<Circuit>, over: Partial<Candidate> = {}): Candidate => {
  const none = { dataBytes: null, leftBytes: null, durationMs: null, untilMs: null }
  const route: Route = 'relayed'
  return { ...direct('relay', over), peer: { route, transport: 'relay', circuit: { through, ...none, ...limits } } }
}

describe('of several connections', () => {
  const tcp = direct('tcp')
  const webrtc = direct('webrtc')
  const fresh = relayed({ leftBytes: 64 * MiB })
  const used = relayed({ leftBytes: MiB })

  it.each<[string, Candidate[], Candidate]>([
    ['a direct one before a relayed one', [fresh, webrtc], webrtc],
    ['a circuit without limits before one with', [fresh, relayed({})], relayed({})],
    ['a direct one before a circuit without limits', [relayed({}), webrtc], webrtc],
    ['the circuit with the most left', [used, fresh], fresh],
    ['the lighter transport', [webrtc, direct('ws'), tcp], tcp],
    ['the older of two alike', [direct('tcp', { openedMs: 2 }), direct('tcp', { openedMs: 1 })], direct('tcp', { openedMs: 1 })],
    ['none that is retiring', [direct('tcp', { isRetiring: true }), used], used],
    ['one that is retiring, where there is no other', [direct('tcp', { isRetiring: true })], direct('tcp', { isRetiring: true })],
  ])('%s is used', (_what, candidates, best) => {
    expect(bestOf(candidates, nowMs)).toEqual(best)
    expect(bestOf(candidates.toReversed(), nowMs)).toEqual(best)
  })

  it('a circuit whose time is up soon is not used, however many bytes it has left', () => {
    const ending = relayed({ leftBytes: 60 * MiB, untilMs: nowMs + 5 * SECOND })
    const lasting = relayed({ leftBytes: 30 * MiB, untilMs: nowMs + 20 * MINUTE })
    expect(bestOf([ending, lasting], nowMs)).toBe(lasting)
  })

  it('none is used where there is none', () => {
    expect(bestOf([], nowMs)).toBeUndefined()
  })
})

describe('open work moves', () => {
  const left = (bytes: number): Candidate['peer'] => relayed({ leftBytes: bytes }).peer

  it.each<[string, Candidate['peer'], Candidate['peer'], boolean]>([
    ['from a relayed connection to a direct one', direct('webrtc').peer, left(64 * MiB), true],
    ['from a used circuit to a fresh one', left(64 * MiB), left(20 * MiB), true],
    ['from a limited circuit to one without limits', relayed({}).peer, left(64 * MiB), true],
    ['from a circuit to another that has as much left', left(64 * MiB), left(64 * MiB), true],
    ['from a circuit to another that has less left: no', left(MiB), left(60 * MiB), false],
    ['between two circuits without limits: no', relayed({}).peer, relayed({}).peer, false],
    ['from a direct connection to a relayed one: no', relayed({}).peer, direct('webrtc').peer, false],
    ['between two direct ones: no', direct('tcp').peer, direct('webrtc').peer, false],
  ])('%s', (_what, newer, older, moves) => {
    expect(replaces(newer, older, nowMs)).toBe(moves)
  })
})
