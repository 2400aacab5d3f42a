import { useEffect, useEffectEvent, useState } from 'react'
import { failureOf, type Failure } from '../../bridge/failure.ts'

export interface Asked<Answer> {
  /** The last answer to this question; null until there is one. */
  answer: Answer | null
  /** Of the last try. What was answered before it stays. */
  failure: Failure | null
  again: () => void
}

/**
 * The answer to a question of this screen, asked again whenever `since` changes; a null `since` waits. `question` names
 * it: an answer to another is none. `pauseMs` gathers changes that come by the hundred.
 */
export function useAsked<Answer>(
  question: string,
  since: string | null,
  ask: () => Promise<Answer>,
  pauseMs = 0,
): Asked<Answer> {
  const [heard, setHeard] = useState<{ question: string; answer: Answer } | null>(null)
  const [failed, setFailed] = useState<{ question: string; failure: Failure } | null>(null)
  const [tries, setTries] = useState(0)
  const answer = heard?.question === question ? heard.answer : null

  const put = useEffectEvent(async (of: string, isGone: () => boolean): Promise<void> => {
    try {
      const answer = await ask()
      if (isGone()) return
      setHeard({ question: of, answer })
      setFailed(null)
    } catch (error) {
      if (!isGone()) setFailed({ question: of, failure: failureOf(error) })
    }
  })
  const waitMs = useEffectEvent(() => (answer === null ? 0 : pauseMs))
  const cause = since === null ? null : `${since} ${tries}`
  useEffect(() => {
    if (cause === null) return undefined
    let gone = false
    const timer = setTimeout(() => void put(question, () => gone), waitMs())
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [question, cause])

  return {
    answer,
    failure: failed?.question === question ? failed.failure : null,
    again: () => setTries(tries + 1),
  }
}
