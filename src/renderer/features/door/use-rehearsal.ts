import { useEffect, useState } from 'react'
import type { RuleId } from '../../../shared/ids.ts'
import type { Rehearsal, RuleDraft } from '../../../shared/model/door.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { failureOf, type Failure } from '../../bridge/failure.ts'

/** A pause in typing. */
const PAUSE_MS = 250

export interface Rehearsed {
  /** Of the last draft that was tried; it stays until the next is. */
  rehearsal: Rehearsal | null
  /** The draft as it is now has not been tried yet. */
  isBehind: boolean
  failure: Failure | null
  again: () => void
}

/** What a rule would have done to the last decisions, tried again whenever it changes. Null: it is no rule yet. */
export function useRehearsal(draft: RuleDraft | null, replaces: RuleId | null): Rehearsed {
  const client = useClient()
  const [attempt, setAttempt] = useState(0)
  // What is tried: the rule, and which time it is.
  const wanted = draft === null ? null : JSON.stringify([attempt, draft])
  const [tried, setTried] = useState<{ of: string; rehearsal: Rehearsal | null; failure: Failure | null } | null>(null)

  useEffect(() => {
    if (wanted === null) return undefined
    const closing = new AbortController()
    const [, rule] = JSON.parse(wanted) as [attempt: number, draft: RuleDraft]
    const input = { ...rule, ...(replaces === null ? {} : { replaces }) }
    const timer = setTimeout(() => {
      client.door.rehearse(input, { signal: closing.signal }).then(
        (rehearsal) => setTried({ of: wanted, rehearsal, failure: null }),
        (error: unknown) => {
          if (!closing.signal.aborted) setTried({ of: wanted, rehearsal: null, failure: failureOf(error) })
        },
      )
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      closing.abort()
    }
  }, [client, wanted, replaces])

  return {
    rehearsal: tried?.rehearsal ?? null,
    isBehind: tried?.of !== wanted,
    failure: tried?.failure ?? null,
    again: () => setAttempt((made) => made + 1),
  }
}
