import { useState } from 'react'
import type { Submitted } from '../../../shared/model/blocks.ts'
import type { Failure } from '../../bridge/failure.ts'
import { useCall } from '../../bridge/use-call.ts'

export interface Submit<Args extends unknown[]> {
  run: (...args: Args) => Promise<Submitted | null>
  busy: boolean
  /** What the ledger said of the last one. */
  said: Submitted | null
  failure: Failure | null
  dismiss: () => void
}

/** An entry for the ledger: that it was taken means that it waits for a block. */
export function useSubmit<Args extends unknown[]>(submit: (...args: Args) => Promise<Submitted>): Submit<Args> {
  const [said, setSaid] = useState<Submitted | null>(null)
  const call = useCall(async (...args: Args) => {
    setSaid(null)
    const answer = await submit(...args)
    setSaid(answer)
    return answer
  })
  return {
    run: call.run,
    busy: call.busy,
    said,
    failure: call.failure,
    dismiss: () => {
      setSaid(null)
      call.dismiss()
    },
  }
}
