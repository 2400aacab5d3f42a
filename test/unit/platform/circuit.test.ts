import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it, test } from 'vitest'
import { circuitOf, durationMsOf, fuelBytes } from '../../../src/main/platform/circuit.ts'
import { KiB, MINUTE, MiB, SECOND } from '../../../src/shared/units.ts'

const relay = '12D3KooWAAZZnfLC6U76vmiRkQtbS6vj5iTUP5eoG5hhH3aHydUu'
const remoteAddr = multiaddr(`/ip4/5.5.5.5/tcp/1/p2p/${relay}/p2p-circuit`)
const openedMs = Date.UTC(2026, 0, 1)

/** A circuit as libp2p has it: what was sent is taken for seconds, and counts down. */
function circuit(sent: { duration?: number; data?: number }, passedMs = 0) {
  let spentMs = passedMs
  let spentBytes = 0
  const limits = {
    get seconds() {
      return sent.duration === undefined ? undefined : Math.round(sent.duration - spentMs / SECOND)
    },
    get bytes() {
      return sent.data === undefined ? undefined : BigInt(Math.max(0, sent.data - spentBytes))
    },
  }
  const connection = { remoteAddr, limits, timeline: { open: openedMs } }
  return {
    spend(bytes: number) {
      spentBytes += bytes
    },
    look(atMs = spentMs) {
      spentMs = atMs
      return circuitOf(connection as Parameters<typeof circuitOf>[0], openedMs + spentMs)
    },
  }
}

describe('the time of a circuit', () => {
  it.each([
    ['a relay that keeps to the specification', 1_800, 30 * MINUTE],
    ['js-libp2p’s relay, which sends milliseconds', 1_800_000, 30 * MINUTE],
    ['js-libp2p’s own limit', 120_000, 2 * MINUTE],
    ['a day, which is still seconds', 86_400, 86_400 * SECOND],
  ])('is read right from %s', (_who, duration, durationMs) => {
    expect(circuit({ duration }).look()).toMatchObject({ durationMs, untilMs: openedMs + durationMs })
  })

  it.each([1_800, 1_800_000])('sent as %i is the same at every later look', (duration) => {
    const one = circuit({ duration }, 640)
    const first = one.look()
    expect(first).toMatchObject({ durationMs: 30 * MINUTE, untilMs: openedMs + 30 * MINUTE })
    expect(one.look(10 * MINUTE)).toEqual(first)
  })

  it('is not limited where nothing, or zero, was said', () => {
    expect(circuit({ data: MiB }).look()).toMatchObject({ durationMs: null, untilMs: null })
    expect(durationMsOf(0)).toBeNull()
  })
})

describe('the bytes of a circuit', () => {
  it('are whole as they were before the handshake, and what is left counts down', () => {
    const one = circuit({ data: MiB })
    one.spend(700)
    expect(one.look()).toMatchObject({ dataBytes: MiB, leftBytes: MiB - 700 })
    one.spend(100 * KiB)
    expect(one.look()).toMatchObject({ dataBytes: MiB, leftBytes: MiB - 700 - 100 * KiB })
  })

  it('are not limited where nothing was said', () => {
    expect(circuit({ duration: 60 }).look()).toMatchObject({ dataBytes: null, leftBytes: null })
  })
})

test('a circuit without limits names its relay and nothing else', () => {
  const none = { dataBytes: null, leftBytes: null, durationMs: null, untilMs: null }
  expect(circuitOf({ remoteAddr })).toEqual({ through: relay, ...none })
})

test('what is left of both limits is one number: time runs out like bytes', () => {
  const nowMs = openedMs
  expect(fuelBytes({ leftBytes: null, untilMs: null }, nowMs)).toBe(Infinity)
  expect(fuelBytes({ leftBytes: MiB, untilMs: null }, nowMs)).toBe(MiB)
  expect(fuelBytes({ leftBytes: 60 * MiB, untilMs: nowMs + 5 * SECOND }, nowMs)).toBeLessThan(MiB)
  expect(fuelBytes({ leftBytes: 60 * MiB, untilMs: nowMs - SECOND }, nowMs)).toBe(0)
})
