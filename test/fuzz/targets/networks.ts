import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { LatchError } from '../../../src/shared/errors.ts'
import { readCard } from '../../../src/main/features/ledger/networks/card.ts'
import { readNetworkLink, writeNetworkLink } from '../../../src/main/features/ledger/networks/network-link.ts'
import { envelopes, must, REFUSED, refusing, spellings } from '../oracle.ts'

const NOW_MS = 1_800_000_000_000
const CARD = { domain: 'latch-validator', type: '/latch/validator/1' }
const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

/** Links to a network and cards of validators, as they are pasted. */
export async function fuzz(data: Buffer): Promise<void> {
  const sums = spellings(data).map((bytes) => Buffer.concat([createHash('sha256').update(bytes).digest().subarray(0, 4), bytes]))
  for (const text of [data.toString('utf8'), ...[...spellings(data), ...sums].map((bytes) => `latch://network/${base64url(bytes)}`)]) {
    const link = await refusing([LatchError], () => readNetworkLink(text, NOW_MS))
    if (link === REFUSED) continue
    const again = readNetworkLink(writeNetworkLink(link), NOW_MS)
    must(isDeepStrictEqual(again.genesis, link.genesis) && again.label === link.label, 'a link to another network')
  }
  for (const envelope of await envelopes(CARD, data)) {
    await refusing([LatchError], () => readCard(`latch://validator/${base64url(envelope)}`, NOW_MS, 'This card'))
  }
}
