import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { implement } from '@orpc/server'
import { RPCHandler } from '@orpc/server/node'
import { contract } from '../../../src/shared/contract/index.ts'
import type { LedgerEvent } from '../../../src/shared/contract/ledger.ts'
import type { SquareEvent } from '../../../src/shared/contract/square.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import type { AccountId } from '../../../src/shared/ids.ts'
import type { BlockLine, LedgerEntry, OpDraft, Submitted } from '../../../src/shared/model/blocks.ts'
import type { Person } from '../../../src/shared/model/contacts.ts'
import type { EvidenceOfTwo, Fork, LedgerStatus, SlotRounds, ValidationReport } from '../../../src/shared/model/consensus.ts'
import type { NameOnLedger } from '../../../src/shared/model/ledger.ts'
import type { KnownNetwork, NetworkDraft } from '../../../src/shared/model/networks.ts'
import type { Peer } from '../../../src/shared/model/peers.ts'
import { RoomName, type Post, type Room } from '../../../src/shared/model/square.ts'
import { Broadcast } from '../../gallery/broadcast.ts'
import { me } from '../../gallery/people.ts'
import { networkIdOf, status } from '../../unit/cli/ledger-scene.ts'
import { latch, start, type HeldIo, type Run, type Running } from './held-io.ts'

/** What a node says of ledger, networks and square, and what it was asked for; a test changes it as it likes. */
export class LedgerScene {
  status: LedgerStatus = status()
  blocks: BlockLine[] = []
  entries: LedgerEntry[] = []
  names: NameOnLedger[] = []
  rounds: SlotRounds[] = []
  forks: Fork[] = []
  evidence: EvidenceOfTwo[] = []
  reports: ValidationReport[] = []
  submitted: Submitted = { outcome: 'refused', code: 'name', why: 'not in this scene' }
  networks: KnownNetwork[] = []
  rooms: Room[] = []
  posts: Post[] = []
  muted: AccountId[] = []
  people: Person[] = []
  peers: Peer[] = []
  readonly asked: { ops: OpDraft[]; raw: string[]; drafts: NetworkDraft[]; validated: unknown[] } = {
    ops: [],
    raw: [],
    drafts: [],
    validated: [],
  }
  readonly ledger = new Broadcast<LedgerEvent>()
  readonly square = new Broadcast<SquareEvent>()
}

export interface ServedLedger {
  readonly scene: LedgerScene
  readonly dataFolder: string
  readonly run: (...args: string[]) => Promise<Run>
  readonly start: (args: readonly string[], held?: HeldIo) => Running
  readonly close: () => Promise<void>
}

/** The contract over a scene, as a node answers it: over HTTP, with a `control.json` that says where. */
export async function serveLedger(): Promise<ServedLedger> {
  const scene = new LedgerScene()
  const handler = new RPCHandler(routerOf(scene))
  const server = createServer((request, response) => void handler.handle(request, response, { prefix: '/rpc' }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const dataFolder = await mkdtemp(join(tmpdir(), 'latch-ledger-'))
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

function routerOf(scene: LedgerScene) {
  const os = implemented()
  return {
    identity: { get: os.identity.get.handler(() => ({ state: 'ready' as const, me })) },
    contacts: { list: os.contacts.list.handler(() => scene.people) },
    peers: { list: os.peers.list.handler(() => scene.peers) },
    ledger: ledgerOf(os.ledger, scene),
    networks: networksOf(os.networks, scene),
    square: squareOf(os.square, scene),
  }
}


function ledgerOf(os: Os['ledger'], scene: LedgerScene) {
  const entryOf = (id: string): LedgerEntry => orMissing(scene.entries.find((one) => one.id === id), 'No such entry is here.')
  return {
    head: os.head.handler(() => scene.status),
    blocks: os.blocks.handler(({ input: { before = Number.MAX_SAFE_INTEGER, limit } }) =>
      scene.blocks.filter(({ height }) => height < before).slice(0, limit),
    ),
    block: os.block.handler(({ input }) => {
      const line = scene.blocks.find(({ id, height }) => id === input.block || height === input.block)
      const parent = scene.status.network
      return {
        line: orMissing(line, 'There is no such block here.'),
        network: parent,
        parent,
        entriesRoot: 'aa',
        stateRoot: 'bb',
        signedBy: [],
        entries: scene.entries.filter(({ place }) => place.at === 'block' && place.block === line?.id),
      }
    }),
    entries: os.entries.handler(({ input: { account, waiting, limit } }) =>
      scene.entries
        .filter((one) => account === undefined || one.account === account)
        .filter(({ place }) => !waiting || place.at === 'pool')
        .slice(0, limit),
    ),
    entry: os.entry.handler(({ input }) => entryOf(input.id)),
    submit: os.submit.handler(({ input }) => {
      if ('op' in input) scene.asked.ops.push(input.op)
      else scene.asked.raw.push(input.entry)
      return scene.submitted
    }),
    names: os.names.handler(({ input: { account = me.account } }) => scene.names.filter(({ owner }) => owner === account)),
    name: os.name.handler(({ input }) => scene.names.find(({ name }) => name === input.name) ?? null),
    validators: os.validators.handler(() => scene.status.validators),
    rounds: os.rounds.handler(() => scene.rounds),
    forks: os.forks.handler(() => scene.forks),
    evidence: os.evidence.handler(() => scene.evidence),
    validate: os.validate.handler(({ input }) => {
      scene.asked.validated.push(input)
      return scene.reports
    }),
    watch: os.watch.handler(({ signal }) => scene.ledger.watch(() => snapshotOf(scene), signal)),
  }
}

export function snapshotOf({ status: now, blocks, entries, rounds, forks, evidence }: LedgerScene) {
  return { status: now, blocks, waiting: entries.filter(({ place }) => place.at === 'pool'), rounds, forks, evidence }
}

function networksOf(os: Os['networks'], scene: LedgerScene) {
  const oneOf = (id: string): KnownNetwork => orMissing(scene.networks.find((one) => one.id === id), 'No such network is known.')
  const put = (network: KnownNetwork): KnownNetwork => {
    scene.networks = scene.networks.map((one) => {
      if (one.id === network.id) return network
      return network.active ? { ...one, active: false } : one
    })
    return network
  }
  return {
    list: os.list.handler(() => scene.networks),
    make: os.make.handler(({ input }) => {
      scene.asked.drafts.push(input)
      const [like] = scene.networks
      const made = { ...orMissing(like, 'none'), id: networkIdOf(input.label), label: input.label, active: false, origin: 'made' as const }
      scene.networks.push(made)
      return made
    }),
    link: os.link.handler(({ input }) => ({ link: `latch://network/${oneOf(input.id).id}` })),
    use: os.use.handler(({ input }) => put({ ...oneOf(input.id), active: true })),
    rename: os.rename.handler(({ input }) => put({ ...oneOf(input.id), label: input.label })),
    forget: os.forget.handler(({ input }) => {
      if (oneOf(input.id).active) throw new LatchError('CONFLICT', 'Another network must be active first.')
      scene.networks = scene.networks.filter(({ id }) => id !== input.id)
      return input
    }),
  }
}

function squareOf(os: Os['square'], scene: LedgerScene) {
  return {
    rooms: os.rooms.handler(() => scene.rooms),
    enter: os.enter.handler(({ input }) => {
      const room = { network: scene.status.network, name: input.room, peers: 2, unread: 0, last: null, enteredMs: 0 }
      scene.rooms.push(room)
      return room
    }),
    posts: os.posts.handler(({ input: { room, limit } }) => scene.posts.filter((post) => post.room === room).slice(0, limit)),
    post: os.post.handler(({ input }) => {
      const [like] = scene.posts
      return { ...orMissing(like, 'none'), room: input.room, text: input.text, mine: true }
    }),
    trace: os.trace.handler(({ input }) => orMissing(scene.posts.find(({ id }) => id === input.id), 'It is not here.')),
    markRead: os.markRead.handler(({ input }) => {
      scene.rooms = scene.rooms.map((room) => (room.name === input.room ? { ...room, unread: 0 } : room))
      return orMissing(scene.rooms.find(({ name }) => name === input.room), 'You are not in it.')
    }),
    mute: os.mute.handler(({ input: { account, muted } }) => {
      scene.muted = [...scene.muted.filter((one) => one !== account), ...(muted ? [account] : [])]
      return { muted: scene.muted }
    }),
    muted: os.muted.handler(() => scene.muted),
    watch: os.watch.handler(({ signal }) =>
      scene.square.watch(() => ({ rooms: scene.rooms, muted: scene.muted }), signal),
    ),
  }
}

export const room = (name: string, changes: Partial<Room> = {}): Room => ({
  network: networkIdOf('Home'),
  name: RoomName.parse(name),
  peers: 2,
  unread: 1,
  last: null,
  enteredMs: 0,
  ...changes,
})

function orMissing<Value>(value: Value | undefined, why: string): Value {
  if (value === undefined) throw new LatchError('NOT_FOUND', why)
  return value
}
