import type { Person } from '../../shared/model/contacts.ts'
import type { Post } from '../../shared/model/square.ts'
import type { Io } from '../io.ts'
import { dim, fields, hanging, plural, time } from '../layout.ts'
import { millis } from '../ledger/words.ts'
import { oneLine } from '../plain.ts'
import { nameOf } from '../resolve.ts'
import { short } from '../short-id.ts'

/**
 * Who wrote a message. Anybody may call themselves anything: whoever is no contact is shown with the beginning of their
 * account, which nobody else has.
 */
export function authorName(post: Post, people: readonly Person[]): string {
  const contact = contactName(post, people)
  return contact ?? `"${oneLine(post.claimedName)}" ${short(post.author)}`
}

/** Null for whoever is no contact. */
function contactName({ author, mine }: Post, people: readonly Person[]): string | null {
  if (mine) return 'you'
  const person = people.find(({ account }) => account === author)
  return person === undefined || person.petname === null ? null : nameOf(person)
}

/** `14:03  Bea  text`, further lines indented under the text. */
export function postLines(
  post: Post,
  people: readonly Person[],
  { nowMs, colour }: Pick<Io, 'nowMs' | 'colour'>,
  withRoom: boolean,
): string[] {
  const room = withRoom ? `${post.room}  ` : ''
  const head = `${time(post.sentAtMs, nowMs())}  ${room}${authorName(post, people)}  `
  const [first = '', ...rest] = hanging(head, post.text)
  return [dim(head, colour) + first.slice(head.length), ...rest]
}

export function describePost(post: Post, people: readonly Person[], nowMs: number): string[] {
  return fields([
    ['Message', post.id],
    ['Room', post.room],
    ['By', `${contactName(post, people) ?? `"${oneLine(post.claimedName)}"`} (${post.author})`],
    ...(post.safetyWords.length === 0
      ? []
      : [['Words', `${post.safetyWords.join(' ')} (the same as on their screen, if it is they)`] as const]),
    ['Sent', `${time(post.sentAtMs, nowMs)}, by their clock`],
    ['Came', `${time(post.receivedMs, nowMs)}, ${wayText(post)}`],
    ['Copies', `came ${plural(post.path.copies, 'time')}`],
    ['Text', post.text],
  ])
}

function wayText({ path: { hops, from, delayMs } }: Post): string {
  if (from === null) return 'written here'
  const took = `${millis(delayMs)} by both clocks`
  const last = `from ${short(from)}`
  if (hops === null) return `${took}, ${last}; over how many hops is not known`
  return hops <= 1 ? `${took}, ${last}, its author's own device` : `${took}, ${last}, over ${plural(hops, 'hop')}`
}
