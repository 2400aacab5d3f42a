import { useEffect, useState, type KeyboardEvent } from 'react'
import type { AccountId } from '../../../../shared/ids.ts'
import { nameOf } from '../../../../shared/model/contacts.ts'
import type { Conversation } from '../../../../shared/model/chat.ts'
import { usePeople } from '../../contacts/store.ts'
import { useMe } from '../../identity/store.ts'
import { complete, wantedAt, type Wanted } from './completion.ts'

export interface Offer {
  id: string
  /** What is put into the text. */
  by: string
  label: string
  /** What they call themselves, where that is another name; the code of an emoji. */
  note: string | null
  account: AccountId | null
}

/** More than this are found sooner by another letter. */
const MAX = 8

export interface Completion {
  offers: readonly Offer[]
  at: number
  choose: (offer: Offer) => void
  onKeyDown: (event: KeyboardEvent) => boolean
}

export interface CompletionOf {
  text: string
  caret: number
  conversation: Conversation | null
  onText: (text: string, caret: number) => void
  onNamed: (account: AccountId, label: string) => void
}

/** Offers people of a group behind `@`, and emoji behind `:`. */
export function useCompletion({ text, caret, conversation, onText, onNamed }: CompletionOf): Completion {
  const group = conversation?.group ?? null
  const wanted = wantedAt(text, caret, group !== null)
  const [dismissed, setDismissed] = useState<number | null>(null)
  const [place, setPlace] = useState({ of: '', at: 0 })
  const of = wanted === null ? '' : `${wanted.kind} ${wanted.from} ${wanted.query}`
  const people = usePeopleFor(wanted?.kind === 'person' ? wanted.query : null, conversation)
  const emoji = useEmojiFor(wanted?.kind === 'emoji' ? wanted.query : null)
  const offers = wanted === null || dismissed === wanted.from ? [] : wanted.kind === 'person' ? people : emoji
  const at = place.of === of ? Math.min(place.at, Math.max(0, offers.length - 1)) : 0

  const choose = (offer: Offer): void => {
    if (wanted === null) return
    const next = complete(text, wanted satisfies Wanted, offer.by)
    if (offer.account !== null) onNamed(offer.account, offer.by.slice(1))
    onText(next.text, next.caret)
  }
  const onKeyDown = (event: KeyboardEvent): boolean => {
    const offer = offers[at]
    if (offer === undefined || event.nativeEvent.isComposing || event.altKey) return false
    if (event.key === 'ArrowDown') setPlace({ of, at: (at + 1) % offers.length })
    else if (event.key === 'ArrowUp') setPlace({ of, at: (at + offers.length - 1) % offers.length })
    else if (event.key === 'Enter' || event.key === 'Tab') choose(offer)
    else if (event.key === 'Escape') setDismissed(wanted?.from ?? null)
    else return false
    event.preventDefault()
    return true
  }
  return { offers, at, choose, onKeyDown }
}

function usePeopleFor(query: string | null, conversation: Conversation | null): Offer[] {
  const people = usePeople()
  const me = useMe()?.account
  if (query === null || conversation?.group == null) return []
  const wanted = query.toLowerCase()
  return conversation.group.members
    .filter(({ account, state }) => account !== me && state === 'joined')
    .flatMap(({ account }) => {
      const person = people.get(account)
      const label = person?.claimedName ?? ''
      const name = person === undefined ? '' : nameOf(person)
      const isWanted = name.toLowerCase().includes(wanted) || label.toLowerCase().includes(wanted)
      if (label === '' || !isWanted) return []
      return [{ id: account, by: `@${label}`, label: name, note: label === name ? null : label, account }]
    })
    .toSorted((a, b) => a.label.localeCompare(b.label))
    .slice(0, MAX)
}

function useEmojiFor(query: string | null): Offer[] {
  const [found, setFound] = useState<{ of: string; offers: Offer[] } | null>(null)
  useEffect(() => {
    if (query === null) return undefined
    let gone = false
    void import('../emoji/data.ts').then(({ emojiByCode }) => {
      const offers = emojiByCode(query, MAX).map(({ code, emoji }) => ({ id: code, by: emoji, label: emoji, note: `:${code}:`, account: null }))
      if (!gone) setFound({ of: query, offers })
    })
    return () => {
      gone = true
    }
  }, [query])
  return found !== null && found.of === query ? found.offers : []
}
