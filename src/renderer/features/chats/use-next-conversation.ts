import { useMemo } from 'react'
import type { AccountId } from '../../../shared/ids.ts'
import { paths } from '../../nav/paths.ts'
import { useNext } from '../../nav/use-next.ts'
import type { ListEntry } from './list-entries.ts'

/** Alt with the up or down arrow opens the conversation above or below. */
export function useNextConversation(entries: readonly ListEntry[], chosen: AccountId | null): void {
  const list = useMemo(
    () => entries.flatMap((entry) => (entry.kind === 'label' ? [] : [paths.chatWith(entry.account)])),
    [entries],
  )
  useNext(list, chosen === null ? null : paths.chatWith(chosen))
}
