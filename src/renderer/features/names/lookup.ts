import { useEffect, useRef, useState } from 'react'
import { useClient } from '../../bridge/bridge.tsx'
import { failureOf } from '../../bridge/failure.ts'
import { applyProgress, beginLookup, failLookup, noLookup, stopLookup, type LookupState } from './lookup-state.ts'

export interface LookupOptions {
  /** Ends with a direct connection to a device of the name. */
  connect?: boolean
  /** Asks also where what is kept is fresh. */
  again?: boolean
}

export interface LiveLookup {
  state: LookupState
  /** Looks up what somebody typed; one that still runs is given up. Resolves when it is over, however it ended. */
  run: (text: string, options?: LookupOptions) => Promise<LookupState>
  /** Stops it; what it found until then stays in `state`. */
  cancel: () => void
}

/** One look-up at a time, step by step as it goes on; it ends with the component that made it. */
export function useLookup(): LiveLookup {
  const client = useClient()
  const [state, setState] = useState(noLookup)
  const closing = useRef<AbortController | null>(null)

  useEffect(() => () => closing.current?.abort(), [])

  const run = async (text: string, { connect = false, again = false }: LookupOptions = {}): Promise<LookupState> => {
    closing.current?.abort()
    const { signal } = (closing.current = new AbortController())
    let now = beginLookup(text)
    const put = (next: LookupState): void => {
      now = next
      // Another one may have begun since: this one's news are nobody's then.
      if (!signal.aborted) setState(next)
    }
    put(now)
    try {
      for await (const progress of await client.names.lookup({ text, connect, again }, { signal })) {
        put(applyProgress(now, progress))
        if (now.phase === 'done') break
      }
      // A stream that ends without a result says nothing about the name.
      put(failLookup(now, { code: 'LINK_LOST', detail: null }))
    } catch (error) {
      put(failLookup(now, failureOf(error)))
    }
    return signal.aborted && now.phase === 'failed' ? { ...now, phase: 'stopped', failure: null } : now
  }

  const cancel = (): void => {
    closing.current?.abort()
    setState(stopLookup)
  }

  return { state, run, cancel }
}
