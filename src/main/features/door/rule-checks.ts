import { LatchError } from '../../../shared/errors.ts'
import { type Capability, letsIn, type Rule, RuleDraft } from '../../../shared/model/door.ts'
import { winds } from './paths.ts'
import type { LedgerNames, NewRule } from './types.ts'

/** What a person or a program says of a rule, made whole. *Errors*: LatchError BAD_INPUT, with what is wrong. */
export function checkedDraft(given: NewRule): RuleDraft {
  const parsed = RuleDraft.safeParse(given)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new LatchError('BAD_INPUT', `That is no rule: ${issue?.path.join('.') || 'it'}: ${issue?.message ?? ''}.`)
  }
  const draft = parsed.data
  const { minBytes, maxBytes, path, perHour } = draft.match
  if (perHour !== null && !letsIn(draft.verdict)) {
    throw new LatchError('BAD_INPUT', 'Only a rule that lets in can do so a number of times an hour.')
  }
  if (minBytes !== null && maxBytes !== null && minBytes > maxBytes) {
    throw new LatchError('BAD_INPUT', 'The smallest size of a rule is at most its largest.')
  }
  if (path !== null && winds(path)) {
    throw new LatchError('BAD_INPUT', 'The path of a rule goes straight: without “..”, “//”, “\\”, “?”, “#”, or letters written as %20.')
  }
  return draft
}

/**
 * A rule by name is for the account that owns the name now, and for no other. *Errors*: LatchError CONFLICT, where that
 * is somebody else, nobody, or not known.
 */
export function checkOwner({ who }: Pick<RuleDraft, 'who'>, names: LedgerNames): void {
  if (who.kind !== 'name') return
  const owner = names.ownerOf(who.name)
  if (owner === who.account) return
  const why =
    owner === 'unknown'
      ? 'The ledger of this network does not know names yet, so that no rule can go by one.'
      : `${who.name} does not belong to that account now.`
  throw new LatchError('CONFLICT', why)
}

/** Whether a changed rule still opens the same for the same account, so that what they were told still holds. */
export function isSameOpening(rule: Rule, old: Rule | undefined): boolean {
  const [now, before] = [rule, old].map((each) => JSON.stringify([each?.who, each?.capability]))
  return letsIn(rule.verdict) && now === before
}

/** What can be knocked for. *Errors*: LatchError BAD_INPUT. */
export function knockable(capability: Capability): Capability {
  if (capability !== 'load') return capability
  throw new LatchError('BAD_INPUT', 'Nobody knocks for that: only pages ask for it, when they are open.')
}
