import { useEffect, useEffectEvent, useState } from 'react'
import { failureOf, type Failure } from '../../bridge/failure.ts'

export type Answer<Value> = { is: 'asking' } | { is: 'answered'; value: Value } | { is: 'failed'; failure: Failure }

/** Asks once when it is shown, and again when it is told to; what nobody waits for any more is dropped. */
export function useAnswer<Value>(ask: (signal: AbortSignal) => Promise<Value>): [Answer<Value>, again: () => void] {
  const [round, setRound] = useState(0)
  const [heard, setHeard] = useState<{ round: number; answer: Answer<Value> } | null>(null)

  const begin = useEffectEvent(async (of: number, signal: AbortSignal): Promise<void> => {
    const answer = await ask(signal).then(
      (value): Answer<Value> => ({ is: 'answered', value }),
      (error: unknown): Answer<Value> => ({ is: 'failed', failure: failureOf(error) }),
    )
    if (!signal.aborted) setHeard({ round: of, answer })
  })
  useEffect(() => {
    const gone = new AbortController()
    const timer = setTimeout(() => void begin(round, gone.signal))
    return () => {
      clearTimeout(timer)
      gone.abort()
    }
  }, [round])

  return [heard?.round === round ? heard.answer : { is: 'asking' }, () => setRound(round + 1)]
}
