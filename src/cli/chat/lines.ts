import type { Message } from '../../shared/model/chat.ts'
import type { Person } from '../../shared/model/contacts.ts'
import type { FileOffer } from '../../shared/model/files.ts'
import type { GroupNotice } from '../../shared/model/groups.ts'
import type { Io } from '../io.ts'
import { bytes, dim, hanging, plural, shortened, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import { nameOfAccount } from '../resolve.ts'
import { short } from '../short-id.ts'

interface Shown {
  /** To whom it went, or in which group it stands; not said where all are of one conversation. */
  readonly where?: string
  readonly withId?: boolean
}

/** `14:03  Bea  text`, further lines indented under the text; of ours, how far it got. */
export function linesOf(message: Message, people: readonly Person[], io: Pick<Io, 'nowMs' | 'colour'>, { where, withId }: Shown = {}): string[] {
  const to = where === undefined ? '' : message.mine ? ` to ${where}` : where.startsWith('#') ? ` in ${where}` : ''
  const who = message.mine ? `you${to} (${stateOf(message)})` : `${nameOfAccount(people, message.from)}${to}`
  const id = withId === true ? `${short(message.id)}  ` : ''
  const head = `${time(message.sentMs, io.nowMs())}  ${id}${who}  `
  const [first = '', ...rest] = hanging(head, saidIn(message, people))
  return [dim(head, io.colour) + first.slice(head.length), ...rest]
}

/** In a group, of how many. */
function stateOf({ state, reach }: Message): string {
  if (reach.of < 2) return state
  return state === 'queued' ? `${reach.delivered} of ${reach.of} have it` : `${state}, ${reach.read} of ${reach.of} have read it`
}

function saidIn(message: Message, people: readonly Person[]): string {
  const { kind, text, files, reply, reactions, editedMs, forwarded, pinned, notice, deletedBy, from } = message
  if (kind === 'deleted') return deletedBy === null || deletedBy === from ? '(taken back)' : `(taken back by ${nameOfAccount(people, deletedBy)})`
  if (kind === 'missing') return '(its words have not come)'
  if (notice !== null) return `(${deedOf(notice, people)})`
  const answered = reply === null ? [] : [`> ${reply.from === null ? '' : `${nameOfAccount(people, reply.from)}: `}${shortened(oneLine(reply.text) || 'a message that is not here', 60)}`]
  const marks = [...(editedMs === null ? [] : ['edited']), ...(forwarded ? ['forwarded'] : []), ...(pinned ? ['pinned'] : [])]
  const given = reactions.map(({ emoji, by }) => `${emoji} ${by.length}`).join('  ')
  return [...answered, ...(text === '' ? [] : [text]), ...files.map(fileLine), ...(given === '' ? [] : [given]), ...(marks.length === 0 ? [] : [`(${marks.join(', ')})`])].join('\n')
}

export function fileLine({ name, bytes: size, kind, files, durationMs }: FileOffer): string {
  const many = files === null ? '' : `, ${plural(files, 'file')}`
  const length = durationMs === null ? '' : `, ${Math.max(1, Math.round(durationMs / 1_000))} s`
  return `[${kind}: ${oneLine(name)}, ${bytes(size)}${many}${length}]`
}

/** One line of a conversation's list. */
export function briefOf(message: Message, people: readonly Person[]): string {
  return shortened(`${message.mine ? 'you: ' : ''}${oneLine(saidIn(message, people))}`, 40)
}

function deedOf(notice: GroupNotice, people: readonly Person[]): string {
  const whom = 'whom' in notice ? nameOfAccount(people, notice.whom) : ''
  switch (notice.what) {
    case 'created':
      return 'made the group'
    case 'joined':
    case 'left':
      return notice.what
    case 'added':
    case 'removed':
      return `${notice.what} ${whom}`
    case 'promoted':
      return `made ${whom} a moderator`
    case 'demoted':
      return `made ${whom} a member`
    case 'made-owner':
      return `made ${whom} the owner`
    case 'titled':
      return `called the group ${oneLine(notice.title)}`
    case 'pictured':
      return 'changed the picture'
    case 'history-changed':
      return 'changed what late joiners see'
    default:
      return 'changed who may add members'
  }
}
