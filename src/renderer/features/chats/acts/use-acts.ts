import { useState } from 'react'
import type { AccountId } from '../../../../shared/ids.ts'
import type { Message } from '../../../../shared/model/chat.ts'
import { useClient } from '../../../bridge/bridge.tsx'
import { failureOf, type Failure } from '../../../bridge/failure.ts'
import { chatsStore } from '../store.ts'
import { useComposing } from '../composer/composing.ts'
import type { Act } from './menu.ts'

/** What is asked about before it is done. */
export type Asked =
  | { what: 'remove'; message: Message }
  | { what: 'forward'; message: Message }
  | { what: 'remove-all'; account: AccountId }

export interface Acts {
  act: (act: Act, message: Message) => void
  react: (message: Message, emoji: string, on: boolean) => void
  asked: Asked | null
  answered: () => void
  failure: Failure | null
  dismiss: () => void
}

/** Does what was chosen for a message, or asks first where it cannot be undone. */
export function useActs(key: string, onTrace: (message: Message) => void): Acts {
  const client = useClient()
  const [asked, setAsked] = useState<Asked | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const reply = useComposing((store) => store.reply)
  const edit = useComposing((store) => store.edit)

  const run = (call: Promise<Message | void>): void => {
    setFailure(null)
    call.then(
      // The event says the same; the answer may be sooner.
      (message) => {
        if (message !== undefined) chatsStore.change((state) => changed(state, message))
      },
      (error: unknown) => setFailure(failureOf(error)),
    )
  }

  const act = (act: Act, message: Message): void => {
    const { id } = message
    switch (act) {
      case 'reply':
        return reply(key, message)
      case 'edit':
        return edit(key, message)
      case 'copy':
        return run(navigator.clipboard.writeText(message.text))
      case 'pin':
      case 'unpin':
        return run(client.chat.pinMessage({ id, pinned: act === 'pin' }))
      case 'trace':
        return onTrace(message)
      case 'remove':
      case 'forward':
        return setAsked({ what: act, message })
      case 'remove-all':
        return setAsked({ what: 'remove-all', account: message.from })
      case 'react':
        return undefined
    }
  }

  return {
    act,
    react: (message, emoji, on) => run(client.chat.react({ id: message.id, emoji, on })),
    asked,
    answered: () => setAsked(null),
    failure,
    dismiss: () => setFailure(null),
  }
}

function changed(state: ReturnType<typeof chatsStore.api.getState>['state'], message: Message): typeof state {
  const held = state.held.get(message.conversation)
  if (held === undefined) return state
  const messages = held.messages.map((one) => (one.id === message.id ? message : one))
  return { ...state, held: new Map(state.held).set(message.conversation, { ...held, messages }) }
}
