import type { Person } from '../shared/model/contacts.ts'
import type { Peer } from '../shared/model/peers.ts'
import type { Introducer } from '../shared/model/reach.ts'
import { CliError, exitCodes } from './failure.ts'
import { oneLine } from './plain.ts'
import { beginsWith, short } from './short-id.ts'

/** What it takes to say who somebody is. */
export type Named = Pick<Person, 'account' | 'petname' | 'claimedName'>

export type Match<Item> = { found: 'one'; item: Item } | { found: 'none' } | { found: 'many'; items: Item[] }

/**
 * Who is meant by `text`: an id; the name you gave; a name of theirs on the ledger; the name they gave themselves, which only
 * counts where no name of yours fits, so that no stranger can take the place of a contact; the beginning of an id. Case does
 * not matter.
 */
export function matchPerson(people: readonly Person[], text: string): Match<Person> {
  const wanted = fold(text)
  return firstSettled([
    () => people.filter(({ account }) => account === text),
    () => people.filter(({ petname }) => petname !== null && fold(petname) === wanted),
    () => people.filter(({ names }) => names.includes(wanted)),
    () => (isLikeAName(wanted) ? [] : people.filter(({ petname, claimedName }) => petname === null && fold(claimedName) === wanted)),
    () => people.filter(({ account }) => beginsWith(account, text)),
  ])
}

/** `alice.peer` is proven by the ledger: whoever only calls themselves so is not meant by it. */
function isLikeAName(text: string): boolean {
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text)
}

/** A peer by its id or the beginning of it, by the name of its person, or their account. */
export function matchPeer(peers: readonly Peer[], people: readonly Person[], text: string): Match<Peer> {
  const person = matchPerson(people, text)
  if (person.found === 'many')
    return { found: 'many', items: peers.filter((peer) => person.items.some((one) => one.account === peer.account)) }
  return firstSettled([
    () => peers.filter(({ peerId }) => peerId === text),
    () => (person.found === 'one' ? peers.filter(({ account }) => account === person.item.account) : []),
    () => peers.filter(({ peerId }) => beginsWith(peerId, text)),
  ])
}

/** What has an `id` of random letters: knocks, rules, messages. */
export function matchId<Item extends { id: string }>(items: readonly Item[], text: string): Match<Item> {
  return firstSettled([
    () => items.filter(({ id }) => id === text),
    () => items.filter(({ id }) => beginsWith(id, text)),
  ])
}

/** An introducer by its key, the name it gave itself, or the beginning of its key. */
export function onlyIntroducer(introducers: readonly Introducer[], text: string): Introducer {
  const match = firstSettled([
    () => introducers.filter(({ peerId }) => peerId === text),
    () => introducers.filter(({ name }) => fold(name) === fold(text)),
    () => introducers.filter(({ peerId }) => beginsWith(peerId, text)),
  ])
  return only(match, text, 'introducer', ({ name, peerId }) => `"${oneLine(name)}" (${short(peerId)})`)
}

export function onlyPerson(people: readonly Person[], text: string): Person {
  return only(matchPerson(people, text), text, 'person', nameWithId)
}

export function onlyPeer(peers: readonly Peer[], people: readonly Person[], text: string): Peer {
  return only(matchPeer(peers, people, text), text, 'peer', ({ peerId }) => short(peerId))
}

/** The one that is meant. Errors: CliError saying that there is none, or between which to choose. */
export function only<Item>(match: Match<Item>, text: string, what: string, say: (item: Item) => string): Item {
  if (match.found === 'one') return match.item
  const wanted = `"${oneLine(text)}"`
  if (match.found === 'none')
    throw new CliError(exitCodes.failed, `There is no ${what} of the name or id ${wanted}.`, 'NOT_FOUND')
  const choices = match.items.slice(0, 5).map(say).join(', ')
  const more = match.items.length > 5 ? ', …' : ''
  throw new CliError(
    exitCodes.failed,
    `${wanted} fits more than one ${what}: ${choices}${more}. Use more of the id.`,
    'CONFLICT',
  )
}

/** The name to show. A stranger's own name stands in quotes: nobody has vouched for it. */
export function nameOf(person: Pick<Named, 'petname' | 'claimedName'>): string {
  return person.petname === null ? `"${oneLine(person.claimedName)}"` : oneLine(person.petname)
}

export function nameOfAccount(people: readonly Named[], account: string | null): string {
  if (account === null) return '(unknown)'
  const person = people.find((one) => one.account === account)
  return person === undefined ? short(account) : nameOf(person)
}

function nameWithId(person: Person): string {
  return `${nameOf(person)} (${short(person.account)})`
}

/** The first way of looking that finds something decides, whether it finds one or many. */
export function firstSettled<Item>(ways: readonly (() => Item[])[]): Match<Item> {
  for (const way of ways) {
    const items = way()
    const [item] = items
    if (item !== undefined) return items.length === 1 ? { found: 'one', item } : { found: 'many', items }
  }
  return { found: 'none' }
}

function fold(name: string): string {
  return name.normalize('NFKC').trim().toLocaleLowerCase('en')
}
