import { nameOf } from '../../shared/model/contacts.ts'
import type { AccountId, ConversationId } from '../../shared/ids.ts'
import type { Message } from '../../shared/model/chat.ts'
import type { Capability, Knock } from '../../shared/model/door.ts'
import { SECOND } from '../../shared/units.ts'
import type { ChatFeature } from '../features/chat/types.ts'
import type { ContactsFeature } from '../features/contacts/types.ts'
import type { DoorFeature } from '../features/door/types.ts'
import type { Clock } from '../platform/clock.ts'
import { follow } from '../platform/feed.ts'
import type { Log } from '../platform/log.ts'

/** What a person is told of while the window is in the background, and where in the window it is. */
export interface Notice {
  readonly title: string
  readonly body: string
  readonly path: string
}

export interface NoticeParts {
  readonly household: {
    readonly chat: Pick<ChatFeature, 'watch'>
    readonly contacts: Pick<ContactsFeature, 'get'>
    readonly door: Pick<DoorFeature, 'watch'>
  }
  readonly tell: (notice: Notice) => void
  readonly clock: Clock
  readonly log: Log
}

/** As much of a message as a notification shows. */
const MAX_BODY_CHARACTERS = 160

/** Of one conversation, however much is said in it: whoever was away for a week is told once, not a thousand times. */
const EVERY_MS = 10 * SECOND

/** Tells of each knock once, and of messages, until `signal` aborts. */
export function watchForNotices({ household, tell, clock, log }: NoticeParts, signal: AbortSignal): void {
  const { chat, contacts, door } = household
  const atDoor = new Set<string>()
  const toldMs = new Map<ConversationId, number>()

  const nameFor = (account: AccountId, claimed: string): string => {
    const person = contacts.get(account)
    return person === null ? claimed : nameOf(person)
  }

  const knocked = (knock: Knock): void => {
    if (knock.state !== 'pending') return void atDoor.delete(knock.id)
    if (atDoor.has(knock.id)) return
    atDoor.add(knock.id)
    const name = nameFor(knock.account, knock.claimedName)
    const body = `${name} ${wish(knock.capability)}. Nothing is let in until you answer.`
    tell({ title: `${name} knocks`, body, path: '/door' })
  }

  const said = (message: Message): void => {
    if (message.mine) return
    const nowMs = clock.monotonicMs()
    const lastMs = toldMs.get(message.conversation)
    if (lastMs !== undefined && nowMs - lastMs < EVERY_MS) return
    toldMs.set(message.conversation, nowMs)
    tell({ title: nameFor(message.from, 'A message'), body: message.text, path: `/chats/${message.from}` })
  }

  const streams = [
    follow(
      () => door.watch(signal),
      (item) => {
        if (item.kind === 'snapshot') item.snapshot.pending.forEach(knocked)
        else if (item.event.event === 'knock-changed') knocked(item.event.knock)
      },
    ),
    follow(
      () => chat.watch(signal),
      (item) => {
        if (item.kind === 'event' && item.event.event === 'message-stored') said(item.event.message)
      },
    ),
  ]
  for (const stream of streams) {
    stream.catch((error: unknown) => log.error({ error }, 'notifications stopped'))
  }
}

function wish(capability: Capability): string {
  switch (capability) {
    case 'contact':
      return 'would like to chat'
    case 'file':
      return 'would like to send a file'
    case 'visit':
      return 'would like to visit your site'
    case 'relay':
      return 'would like to use this device as a relay'
    case 'hold-mail':
      return 'would like you to hold mail'
    case 'lookup':
      return 'would like to look up a name'
    default:
      return `asks for ${capability}`
  }
}

/**
 * The body of a notification. Linux desktops read it as markup, in which a stranger could place a link or an image.
 * Source: Desktop Notifications Specification, "Markup".
 */
export function bodyText(text: string, platform: NodeJS.Platform = process.platform): string {
  const short = text.slice(0, MAX_BODY_CHARACTERS).toWellFormed()
  if (platform !== 'linux') return short
  return short.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
