import { expect, test } from 'vitest'
import { superfluous } from '../../../src/main/features/peers/twins.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import { remote, somePeerId } from './fake-network.ts'

const [one, other] = [somePeerId(), somePeerId()]
const lower = one < other ? one : other
const higher = one < other ? other : one

function crossed(seenBy: 'lower' | 'higher'): RemotePeer[] {
  const other = seenBy === 'lower' ? higher : lower
  return [
    remote(other, { connection: 'first', direction: seenBy === 'lower' ? 'outbound' : 'inbound' }),
    remote(other, { connection: 'second', direction: seenBy === 'lower' ? 'inbound' : 'outbound' }),
  ]
}

test('of two connections that crossed, the one that the lower id dialled stays, and only the other id closes', () => {
  expect(superfluous(lower, crossed('lower'))).toEqual([])
  expect(superfluous(higher, crossed('higher')).map((one) => one.connection)).toEqual(['second'])
})

test('a single connection stays, whoever dialled it', () => {
  expect(superfluous(higher, [remote(lower, { direction: 'outbound' })])).toEqual([])
  expect(superfluous(higher, [remote(lower, { direction: 'inbound' })])).toEqual([])
})

test('a relayed connection is no twin of a direct one', () => {
  const relayed = remote(lower, { connection: 'relayed', direction: 'inbound', route: 'relayed' })
  expect(superfluous(higher, [relayed, remote(lower, { direction: 'outbound' })])).toEqual([])
})

test('of two transports the lighter stays, and whoever dialled the other closes it', () => {
  const light = remote(lower, { connection: 'light', direction: 'inbound', transport: 'tcp' })
  const heavy = remote(lower, { connection: 'heavy', direction: 'outbound', transport: 'webrtc' })
  expect(superfluous(higher, [light, heavy])).toEqual([heavy])
  const dialled = remote(lower, { connection: 'light', direction: 'outbound', transport: 'tcp' })
  const came = remote(lower, { connection: 'heavy', direction: 'inbound', transport: 'webrtc' })
  expect(superfluous(higher, [dialled, came])).toEqual([])
})
