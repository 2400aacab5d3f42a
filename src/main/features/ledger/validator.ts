import type { EntryCode } from '../../../shared/model/ledger.ts'
import type { Signed } from '../../platform/signatures.ts'
import { fromHex, type Hex } from './bytes.ts'
import { commitmentOf, type Entry, NO_END_MS, type Op, rosterMessage } from './entry.ts'
import { type Genesis, type Rules, whyTooLong } from './genesis.ts'
import { checkName, phaseOf, skeletonOf } from './names.ts'
import { accountRecord, type HandoverRecord, keys, type NameRecord, type Reading, type RosterRecord } from './state.ts'
import { priceOf } from './work.ts'

/** `early`: not now, but maybe in a later block; it may wait in a pool. */
export type EntryVerdict =
  | { readonly outcome: 'valid' }
  | { readonly outcome: 'early' | 'refused'; readonly code: EntryCode; readonly why: string }

/** The block that an entry would lie in. */
export interface At {
  readonly height: number
  readonly timeMs: number
}

/** What an entry is judged by beside the state; the same for all nodes of a network. */
export interface Context {
  readonly network: Hex
  readonly rules: Rules
  readonly genesis: Pick<Genesis, 'roundMs' | 'slotMs'>
  /** Whether its signature holds: asked of libsodium, or of what was verified in bulk before. */
  readonly isSigned: (entry: Entry) => boolean
  /** The bits of work it comes with: worked out, or remembered of an entry that was looked at before. */
  readonly bitsOf: (entry: Entry) => number
  /** Whether a validator really signed two values; consensus knows. Null: it did. Otherwise why it did not. */
  readonly whyNoEvidence: (op: Extract<Op, { kind: 'evidence' }>, roster: RosterRecord) => string | null
  /** Whether the signature of an approval holds. */
  readonly isApproved: (signed: Signed) => boolean
}

type OpOf<K extends Op['kind']> = Extract<Op, { kind: K }>

const valid: EntryVerdict = { outcome: 'valid' }
const refused = (code: EntryCode, why: string): EntryVerdict => ({ outcome: 'refused', code, why })
const early = (code: EntryCode, why: string): EntryVerdict => ({ outcome: 'early', code, why })

/**
 * Whether an entry may lie in a block: the one answer, for pools, leaders, validators and followers alike. Pure. What
 * costs little and needs no state comes first, the signature before all that the entry means.
 */
export function checkEntry(entry: Entry, state: Reading, at: At, context: Context): EntryVerdict {
  const { op, nonce } = entry
  const { rules } = context
  if (entry.network !== context.network) return refused('network', 'it is for another network')
  const form = op.kind === 'revoke' ? checkRevocationForm(entry) : checkUntil(entry, at, rules)
  if (form.outcome !== 'valid') return form
  // Whatever its turn: one that waited here for it would be passed on to others, who know already that it never comes.
  const named = op.kind === 'register' ? checkName(op.name) : null
  if (named?.outcome === 'refused') return refused('name', named.why)
  const bits = context.bitsOf(entry)
  const least = priceOf(op.kind, 0, rules)
  if (bits < least) return refused('work', `it comes with ${bits} bits of work where ${least} are asked`)
  if (!context.isSigned(entry)) return refused('signature', 'the signature does not hold')
  const account = accountRecord(state, entry.account)
  if (account.revokedMs !== null) return refused('revoked', 'this account was revoked')
  if (op.kind !== 'revoke') {
    const next = account.nonce + 1
    if (nonce < next) return refused('nonce', `entry ${nonce} of this account has been taken; the next is ${next}`)
    if (nonce > next) return early('nonce', `entry ${next} of this account comes first`)
  }
  switch (op.kind) {
    case 'claim':
      return checkClaim(op, entry, state)
    case 'register':
      return checkRegister(op, entry, state, at, context)
    case 'renew':
    case 'release':
      return checkOwned(op.name, entry.account, state, at, rules)
    case 'transfer':
      return checkTransfer(op, entry, state, at, rules)
    case 'revoke':
      return account.nonce === 0 ? refused('account', 'this account is not on the ledger') : valid
    case 'evidence':
      return checkEvidence(op, state, context)
    case 'validators':
      return checkRoster(op, state, context)
  }
}

/** Names that count for an account now, towards its limit and the price of the next: all that nobody else may claim. */
export function namesHeld(state: Reading, account: Hex, timeMs: number, rules: Rules): readonly NameRecord[] {
  return accountRecord(state, account).names.flatMap((name) => {
    const record = state.get(keys.name(name))
    return record?.owner === account && phaseOf(record.expiresMs, timeMs, rules) !== 'free' ? [record] : []
  })
}

/** Signed in advance, so it can know neither the day nor its number. */
function checkRevocationForm({ nonce, untilMs }: Entry): EntryVerdict {
  return nonce === 0 && untilMs === NO_END_MS ? valid : refused('malformed', 'a revocation has no number and no end')
}

function checkUntil({ nonce, untilMs }: Entry, { timeMs }: At, rules: Rules): EntryVerdict {
  if (nonce === 0) return refused('nonce', 'only a revocation has no number')
  if (untilMs < timeMs) return refused('until', 'its time is over')
  if (untilMs - timeMs > rules.untilAheadMs) return refused('until', 'it is made for longer than this network keeps')
  return valid
}

function checkClaim({ commitment }: OpOf<'claim'>, { account }: Entry, state: Reading): EntryVerdict {
  const isKnown = state.get(keys.claim(account, commitment)) !== undefined
  return isKnown ? refused('claim', 'this has been claimed already') : valid
}

function checkRegister(op: OpOf<'register'>, entry: Entry, state: Reading, at: At, context: Context): EntryVerdict {
  const { network, rules } = context
  const { account } = entry
  const claim = state.get(keys.claim(account, commitmentOf(network, account, op.name, op.salt)))
  const age = claim === undefined ? null : at.height - claim.height
  if (age === null || age > rules.claimMaxBlocks) return refused('claim', 'no claim of this account opens so, or not any more')
  if (age < rules.claimMinBlocks) return early('claim', `its claim must be ${rules.claimMinBlocks} blocks old`)
  const holder = living(state, state.get(keys.look(skeletonOf(op.name)))?.name, at, rules)
  if (holder?.name === op.name) {
    return refused('taken', holder.owner === account ? 'it is yours already: renew it' : 'somebody has this name')
  }
  if (holder !== undefined) return refused('look-alike', `it looks like ${holder.name}, which somebody has`)
  const { lastNameMs } = accountRecord(state, account)
  if (lastNameMs !== null && at.timeMs - lastNameMs < rules.newNameEveryMs) {
    return refused('one-a-day', 'an account registers one new name a day')
  }
  return checkPrice(entry, state, at, context)
}

function checkPrice(entry: Entry, state: Reading, at: At, { rules, bitsOf }: Context): EntryVerdict {
  const held = namesHeld(state, entry.account, at.timeMs, rules).length
  if (held >= rules.maxNames) return refused('too-many-names', `an account has at most ${rules.maxNames} names`)
  const price = priceOf('register', held, rules)
  const bits = bitsOf(entry)
  return bits < price ? refused('work', `with ${held} names, the next costs ${price} bits of work, not ${bits}`) : valid
}

/** A name that nobody else may claim now. */
function living(state: Reading, name: string | undefined, at: At, rules: Rules): NameRecord | undefined {
  const record = name === undefined ? undefined : state.get(keys.name(name))
  return record !== undefined && phaseOf(record.expiresMs, at.timeMs, rules) !== 'free' ? record : undefined
}

function checkOwned(name: string, account: Hex, state: Reading, at: At, rules: Rules): EntryVerdict {
  const record = living(state, name, at, rules)
  if (record === undefined) return refused('term', 'nobody has this name now: claim it')
  return record.owner === account ? valid : refused('not-owner', 'it is not yours')
}

function checkTransfer(op: OpOf<'transfer'>, entry: Entry, state: Reading, at: At, rules: Rules): EntryVerdict {
  const { account } = entry
  const record = living(state, op.name, at, rules)
  if (record === undefined) return refused('term', 'nobody has this name now: claim it')
  if (phaseOf(record.expiresMs, at.timeMs, rules) === 'grace') return refused('term', 'its term is over: renew it first')
  if (op.to !== account) {
    if (record.owner !== account) return refused('not-owner', 'it is not yours')
    if (accountRecord(state, op.to).revokedMs !== null) return refused('revoked', 'that account was revoked')
    return record.offeredTo === op.to ? refused('offer', 'it is offered to them already') : valid
  }
  if (record.owner === account) {
    return record.offeredTo === null ? refused('offer', 'it is yours, and offered to nobody') : valid
  }
  if (record.offeredTo !== account) return refused('offer', 'it is not offered to you')
  const held = namesHeld(state, account, at.timeMs, rules).length
  return held < rules.maxNames ? valid : refused('too-many-names', `an account has at most ${rules.maxNames} names`)
}

function checkEvidence(op: OpOf<'evidence'>, state: Reading, context: Context): EntryVerdict {
  const roster = rosterOf(state)
  if (!roster.validators.some(({ key }) => key === op.validator)) return refused('evidence', 'that is no validator')
  if (state.get(keys.evidence(op.validator, op.slot)) !== undefined) return refused('evidence', 'this is known')
  const why = context.whyNoEvidence(op, roster)
  return why === null ? valid : refused('evidence', why)
}

/** A new roster takes more than half of the present one, and more than may be faulty. */
export function approvalsNeeded({ validators, faults }: RosterRecord): number {
  return Math.max(faults + 1, Math.floor(validators.length / 2) + 1)
}

function checkRoster(op: OpOf<'validators'>, state: Reading, context: Context): EntryVerdict {
  const why = whyNoHandover(op, rosterOf(state), context) ?? whyTooLong(op.faults, context.genesis)
  return why === null ? valid : refused('validators', why)
}

/** Why a roster does not follow another; null where it does. Needs nothing but the two. */
export function whyNoHandover(
  op: Omit<HandoverRecord, 'sinceHeight'>,
  roster: RosterRecord,
  { network, isApproved }: Pick<Context, 'network' | 'isApproved'>,
): string | null {
  if (op.seq !== roster.seq + 1) return `the next roster is number ${roster.seq + 1}`
  const approving = new Set(op.approvals.map(({ validator }) => validator))
  const needed = approvalsNeeded(roster)
  if (approving.size !== op.approvals.length) return 'a validator approves twice'
  if (approving.size < needed) return `${approving.size} validators approve, ${needed} must`
  const present = new Set(roster.validators.map(({ key }) => key))
  if ([...approving].some((key) => !present.has(key))) return 'somebody who is no validator approves'
  const message = rosterMessage(network, op.seq, op)
  const isForged = op.approvals.some(({ validator, signature }) => !isApproved({ key: fromHex(validator), message, signature }))
  return isForged ? 'the signature of an approval does not hold' : null
}

function rosterOf(state: Reading): RosterRecord {
  const roster = state.get(keys.validators)
  if (roster === undefined) throw new Error('this is no state of a ledger')
  return roster
}
