import { createContext, useContext } from 'react'
import type { AccountId, MessageId } from '../../../shared/ids.ts'
import type { Conversation, Message } from '../../../shared/model/chat.ts'
import type { Act } from './acts/menu.ts'
import type { Names } from './use-names.ts'

/** What everything in an open conversation goes by. */
export interface Talk {
  conversation: Conversation
  names: Names
  /** Whether something can be said here now. */
  canWrite: boolean
  /** Whose delivery trace is open. */
  traced: MessageId | null
  /** What was just jumped to. */
  lit: MessageId | null
  onTrace: (id: MessageId) => void
  onJump: (id: MessageId) => void
  onAct: (act: Act, message: Message) => void
  onReact: (message: Message, emoji: string, on: boolean) => void
  /** Opens what can be done with a message, where it was asked for. */
  onMenu: (message: Message, anchor: Anchor) => void
  onPick: (message: Message, anchor: Anchor) => void
}

/** Where something that floats is put: by an element, or by a point of the window. */
export type Anchor = Element | { getBoundingClientRect: () => DOMRect }

export const TalkContext = createContext<Talk | null>(null)

export function useTalk(): Talk {
  const talk = useContext(TalkContext)
  if (talk === null) throw new Error('there is no conversation above this component')
  return talk
}

/** Whether somebody may take messages of others back here. */
export function moderates({ group }: Conversation): boolean {
  return group !== null && group.state === 'joined' && group.role !== 'member'
}

/** Whoever a conversation is with, where it is with one person. */
export function personOf(conversation: Conversation): AccountId | null {
  return conversation.kind === 'direct' ? conversation.with : null
}
