import type { Command } from 'commander'
import type { ZoneRecord } from '../../shared/model/names.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { readText } from '../files.ts'
import { plural } from '../layout.ts'
import { accountOf, namedPeople } from '../ledger/find.ts'
import { durationOf } from '../measures.ts'
import { nameOf, placeOf, type Place } from '../names/find.ts'
import { kindOf, recordOf, recordUses, worthTelling, type RecordKind } from '../names/record-words.ts'
import { parted, withRecord } from '../names/zone-edit.ts'
import { editIn, MAX_FILE_BYTES, type ZoneEdit } from '../names/zone-file.ts'
import { publicationText, recordTable, zoneLine } from '../names/zone-text.ts'
import { oneLine } from '../plain.ts'
import { onlyPeer } from '../resolve.ts'

const WHERE = 'alice.peer, or below it www.alice.peer'
const RECORDS = Object.values(recordUses).join('; ')

/** `latch name zone`, `point`, `unpoint` and `publish`. */
export function registerZone(name: Command, context: Context): void {
  name
    .command('zone')
    .description('where a name of yours points; with --from: sign what a file says')
    .argument('<name>', 'alice, or alice.peer')
    .option('--from <file>', 'a zone as --json prints it, changed; - reads standard input')
    .action((text: string, { from }: { from?: string }) => (from === undefined ? showZone(context, text) : setFrom(context, text, from)))

  name
    .command('point')
    .description('add a record to where a name of yours points, and publish it')
    .argument('<name>', WHERE)
    .argument('<kind>', RECORDS)
    .argument('[words...]', 'as the kind wants them; peer without any is this device')
    .option('--alone', 'in place of all of this kind there')
    .option('--ttl <time>', 'how long others may keep an answer of this name: 30s, 5m, 1h')
    .action((text: string, kind: string, words: readonly string[], options: PointOptions) => point(context, text, kind, words, options))

  name
    .command('unpoint')
    .description('take records away from where a name of yours points, and publish that')
    .argument('<name>', WHERE)
    .argument('[kind]', 'only of this kind; without it, all at that label')
    .argument('[words...]', 'only the one that these say')
    .action((text: string, kind: string | undefined, words: readonly string[]) => unpoint(context, text, kind, words))

  name
    .command('publish')
    .description('tell the zone of a name of yours to all who are to hold it, now')
    .argument('<name>', 'alice, or alice.peer')
    .action(async (text: string) => {
      const client = await context.client()
      const { name: label } = await nameOf(client, text)
      const publication = await client.names.publish({ name: label })
      context.show(publication, () => publicationText(publication, context.io.nowMs()))
    })
}

interface PointOptions {
  readonly alone?: boolean
  readonly ttl?: string
}

async function showZone(context: Context, text: string): Promise<void> {
  const client = await context.client()
  const { name, fullName } = await nameOf(client, text)
  const zone = await client.names.zone({ name })
  const people = context.json || zone === null ? [] : await namedPeople(client)
  context.show(zone, () => {
    if (zone === null) return `${fullName} points nowhere yet. Say where: latch name point ${fullName} site`
    const records = zone.records.length === 0 ? ['It has no records.'] : recordTable(zone.records, people)
    return [...records, '', zoneLine(zone, context.io.nowMs())]
  })
}

async function setFrom(context: Context, text: string, file: string): Promise<void> {
  const client = await context.client()
  const place = await nameOf(client, text)
  await sign(context, client, place, editIn(await readText(context.io, file, MAX_FILE_BYTES), file, place.name))
}

async function point(context: Context, text: string, kindText: string, words: readonly string[], options: PointOptions): Promise<void> {
  const kind = kindOf(kindText)
  const ttlMs = options.ttl === undefined ? null : durationOf(options.ttl)
  if (options.ttl !== undefined && ttlMs === null) throw wrongArgument('--ttl takes a time such as 30s, 5m or 1h.')
  const client = await context.client()
  const place = await placeOf(client, text)
  const record = await recordOf(place.label, kind, await wholeWords(client, kind, words))
  const zone = await client.names.zone({ name: place.name })
  const records = withRecord(zone?.records ?? [], record, options.alone === true)
  await sign(context, client, place, { records, after: zone?.seq ?? 0, ...(ttlMs === null ? {} : { ttlMs }) })
}

async function unpoint(context: Context, text: string, kindText: string | undefined, words: readonly string[]): Promise<void> {
  const kind = kindText === undefined ? null : kindOf(kindText)
  const client = await context.client()
  const place = await placeOf(client, text)
  const zone = await client.names.zone({ name: place.name })
  // Without words every record of its kind is meant, and not this device alone; who is not known here is named by an id.
  const said = kind === null || words.length === 0 ? words : await wholeWords(client, kind, words).catch(() => words)
  const { gone, left } = parted(zone?.records ?? [], place.label, kind, said.slice(0, words.length))
  if (zone === null || gone.length === 0)
    throw new CliError(exitCodes.failed, `There is no such record at ${place.shown}. Look with: latch name zone ${place.fullName}`, 'NOT_FOUND')
  await sign(context, client, place, { records: left, after: zone.seq }, gone)
}

/** Devices and people as ids, a device of one's own where none is said, and where it is reached. */
async function wholeWords(client: Client, kind: RecordKind, words: readonly string[]): Promise<readonly string[]> {
  const [first, ...rest] = words
  if (kind === 'delegate' && first !== undefined) return [await accountOf(client, first), ...rest]
  if (kind !== 'peer') return words
  const { peerId, listening } = await client.node.status()
  if (first === undefined || first === peerId) return [first ?? peerId ?? '', ...(rest.length === 0 ? worthTelling(listening) : rest)]
  const { PeerId } = await import('../../shared/ids.ts')
  if (PeerId.safeParse(first).success) return words
  const [peers, people] = await Promise.all([client.peers.list(), client.contacts.list()])
  return [onlyPeer(peers, people, first).peerId, ...rest]
}

/** Signs and publishes, and says what came of it. */
async function sign(context: Context, client: Client, place: Place, edit: ZoneEdit, gone: readonly ZoneRecord[] = []): Promise<void> {
  const set = await client.names.setZone({ name: place.name, ...edit })
  if (set.outcome === 'refused') context.exitWith(exitCodes.refused)
  context.show(set, () => {
    if (set.outcome === 'refused') return `Refused: ${oneLine(set.why)}`
    const { records } = set.zone
    const count = gone.length === 0 ? '' : `Took ${plural(gone.length, 'record')} away. `
    return `${count}${place.fullName} has ${plural(records.length, 'record')} now. ${publicationText(set.publication, context.io.nowMs())}`
  })
}
