import { useEffect, useEffectEvent, useState } from 'react'
import type { Completion } from '../../../shared/model/browse.ts'
import { useClient } from '../../bridge/bridge.tsx'

/** As many as are taken in at a glance. */
const SHOWN = 8
const none: readonly Completion[] = []

/** What may be meant by what is typed. What was found for less stays until more is known: a list does not blink. */
export function useCompletions(typed: string | null): readonly Completion[] {
  const client = useClient()
  const [found, setFound] = useState(none)
  const ask = useEffectEvent(async (text: string, isGone: () => boolean) => {
    // Nobody waits for these: where the call fails, there are none.
    const answer = await client.browse.complete({ text }).catch(() => [])
    if (!isGone()) setFound(answer.slice(0, SHOWN))
  })
  const wanted = typed?.trim() ?? ''
  useEffect(() => {
    if (wanted === '') return undefined
    let gone = false
    const timer = setTimeout(() => void ask(wanted, () => gone), 0)
    return () => {
      clearTimeout(timer)
      gone = true
    }
  }, [wanted])
  return wanted === '' ? none : found
}
