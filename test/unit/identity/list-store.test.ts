import { expect, test } from 'vitest'
import { signDeviceList, type SignedList } from '../../../src/main/features/identity/device-list.ts'
import { MAX_LISTS_IN_MEMORY } from '../../../src/main/features/identity/limits.ts'
import { createListStore } from '../../../src/main/features/identity/list-store.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import type { AccountId } from '../../../src/shared/ids.ts'
import { type Somebody, somebody } from './parts.ts'

const [ada, bea] = [await somebody('ada'), await somebody('bea')]

async function listOf({ account, device, keyring }: Somebody, seq: number): Promise<SignedList> {
  const built = await signDeviceList({ account, seq, devices: [device], revoked: [] }, keyring.accountKey)
  if (built.outcome !== 'signed') throw new Error(built.why)
  return built.signed
}

test('a list is read from the disk once, as look-ups ask for those of all contacts, and a newer one counts at once', async () => {
  const database = openMemoryDatabase()
  const store = createListStore(database, () => true)
  expect([store.get(ada.account), store.get(bea.account)]).toEqual([null, null])
  store.put(await listOf(ada, 1), 1)
  const read = store.get(ada.account)
  expect([read?.list.seq, store.get(ada.account) === read]).toEqual([1, true])
  store.put(await listOf(ada, 2), 2)
  store.put(await listOf(bea, 7), 3)
  expect([store.get(ada.account)?.list.seq, store.get(bea.account)?.list.seq]).toEqual([2, 7])
  expect(createListStore(database, () => true).get(ada.account)).toEqual(store.get(ada.account))
})

test('a list that is dropped is gone, and of those that strangers ask for some are remembered', async () => {
  const database = openMemoryDatabase()
  const store = createListStore(database, () => false)
  store.put(await listOf(ada, 1), 1)
  expect(store.get(ada.account)?.list.seq).toBe(1)
  for (let number = 0; number < MAX_LISTS_IN_MEMORY; number++) expect(store.get(`nobody ${number}` as AccountId)).toBe(null)
  const again = store.get(ada.account)
  expect([again?.list.seq, store.get(ada.account) === again]).toEqual([1, true])
})
