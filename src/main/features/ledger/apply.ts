import type { EntryCode } from '../../../shared/model/ledger.ts'
import { type Block, checkHeader, type Header, type HeaderCode, type Parent } from './block.ts'
import type { Hex } from './bytes.ts'
import { commitmentOf, type Entry, type Op } from './entry.ts'
import type { Genesis, Rules } from './genesis.ts'
import { listRoot } from './merkle.ts'
import { skeletonOf } from './names.ts'
import { accountRecord, Draft, keys, type LedgerState, type NameRecord, type Undo } from './state.ts'
import { type At, checkEntry, type Context, namesHeld } from './validator.ts'

export type BlockCode = HeaderCode | 'too-many' | 'too-large' | 'entries-root' | 'entry' | 'state-root'

export type BlockVerdict =
  | { readonly outcome: 'valid'; readonly state: LedgerState; readonly undo: Undo }
  | {
      readonly outcome: 'refused'
      readonly code: BlockCode
      readonly why: string
      /** Which entry it was, where it was one. */
      readonly entry?: { readonly index: number; readonly code: EntryCode }
    }

/** What blocks are judged by: the same as entries, and the genesis. */
export interface BlockContext extends Context {
  readonly genesis: Genesis
}

/** Whether a block follows `parent`, whose state this is; and the state after it. Its certificate is not looked at. */
export function judgeBlock(block: Block, parent: Parent, state: LedgerState, context: BlockContext): BlockVerdict {
  const refused = (code: BlockCode, why: string): BlockVerdict => ({ outcome: 'refused', code, why })
  const { header, entries } = block
  const { rules } = context
  const checked = checkHeader(header, parent, { ...context, roster: state.roster })
  if (checked.outcome === 'refused') return checked
  if (entries.length > rules.maxEntries) return refused('too-many', `${entries.length} entries in one block`)
  if (sizeOf(entries) > rules.maxBlockBytes) return refused('too-large', 'the entries are too large for one block')
  if (listRoot(entries.map(({ bytes }) => bytes)) !== header.entriesRoot) {
    return refused('entries-root', 'the entries are not those of the header')
  }
  const applied = applyEntries(header, entries, state, context)
  if (applied.outcome === 'refused') {
    const { index, code, why } = applied
    return { outcome: 'refused', code: 'entry', why: `entry ${index}: ${why}`, entry: { index, code } }
  }
  if (applied.state.root !== header.stateRoot) return refused('state-root', 'these entries lead to another state')
  return applied
}

export type EntriesVerdict =
  | { readonly outcome: 'valid'; readonly state: LedgerState; readonly undo: Undo }
  | { readonly outcome: 'refused'; readonly index: number; readonly code: EntryCode; readonly why: string }

type Place = Pick<Header, 'network' | 'height' | 'slot' | 'timestampMs'>

/** The state after these entries, each judged in the state that those before it left. Pure. */
export function applyEntries(
  place: Place,
  entries: readonly Entry[],
  state: LedgerState,
  context: Context,
): EntriesVerdict {
  const draft = openDraft(place, state, context.rules)
  const at: At = { height: place.height, timeMs: place.timestampMs }
  for (const [index, entry] of entries.entries()) {
    const verdict = checkEntry(entry, draft, at, context)
    if (verdict.outcome !== 'valid') return { outcome: 'refused', index, code: verdict.code, why: verdict.why }
    applyEntry(draft, entry, at, context.rules)
  }
  return { outcome: 'valid', ...closeDraft(draft, place) }
}

/** What leaves by itself goes before the first entry of a block: claims that nobody opened. */
export function openDraft({ height }: Pick<Header, 'height'>, state: LedgerState, rules: Rules): Draft {
  const draft = new Draft(state)
  const overAt = height - rules.claimMaxBlocks - 1
  const over = draft.get(keys.claims(overAt))
  if (over === undefined) return draft
  for (const key of over.claims) {
    const claim = draft.get<'claim'>(key)
    // The same may have been opened, and claimed once more since.
    if (claim?.height === overAt) draft.remove(key)
  }
  draft.remove(keys.claims(overAt))
  return draft
}

export function closeDraft(draft: Draft, place: Place): { state: LedgerState; undo: Undo } {
  const { network, height, slot, timestampMs } = place
  draft.put(keys.chain, { network, height, slot, timestampMs })
  const { state, before } = draft.finish()
  return { state, undo: { height, before } }
}

/** What an entry does that `checkEntry` let pass. */
export function applyEntry(draft: Draft, entry: Entry, at: At, rules: Rules): void {
  const { op, account } = entry
  if (op.kind !== 'revoke') {
    draft.put(keys.account(account), { ...accountRecord(draft, account), nonce: entry.nonce })
  }
  switch (op.kind) {
    case 'claim':
      return claim(draft, keys.claim(account, op.commitment), at.height)
    case 'register': {
      const commitment = commitmentOf(entry.network, account, op.name, op.salt)
      draft.remove(keys.claim(account, commitment))
      return register(draft, op.name, account, at, rules)
    }
    case 'renew':
      return change(draft, op.name, { expiresMs: at.timeMs + rules.termMs })
    case 'transfer':
      return transfer(draft, op.name, account, op.to, at, rules)
    case 'release':
      return removeName(draft, op.name)
    case 'revoke':
      return revoke(draft, account, at, rules)
    case 'evidence':
      return draft.put(keys.evidence(op.validator, op.slot), { height: at.height })
    case 'validators':
      return handOver(draft, op, at.height)
  }
}

function claim(draft: Draft, key: string, height: number): void {
  draft.put<'claim'>(key, { height })
  const claims = draft.get(keys.claims(height))?.claims ?? []
  draft.put(keys.claims(height), { claims: [...claims, key] })
}

function register(draft: Draft, name: string, owner: Hex, at: At, rules: Rules): void {
  const look = keys.look(skeletonOf(name))
  // Whatever looked so before is free by now, or this would not have been let pass.
  const former = draft.get(look)
  if (former !== undefined) removeName(draft, former.name)
  const { timeMs } = at
  const times = { registeredMs: timeMs, sinceMs: timeMs, expiresMs: timeMs + rules.termMs }
  draft.put(keys.name(name), { name, owner, ...times, offeredTo: null })
  draft.put(look, { name })
  give(draft, name, owner, at, rules)
  draft.put(keys.account(owner), { ...accountRecord(draft, owner), lastNameMs: timeMs })
}

function transfer(draft: Draft, name: string, account: Hex, to: Hex, at: At, rules: Rules): void {
  const record = draft.get(keys.name(name))
  if (record === undefined) return
  if (to !== account) return change(draft, name, { offeredTo: to })
  if (record.owner === account) return change(draft, name, { offeredTo: null })
  take(draft, name, record.owner)
  give(draft, name, account, at, rules)
  change(draft, name, { owner: account, sinceMs: at.timeMs, offeredTo: null })
}

/** Nobody can renew them any more: they end now, and are free after the time of grace. */
function revoke(draft: Draft, account: Hex, at: At, rules: Rules): void {
  for (const { name, expiresMs } of namesHeld(draft, account, at.timeMs, rules)) {
    change(draft, name, { expiresMs: Math.min(expiresMs, at.timeMs), offeredTo: null })
  }
  draft.put(keys.account(account), { ...accountRecord(draft, account), revokedMs: at.timeMs })
}

function handOver(draft: Draft, op: Extract<Op, { kind: 'validators' }>, sinceHeight: number): void {
  const { seq, faults, validators, approvals } = op
  const roster = { seq, sinceHeight, faults, validators: validators.map(({ key, label }) => ({ key, label })) }
  draft.put(keys.validators, roster)
  const approved = approvals.map(({ validator, signature }) => ({ validator, signature }))
  draft.put(keys.handover(seq), { ...roster, approvals: approved })
}

function change(draft: Draft, name: string, to: Partial<NameRecord>): void {
  const record = draft.get(keys.name(name))
  if (record !== undefined) draft.put(keys.name(name), { ...record, ...to })
}

function removeName(draft: Draft, name: string): void {
  const record = draft.get(keys.name(name))
  if (record === undefined) return
  draft.remove(keys.name(name))
  draft.remove(keys.look(skeletonOf(name)))
  take(draft, name, record.owner)
}

/** Names that are free again leave the list, so that it never has more than an account may hold. */
function give(draft: Draft, name: string, account: Hex, at: At, rules: Rules): void {
  const held = namesHeld(draft, account, at.timeMs, rules).map((record) => record.name)
  const names = [...new Set([...held, name])].toSorted()
  draft.put(keys.account(account), { ...accountRecord(draft, account), names })
}

function take(draft: Draft, name: string, account: Hex): void {
  const record = accountRecord(draft, account)
  if (!record.names.includes(name)) return
  draft.put(keys.account(account), { ...record, names: record.names.filter((other) => other !== name) })
}

export function sizeOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes.byteLength, 0)
}
