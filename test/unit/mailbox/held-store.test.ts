import { beforeEach, expect, test } from 'vitest'
import { HeldStore, type Box } from '../../../src/main/features/mailbox/holding/held-store.ts'
import { BOX_IDLE_MS, BOX_LASTS_MS, KEEP_MS, MAX_BOXES, MAX_BOXES_OF_ACCOUNT } from '../../../src/main/features/mailbox/limits.ts'
import { migrations } from '../../../src/main/features/mailbox/migrations.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { AccountId, type PeerId } from '../../../src/shared/ids.ts'

let database: Database
let store: HeldStore

beforeEach(() => {
  database = openMemoryDatabase()
  database.migrate('mailbox', migrations)
  store = new HeldStore(database)
})

const account = (at: number): AccountId => AccountId.parse(`k51${at.toString(36).padStart(59, '0')}`)
const box = (at: number, of = at): Box => ({ device: `device ${at}` as PeerId, account: account(of), box: at.toString(16).padStart(64, '0') })
const letter = (at: number): Uint8Array => new Uint8Array(2_048).fill(at)

test('a device has one box, and a new one takes its place; nobody takes that of another', () => {
  expect(store.register(box(1), 0)).toBe('registered')
  expect(store.register({ ...box(1), box: 'ff'.repeat(32) }, 0)).toBe('registered')
  expect(store.byBox(box(1).box)).toBeNull()
  expect(store.register({ ...box(2), box: 'ff'.repeat(32) }, 0)).toBe('taken')
})

test('a device that is of another account now does not get what came for the one before', () => {
  store.register(box(1), 0)
  store.add(box(1), letter(1), 0)
  store.register(box(1, 2), 0)
  expect(store.page(box(1).device, 0).letters).toEqual([])
  expect(store.allBytes()).toBe(0)
})

test('what is held is counted, whatever comes and goes', () => {
  store.register(box(1), 0)
  store.register(box(2, 1), 0)
  expect([1, 2, 2].map((at) => store.add(box(1), letter(at), at))).toEqual(['held', 'held', 'again'])
  store.add(box(2, 1), letter(3), 5)
  expect([store.usedBy(account(1)), store.allBytes()]).toEqual([{ bytes: 3 * 2_048, letters: 3 }, 3 * 2_048])
  expect(store.accounts()).toEqual([{ account: account(1), letters: 3, bytes: 3 * 2_048, oldestMs: 1 }])
  const [first] = store.page(box(1).device, 0).letters
  expect(store.acknowledge(box(2).device, [first?.digest ?? ''])).toBe(0)
  expect(store.acknowledge(box(1).device, [first?.digest ?? ''])).toBe(1)
  expect(store.allBytes()).toBe(2 * 2_048)
})

test('a page has at most 32 letters and 1 MiB, and goes on behind the last', () => {
  store.register(box(1), 0)
  for (let at = 0; at < 40; at++) store.add(box(1), letter(at), 0)
  const first = store.page(box(1).device, 0)
  expect([first.letters.length, first.more]).toEqual([32, true])
  const rest = store.page(box(1).device, first.letters.at(-1)?.seq ?? 0)
  expect([rest.letters.length, rest.more]).toEqual([8, false])
  store.unregister(box(1).device)
  store.register(box(1), 0)
  for (let at = 0; at < 6; at++) store.add(box(1), new Uint8Array(262_144).fill(at), 0)
  const large = store.page(box(1).device, 0)
  expect([large.letters.length, large.more]).toEqual([4, true])
})

test('a clock that is set back keeps nothing for ever', () => {
  store.register(box(1), 99 * KEEP_MS)
  store.add(box(1), letter(1), 99 * KEEP_MS)
  store.sweep(0)
  expect(store.usedBy(account(1)).letters).toBe(1)
  store.sweep(KEEP_MS)
  expect(store.usedBy(account(1)).letters).toBe(0)
})

test('who does not come for two months has no box', () => {
  store.register(box(1), 0)
  store.sweep(BOX_LASTS_MS - 1)
  expect(store.boxOf(box(1).device)).not.toBeNull()
  store.sweep(BOX_LASTS_MS)
  expect(store.boxOf(box(1).device)).toBeNull()
})

test('no account has more than 16 boxes, and beyond 4,096 an idle empty one makes room', () => {
  for (let at = 0; at < MAX_BOXES_OF_ACCOUNT; at++) expect(store.register(box(at, 1), 0)).toBe('registered')
  expect(store.register(box(999_999, 1), 0)).toBe('full')
  database.transaction(() => {
    for (let at = MAX_BOXES_OF_ACCOUNT; at < MAX_BOXES; at++) store.register(box(at), at)
  })
  for (let at = 0; at < MAX_BOXES_OF_ACCOUNT; at++) store.add(box(at, 1), letter(at), 0)
  expect(store.register(box(5_000), BOX_IDLE_MS)).toBe('full')
  expect(store.register(box(5_000), BOX_IDLE_MS + MAX_BOXES_OF_ACCOUNT)).toBe('registered')
  expect(store.boxOf(box(MAX_BOXES_OF_ACCOUNT).device)).toBeNull()
  expect(store.boxOf(box(0, 1).device)).not.toBeNull()
})
