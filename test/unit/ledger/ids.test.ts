import { expect, test } from 'vitest'
import { blockIdOf, digestHex, digestOf, entryIdOf } from '../../../src/main/features/ledger/bytes.ts'
import { BlockId, EntryId } from '../../../src/shared/model/ledger.ts'

test('every id that is taken for one holds a digest: one whose last letter was changed is none, or another', () => {
  for (const [idOf, Id] of [[blockIdOf, BlockId] as const, [entryIdOf, EntryId] as const]) {
    const id = idOf(digestHex(Buffer.from('something')))
    const read = 'abcdefghijklmnopqrstuvwxyz234567'.split('').flatMap((last) => {
      const { data } = Id.safeParse(id.slice(0, -1) + last)
      return data === undefined ? [] : [digestOf(data)]
    })
    expect(new Set(read).size).toBe(8)
    expect(read).toContain(digestOf(id))
  }
})
