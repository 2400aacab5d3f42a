import { About, EntryHead, Keys, readEntry } from '../../../src/main/features/backup/entries.ts'
import { MAX_ENTRY_BYTES } from '../../../src/main/features/backup/limits.ts'
import { readKeysFile, unpackSecrets } from '../../../src/main/features/identity/keys-file.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { all, form } from '../oracle.ts'

const checks = [About, EntryHead, Keys].map((schema) => form({ decode: (bytes) => readEntry(bytes, schema), encode: (value) => encode(value), maxBytes: MAX_ENTRY_BYTES }))

/** What a backup holds once its passphrase opened it: whoever made it knows that too. And files of keys. */
export async function fuzz(data: Buffer): Promise<void> {
  await all(data.subarray(0, MAX_ENTRY_BYTES), checks)
  readKeysFile(data.toString('utf8'))
  unpackSecrets(new Uint8Array(data))
}
