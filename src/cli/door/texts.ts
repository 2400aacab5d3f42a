import type { Person } from '../../shared/model/contacts.ts'
import type { About, AnswerScope, Capability, Match, Rule, Scope, Until, Who } from '../../shared/model/door.ts'
import { bytes, duration, shortened, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import { matchPerson, nameOfAccount } from '../resolve.ts'
import { quoted } from '../shell.ts'
import { short } from '../short-id.ts'

/** `"holiday.jpg", 2.1 MiB`: what exactly, as far as it was said; empty where nothing was. A name is a stranger's. */
export function aboutText({ name, bytes: size, path }: About): string {
  const parts = [
    name === null ? null : `"${oneLine(name)}"`,
    path === null ? null : oneLine(path),
    size === null ? null : bytes(size),
  ]
  return parts.filter((part) => part !== null).join(', ')
}

/** `file "holiday.jpg", 2.1 MiB`. */
export function wanted(capability: Scope, about: About | undefined): string {
  const exactly = about === undefined ? '' : aboutText(about)
  return exactly === '' ? capability : `${capability} ${exactly}`
}

/** Letters of a stranger's in a column: they may choose hundreds, and nothing else would fit beside them. */
export const COLUMN_LETTERS = 32

/** The same for a column, where no stranger decides how wide it is. */
export function wantedShort(capability: Scope, about: About | undefined): string {
  if (about === undefined) return capability
  const { name, bytes: size, path } = about
  const cut = (text: string | null): string | null => (text === null ? null : shortened(text, COLUMN_LETTERS))
  return wanted(capability, { name: cut(name), bytes: size, path: cut(path) })
}

/**
 * What somebody may do, behind "may" or "may not". `this` is a name, a size and a path, as the rule is that an answer
 * makes. Who is let in may bring less; who is kept out is kept out with just this.
 */
export function deed(capability: Capability, scope: AnswerScope, about: About, letsIn: boolean): string {
  if (scope === 'everything') return 'come in for anything'
  const bounds = scope === 'this' ? boundsOf(about, letsIn) : ''
  switch (capability) {
    case 'contact':
      return `write to you${bounds}`
    case 'file':
      return `send you files${bounds}`
    case 'visit':
      return `visit your sites${bounds}`
    case 'relay':
      return `use this device as a relay${bounds}`
    case 'hold-mail':
      return `have mail held on this device${bounds}`
    case 'lookup':
      return `look up names on this device${bounds}`
    case 'load':
      return bounds === '' ? 'have pages load from other sites' : `have pages load from ${oneLine(about.name ?? '')}`
    case 'exit':
      return bounds === '' ? 'open the web through this device' : `open ${oneLine(about.name ?? '')} through this device`
    default: {
      const app = `the app ${capability.slice('app:'.length)}`
      const method = scope === 'this' ? about.path : null
      return method === null ? `use ${app}` : `make the request ${oneLine(method)} to ${app}`
    }
  }
}

function boundsOf({ name, bytes: size, path }: About, letsIn: boolean): string {
  const called = name === null || name === '' ? '' : ` called "${oneLine(name)}"`
  const under = path === null ? '' : ` under ${oneLine(path)}`
  return `${called}${under}${size === null ? '' : ` of ${letsIn ? 'up to' : 'exactly'} ${bytes(size)}`}`
}

/** Whom a rule is about. What a person named themselves stands in quotes. */
export function whoText(who: Who, people: readonly Person[]): string {
  switch (who.kind) {
    case 'account':
      return nameOfAccount(people, who.account)
    case 'group':
      return `tag:${oneLine(who.group)}`
    case 'name':
      return `${who.name} (${nameOfAccount(people, who.account)})`
    default:
      return who.kind
  }
}

/** Words that mean somebody in a rule, whatever anybody is called. */
export const kindsOfWho = ['contact', 'lan', 'relayed', 'unknown', 'anyone'] as const

/** The same as a word of a command that can be copied: no words of a stranger, and nothing that a shell acts on. */
export function whoArgument(who: Who, people: readonly Person[]): string {
  switch (who.kind) {
    case 'account': {
      const petname = people.find(({ account }) => account === who.account)?.petname
      const isTheirs = petname != null && matchPerson(people, petname).found === 'one'
      return isTheirs && isName(petname) ? quoted(petname) : who.account
    }
    case 'group':
      return quoted(`tag:${who.group}`)
    case 'name':
      return `name:${who.name}=${who.account}`
    default:
      return who.kind
  }
}

/** No keyword, no option, nothing with a colon that would mean something else. */
function isName(text: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}\p{M} .'_-]*$/u.test(text) && !kindsOfWho.some((kind) => kind === text)
}

/** `called "Notes.pdf", at most 16.0 MiB, under /notes, 5 an hour`; `-` where nothing more is asked for. */
export function matchText({ name, minBytes, maxBytes, path, perHour }: Match): string {
  const parts = [
    name === null ? null : `called "${oneLine(name)}"`,
    minBytes === null ? null : `at least ${bytes(minBytes)}`,
    maxBytes === null ? null : `at most ${bytes(maxBytes)}`,
    path === null ? null : `under ${oneLine(path)}`,
    perHour === null ? null : `${perHour} an hour`,
  ]
  return parts.filter((part) => part !== null).join(', ') || '-'
}

/** `forever`, `quit`, `12 h left`, `until 2026-12-01 18:00`: near ends as what is left, far ones as a date. */
export function untilText(until: Until, nowMs: number): string {
  if (until.kind !== 'time') return until.kind
  const leftMs = until.untilMs - nowMs
  if (leftMs <= 0) return 'over'
  return leftMs < FAR_MS ? `${duration(leftMs)} left` : `until ${time(until.untilMs, nowMs)}`
}
const FAR_MS = 48 * 3_600_000

/** `rule k3x…, allow Bea file`: which rule, in a line of its own. */
export function ruleText(rule: Rule, people: readonly Person[]): string {
  const more = matchText(rule.match)
  const what = `${rule.verdict} ${whoText(rule.who, people)} ${rule.capability}`
  return `rule ${short(rule.id)} (${more === '-' ? what : `${what}, ${more}`})`
}
