import { useMemo } from 'react'
import type { MyName } from '../../../shared/model/names.ts'
import { useNow } from '../../ui/use-now.ts'
import { useMe } from '../identity/store.ts'
import { offerKey, useIgnored } from './ignored.ts'
import { groupNames, needsOwner, type MyNames } from './my-names.ts'
import { namesStore } from './store.ts'

export interface AllMyNames extends MyNames {
  /** Offers that were ignored; they are not in `offered`. */
  ignored: MyName[]
}

/** Names of this account, in their groups. */
export function useMyNames(): AllMyNames {
  const me = useMe()?.account ?? null
  const mine = namesStore.use(({ state }) => state.mine)
  const keys = useIgnored(({ keys }) => keys)
  return useMemo(() => {
    const groups = groupNames(mine.values(), me)
    const isIgnored = (one: MyName): boolean => keys.includes(offerKey(one))
    return {
      ...groups,
      offered: groups.offered.filter((one) => !isIgnored(one)),
      ignored: groups.offered.filter(isIgnored),
    }
  }, [mine, me, keys])
}

/** Names with which their owner has something to do. */
export function useNeedy(): readonly MyName[] {
  const { owned, claimed, offered } = useMyNames()
  const nowMs = useNow(60_000)
  return useMemo(() => {
    const refused = claimed.filter(({ claim }) => claim?.step === 'refused')
    return [...owned.filter((one) => needsOwner(one, nowMs)), ...refused, ...offered]
  }, [owned, claimed, offered, nowMs])
}
