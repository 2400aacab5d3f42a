import type { AccountId } from '../../../shared/ids.ts'
import { MAX_REACTIONS, type MessageOrder, type Reaction } from '../../../shared/model/chat.ts'

/**
 * Something done to a message after it was written. `n` is the entry's number; `value` of a reaction its emoji, led by `+` or
 * `-`; of a pin `+` or `-`; of an edit and of a deletion nothing.
 */
export interface Act {
  readonly n: number
  readonly kind: 'edit' | 'reaction' | 'pin' | 'delete'
  readonly account: AccountId
  readonly ord: MessageOrder
  readonly value: string
  readonly atMs: number
}

/** What acts come to, whatever order they came in. */
export interface Folded {
  /** The entry whose words count; null: those that the message was written with. */
  readonly words: { readonly n: number; readonly atMs: number } | null
  readonly deletedBy: AccountId | null
  /** Where the pin stands that pins it now; null: it is not pinned. */
  readonly pinnedOrd: MessageOrder | null
  readonly reactions: Reaction[]
}

/**
 * Pure, and the same for every order of `acts`, also with some of them twice. The last edit of the author counts; a deletion by
 * the author, or one that somebody `mayDelete`, beats everything; for reactions and pins the last word of each counts.
 */
export function fold<A extends Act>(acts: readonly A[], author: AccountId, mayDelete: (deletion: A) => boolean): Folded {
  const inOrder = acts.toSorted((a, b) => (a.ord < b.ord ? -1 : a.ord > b.ord ? 1 : 0))
  const deletion = inOrder.find((act) => act.kind === 'delete' && (act.account === author || mayDelete(act)))
  if (deletion !== undefined) return { words: null, deletedBy: deletion.account, pinnedOrd: null, reactions: [] }
  const edit = inOrder.findLast(({ kind, account }) => kind === 'edit' && account === author)
  const pin = inOrder.findLast(({ kind }) => kind === 'pin')
  return {
    words: edit === undefined ? null : { n: edit.n, atMs: edit.atMs },
    deletedBy: null,
    pinnedOrd: pin?.value === '+' ? pin.ord : null,
    reactions: reactionsOf(inOrder),
  }
}

/** In the order in which each emoji was given first; who gave it, likewise. */
function reactionsOf(inOrder: readonly Act[]): Reaction[] {
  const last = new Map<string, Map<AccountId, boolean>>()
  for (const { kind, account, value } of inOrder) {
    if (kind !== 'reaction') continue
    const emoji = value.slice(1)
    const by = last.get(emoji) ?? new Map<AccountId, boolean>()
    last.set(emoji, by.set(account, value.startsWith('+')))
  }
  const given = [...last].map(([emoji, by]) => ({ emoji, by: [...by].flatMap(([account, on]) => (on ? [account] : [])) }))
  return given.filter(({ by }) => by.length > 0).slice(0, MAX_REACTIONS)
}
