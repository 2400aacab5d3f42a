import { useEffect, useEffectEvent, useRef } from 'react'
import { create } from 'zustand'
import type { AccountId } from '../../../shared/ids.ts'
import { MAX_TEXT_BYTES, type Conversation } from '../../../shared/model/chat.ts'
import { useClient } from '../../bridge/bridge.tsx'

interface Drafts {
  /** By account, or by conversation where that is no person's. */
  texts: ReadonlyMap<string, string>
  greetings: ReadonlyMap<AccountId, string>
  write: (to: string, text: string) => void
  greet: (to: AccountId, greeting: string) => void
}

/**
 * What was typed and not sent, for as long as the window lives; of a conversation there is, the node keeps it longer. Not
 * in a browser's storage: the database is encrypted and that is not.
 */
export const useDrafts = create<Drafts>()((set) => ({
  texts: new Map(),
  greetings: new Map(),
  write: (to, text) => set(({ texts }) => ({ texts: new Map(texts).set(to, text) })),
  greet: (to, greeting) => set(({ greetings }) => ({ greetings: new Map(greetings).set(to, greeting) })),
}))

/** Somebody who stops for so long may as well have gone away. */
const KEEP_AFTER_MS = 800

/** The draft of a conversation: as it was typed here, else as it was kept, maybe by another device. */
export function useDraft(key: string, conversation: Conversation | null): [text: string, write: (text: string) => void] {
  const client = useClient()
  const typed = useDrafts((drafts) => drafts.texts.get(key))
  const write = useDrafts((drafts) => drafts.write)
  const kept = conversation?.choices.draft ?? ''
  const id = conversation?.id ?? null
  const pending = useRef<ReturnType<typeof setTimeout> | null>(null)

  const keep = useEffectEvent(() => {
    pending.current = null
    const text = useDrafts.getState().texts.get(key)
    if (id === null || text === undefined || text === kept || text.length > MAX_TEXT_BYTES) return
    // It stays in the window's memory when it cannot be kept, and is tried again with the next letter.
    client.chat.choose({ conversation: id, draft: text }).catch(() => {})
  })
  useEffect(() => {
    if (typed === undefined || typed === kept) return undefined
    const timer = setTimeout(keep, KEEP_AFTER_MS)
    pending.current = timer
    return () => clearTimeout(timer)
  }, [typed, kept])
  // Whoever opens another conversation leaves this one as it is.
  useEffect(
    () => () => {
      if (pending.current !== null) keep()
    },
    [],
  )

  return [typed ?? kept, (text) => write(key, text)]
}
