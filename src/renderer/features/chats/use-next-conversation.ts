import { useMemo } from 'react'
import { useNext } from '../../nav/use-next.ts'
import type { ListEntry } from './list-entries.ts'

/** Alt with the up or down arrow opens the conversation above or below. */
export function useNextConversation(entries: readonly ListEntry[], here: string | null): void {
  const list = useMemo(() => entries.flatMap((entry) => (entry.kind === 'label' ? [] : [entry.path])), [entries])
  useNext(list, here)
}
