import type { Datastore } from 'interface-datastore'
import { createChat } from '../features/chat/index.ts'
import { createContacts } from '../features/contacts/index.ts'
import { createDoor, subnetOf } from '../features/door/index.ts'
import type { DoorFeature } from '../features/door/types.ts'
import { createProofs, openDeviceList } from '../features/identity/index.ts'
import type { IdentityFeature, Keyring } from '../features/identity/types.ts'
import { createPeers } from '../features/peers/index.ts'
import { createSettings } from '../features/settings/index.ts'
import { LatchError } from '../../shared/errors.ts'
import type { AccountId } from '../../shared/ids.ts'
import { nothingMore } from '../../shared/model/door.ts'
import { SECOND } from '../../shared/units.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { createPeerStreams } from '../platform/guarded-streams.ts'
import type { Log } from '../platform/log.ts'
import type { NoiseCrypto } from '../platform/noise-crypto.ts'
import { interfacesNow } from './interfaces.ts'
import { crowdOf, openToAll } from './for-anybody.ts'
import { Libp2pNode } from './libp2p-node.ts'
import { guardsOf } from './page.ts'
import { Ports } from './ports.ts'
import { createPrograms } from './programs.ts'
import { createReaching, type Reaching } from './reaching.ts'
import type { Household, NodeConfig } from './types.ts'
import { version } from './version.ts'
import { wire } from './wiring.ts'
import { withSignal } from './with-signal.ts'

/*
 * A household: everything that runs once there is an account, and how it hangs together.
 *
 *   libp2p ── streams (each protocol behind the guard that page.ts names) ──┬── proofs (hello): who they are
 *                                                                          ├── door (knock): who may what
 *                                                                          ├── chat: for those let in
 *                                                                          └── apps: programs ask programs
 *   network ── peers: finds, dials, keeps            contacts: remembers people            settings
 *           └─ reach: introducers, away from relays  introduction: being one, where a rule says so
 *
 * Features never import each other: they are handed functions here, and what one tells another passes through
 * wiring.ts.
 */

/** A connection over which a message was not acknowledged in time is dead if it does not answer within this either. */
const UNANSWERED_MS = 3 * SECOND

export interface NodeParts {
  readonly config: Pick<NodeConfig, 'listen' | 'bootstrap' | 'introducers' | 'introducer' | 'services'>
  readonly identity: IdentityFeature
  readonly keyring: Keyring
  /** Closed by whoever opened them, after `stop`. */
  readonly database: Database
  readonly datastore: Datastore
  readonly clock: Clock
  readonly log: Log
  readonly noise: NoiseCrypto
  /** So many bytes fit for keys. */
  readonly random: (bytes: number) => Uint8Array
  /** Whether this account is the demonstration peer that runs beside this node. */
  readonly isDemo: (account: AccountId) => boolean
}

/** One thing to stop; what comes first in a list is stopped first. */
export interface Closing {
  readonly what: string
  readonly stop: () => Promise<void>
}

export interface RunningNode {
  readonly household: Household
  readonly libp2p: Libp2pNode
  readonly reaching: Pick<Reaching, 'begin' | 'warnings'>
  closing(): Closing[]
}

/** Resolves when the first peer can connect; `libp2p.joinRest` adds what that does not need. */
export async function createNode(parts: NodeParts): Promise<RunningNode> {
  const { clock, config, database, identity, keyring, log, random } = parts
  const { deviceKey, databaseKey } = keyring
  const me = identity.me()
  const introducer = config.introducer ?? null
  const jitter = (): number => Buffer.from(random(4)).readUInt32BE() / 2 ** 32

  const libp2p = await Libp2pNode.create({
    config,
    deviceKey,
    databaseKey,
    datastore: parts.datastore,
    clock,
    log: log.child('network'),
    version,
    noiseCrypto: parts.noise.crypto,
    admits: (peerId) => door.admitsConnection(peerId),
    mayDial: (peerId) => peers.mayDial(peerId),
    isExpected: (peerId) => peers.isKept(peerId) || reaching.isKept(peerId),
    subnetOf,
    overran: (peerId) => door.offence(peerId, 'more streams than its rate', 1),
    arrivalRefused: (why) => reaching.introduction.refused('arrive', why),
    ports: new Ports(database),
    stun: () => reaching.reach.stunServers(),
    ...(introducer === null ? {} : { announce: introducer.announce, crowd: crowdOf(introducer) }),
  })
  const { network } = libp2p

  const streams = createPeerStreams({
    libp2p: libp2p.libp2p,
    clock,
    log: log.child('streams'),
    guards: (protocol) => guards.get(protocol) ?? null,
    standings: libp2p.standings,
    offence: (...about) => door.offence(...about),
  })
  const settings = createSettings({ database, clock, log: log.child('settings') })
  const contacts = createContacts({
    database,
    clock,
    log: log.child('contacts'),
    mine: () => me.account,
    blocked: (account) => door.blocked().includes(account),
    demo: parts.isDemo,
  })
  const isContact = (account: AccountId): boolean => contacts.isContact(account)
  const proofs = createProofs({
    streams,
    database,
    identity,
    clock,
    log: log.child('proofs'),
    offence: (...about) => door.offence(...about),
    isContact,
    agent: `latch/${version}`,
  })
  const door = createDoor({
    streams,
    database,
    clock,
    log,
    random,
    deviceKey,
    proofs,
    isContact,
    groupsOf: (account) => contacts.groupsOf(account),
    settings: () => settings.get(),
    me: () => me.account,
    accountOf: (peerId) => proofs.of(peerId)?.account ?? contacts.accountOf(peerId),
    connect: async (to) => {
      if ('peerId' in to) return (await peers.connect(to.peerId)).peerId
      const [device] = await peers.reach(to.account)
      if (device === undefined) throw new LatchError('UNREACHABLE')
      return device
    },
    closeConnections: (peerId) => {
      network.hangUp(peerId).catch((error: unknown) => log.warn({ peerId, error }, 'could not hang up'))
    },
  })
  const guards = guardsOf(door)
  const chat = createChat({
    streams,
    database,
    clock,
    log: log.child('chat'),
    me: { account: me.account, peerId: me.peerId, deviceKey },
    proofs,
    random: jitter,
    // Asked on streams that this device opened: there is nothing of theirs to count.
    admits: (peer, signal) => door.admits('contact', peer, nothingMore, signal),
    connect: (account) => peers.reach(account),
    readReceipts: () => settings.get().readReceipts,
    unanswered(peerId) {
      libp2p.reach.weed(peerId, UNANSWERED_MS).catch((error: unknown) => log.warn({ peerId, error }, 'not looked at'))
    },
    offence: (...about) => door.offence(...about),
  })
  const peers = createPeers({
    network,
    database,
    clock,
    log: log.child('peers'),
    random: jitter,
    me: () => ({ ...identity.me(), deviceKey, deviceList: proofs.ownList() }),
    people: {
      accountOf: (peerId) => proofs.of(peerId)?.account ?? null,
      devicesOf: (account) => proofs.devicesOf(account),
      prove: (peerId, signal) => proofs.prove(peerId, signal),
      readDeviceList,
      onProof: (listener) =>
        proofs.subscribe((event) => listener(event.peerId, event.event === 'proven' ? event.proof.account : null)),
    },
    door,
    introducers: {
      records: (max) => reaching.reach.records(max),
      learn: (records) => reaching.reach.learn(records, 'invitation'),
      places: () => {
        const held = reaching.reach.connectivity().introducers.filter(({ reservation }) => reservation.state === 'held')
        return held.map(({ name }) => name)
      },
      locate: (peerIds, signal) => reaching.reach.locate(peerIds, signal),
    },
    surroundingsChanged(why) {
      // Where others reached this device before says nothing in another network.
      if (why === 'the network changed') libp2p.reach.unconfirm()
      reaching.reach.changed(why)
    },
    interfaces: interfacesNow,
    tried: () => libp2p.tried(),
    bootstrap: config.bootstrap,
  })

  const reaching = createReaching({
    libp2p,
    streams,
    database,
    clock,
    log,
    random,
    jitter,
    offence: (...about) => door.offence(...about),
    me: { ...me, deviceKey, name: () => identity.me().name },
    door,
    accountOf: (peerId) => proofs.of(peerId)?.account ?? null,
    isContact,
    isKept: (peerId) => peers.isKept(peerId),
    // The dial itself may be somebody else's too, and goes on.
    connect: (peerId, addresses, signal) => withSignal(peers.dial(peerId, addresses), signal),
    introducers: config.introducers ?? [],
    introducer,
  })
  const { reach, introduction } = reaching

  const offence: DoorFeature['offence'] = (...about) => door.offence(...about)
  const outside = { streams, proofs, peers, contacts, door, offence }
  const apps = createPrograms({ ...outside, database, clock, random, log: log.child('apps') })

  let unwire = (): void => {}
  const closing = (): Closing[] => [
    { what: 'the wiring', stop: async () => unwire() },
    { what: 'reach', stop: () => reaching.stop() },
    { what: 'programs', stop: () => apps.stop() },
    { what: 'peers', stop: () => peers.stop() },
    { what: 'chat', stop: () => chat.stop() },
    { what: 'the door', stop: () => door.stop() },
    { what: 'proofs', stop: () => proofs.stop() },
    { what: 'libp2p', stop: () => libp2p.stop() },
  ]
  try {
    await proofs.start()
    await door.start()
    if (introducer !== null) openToAll(door)
    await libp2p.start()
    const { isDemo } = parts
    const wired = { chat, contacts, door, introduction, network, peers, proofs, reach, settings, isDemo }
    unwire = wire({ ...wired, log: log.child('wiring') })
    await chat.start()
    await apps.start()
    await peers.start()
    await reaching.serve()
  } catch (error) {
    for (const { stop } of closing()) await stop().catch(() => {})
    throw error
  }
  const { stunCounters } = reaching
  return {
    household: { contacts, peers, reach, introduction, stunCounters, door, chat, apps, settings },
    libp2p,
    reaching,
    closing,
  }
}

async function readDeviceList(envelope: Uint8Array) {
  const opened = await openDeviceList(envelope)
  if (opened.outcome !== 'valid') throw new Error(opened.why)
  const { account, devices } = opened.signed.list
  return { account, devices: devices.map(({ peerId }) => peerId) }
}
