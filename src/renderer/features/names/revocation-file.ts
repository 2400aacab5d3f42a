import type { Me } from '../../../shared/model/identity.ts'
import type { Revocation } from '../../../shared/model/names.ts'
import { insideRevocation, REVOCATION_BEGIN, REVOCATION_END } from '../../../shared/revocation-text.ts'

const LINE_CHARS = 64
/** Base64 of the longest entry that a ledger takes; the contract's own number. */
const MAX_CHARS = 22_000

/** A file for a bad day. */
export function revocationFile(me: Pick<Me, 'account' | 'name'>, { entry, names }: Revocation, nowMs: number): { name: string; text: string } {
  const day = new Date(nowMs).toISOString().slice(0, 10)
  const lines = [
    'This ends an account of Latch on the ledger of its network, and its names with it. It cannot be taken back.',
    'Use it only if somebody else has the key of the account: Names, Revocation, "Use a revocation",',
    'or "latch name revoke". Whoever has this file can do that, and nothing else.',
    '',
    `Account: ${me.account} (${me.name})`,
    `Made: ${day}`,
    `Names then: ${names.length === 0 ? 'none' : names.join(', ')}`,
    '',
    REVOCATION_BEGIN,
    ...(entry.match(new RegExp(`.{1,${LINE_CHARS}}`, 'g')) ?? []),
    REVOCATION_END,
    '',
  ]
  return { name: `latch-revocation-${me.account.slice(-8)}.txt`, text: lines.join('\n') }
}

/** The entry in a text: the whole file, or the one line. Null: there is none. */
export function readRevocation(text: string): string | null {
  const entry = insideRevocation(text)
  const isBase64 = entry.length >= 8 && entry.length <= MAX_CHARS && entry.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(entry)
  return isBase64 ? entry : null
}
