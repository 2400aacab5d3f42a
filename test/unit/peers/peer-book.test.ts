import { expect, test } from 'vitest'
import { MAX_ADDRESSES, MAX_PEERS } from '../../../src/main/features/peers/limits.ts'
import { mergeAddresses, PeerBook } from '../../../src/main/features/peers/peer-book.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { AccountId, type PeerId } from '../../../src/shared/ids.ts'
import { HOUR } from '../../../src/shared/units.ts'
import { somePeerId } from './fake-network.ts'

const account = AccountId.parse(`k51${'q'.repeat(59)}`)

function open(database = openMemoryDatabase(), mayForget: (peer: { peerId: PeerId }) => boolean = () => true) {
  const time = { nowMs: 1_000_000 }
  return { time, database, book: new PeerBook(database, { nowMs: () => time.nowMs, mayForget }) }
}

test('what was noted is there after a restart', () => {
  const { book, database } = open()
  const peerId = somePeerId()
  book.note(peerId, { account, foundBy: 'lan', addresses: ['/ip4/10.0.0.1/tcp/1'], seen: true })
  book.note(peerId, { foundBy: 'invitation', worked: '/ip4/10.0.0.2/tcp/1' })
  expect(open(database).book.get(peerId)).toEqual(book.get(peerId))
  expect(book.get(peerId)).toMatchObject({ account, foundBy: ['lan', 'invitation'] })
  book.forget(peerId)
  expect(open(database).book.get(peerId)).toBeNull()
})

test('the same announcement every ten seconds is not written every ten seconds', () => {
  const { book, time } = open()
  const peerId = somePeerId()
  const news = { foundBy: 'lan', addresses: ['/ip4/10.0.0.1/tcp/1'] } as const
  expect(book.note(peerId, news).outcome).toBe('noted')
  time.nowMs += 10_000
  expect(book.note(peerId, news).outcome).toBe('no-news')
  time.nowMs += HOUR
  expect(book.note(peerId, news).outcome).toBe('noted')
})

test('a thousand peers are kept: the stranger seen least recently makes room', () => {
  const contact = somePeerId()
  const { book, time } = open(openMemoryDatabase())
  book.note(contact, { account, seen: true })
  const strangers = Array.from({ length: MAX_PEERS - 1 }, somePeerId)
  for (const stranger of strangers) {
    time.nowMs += 1
    book.note(stranger, { foundBy: 'inbound', seen: true })
  }
  const newest = somePeerId()
  expect(book.note(newest, { foundBy: 'inbound' })).toEqual({ outcome: 'noted', forgotten: strangers[0] })
  expect(book.all()).toHaveLength(MAX_PEERS)
  expect(book.get(contact)).not.toBeNull()
})

test('a book full of peers that may not be forgotten takes no stranger', () => {
  const { book } = open(openMemoryDatabase(), () => false)
  for (let count = 0; count < MAX_PEERS; count += 1) book.note(somePeerId(), { foundBy: 'inbound' })
  expect(book.note(somePeerId(), { foundBy: 'inbound' })).toEqual({ outcome: 'full', forgotten: null })
})

test('an address that worked outlives any number that were only announced', () => {
  const worked = mergeAddresses([], { worked: '/ip4/10.0.0.1/tcp/1' }, 1)
  const flood = Array.from({ length: 100 }, (_, at) => `/ip4/10.0.1.${at}/tcp/1`)
  let known = worked
  for (let round = 2; round < 10; round += 1) known = mergeAddresses(known, { addresses: flood.slice(round) }, round)
  expect(known).toHaveLength(MAX_ADDRESSES)
  expect(known[0]?.address).toBe('/ip4/10.0.0.1/tcp/1')
})

test('what a peer proved before is forgotten when it does not hold any more', () => {
  const { book } = open()
  const peerId = somePeerId()
  book.note(peerId, { account })
  expect(book.devicesOf(account)).toEqual([peerId])
  book.note(peerId, { account: null })
  expect(book.devicesOf(account)).toEqual([])
})
