import { useState } from 'react'
import { failureOf, type Failure } from './failure.ts'

export interface Call<Args extends unknown[], Result> {
  /** Resolves to null when it failed; the reason is in `failure`. */
  run: (...args: Args) => Promise<Result | null>
  busy: boolean
  failure: Failure | null
  dismiss: () => void
}

/** One action of the person: runs the call, says whether it is under way and what became of it. */
export function useCall<Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>): Call<Args, Result> {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)

  const run = async (...args: Args): Promise<Result | null> => {
    setBusy(true)
    setFailure(null)
    try {
      return await call(...args)
    } catch (error) {
      setFailure(failureOf(error))
      return null
    } finally {
      setBusy(false)
    }
  }

  return { run, busy, failure, dismiss: () => setFailure(null) }
}
