import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { implement } from '@orpc/server'
import { RPCHandler } from '@orpc/server/node'
import { contract } from '../../../src/shared/contract/index.ts'
import type { NamesEvent } from '../../../src/shared/contract/names.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import type { EntryRead, Submitted } from '../../../src/shared/model/blocks.ts'
import type { Conversation } from '../../../src/shared/model/chat.ts'
import type { Person } from '../../../src/shared/model/contacts.ts'
import type { NameOnLedger } from '../../../src/shared/model/ledger.ts'
import type { CacheLine, ClaimStep, DnsState, Lookup, LookupProgress, MyName, Zone, ZoneRecord, ZoneSet } from '../../../src/shared/model/names.ts'
import type { Peer } from '../../../src/shared/model/peers.ts'
import type { Routing } from '../../../src/shared/model/routing.ts'
import { defaultSettings, type Settings } from '../../../src/shared/model/settings.ts'
import { Broadcast } from '../../gallery/broadcast.ts'
import { hexOf } from '../../gallery/ids.ts'
import { conversation, me, messages, status as nodeStatus } from '../../gallery/people.ts'
import { entry, networkIdOf, status } from '../../unit/cli/ledger-scene.ts'
import { publication, zone } from '../../unit/cli/names-scene.ts'
import { latch, start, type HeldIo, type Run, type Running } from './held-io.ts'

/** What a node says of names, and what it was asked for; a test changes it as it likes. */
export class NamesScene {
  mine: MyName[] = []
  onLedger: NameOnLedger[] = []
  people: Person[] = []
  peers: Peer[] = []
  listening: string[] = []
  zone: Zone | null = null
  /** Instead of what is signed. */
  refusal: Extract<ZoneSet, { outcome: 'refused' }> | null = null
  submitted: Submitted = { outcome: 'taken', entry: entry({ account: me.account, mine: true }), peers: 3 }
  /** What a file holds that is to be handed in. */
  read: EntryRead = { ...entry({ account: me.account, mine: true, kind: 'revoke' }), network: status().network }
  claim: ClaimStep[] = []
  /** The claim is not over when its steps are told. */
  claimGoesOn = false
  lookups: Record<string, Lookup> = {}
  progress: LookupProgress[] = []
  cache: CacheLine[] = []
  settings: Settings = defaultSettings
  dns: DnsState = { state: 'off', port: 5_350, why: null }
  /** What becomes of DNS a moment after the settings changed. */
  dnsBecomes: DnsState | null = null
  conversations: Conversation[] = []
  /** A conversation was opened. */
  opened: () => void = () => {}
  routing: Routing = { mode: 'client', why: 'Nobody could reach it.', place: hexOf('here', 32), peers: [], held: { zones: 0, deviceLists: 0 }, last: null }
  readonly asked: { edits: unknown[]; queries: unknown[]; submits: unknown[]; cleared: unknown[]; dropped: string[]; decided: string[] } = {
    edits: [],
    queries: [],
    submits: [],
    cleared: [],
    dropped: [],
    decided: [],
  }
  readonly events = new Broadcast<NamesEvent>()
}

export interface ServedNames {
  readonly scene: NamesScene
  readonly dataFolder: string
  readonly run: (...args: string[]) => Promise<Run>
  readonly start: (args: readonly string[], held?: HeldIo) => Running
  readonly close: () => Promise<void>
}

/** The contract over a scene, as a node answers it: over HTTP, with a `control.json` that says where. */
export async function serveNames(): Promise<ServedNames> {
  const scene = new NamesScene()
  const handler = new RPCHandler(routerOf(scene))
  const server = createServer((request, response) => void handler.handle(request, response, { prefix: '/rpc' }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const dataFolder = await mkdtemp(join(tmpdir(), 'latch-names-'))
  const control = { url: `http://127.0.0.1:${port}`, token: 'token', pid: process.pid }
  await writeFile(join(dataFolder, 'control.json'), JSON.stringify(control))
  const env = { LATCH_DATA: dataFolder }
  return {
    scene,
    dataFolder,
    run: (...args) => latch(args, { env }),
    start: (args, held = {}) => start(args, { ...held, env }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(dataFolder, { recursive: true })
    },
  }
}

function implemented() {
  return implement(contract).use(async ({ next, errors }) => {
    try {
      return await next()
    } catch (error) {
      if (error instanceof LatchError) throw errors[error.code]({ message: error.message })
      throw error
    }
  })
}

type Os = ReturnType<typeof implemented>

function routerOf(scene: NamesScene) {
  const os = implemented()
  return {
    node: { status: os.node.status.handler(() => ({ ...nodeStatus(), peerId: me.peerId, listening: scene.listening })) },
    identity: { get: os.identity.get.handler(() => ({ state: 'ready' as const, me })) },
    contacts: { list: os.contacts.list.handler(() => scene.people) },
    peers: { list: os.peers.list.handler(() => scene.peers) },
    ledger: {
      head: os.ledger.head.handler(() => status()),
      name: os.ledger.name.handler(({ input }) => scene.onLedger.find(({ name }) => name === input.name) ?? null),
      submit: os.ledger.submit.handler(({ input }) => submitted(scene, input)),
      read: os.ledger.read.handler(() => scene.read),
      names: os.ledger.names.handler(({ input }) => scene.onLedger.filter(({ owner }) => owner === input.account)),
    },
    settings: {
      get: os.settings.get.handler(() => scene.settings),
      set: os.settings.set.handler(({ input }) => {
        const given = Object.entries(input).filter(([, value]) => value !== undefined)
        scene.settings = { ...scene.settings, ...Object.fromEntries(given) }
        if (scene.dnsBecomes !== null) {
          const dns = scene.dnsBecomes
          setImmediate(() => {
            scene.dns = dns
            scene.events.tell({ event: 'dns-changed', dns })
          })
        }
        return scene.settings
      }),
    },
    chat: {
      conversations: os.chat.conversations.handler(() => scene.conversations),
      open: os.chat.open.handler(({ input }) => {
        const pin = input.name === undefined ? null : { fullName: input.name, sinceMs: 0, moved: null, lapsed: false }
        const made = { ...conversation('Bea', []), with: input.with, pin }
        scene.conversations.push(made)
        scene.opened()
        return made
      }),
      decide: os.chat.decide.handler(({ input }) => {
        scene.asked.decided.push(input.choice)
        const found = scene.conversations.find(({ id }) => id === input.conversation)
        if (found === undefined) throw new LatchError('NOT_FOUND', 'It is not here.')
        return input.choice === 'keep' ? { ...found, pin: null } : { ...found, with: found.pin?.moved?.to ?? found.with }
      }),
      send: os.chat.send.handler(({ input }) => {
        const [sent] = messages('Bea', [['me', 0, input.text, 'queued']])
        if (sent === undefined) throw new LatchError('NOT_FOUND', 'It is not here.')
        return { ...sent, conversation: input.conversation }
      }),
    },
    routing: { table: os.routing.table.handler(() => scene.routing) },
    names: namesOf(os.names, scene),
  }
}

function submitted(scene: NamesScene, what: unknown): Submitted {
  scene.asked.submits.push(what)
  return scene.submitted
}

function namesOf(os: Os['names'], scene: NamesScene) {
  return {
    mine: os.mine.handler(() => scene.mine),
    claim: os.claim.handler(async function* ({ signal }) {
      yield* scene.claim
      if (scene.claimGoesOn) await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
    }),
    dropClaim: os.dropClaim.handler(({ input }) => {
      scene.asked.dropped.push(input.name)
      return input
    }),
    renew: os.renew.handler(({ input }) => submitted(scene, { renew: input.name })),
    take: os.take.handler(({ input }) => submitted(scene, { take: input.name })),
    release: os.release.handler(({ input }) => submitted(scene, { release: input.name })),
    transfer: os.transfer.handler(({ input }) => submitted(scene, { transfer: input.name, to: input.to })),
    revocation: os.revocation.handler(() => ({ entry: 'cmV2b2tl', names: scene.mine.map(({ fullName }) => fullName) })),
    zone: os.zone.handler(() => scene.zone),
    setZone: os.setZone.handler(({ input }) => {
      scene.asked.edits.push(input)
      if (input.after !== undefined && input.after < (scene.zone?.seq ?? 0)) throw new LatchError('CONFLICT', 'This zone was changed meanwhile.')
      if (scene.refusal !== null) return scene.refusal
      // What it holds was checked by the feature, which is not here.
      scene.zone = zone({ seq: (scene.zone?.seq ?? 0) + 1, records: input.records as ZoneRecord[], ...(input.ttlMs === undefined ? {} : { ttlMs: input.ttlMs }) })
      return { outcome: 'signed' as const, zone: scene.zone, publication: publication() }
    }),
    publish: os.publish.handler(() => publication()),
    query: os.query.handler(({ input }) => {
      scene.asked.queries.push(input)
      return scene.lookups[input.text] ?? noName(input.text)
    }),
    lookup: os.lookup.handler(async function* ({ input }) {
      scene.asked.queries.push(input)
      yield* scene.progress
    }),
    cache: os.cache.handler(() => scene.cache),
    clearCache: os.clearCache.handler(({ input }) => {
      scene.asked.cleared.push(input)
      return { cleared: scene.cache.length }
    }),
    dns: os.dns.handler(() => scene.dns),
    watch: os.watch.handler(({ signal }) =>
      scene.events.watch(
        () => ({ network: networkIdOf('Home'), tld: 'peer', mine: scene.mine, held: { zones: 0, bytes: 0 }, dns: scene.dns }),
        signal,
      ),
    ),
  }
}

/** As a node answers what it cannot read; what is wrong with it is tested where it is read. */
export function noName(text: string): Lookup {
  const why = `"${text}" is no name in this scene.`
  return { fullName: text, outcome: { outcome: 'refused', why }, ledger: null, zone: null, connection: null, steps: [], tookMs: 0 }
}

