import type { Message } from '../../../shared/model/chat.ts'
import { actsOf, type Act } from './acts/menu.ts'
import { moderates, type Talk } from './talk.ts'

interface Key {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

const acts: Readonly<Record<string, Act | 'menu'>> = {
  r: 'reply',
  e: 'react',
  f: 'forward',
  c: 'copy',
  p: 'pin',
  Delete: 'remove',
  Enter: 'menu',
}

/** What a key does to the message that has the focus, where it can be done. Pure. */
export function actOfKey(key: Key, message: Message, talk: Pick<Talk, 'canWrite' | 'conversation'>): Act | 'menu' | null {
  if (key.ctrlKey || key.metaKey || key.altKey) return null
  const act = acts[key.key]
  if (act === undefined || act === 'menu') return act ?? null
  const wanted = act === 'pin' && message.pinned ? 'unpin' : act
  const can = actsOf(message, { canWrite: talk.canWrite, moderates: moderates(talk.conversation) }).flat()
  return can.includes(wanted) ? wanted : null
}
