import { peerIdFromString } from '@libp2p/peer-id'
import type { AccountId, ConversationId, MessageId, PeerId } from '../../../shared/ids.ts'
import type { SignedEntry, Status } from '../../protocols/chat/index.ts'
import type { About } from './about.ts'
import { MAX_ROSTER_SEQ } from './groups/limits.ts'
import { MAX_CLOCK_AHEAD } from './limits.ts'

/** The last entry of a log, as it is stored here. */
export interface LogHead {
  readonly account: AccountId
  readonly seq: number
  readonly id: MessageId
  readonly clock: number
  /** The log is here from behind that place on, by the word of who added this account to the group. */
  readonly begins?: number
}

/** What an entry is judged against: what this stream may carry, what is proven, what is stored. */
export interface Surroundings {
  /** What a conversation that this stream may carry is between; null for any other. */
  aboutOf(conversation: ConversationId): About | null
  /** Of a group: whether the account was ever in it, as far as is known here. */
  isKnownIn(roster: ConversationId, account: AccountId, signed: SignedEntry): boolean
  devicesOf(account: AccountId): readonly PeerId[]
  head(conversation: ConversationId, device: PeerId): LogHead | null
  /** The entry stored at this place of a log, if any. */
  idAt(conversation: ConversationId, device: PeerId, seq: number): MessageId | null
  /** The highest Lamport number of the conversation. */
  clockOf(conversation: ConversationId): number
}

export type Verdict =
  | { verdict: 'store' }
  /** It is here already: acknowledged again, as the first acknowledgement may have been lost. */
  | { verdict: 'known' }
  /** `culprit`: who could not have done this by mistake or by having older news than we. */
  | { verdict: 'refuse'; status: Status; why: string; points: number; culprit: 'carrier' | 'author' }

/** Whether an entry whose signature holds may stand where it says. Pure: the caller stores, answers and reports. */
export function judge(signed: SignedEntry, around: Surroundings): Verdict {
  const { entry } = signed
  const about = around.aboutOf(entry.conversation)
  if (about === null) return refuse('wrong-conversation', 'not a conversation of the two accounts of this stream', 25)
  if (about.kind === 'two') {
    if (!about.members.includes(entry.account)) return refuse('wrong-account', 'its account is not in the conversation', 25)
    if (signed.body?.kind === 'roster') return refuse('malformed', 'two accounts have no roster', 10, 'author')
  } else {
    // Whoever was in it may speak here: what it is worth, the roster says. The carrier may know more of it than we do.
    if (!around.isKnownIn(about.roster, entry.account, signed)) return refuse('unknown-device', 'its account is in no roster known here', 0)
    if (about.kind === 'roster' && entry.seq > MAX_ROSTER_SEQ) return refuse('too-many', 'its log in the roster is full', 10, 'author')
    const isRoster = signed.body?.kind === 'roster'
    if (isRoster !== (about.kind === 'roster') && signed.body?.kind !== 'receipt') {
      return refuse('malformed', 'it belongs into the other half of the group', 10, 'author')
    }
  }
  if (!isKeyOf(signed, entry.device)) return refuse('bad-signature', 'signed by another key than its device', 25)
  if (!around.devicesOf(entry.account).includes(entry.device)) {
    return refuse('unknown-device', "its device is not in the account's list known here", 1)
  }
  return judgePlace(signed, around)
}

/** Where it stands in its log: right behind the head, or it is known, or it does not fit. */
function judgePlace({ id, entry }: SignedEntry, around: Surroundings): Verdict {
  const head = around.head(entry.conversation, entry.device)
  if (head !== null && head.account !== entry.account) {
    return refuse('fork', 'one device writes for two accounts', 50, 'author')
  }
  const headSeq = head?.seq ?? 0
  if (entry.seq <= (head?.begins ?? 0)) return { verdict: 'known' }
  if (entry.seq <= headSeq) {
    if (around.idAt(entry.conversation, entry.device, entry.seq) === id) return { verdict: 'known' }
    return refuse('fork', `two entries with seq ${entry.seq}`, 50, 'author')
  }
  if (entry.seq > headSeq + 1) return refuse('gap', `seq ${entry.seq} after ${headSeq}`, 5)
  if ((entry.prev?.toString() ?? null) !== (head?.id ?? null)) {
    // Then it may be who added us who did not tell the truth.
    if (headSeq === head?.begins) return refuse('fork', `seq ${entry.seq} does not follow where the log began for us`, 0)
    return refuse('fork', `seq ${entry.seq} follows another entry than ours`, 50, 'author')
  }
  if (entry.clock <= (head?.clock ?? 0)) return refuse('bad-clock', 'its clock does not grow', 10, 'author')
  if (entry.clock > around.clockOf(entry.conversation) + MAX_CLOCK_AHEAD) {
    return refuse('bad-clock', 'its clock is too far ahead', 10, 'author')
  }
  return { verdict: 'store' }
}

/** An Ed25519 peer id carries its public key. */
function isKeyOf({ signer }: SignedEntry, device: PeerId): boolean {
  try {
    return peerIdFromString(device).publicKey?.equals(signer) === true
  } catch {
    return false
  }
}

function refuse(status: Status, why: string, points: number, culprit: 'carrier' | 'author' = 'carrier'): Verdict {
  return { verdict: 'refuse', status, why, points, culprit }
}
