import type { AccountId } from '../../shared/ids.ts'
import type { NameLabel } from '../../shared/model/ledger.ts'
import type { ZoneLabel } from '../../shared/model/names.ts'
import type { Client } from '../client.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { onlyPerson } from '../resolve.ts'
import { short } from '../short-id.ts'

/** As long as the contract takes; what is longer is no name either way. */
const MAX_TEXT = 1_024

/** A name as it was meant: `www.alice.peer` is the label `www` of `alice`. */
export interface Place {
  readonly name: NameLabel
  /** `@`: the name itself. */
  readonly label: ZoneLabel
  /** Without its label: `alice.peer`. */
  readonly fullName: string
  /** As it was written: `www.alice.peer`. */
  readonly shown: string
}

/**
 * `alice`, `alice.peer` or `www.alice.peer`; the label counts only where the ending is there. *Errors*: CliError with the
 * node's own sentence for what is wrong with it.
 */
export async function placeOf(client: Client, text: string): Promise<Place> {
  const { tld } = await client.ledger.head()
  const typed = withEnding(text, tld)
  const read = await split(typed, tld)
  if (read !== null) return read
  // Only the node reads what people type: whatever is no plain name is put to it, and a refusal asks nobody.
  const { outcome, fullName } = await client.names.query({ text: typed.slice(0, MAX_TEXT) })
  const again = outcome.outcome === 'refused' ? null : await split(fullName, tld)
  if (again !== null) return again
  throw wrongArgument(outcome.outcome === 'refused' ? outcome.why : 'That is no name.')
}

/** The same where no label is meant. */
export async function nameOf(client: Client, text: string): Promise<Place> {
  const place = await placeOf(client, text)
  if (place.label === '@') return place
  throw wrongArgument(`${place.shown} is a label of ${place.fullName}; here a whole name is meant.`)
}

/** What a person typed, as a whole name: an ending left out is put there. */
export function withEnding(text: string, tld: string): string {
  const bare = text.trim()
  return bare === '' || bare.includes('.') ? bare : `${bare}.${tld}`
}

async function split(fullName: string, tld: string): Promise<Place | null> {
  if (!fullName.endsWith(`.${tld}`)) return null
  const parts = fullName.slice(0, -tld.length - 1).split('.')
  const [names, { NameLabel }] = await Promise.all([import('../../shared/model/names.ts'), import('../../shared/model/ledger.ts')])
  const name = NameLabel.safeParse(parts.pop())
  const label = names.ZoneLabel.safeParse(parts.length === 0 ? '@' : parts.join('.'))
  if (!name.success || !label.success) return null
  return { name: name.data, label: label.data, fullName: `${name.data}.${tld}`, shown: fullName }
}

/**
 * Who is to have something for good: an account, `me`, a person, or whoever owns a name now. What a stranger calls
 * themselves is not enough, and a name is never taken for what somebody is called. *Errors*: CliError.
 */
export async function recipientOf(client: Client, text: string): Promise<AccountId> {
  const ids = await import('../../shared/ids.ts')
  const whole = ids.AccountId.safeParse(text)
  if (whole.success) return whole.data
  const [people, { tld }] = await Promise.all([client.contacts.list(), client.ledger.head()])
  const contacts = people.filter(({ petname }) => petname !== null)
  if (!text.endsWith(`.${tld}`)) return onlyPerson(contacts, text).account
  const { name, fullName } = await nameOf(client, text)
  const owned = await client.ledger.name({ name })
  if (owned === null || owned.phase === 'free' || owned.phase === 'grace')
    throw new CliError(exitCodes.failed, `Nobody has ${fullName} now.`, 'NOT_FOUND')
  const namesake = contacts.find(({ petname, account }) => petname === text && account !== owned.owner)
  if (namesake === undefined) return owned.owner
  throw new CliError(
    exitCodes.failed,
    `Your contact ${fullName} is ${short(namesake.account)}, and the name belongs to ${short(owned.owner)} now: say the account.`,
    'CONFLICT',
  )
}
