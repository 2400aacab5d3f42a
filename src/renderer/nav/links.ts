import { useDialogs, type DialogName } from './dialogs.ts'

const kinds = [
  { begins: 'latch://invite/', dialog: 'connect' },
  { begins: 'latch://introducer/', dialog: 'introducer' },
  { begins: 'latch://network/', dialog: 'join-network' },
  { begins: 'latch://validator/', dialog: 'make-network' },
] as const satisfies readonly { begins: string; dialog: DialogName }[]

export type LinkDialog = (typeof kinds)[number]['dialog']

/** Where a link is looked at, by how it begins; what it holds only main can say. Null: no link of ours. */
export function dialogOf(text: string): LinkDialog | null {
  const link = text.trim()
  return kinds.find(({ begins }) => link.startsWith(begins))?.dialog ?? null
}

/** Whether another dialog than those of `mine` is the one for a text; it has been opened with it then. */
export function useElsewhere(mine: readonly LinkDialog[]): (text: string) => boolean {
  const show = useDialogs((dialogs) => dialogs.show)
  return (text) => {
    const dialog = dialogOf(text)
    if (dialog === null || mine.includes(dialog)) return false
    show(dialog, text.trim())
    return true
  }
}
