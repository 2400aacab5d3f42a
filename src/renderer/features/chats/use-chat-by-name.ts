import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { Lookup } from '../../../shared/model/names.ts'
import { useClient } from '../../bridge/bridge.tsx'
import type { Failure } from '../../bridge/failure.ts'
import { useCall } from '../../bridge/use-call.ts'
import { usePeople } from '../contacts/store.ts'
import { useTld } from '../names/store.ts'
import { peerOf, peersStore } from '../peers/store.ts'
import { paths } from '../../nav/paths.ts'
import { foundIn, mustConnect } from './by-name.ts'

export interface ChatByName {
  /** Opens the conversation with whoever has the name, pinned to it, and goes there. */
  open: (lookup: Lookup) => Promise<void>
  /** `connecting`: to a device of theirs, as they were never let in nor asked. */
  busy: 'connecting' | 'opening' | null
  failure: Failure | null
  /** Why it did not come to a conversation, where no call failed. */
  why: string | null
  dismiss: () => void
}

export function useChatByName(onOpened: () => void): ChatByName {
  const { t } = useTranslation()
  const client = useClient()
  const [, go] = useLocation()
  const tld = useTld()
  const people = usePeople()
  const peers = peersStore.use(({ state }) => state.peers)
  const [phase, setPhase] = useState<'connecting' | 'opening'>('opening')
  const [why, setWhy] = useState<string | null>(null)

  const call = useCall(async (lookup: Lookup) => {
    setWhy(null)
    const found = foundIn(lookup, tld)
    if (found === null) return
    const { owner, pinned } = found
    const isContact = people.get(owner)?.petname != null
    if (mustConnect(isContact, peerOf(peers, owner)?.state === 'connected')) {
      setPhase('connecting')
      const reached = await client.names.query({ text: lookup.fullName, connect: true })
      const now = foundIn(reached, tld)
      if (now !== null && now.owner !== owner) return setWhy(t('chats.byName.movedMeanwhile', { name: lookup.fullName }))
      if (reached.connection === null) return setWhy(unreachable(reached) ?? t('chats.byName.unreachable'))
    }
    setPhase('opening')
    await client.chat.open({ with: owner, name: pinned })
    onOpened()
    go(paths.chatWith(owner))
  })

  return {
    open: async (lookup) => void (await call.run(lookup)),
    busy: call.busy ? phase : null,
    failure: call.failure,
    why,
    dismiss: () => {
      call.dismiss()
      setWhy(null)
    },
  }
}

function unreachable({ outcome }: Lookup): string | null {
  return 'why' in outcome ? outcome.why : null
}
