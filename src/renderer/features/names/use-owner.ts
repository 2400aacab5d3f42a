import { useEffect, useEffectEvent, useState } from 'react'
import type { NameLabel, NameOnLedger } from '../../../shared/model/ledger.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { ledgerStore } from '../ledger/store.ts'

export type Owner =
  | { is: 'asking' }
  | { is: 'nobody' }
  | { is: 'somebody'; onLedger: NameOnLedger }
  /** It could not be asked: nothing is said of it. */
  | { is: 'unknown' }

/** Longer than somebody takes from one letter to the next. */
const PAUSE_MS = 250

/** Whose a name is by the ledger here, asked again with each block; a null name is not asked about. */
export function useOwner(name: NameLabel | null, pauseMs = PAUSE_MS): Owner | null {
  const client = useClient()
  const head = ledgerStore.use(({ state }) => state.status?.head?.id ?? null)
  const [heard, setHeard] = useState<{ name: NameLabel; owner: Owner } | null>(null)

  const ask = useEffectEvent(async (of: NameLabel, isGone: () => boolean): Promise<void> => {
    const owner = await client.ledger.name({ name: of }).then(
      (onLedger): Owner => (onLedger === null || onLedger.phase === 'free' ? { is: 'nobody' } : { is: 'somebody', onLedger }),
      (): Owner => ({ is: 'unknown' }),
    )
    if (!isGone()) setHeard({ name: of, owner })
  })
  const cause = name === null ? null : `${name} ${head ?? ''}`
  useEffect(() => {
    if (name === null || cause === null) return undefined
    let isGone = false
    const timer = setTimeout(() => void ask(name, () => isGone), pauseMs)
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [name, cause, pauseMs])

  if (name === null) return null
  return heard?.name === name ? heard.owner : { is: 'asking' }
}
