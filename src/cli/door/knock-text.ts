import type { Person } from '../../shared/model/contacts.ts'
import type { Knock, Offering } from '../../shared/model/door.ts'
import type { Introducer } from '../../shared/model/reach.ts'
import { duration, fields, plural, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import { nameOf } from '../resolve.ts'
import { short } from '../short-id.ts'
import { aboutText, wanted } from './texts.ts'

/** What names are known here, to say who and through whom. */
export interface Known {
  readonly people: readonly Person[]
  readonly introducers: readonly Pick<Introducer, 'peerId' | 'name'>[]
}

/** Who, what, from where, until when: in that order, as in the window. */
export function describeKnock(knock: Knock, known: Known, nowMs: number): string[] {
  const person = known.people.find(({ account }) => account === knock.account)
  return [
    `${short(knock.id)}  ${headline(knock, known.people)}; ${leftOf(knock, nowMs)}`,
    ...fields([
      ...some(knock.greeting, (text) => ['says', `"${oneLine(text)}"`]),
      ...some(person?.safetyWords.join(' ') ?? '', (text) => ['words', text]),
      ['trust', trustOf(person)],
      ...some(knock.ledgerName, ({ name, sinceMs }) => ['name', `${name}, theirs since ${time(sinceMs, nowMs)}`]),
      ['from', knock.page === null ? fromOf(knock, known) : knock.page.offered === undefined ? 'a page that is open here' : 'a message to you'],
      ...some(knock.page?.offered?.into ?? null, (into) => ['saves', `to ${oneLine(into)}; nothing is opened or run`]),
      ...some(beforeOf(knock), (text) => ['before', text]),
      ...(knock.quiet ? [['quiet', 'it came while you are not to be disturbed'] as const] : []),
    ]).map((line) => `  ${line}`),
  ]
}

/** `"Ada" (not a contact) asks for file "holiday.jpg", 2.1 MiB`; of a page, `a page of "Ada" (…) asks for load …`. */
export function headline(knock: Knock, people: readonly Person[]): string {
  const person = people.find(({ account }) => account === knock.account)
  const name = nameAtDoor(knock, people)
  const site = knock.page?.site == null ? '' : `, ${oneLine(knock.page.site)},`
  const offered = knock.page?.offered
  const whose = knock.page === null || offered !== undefined ? '' : `a page${site} of `
  const asks = offered === undefined ? `asks for ${wanted(knock.capability, knock.about)}` : offersText(offered, knock.about)
  return `${whose}${name}${person?.petname == null ? ' (not a contact)' : ''} ${asks}`
}

/** `offers the folder "holiday", 2.1 GiB, 40 files`. */
function offersText({ kind, files }: Offering, about: Knock['about']): string {
  const exactly = [aboutText(about), ...(files === null ? [] : [plural(files, 'file', 'files')])].filter((part) => part !== '')
  return `offers the ${kind} ${exactly.join(', ')}`.trim()
}

/** Your name for them; else what they call themselves now, in quotes. */
export function nameAtDoor(knock: Pick<Knock, 'account' | 'claimedName'>, people: readonly Person[]): string {
  const person = people.find(({ account }) => account === knock.account)
  return nameOf(person ?? { petname: null, claimedName: knock.claimedName })
}

export function leftOf(knock: Knock, nowMs: number): string {
  const left = `${duration(knock.untilMs - nowMs)} left`
  if (knock.state === 'pending') return left
  return knock.state === 'queued' ? `in line, ${left}` : knock.state
}

/** The route, and through whom a relayed one goes. An introducer's name is what it calls itself. */
export function routeText(knock: Pick<Knock, 'route' | 'through'>, { introducers }: Known): string {
  if (knock.through === null) return knock.route
  const name = introducers.find(({ peerId }) => peerId === knock.through)?.name ?? ''
  return `${knock.route} through ${name === '' ? short(knock.through) : `"${oneLine(name)}"`}`
}

function fromOf(knock: Knock, known: Known): string {
  return `${oneLine(knock.address)} (${routeText(knock, known)})`
}

function trustOf(person: Person | undefined): string {
  switch (person?.trust) {
    case 'verified':
      return 'verified: you compared the words'
    case 'changed':
      return 'CHANGED: other devices speak for this account now; compare the words again'
    case 'revoked':
      return 'REVOKED: this account said of itself that it counts no more'
    case 'unverified':
    case undefined:
      return 'not verified'
  }
}

function beforeOf({ before, requests, page }: Knock): string {
  const parts = [
    before === 0 || page !== null ? null : `knocked ${before === 1 ? 'once' : `${before} times`}`,
    requests === 1 ? null : `${plural(requests, 'request')}, one question`,
  ]
  return parts.filter((part) => part !== null).join('; ')
}

function some<Value>(
  value: Value | null,
  pair: (value: Value) => readonly [label: string, text: string],
): (readonly [label: string, text: string])[] {
  return value === null || value === '' ? [] : [pair(value)]
}
