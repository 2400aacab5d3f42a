import { createContacts } from '../features/contacts/index.ts'
import { createDoor, subnetOf } from '../features/door/index.ts'
import type { DoorFeature } from '../features/door/types.ts'
import { createProofs } from '../features/identity/index.ts'
import { createPeers } from '../features/peers/index.ts'
import { createSettings } from '../features/settings/index.ts'
import { LatchError } from '../../shared/errors.ts'
import type { AccountId } from '../../shared/ids.ts'
import { createPeerStreams } from '../platform/guarded-streams.ts'
import { orAborted } from '../platform/or-aborted.ts'
import { interfacesNow } from './interfaces.ts'
import { crowdOf, openToAll } from './for-anybody.ts'
import { createChatRoom } from './chat-room.ts'
import { createBackupRoom } from './backup-room.ts'
import { createDevicesRoom } from './devices-room.ts'
import { createDht } from './dht-room.ts'
import { createGossip } from './gossip.ts'
import { createLedgerRoom } from './ledger-room.ts'
import { createNamesRoom } from './names-room.ts'
import { Libp2pNode } from './libp2p-node.ts'
import type { Closing, NodeParts, RunningNode } from './node-parts.ts'
import { guardsOf } from './page.ts'
import { Ports } from './ports.ts'
import { createPrograms } from './programs.ts'
import { readDeviceList } from './read-device-list.ts'
import { createReaching } from './reaching.ts'
import { createSitesRoom } from './sites-room.ts'
import { version } from './version.ts'
import { wire } from './wiring.ts'

/*
 * A household: everything that runs once there is an account, and how it hangs together.
 *
 *   libp2p ── streams (each protocol behind the guard that page.ts names) ──┬── proofs (hello): who they are
 *                                                                          ├── door (knock): who may what
 *                                                                          ├── chat, files: for those let in (chat-room.ts)
 *                                                                          ├── apps: programs ask programs
 *                                                                          ├── ledger, networks, square (ledger-room.ts)
 *                                                                          ├── names: zones (names-room.ts)
 *                                                                          └── sites, copies, browse, exit (sites-room.ts)
 *   gossip ── topics, judged by whoever entered them     dht ── records, kept and judged by whoever keeps that kind
 *   network ── peers: finds, dials, keeps            contacts: remembers people            settings
 *           └─ reach: introducers, away from relays  introduction: being one, where a rule says so
 *
 * Features never import each other: they are handed functions here, and what one tells another passes through
 * wiring.ts.
 */

/** Resolves when the first peer can connect; `libp2p.joinRest` adds what that does not need. */
export async function createNode(parts: NodeParts): Promise<RunningNode> {
  const { clock, config, database, identity, keyring, log, random } = parts
  const { deviceKey, databaseKey } = keyring
  const me = identity.me()
  const introducer = config.introducer ?? null
  const jitter = (): number => Buffer.from(random(4)).readUInt32BE() / 2 ** 32

  const offence: DoorFeature['offence'] = (...about) => door.offence(...about)
  const gossip = createGossip({ database, clock, log: log.child('gossip'), offence })
  const dht = createDht({ database, clock, log: log.child('dht'), offence, me: me.peerId })
  const libp2p = await Libp2pNode.create({
    config,
    gossip,
    dht,
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
    ...(config.crowd === undefined ? {} : { crowd: config.crowd }),
    ...(introducer === null ? {} : { announce: introducer.announce, crowd: crowdOf(introducer) }),
  })
  const { network } = libp2p

  const streams = createPeerStreams({
    libp2p: libp2p.libp2p,
    clock,
    log: log.child('streams'),
    guards: (protocol) => guards.get(protocol) ?? null,
    standings: libp2p.standings,
    offence,
  })
  const settings = createSettings({ database, clock, log: log.child('settings') })
  const contacts = createContacts({
    database,
    clock,
    log: log.child('contacts'),
    mine: () => me.account,
    blocked: (account) => door.blocked().includes(account),
    revoked: (account) => proofs.revocations.of(account) !== null,
    demo: parts.isDemo,
    namesOf: (account) => room.ledger.namesOf(account),
  })
  const isContact = (account: AccountId): boolean => contacts.isContact(account)
  const proofs = createProofs({
    streams,
    database,
    identity,
    clock,
    log: log.child('proofs'),
    offence,
    isContact: (account) => isContact(account) || chat.isMate(account),
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
    siteDefault: (site) => sitesRoom.audienceOf(site),
    names: { of: (account) => room.ledger.namesOf(account), ownerOf: (name) => room.ledger.ownerOf(name) },
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
  const guards = guardsOf(door, (peerId) => room.ledger.isValidator(peerId), (...who) => chatRoom.isMate(...who))
  const chatRoom = createChatRoom({
    streams,
    database,
    clock,
    log,
    random,
    jitter,
    offence,
    config,
    keyring,
    proofs,
    contacts,
    door,
    settings,
    network,
    me: { account: me.account, peerId: me.peerId },
    reach: libp2p.reach,
    noiseCrypto: parts.noise.crypto,
    ledger: () => room.ledger,
    peers: () => peers,
    introducers: () => reaching.reach.connectivity().introducers.filter(({ enabled }) => enabled),
    addressesOf: async (peerId) => namesPeers.addressesOf(peerId),
  })
  const { chat, files, mailbox } = chatRoom
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
      find: (account) => namesRoom.find(account),
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
    follows: () => {
      const { network: id, label } = room.networks.active()
      return { id, label }
    },
    invited({ id, label }, by) {
      room.networks.invited(id, label, by).catch((error: unknown) => log.warn({ id, error }, 'a network was not joined'))
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

  const basis = { streams, database, clock, log, random, jitter, offence }
  const named = { ...me, name: () => identity.me().name }
  const reaching = createReaching({
    ...basis,
    libp2p,
    me: { ...named, deviceKey },
    door,
    accountOf: (peerId) => proofs.of(peerId)?.account ?? null,
    isContact,
    isKept: (peerId) => peers.isKept(peerId),
    // The dial itself may be somebody else's too, and goes on.
    connect: (peerId, addresses, signal) => orAborted(peers.dial(peerId, addresses), signal),
    introducers: config.introducers ?? [],
    introducer,
  })
  const { reach, introduction } = reaching

  const apps = createPrograms({ ...basis, proofs, peers, contacts, door, log: log.child('apps') })

  const room = await createLedgerRoom({
    ...basis,
    gossip,
    keyring,
    me: named,
    dial: (peerId, addresses, signal) => orAborted(peers.dial(peerId, addresses), signal),
    connectedPeers: () => [...new Set(network.connections().map(({ peerId }) => peerId))],
    addresses: () => network.listening(),
    isBlocked: (account) => door.blocked().includes(account),
    isDemo: (account) => parts.isDemo(account) || contacts.get(account)?.demo === true,
  })
  const { ledger, networks, square } = room
  const { names, routing, peers: namesPeers, ...namesRoom } = await createNamesRoom({
    ...basis,
    gossip,
    dht,
    network,
    ledger,
    peers,
    proofs,
    contacts,
    settings,
    keyring,
    me,
  })

  const near = { identity, entropy: keyring.entropy, proofs, contacts, settings, door, networks, reach, network, peers, me, chatRoom }
  const devices = createDevicesRoom({ ...basis, ...near })
  const backup = createBackupRoom({ ...basis, identity, keyring, chat, proofs, revoke: (...about) => namesRoom.revoke(...about) })
  const household = { devices, backup, contacts, peers, reach, introduction, door, chat, files, mailbox, ledger, networks, names, routing, square, apps, settings }
  const sitesRoom = createSitesRoom({ ...basis, ...household, config, dht, network, namesPeers, proofs, ownPorts: parts.ownPorts, me })
  const { sites, copies, browse, exit } = sitesRoom

  let unwire = (): void => {}
  const closing = (): Closing[] => [
    { what: 'the wiring', stop: async () => unwire() },
    { what: 'devices and backups', stop: async () => void (await Promise.all([devices.stop(), backup.stop()])) },
    { what: 'reach', stop: () => reaching.stop() },
    { what: 'programs', stop: () => apps.stop() },
    { what: 'sites', stop: () => sitesRoom.stop() },
    { what: 'names', stop: () => namesRoom.stop() },
    { what: 'the ledger', stop: () => room.stop() },
    { what: 'gossip', stop: () => gossip.stop() },
    { what: 'the DHT', stop: () => dht.stop() },
    { what: 'peers', stop: () => peers.stop() },
    { what: 'chat', stop: () => chatRoom.stop() },
    { what: 'the door', stop: () => door.stop() },
    { what: 'proofs', stop: () => proofs.stop() },
    { what: 'libp2p', stop: () => libp2p.stop() },
  ]
  try {
    await proofs.start()
    await door.start()
    if (introducer !== null) openToAll(door)
    await libp2p.start()
    await room.start()
    await namesRoom.start()
    await sitesRoom.start()
    unwire = wire({ ...household, network, proofs, sitesRoom, isDemo: parts.isDemo, isOwn: (account) => account === me.account, log: log.child('wiring') })
    await chatRoom.start()
    await Promise.all([devices.start(), backup.start()])
    await apps.start()
    await peers.start()
    await reaching.serve()
  } catch (error) {
    for (const { stop } of closing()) await stop().catch(() => {})
    throw error
  }
  return {
    household: { ...household, sites, copies, browse, exit, stunCounters: reaching.stunCounters },
    libp2p,
    reaching,
    closing,
  }
}
