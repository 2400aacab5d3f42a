import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { AccountId } from '../../src/shared/ids.ts'
import { anyMatch } from '../../src/shared/model/door.ts'
import { NameLabel } from '../../src/shared/model/ledger.ts'
import { SiteName } from '../../src/shared/model/sites.ts'
import { HOUR } from '../../src/shared/units.ts'
import { eventually } from '../helpers/eventually.ts'
import { openHousehold } from '../helpers/households.ts'
import { serve } from '../lab/remote.ts'
import type { Said } from './accounts.ts'
import type { Sample } from './figures.ts'

/*
 * One whole node of the soak, as a process of its own, so that it can be killed and looked at: files on the disk, TCP on
 * loopback, gossip for the ledger. Started with --expose-gc. It ends in order when its standard input does.
 */

export interface HomeOrders {
  readonly name: string
  readonly folder: string
  /** Where it listened before; 0 the first time. */
  readonly port: number
}

const PAGE = 500

const orders = JSON.parse(process.argv[2] ?? '') as HomeOrders
const home = await openHousehold({
  name: orders.name,
  dataFolder: orders.folder,
  listen: [`/ip4/127.0.0.1/tcp/${orders.port}`],
  services: { gossip: true },
})
const { chat, files } = home
const siteFolder = join(orders.folder, '..', `${orders.name} shows`)

const calls = {
  /** Contacts may send files without a question, and anybody may become one. */
  letEverybodyIn(): void {
    const always = { match: anyMatch, until: { kind: 'forever' as const }, priority: 0, note: '' }
    for (const capability of ['contact', 'file'] as const) {
      home.door.addRule({ who: { kind: 'anyone' }, capability, verdict: 'allow', ...always }, 'person')
    }
  },
  invite: async (): Promise<string> => (await home.peers.invite(HOUR)).link,
  async connect({ to }: { to: string }): Promise<void> {
    await home.peers.connect(to)
  },
  isContact: ({ account }: { account: AccountId }): boolean => home.contacts.isContact(account),
  network: (): string => (home.ledger.head().sync.state === 'ready' ? home.networks.active().network : ''),

  /** Resolves when it is stored here. */
  async send({ to, words }: { to: AccountId; words: string }): Promise<void> {
    await chat.send(chat.open(to).id, { text: words })
  },
  /** Random bytes, as a file in a message; gives their SHA-256. */
  async sendFile({ to, words, name, bytes }: { to: AccountId; words: string; name: string; bytes: number }): Promise<string> {
    const content = new Uint8Array(randomBytes(bytes))
    const { id } = await files.stageBytes(name, 'application/octet-stream', content, {})
    await chat.send(chat.open(to).id, { text: words, files: [id] })
    return createHash('sha256').update(content).digest('hex')
  },
  waiting: (): number => chat.conversations().reduce((sum, { waiting }) => sum + waiting, 0),
  /** All that is shown of a conversation, in its order. */
  said({ account }: { account: AccountId }): Said[] {
    const { id } = chat.open(account)
    const all: Said[] = []
    let page = chat.messages(id, {}, PAGE).messages
    while (page.length > 0) {
      all.unshift(...page.map(({ mine, text, state }) => ({ mine, text, state })))
      page = chat.messages(id, { before: page[0]?.order }, PAGE).messages
    }
    return all
  },
  /** Names of files that came whole, with the SHA-256 of what lies there. */
  async came(): Promise<Record<string, string>> {
    const found: Record<string, string> = {}
    for (const { direction, state, offer, path } of files.list()) {
      if (direction === 'in' && state === 'done' && path !== null) found[offer.name] = await hashOf(path)
    }
    return found
  },
  transfers: (): Record<string, string> =>
    Object.fromEntries(files.list().flatMap(({ direction, state, offer, why }) => (direction === 'in' ? [[offer.name, `${state}${why === null ? '' : `: ${why}`}`]] : []))),

  /** Until it is this account's, or was refused; gives the last step, with why. */
  async claim({ name }: { name: string }): Promise<string> {
    let last = ''
    for await (const one of home.names.claim(NameLabel.parse(name))) last = one.step === 'refused' ? `refused: ${one.why}` : one.step
    return last
  },
  /** Offers it to another account, which may take it when a block says so; gives what the ledger says at once. */
  pass: async ({ name, to }: { name: string; to: AccountId }): Promise<string> => (await home.names.transfer(NameLabel.parse(name), to)).outcome,
  async take({ name }: { name: string }): Promise<string> {
    const label = NameLabel.parse(name)
    await eventually('the offer to be in a block', () => home.ledger.offers().some((one) => one.name === label), { withinMs: 120_000, everyMs: 50 })
    return (await home.names.take(label)).outcome
  },
  ownerOf: ({ name }: { name: string }): AccountId | null => home.ledger.name(NameLabel.parse(name))?.owner ?? null,
  async publish({ name, pages }: { name: string; pages: Record<string, string> }): Promise<void> {
    await mkdir(siteFolder, { recursive: true })
    for (const [path, content] of Object.entries(pages)) await writeFile(join(siteFolder, path), content)
    const source = { kind: 'folder' as const, path: siteFolder, fallback: false }
    await home.sites.publish({ name: SiteName.parse(`${name}.peer`), source, audience: 'anyone', copies: false })
    await eventually('its zone to say so', () => home.sites.list().some(({ pointed }) => pointed.kind === 'pointed'), { withinMs: 60_000 })
  },
  async fetch({ name, path }: { name: string; path: string }): Promise<string> {
    const page = await home.browse.opening.fetch(SiteName.parse(`${name}.peer`), { method: 'GET', path, headers: [] })
    return text(page.body)
  },

  async figures(): Promise<Sample> {
    const gc = globalThis.gc
    if (gc === undefined) throw new Error('started without --expose-gc')
    // Twice: what the first one found unreachable may hold handles that go with a callback.
    await gc({ execution: 'async' })
    await gc({ execution: 'async' })
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage()
    const [databaseBytes, walBytes] = await Promise.all(['latch.db', 'latch.db-wal'].map(sizeOf))
    const descriptors = process.platform === 'linux' ? (await readdir('/proc/self/fd')).length : 0
    return {
      rssBytes: rss,
      heapBytes: heapUsed + arrayBuffers,
      handles: process.getActiveResourcesInfo().length,
      descriptors,
      databaseBytes: databaseBytes ?? 0,
      walBytes: walBytes ?? 0,
      connections: home.node.status().connections,
    }
  },
  /** Downloads that were counted: the disk of a long soak is not for them. */
  async sweep(): Promise<void> {
    const downloads = join(orders.folder, 'downloads')
    for (const name of await readdir(downloads).catch(() => [])) await rm(join(downloads, name), { recursive: true })
  },
}

function sizeOf(name: string): Promise<number> {
  return stat(join(orders.folder, name)).then(({ size }) => size, () => 0)
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer)
  return hash.digest('hex')
}

export type HomeCalls = typeof calls
export interface HomeFacts {
  readonly account: AccountId
  readonly address: string
}

serve(calls, { account: home.me.account, address: home.address } satisfies HomeFacts, () => home.close())
