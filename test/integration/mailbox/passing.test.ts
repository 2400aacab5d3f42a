import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock, delay } from '../../../src/main/platform/clock.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { strangerAt } from '../../../src/main/node/passing-node.ts'
import { acquainted, bytes, rowsOf, townOn, type Resident, type Town } from './mail-town.ts'

/*
 * Letters that are handed in by a node made for each, over TCP: the holder sees a peer id that nobody has.
 */

let where: Omit<Town, 'clock'>
let ann: Resident
let bea: Resident
let ivy: Resident
/** Who connected to Ivy. */
let seen: string[]

beforeEach(async () => {
  where = townOn(systemClock, () => delay(systemClock, 20))
  const parts = { clock: systemClock, log: silentLog, noiseCrypto: null }
  const stranger = (...[holder, addresses, signal]: [Resident['peerId'], readonly string[], AbortSignal]) => strangerAt(parts, holder, addresses, signal)
  ann = await where.resident('Ann', { transport: 'tcp', parts: { stranger } })
  bea = await where.resident('Bea', { transport: 'tcp' })
  ivy = await where.resident('Ivy', { transport: 'tcp' })
  seen = []
  await acquainted(where, ann, bea, ivy)
  await where.part(bea, ivy)
  ivy.node.libp2p.addEventListener('connection:open', ({ detail }) => seen.push(detail.remotePeer.toString()))
})

afterEach(() => where.close())

test('the holder does not learn from the connection who wrote, nor that two letters are of the same sender', async () => {
  expect(await ann.mailbox.deliver(bea.peerId, bytes('one'))).toMatchObject({ outcome: 'held', by: { name: 'Ivy' } })
  expect(await ann.mailbox.deliver(bea.peerId, bytes('two'))).toMatchObject({ outcome: 'held' })
  expect(rowsOf(ivy.database, 'mail_letters')).toHaveLength(2)
  expect(seen).toHaveLength(2)
  expect(new Set([...seen, ann.peerId, bea.peerId]).size).toBe(4)
  await where.until('those are gone', () => ivy.node.libp2p.getConnections().length === 0)
  expect(await bea.mailbox.collect()).toEqual({ letters: 2 })
  expect(bea.taken).toMatchObject([{ text: 'one', from: { device: ann.peerId } }, { text: 'two' }])
})

test('a holder that is away is said to be, and the key is used for a later letter', async () => {
  await ivy.leave()
  expect(await ann.mailbox.deliver(bea.peerId, bytes('one'))).toMatchObject({ outcome: 'unreachable' })
  expect(rowsOf(ann.database, 'mail_their_keys')).toHaveLength(64)
})
