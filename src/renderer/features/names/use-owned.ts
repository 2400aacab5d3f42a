import { useEffect, useMemo } from 'react'
import { create } from 'zustand'
import type { AccountId } from '../../../shared/ids.ts'
import type { NameOnLedger } from '../../../shared/model/ledger.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { usePerson } from '../contacts/store.ts'
import { useMe } from '../identity/store.ts'
import { ledgerStore } from '../ledger/store.ts'
import { namesStore, useTld } from './store.ts'

const none: readonly string[] = []

/** Full names that the ledger says are an account's, the one held longest first. */
export function useOwnedNames(account: AccountId | null): readonly string[] {
  const me = useMe()?.account ?? null
  const isMe = account !== null && account === me
  const person = usePerson(account)
  const mine = namesStore.use(({ state }) => (isMe ? state.mine : null))
  const asked = useAsked(isMe || person !== null ? null : account)
  const tld = useTld()
  return useMemo(() => {
    if (person !== null && !isMe) return person.names
    const owned = mine === null ? asked : [...mine.values()].flatMap(({ onLedger }) => onLedger ?? [])
    return namesOf(account, owned, tld)
  }, [account, isMe, person, mine, asked, tld])
}

/** Those of an account among names of a ledger, whole, the one held longest first; in the time of grace nobody is believed to be who they were. Pure. */
export function namesOf(account: AccountId | null, names: readonly NameOnLedger[], tld: string): readonly string[] {
  const owned = names.filter(({ owner, phase }) => owner === account && phase !== 'free' && phase !== 'grace')
  if (owned.length === 0) return none
  return owned.toSorted((a, b) => a.sinceMs - b.sinceMs || (a.name < b.name ? -1 : 1)).map(({ name }) => `${name}.${tld}`)
}

interface Asked {
  /** As of which change of whose names are whose. */
  readonly asOf: string
  readonly names: readonly NameOnLedger[]
}

/** Beyond it what was asked longest ago is asked again when it is seen again. */
const MAX_ASKED = 1_000

/** What the ledger said of accounts that were never met, such as those of entries or of posts. */
export const useAskedNames = create<{ asked: ReadonlyMap<AccountId, Asked> }>()(() => ({ asked: new Map() }))

const nothing: readonly NameOnLedger[] = []

/** The names of somebody who is no contact: asked once, and again when the ledger says that they changed. */
function useAsked(account: AccountId | null): readonly NameOnLedger[] {
  const client = useClient()
  const asOf = ledgerStore.use(({ freshness, state: { owners } }) =>
    account === null || freshness !== 'live' ? null : `${owners.era} ${owners.changes.get(account) ?? 0}`,
  )
  const held = useAskedNames(({ asked }) => (account === null ? undefined : asked.get(account)))
  useEffect(() => {
    if (account === null || asOf === null || useAskedNames.getState().asked.get(account)?.asOf === asOf) return
    put(account, { asOf, names: held?.names ?? nothing })
    client.ledger.names({ account }).then(
      (names) => {
        if (useAskedNames.getState().asked.get(account)?.asOf === asOf) put(account, { asOf, names })
      },
      // Without an answer nothing is claimed of them; the next change, or the next start, asks again.
      () => {},
    )
  }, [client, account, asOf, held])
  return held?.names ?? nothing
}

function put(account: AccountId, said: Asked): void {
  useAskedNames.setState(({ asked }) => {
    const next = new Map(asked)
    next.delete(account)
    const [oldest] = next.keys()
    if (next.size >= MAX_ASKED && oldest !== undefined) next.delete(oldest)
    return { asked: next.set(account, said) }
  })
}
