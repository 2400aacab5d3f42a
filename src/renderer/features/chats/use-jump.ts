import { useEffect, useEffectEvent, useState } from 'react'
import type { ConversationId, MessageId } from '../../../shared/ids.ts'
import type { Conversation } from '../../../shared/model/chat.ts'
import { SECOND } from '../../../shared/units.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall, type Call } from '../../bridge/use-call.ts'
import { putPageAround, type Held } from './state.ts'
import { chatsStore } from './store.ts'

/** Long enough to be found with the eyes after the list stood still. */
const LIT_MS = 2 * SECOND
const PAGE = 100

export interface Jump {
  /** What was gone to just now. */
  lit: MessageId | null
  /** Where in what is held the list begins, after other messages took its place. */
  startAt: number | undefined
  goTo: { index: number; times: number } | null
  toMessage: Call<[MessageId], void>
  toDate: Call<[number], void>
}

/** Goes to a message wherever it stands: in what is held, or with a page around it. */
export function useJump(conversation: Conversation | null, held: Held | null, target: MessageId | null): Jump {
  const client = useClient()
  const id = conversation?.id ?? null
  const [lit, setLit] = useState<MessageId | null>(null)
  /** With which of the messages that are held it begins: others take their place later. */
  const [start, setStart] = useState<{ message: MessageId; epoch: number } | null>(null)
  const [goTo, setGoTo] = useState<Jump['goTo']>(null)

  const toMessage = useCall(async (message: MessageId) => {
    if (id === null) return
    const index = indexIn(heldNow(id), message)
    if (index >= 0) setGoTo((was) => ({ index, times: (was?.times ?? 0) + 1 }))
    else {
      const page = await client.chat.messages({ conversation: id, around: message, limit: PAGE })
      setStart({ message, epoch: (heldNow(id)?.epoch ?? 0) + 1 })
      chatsStore.change((state) => putPageAround(state, id, page))
    }
    setLit(message)
  })
  const toDate = useCall(async (fromMs: number) => {
    if (id === null) return
    const page = await client.chat.messages({ conversation: id, fromMs, limit: PAGE })
    const first = page.messages[0]
    if (first === undefined) return
    // What lies before that day belongs in sight too.
    const around = await client.chat.messages({ conversation: id, around: first.id, limit: PAGE })
    setStart({ message: first.id, epoch: (heldNow(id)?.epoch ?? 0) + 1 })
    chatsStore.change((state) => putPageAround(state, id, around))
    setLit(first.id)
  })

  useEffect(() => {
    if (lit === null) return undefined
    const timer = setTimeout(() => setLit(null), LIT_MS)
    return () => clearTimeout(timer)
  }, [lit])

  const isReady = held !== null
  const arrive = useEffectEvent((message: MessageId) => void toMessage.run(message))
  useEffect(() => {
    if (target !== null && isReady) arrive(target)
  }, [target, isReady])

  const startIndex = start !== null && start.epoch === held?.epoch ? indexIn(held, start.message) : -1
  return { lit, startAt: startIndex < 0 ? undefined : startIndex, goTo, toMessage, toDate }
}

/** As it is when somebody chooses to go: what chose may have been drawn before the messages were there. */
function heldNow(id: ConversationId): Held | undefined {
  return chatsStore.api.getState().state.held.get(id)
}

function indexIn(held: Held | null | undefined, message: MessageId): number {
  return held?.messages.findIndex((one) => one.id === message) ?? -1
}
