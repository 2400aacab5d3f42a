import { MAX_CONTENT_BYTES, MAX_ENTRY_BYTES, ENTRY_KIND } from '../../../src/main/protocols/chat/constants.ts'
import { makeContent, readContent } from '../../../src/main/protocols/chat/content.ts'
import { openEntry, readOwnEntry } from '../../../src/main/protocols/chat/entry.ts'
import { EntryError } from '../../../src/main/protocols/chat/errors.ts'
import { envelopes, form, must, REFUSED, refusing, spellings } from '../oracle.ts'

const SALT = new Uint8Array(16)

const content = form({ decode: readContent, encode: (said) => makeContent(said, SALT).block, maxBytes: MAX_CONTENT_BYTES })

/** Entries of a conversation's log, signed by whoever likes; and the blocks that they name. */
export async function fuzz(data: Buffer): Promise<void> {
  for (const bytes of spellings(data)) if (bytes.byteLength <= MAX_CONTENT_BYTES) await content(bytes)
  for (const envelope of await envelopes(ENTRY_KIND, data)) {
    const signed = await refusing([EntryError], () => openEntry(envelope))
    if (signed === REFUSED) continue
    must(envelope.byteLength <= MAX_ENTRY_BYTES, 'an entry that is too large was read')
    must(readOwnEntry(envelope).id === signed.id, 'it reads as another once it is stored')
  }
}
