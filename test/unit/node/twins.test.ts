import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SAME_DIAL_MS, superfluous, type MaybeTwin } from '../../../src/main/node/twins.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import { remote, somePeerId } from '../peers/fake-network.ts'

const [one, other] = [somePeerId(), somePeerId()]
const lower = one < other ? one : other
const higher = one < other ? other : one

type Twin = MaybeTwin & { readonly name: string }

const twin = (name: string, seenBy: string, over: Partial<RemotePeer> = {}, openedMs = 0): Twin => ({
  name,
  peer: remote(seenBy === lower ? higher : lower, over),
  openedMs,
})
const names = (twins: readonly Twin[]): string[] => twins.map(({ name }) => name)

/** Dialled by one of them, as each sees it. */
const dialledBy = (dialler: string, seenBy: string) => ({ direction: dialler === seenBy ? 'outbound' : 'inbound' }) as const

test('of two connections that crossed, work leaves the one that the higher id dialled, at both ends', () => {
  for (const me of [lower, higher]) {
    const crossed = [twin('of the higher', me, dialledBy(higher, me)), twin('of the lower', me, dialledBy(lower, me))]
    expect(names(superfluous(me, crossed))).toEqual(['of the higher'])
    expect(names(superfluous(me, crossed.toReversed()))).toEqual(['of the higher'])
  }
})

test('a single connection stays, whoever dialled it', () => {
  for (const me of [lower, higher]) {
    for (const direction of ['inbound', 'outbound'] as const) expect(superfluous(me, [twin('only', me, { direction })])).toEqual([])
  }
})

test('a relayed connection is no twin of a direct one', () => {
  const relayed = twin('relayed', higher, { direction: 'inbound', route: 'relayed', transport: 'relay' })
  expect(superfluous(higher, [relayed, twin('direct', higher)])).toEqual([])
})

test('of two transports the lighter stays, whoever dialled it', () => {
  for (const direction of ['inbound', 'outbound'] as const) {
    const light = twin('light', higher, { direction, transport: 'tcp' })
    const heavy = twin('heavy', higher, { direction: 'outbound', transport: 'webrtc' })
    expect(names(superfluous(higher, [heavy, light]))).toEqual(['heavy'])
  }
})

test('of two that one side dialled, that side leaves the later; the other side says nothing', () => {
  const two = (me: string): Twin[] => ['first', 'second'].map((name, at) => twin(name, me, dialledBy(lower, me), at))
  expect(names(superfluous(lower, two(lower)))).toEqual(['second'])
  expect(superfluous(higher, two(higher))).toEqual([])
})

test('a dial long after the first is no twin of it', () => {
  expect(superfluous(lower, [twin('first', lower), twin('again', lower, {}, SAME_DIAL_MS)])).toEqual([])
})

test('whatever there is, one stays that the other side does not leave', () => {
  const dials = fc.array(fc.record({ of: fc.constantFrom(lower, higher), transport: fc.constantFrom('tcp' as const, 'ws' as const) }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(dials, fc.infiniteStream(fc.nat()), (made, order) => {
      const left = [lower, higher].flatMap((me) => {
        const seen = made.map(({ of, transport }, at) => twin(`${at}`, me, { ...dialledBy(of, me), transport }, at))
        const shuffled = seen.map((value) => ({ value, at: order.next().value as number })).toSorted((a, b) => a.at - b.at)
        return names(superfluous(me, shuffled.map(({ value }) => value)))
      })
      expect(new Set(left).size).toBeLessThan(made.length)
    }),
  )
})
