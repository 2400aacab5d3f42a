import type { Conversation, Message } from '../../shared/model/chat.ts'
import { nameOf, type Person } from '../../shared/model/contacts.ts'
import type { Settings } from '../../shared/model/settings.ts'
import type { Notice } from './notice.ts'

interface About {
  /** Null: nobody known. */
  readonly person: Person | null
  /** Null: not known here yet. */
  readonly conversation: Conversation | null
  /** How many came since the last notification of that conversation, with this one. */
  readonly count: number
  readonly isForMe: boolean
}

/** What a notification says of a message, as much as the person wants a passer-by to read. */
export function messageNotice(message: Message, about: About, text: Settings['notificationText']): Notice {
  const { count } = about
  if (text === 'nothing') return { ...PLAIN, title: 'Latch', body: count === 1 ? 'A message' : `${count} messages` }
  const who = about.person === null ? 'Somebody' : nameOf(about.person)
  const group = about.conversation?.group?.title ?? null
  const title = `${who}${group === null ? '' : ` in ${group}`}`
  const reply = `Reply to ${group ?? who}`
  const many = count === 1 ? '' : ` (${count} messages)`
  if (text === 'who') return { ...PLAIN, title, body: `${about.isForMe ? 'Mentions or answers you' : 'A message'}${many}`, reply }
  return { ...PLAIN, title: `${title}${many}`, body: saidIn(message), reply }
}

/** Somebody asks this person into a group. */
export function invitationNotice({ group }: Conversation, person: Person | null, text: Settings['notificationText']): Notice {
  const who = person === null ? 'Somebody' : nameOf(person)
  if (text === 'nothing') return { ...PLAIN, title: 'Latch', body: 'An invitation to a group' }
  const body = text === 'everything' ? `You are invited to ${group?.title ?? 'a group'}.` : 'You are invited to a group.'
  return { ...PLAIN, title: who, body }
}

const PLAIN = { buttons: [], untilMs: null }

function saidIn({ text, files, kind }: Message): string {
  const [first] = files
  if (text !== '' || first === undefined) return text
  if (kind === 'voice') return 'A voice note'
  if (files.length > 1) return files.every((file) => file.kind === 'picture') ? `${files.length} pictures` : `${files.length} files`
  return first.kind === 'picture' ? 'A picture' : first.name
}
