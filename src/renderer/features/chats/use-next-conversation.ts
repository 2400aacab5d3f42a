import { useEffect } from 'react'
import { useLocation } from 'wouter'
import type { AccountId } from '../../../shared/ids.ts'
import { paths } from '../../nav/paths.ts'
import type { ListEntry } from './list-entries.ts'

/** Alt with the up or down arrow opens the conversation above or below. */
export function useNextConversation(entries: readonly ListEntry[], chosen: AccountId | null): void {
  const [, go] = useLocation()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
      if (step === 0 || !event.altKey || event.defaultPrevented) return
      const accounts = entries.flatMap((entry) => (entry.kind === 'label' ? [] : [entry.account]))
      const next = accounts[chosen === null ? 0 : accounts.indexOf(chosen) + step]
      if (next === undefined) return
      event.preventDefault()
      go(paths.chatWith(next))
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [entries, chosen, go])
}
