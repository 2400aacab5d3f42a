import { decodeBlock, decodeHeader, encodeBlock, encodeHeader, type Header, openBlock, proposalId } from '../../../src/main/features/ledger/block.ts'
import { decodeEntry, encodeBody, isEntrySigned } from '../../../src/main/features/ledger/entry.ts'
import { decodeGenesis, encodeGenesis } from '../../../src/main/features/ledger/genesis.ts'
import { MAX_BLOCK_BYTES, MAX_ENTRY_BYTES, MAX_GENESIS_BYTES, MAX_HEADER_BYTES, MAX_PROOF_BYTES } from '../../../src/main/features/ledger/limits.ts'
import { checkListProof, ListProof } from '../../../src/main/features/ledger/merkle.ts'
import { checkStateProof, StateProof } from '../../../src/main/features/ledger/state-tree.ts'
import { DecodeError, decode } from '../../../src/main/platform/cbor.ts'
import { all, form, message, must, REFUSED, refusing, spellings } from '../oracle.ts'

const ROOT = '00'.repeat(32)

const checks = [
  form({ decode: (bytes) => unsealed(decodeHeader(bytes)), encode: encodeHeader, maxBytes: MAX_HEADER_BYTES }),
  form({ decode: decodeBlock, encode: encodeBlock, maxBytes: MAX_BLOCK_BYTES }),
  form({ decode: openBlock, maxBytes: MAX_BLOCK_BYTES }),
  form({ decode: decodeGenesis, encode: encodeGenesis, maxBytes: MAX_GENESIS_BYTES }),
  form({ decode: decodeEntry, maxBytes: MAX_ENTRY_BYTES }),
  message(ListProof, MAX_PROOF_BYTES),
  message(StateProof, MAX_PROOF_BYTES),
]

/** As it was before it had an id. */
function unsealed(sealed: ReturnType<typeof decodeHeader>): Header {
  const { bytes: _, id: _id, ...header } = sealed
  return header
}

/** Blocks, entries, proofs and the rules of a network: from whoever serves a chain, by gossip and in links. */
export async function fuzz(data: Buffer): Promise<void> {
  await all(data, checks)
  proposalId(data)
  const heads = new Uint8Array(72)
  for (const body of spellings(data)) {
    // Whoever writes an entry puts work and a signature before it; both are looked at later.
    const entry = await refusing([DecodeError], () => decodeEntry(Buffer.concat([heads, body])))
    if (entry !== REFUSED) {
      must(Buffer.compare(encodeBody(entry), entry.body) === 0, 'an entry with two forms')
      isEntrySigned(entry)
    }
    const list = await refusing([DecodeError], () => decode(body, ListProof, MAX_PROOF_BYTES))
    if (list !== REFUSED) must(checkListProof(ROOT, body, list) === 'false', 'a proof of nothing')
    const state = await refusing([DecodeError], () => decode(body, StateProof, MAX_PROOF_BYTES))
    if (state !== REFUSED) checkStateProof(ROOT, 'name alice', state)
  }
}
