import { useEffect, useEffectEvent, useState } from 'react'
import { useClient } from '../../bridge/bridge.tsx'
import type { Failure } from '../../bridge/failure.ts'
import { useCall } from '../../bridge/use-call.ts'
import { addOlder } from './state.ts'
import { ledgerStore } from './store.ts'

const PAGE = 100
/** Fewer than fill a high window: more are asked for before anybody scrolls. */
const FEW = 30

export interface Older {
  /** Asks for a page, where there may be one and none is under way. */
  more: () => void
  /** `first`: the first block is here. `base`: what is older is not on this device. */
  end: 'first' | 'base' | null
  failure: Failure | null
  again: () => void
}

/** Blocks below those that are held, page by page. */
export function useOlder(): Older {
  const client = useClient()
  const lowest = ledgerStore.use(({ state }) => state.blocks.at(-1)?.height ?? null)
  const count = ledgerStore.use(({ state }) => state.blocks.length)
  const isLive = ledgerStore.use(({ freshness }) => freshness === 'live')
  /** Below which height nothing was given. */
  const [bottom, setBottom] = useState<number | null>(null)
  const call = useCall(async (before: number) => {
    const page = await client.ledger.blocks({ before, limit: PAGE })
    if (page.length === 0) setBottom(before)
    ledgerStore.change((state) => addOlder(state, page))
  })
  const end = lowest === 1 ? 'first' : lowest !== null && lowest === bottom ? 'base' : null
  const ask = (): void => {
    if (lowest !== null && end === null && !call.busy) void call.run(lowest)
  }
  const more = (): void => {
    if (call.failure === null) ask()
  }
  const fill = useEffectEvent(more)
  useEffect(() => {
    if (isLive && lowest !== null && count < FEW) fill()
  }, [isLive, count, lowest])
  return { more, end, failure: call.failure, again: ask }
}
