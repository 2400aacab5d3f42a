import type { NameLabel } from '../../../shared/model/ledger.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall, type Call } from '../../bridge/use-call.ts'

/** Begins a claim. How it goes on is told by the store, to every window; the claim needs nobody who listens. */
export function useClaim(): Call<[NameLabel], NameLabel> {
  const client = useClient()
  return useCall(async (name: NameLabel) => {
    for await (const step of await client.names.claim({ name })) if (step.step !== 'yours') break
    return name
  })
}
