import type { AccountId } from '../../shared/ids.ts'
import type { Person } from '../../shared/model/contacts.ts'
import type { BlockLine } from '../../shared/model/blocks.ts'
import type { EvidenceOfTwo } from '../../shared/model/consensus.ts'
import type { BlockId, EntryId, NameLabel } from '../../shared/model/ledger.ts'
import type { KnownNetwork } from '../../shared/model/networks.ts'
import type { Client } from '../client.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { oneLine } from '../plain.ts'
import { firstSettled, matchId, only, onlyPerson, type Named } from '../resolve.ts'
import { beginsWith, short } from '../short-id.ts'

/** As many as the node gives at once. */
const PAGE = 500
/** Where the beginning of an id is looked for: a second of asking, days of a busy chain. */
const PAGES = 10

/** A block by its height, its id, or the beginning of that among the newest ones and those of forks. */
export async function blockOf(client: Client, text: string): Promise<BlockId | number> {
  if (/^\d{1,15}$/.test(text)) {
    if (Number(text) === 0) throw wrongArgument('Heights begin at 1; before that is the network itself: latch ledger head')
    return Number(text)
  }
  const ids = await import('../../shared/model/ledger.ts')
  const whole = ids.BlockId.safeParse(text)
  if (whole.success) return whole.data
  const lines = [...(await newestBlocks(client)), ...(await forkedBlocks(client))]
  const distinct = [...new Map(lines.map((line) => [line.id, line])).values()]
  return only(matchId(distinct, text), text, 'block', ({ id, height }) => `${short(id)} (height ${height})`).id
}

async function newestBlocks(client: Client): Promise<BlockLine[]> {
  const all: BlockLine[] = []
  for (let page = 0; page < PAGES; page += 1) {
    const before = all.at(-1)?.height
    if (before === 1) break
    const lines = await client.ledger.blocks({ limit: PAGE, ...(before === undefined ? {} : { before }) })
    all.push(...lines)
    if (lines.length < PAGE) break
  }
  return all
}

async function forkedBlocks(client: Client): Promise<BlockLine[]> {
  return (await client.ledger.forks()).flatMap(({ chain, other }) => [...chain.blocks, ...other.blocks])
}

/** An entry by its id, or the beginning of that among those that wait and those of the newest blocks. */
export async function entryOf(client: Client, text: string): Promise<EntryId> {
  const ids = await import('../../shared/model/ledger.ts')
  const whole = ids.EntryId.safeParse(text)
  if (whole.success) return whole.data
  const entries = await client.ledger.entries({ waiting: false, limit: PAGE })
  return only(matchId(entries, text), text, 'entry', ({ id, kind }) => `${short(id)} (${kind})`).id
}

/** Evidence by its id or the beginning of it. */
export async function evidenceOf(client: Client, text: string): Promise<EvidenceOfTwo> {
  const all = await client.ledger.evidence()
  return only(matchId(all, text.toLowerCase()), text, 'evidence', ({ id, slot }) => `${short(id)} (slot ${slot})`)
}

/** An account by its id, or by the name or the beginning of the id of somebody known. */
export async function accountOf(client: Client, text: string, people?: readonly Person[]): Promise<AccountId> {
  const ids = await import('../../shared/ids.ts')
  const whole = ids.AccountId.safeParse(text)
  return whole.success ? whole.data : onlyPerson(people ?? (await client.contacts.list()), text).account
}

/** Who is meant by accounts: your contacts by their names, and you. */
export async function namedPeople(client: Client): Promise<Named[]> {
  const [people, identity] = await Promise.all([client.contacts.list(), client.identity.get()])
  const { me } = identity.state === 'ready' ? identity : { me: null }
  return me === null ? people : [...people, { account: me.account, petname: 'you', claimedName: me.name }]
}

/** The account of this device. Errors: CliError where there is none. */
export async function ownAccount(client: Client): Promise<AccountId> {
  const identity = await client.identity.get()
  if (identity.state === 'ready') return identity.me.account
  throw new CliError(exitCodes.failed, 'Nobody has named themselves here yet: latch identity create <name>', 'NO_ACCOUNT')
}

/** `alice`, or `alice.peer` where the network's names end so. Errors: CliError that says what a name is. */
export async function labelOf(client: Client, text: string): Promise<NameLabel> {
  const [label = '', ...rest] = text.split('.')
  const { NameLabel } = await import('../../shared/model/ledger.ts')
  const parsed = NameLabel.safeParse(label)
  if (!parsed.success || rest.length > 1) {
    throw wrongArgument(
      `"${oneLine(text)}" cannot be a name: 3 to 63 small letters, digits and hyphens, with no hyphen at either end.`,
    )
  }
  if (rest.length === 0) return parsed.data
  const { tld } = await client.ledger.head()
  if (rest[0] !== tld) throw wrongArgument(`Names of this network end in .${tld}, not .${oneLine(rest[0] ?? '')}.`)
  return parsed.data
}

/** A network by what you call it, by its id, or the beginning of that. */
export function networkOf(networks: readonly KnownNetwork[], text: string): KnownNetwork {
  const fold = (label: string): string => label.normalize('NFKC').trim().toLocaleLowerCase('en')
  const match = firstSettled([
    () => networks.filter(({ id }) => id === text),
    () => networks.filter(({ label }) => fold(label) === fold(text)),
    () => networks.filter(({ id }) => beginsWith(id, text)),
  ])
  return only(match, text, 'network', ({ id, label }) => `${oneLine(label)} (${short(id)})`)
}
