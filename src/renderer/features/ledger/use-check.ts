import { useRef, useState } from 'react'
import type { ValidationReport } from '../../../shared/model/consensus.ts'
import { useClient } from '../../bridge/bridge.tsx'
import type { Failure } from '../../bridge/failure.ts'
import { useCall } from '../../bridge/use-call.ts'

export type WhoChecks = 'own' | 'peers'

export interface Check {
  run: (who: WhoChecks) => void
  stop: () => void
  /** Who checks now. */
  running: WhoChecks | null
  /** Of the last check that came to its end. */
  done: { of: WhoChecks; reports: readonly ValidationReport[] } | null
  failure: Failure | null
  dismiss: () => void
}

/** Asks this device, or every connected one of the network, to check its chain from the first block on. */
export function useCheck(): Check {
  const client = useClient()
  const closing = useRef<AbortController | null>(null)
  const [running, setRunning] = useState<WhoChecks | null>(null)
  const [done, setDone] = useState<Check['done']>(null)
  const call = useCall(async (of: WhoChecks) => {
    const { signal } = (closing.current = new AbortController())
    setRunning(of)
    try {
      const reports = await client.ledger.validate({ peers: of === 'own' ? [] : 'all' }, { signal })
      setDone({ of, reports })
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      setRunning(null)
    }
  })
  return {
    run: (who) => void call.run(who),
    stop: () => closing.current?.abort(),
    running,
    done,
    failure: call.failure,
    dismiss: call.dismiss,
  }
}
