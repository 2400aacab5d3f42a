import type { Message } from '../../../../shared/model/chat.ts'

export type Act = 'reply' | 'react' | 'copy' | 'forward' | 'edit' | 'pin' | 'unpin' | 'trace' | 'remove' | 'remove-all'

export interface MenuFacts {
  canWrite: boolean
  moderates: boolean
}

/** What can be done with a message, in groups that stand together. Pure. */
export function actsOf(message: Message, { canWrite, moderates }: MenuFacts): Act[][] {
  const { kind, mine, pinned, text } = message
  const isThere = kind === 'text' || kind === 'files' || kind === 'voice'
  const groups: (Act | false)[][] = [
    [isThere && canWrite && 'reply', isThere && canWrite && 'react', isThere && 'forward'],
    [isThere && text !== '' && 'copy', canEdit(message) && canWrite && 'edit', isThere && canWrite && (pinned ? 'unpin' : 'pin')],
    [mine && kind !== 'notice' && 'trace'],
    [kind !== 'notice' && 'remove', !mine && kind !== 'notice' && (moderates || isThere) && 'remove-all'],
  ]
  return groups.map((group) => group.filter((act) => act !== false)).filter((group) => group.length > 0)
}

export function canEdit({ mine, kind }: Message): boolean {
  return mine && (kind === 'text' || kind === 'files')
}

/** Whether it can be taken back for everybody; else only for oneself. */
export function canTakeBack({ mine, kind }: Message, moderates: boolean): boolean {
  return kind !== 'deleted' && kind !== 'notice' && (mine || moderates)
}
