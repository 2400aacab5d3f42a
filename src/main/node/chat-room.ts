import { basename, join } from 'node:path'
import { createChat } from '../features/chat/index.ts'
import type { ChatFeature } from '../features/chat/types.ts'
import type { ContactsFeature } from '../features/contacts/types.ts'
import { safetyWords } from '../features/contacts/index.ts'
import type { DoorFeature } from '../features/door/types.ts'
import { createFiles, type FilesFeature, type FileVerdict, type Offered } from '../features/files/index.ts'
import { openDeviceList } from '../features/identity/index.ts'
import type { Keyring, ProofsFeature } from '../features/identity/types.ts'
import type { LedgerFeature } from '../features/ledger/types.ts'
import type { MailboxFeature } from '../features/mailbox/types.ts'
import type { Network, PeersFeature } from '../features/peers/index.ts'
import type { SettingsFeature } from '../features/settings/index.ts'
import type { AccountId, PeerId } from '../../shared/ids.ts'
import { nothingMore } from '../../shared/model/door.ts'
import { GiB, SECOND } from '../../shared/units.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { Feed } from '../platform/feed.ts'
import type { Log } from '../platform/log.ts'
import { orAborted } from '../platform/or-aborted.ts'
import { quarantine } from '../platform/quarantine.ts'
import type { Offence, PeerStreams } from '../platform/streams.ts'
import type { Libp2pNode } from './libp2p-node.ts'
import { createMailRoom, type MailRoomParts } from './mail-room.ts'
import type { NodeParts } from './node-parts.ts'

export interface ChatRoomParts
  extends Pick<NodeParts, 'random' | 'clock' | 'log' | 'database' | 'config'>, Pick<MailRoomParts, 'noiseCrypto' | 'introducers' | 'addressesOf'> {
  readonly streams: PeerStreams
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly jitter: () => number
  readonly offence: Offence
  readonly keyring: Keyring
  readonly me: { readonly account: AccountId; readonly peerId: PeerId }
  readonly proofs: ProofsFeature
  readonly contacts: ContactsFeature
  readonly door: DoorFeature
  readonly settings: SettingsFeature
  readonly network: Network
  readonly reach: Libp2pNode['reach']
  /** What is made after this. */
  readonly ledger: () => Pick<LedgerFeature, 'network' | 'ownerOf'>
  readonly peers: () => Pick<PeersFeature, 'reach' | 'dial'>
}

export interface ChatRoom {
  readonly chat: ChatFeature
  readonly files: FilesFeature
  readonly mailbox: MailboxFeature
  /** Whether a device proves to be of somebody who is in a group with this account. Waits for the proof. */
  isMate(peerId: PeerId, signal: AbortSignal): Promise<boolean>
  /** What devices of this account say in their notes that is not of chat. */
  onSaid(listener: (key: string, value: unknown) => void): () => void
  start(): Promise<void>
  stop(): Promise<void>
}

/** Letters that an introducer holds for all: a hundred accounts at their quota, and little of a disk. */
const INTRODUCER_HOLDS_BYTES = 4 * GiB

/** A connection over which a message was not acknowledged in time is dead if it does not answer within this either. */
const UNANSWERED_MS = 3 * SECOND

/** What people say to each other, and the files that go with it, with what they ask of doors and people in their own words. */
export function createChatRoom(parts: ChatRoomParts): ChatRoom {
  const { clock, config, database, door, jitter, keyring, log, me, offence, proofs, random, settings, streams } = parts
  const { contacts } = parts
  const basis = { streams, database, clock, offence }
  const accountOf = (peerId: PeerId): AccountId | null => proofs.of(peerId)?.account ?? null
  const devicesOf = (account: AccountId): PeerId[] => proofs.devicesOf(account).filter((peerId) => peerId !== me.peerId)
  const downloads = (): string => config.downloads ?? join(config.dataFolder, 'downloads')

  const files = createFiles({
    ...basis,
    log: log.child('files'),
    random,
    self: me.account,
    dataFolder: config.dataFolder,
    stagedFolder: join(config.dataFolder, 'staged'),
    folder: downloads,
    mayFetch: (file, account) => chat.mayFetch(file, account),
    accountOf,
    admits: asked,
    sources: ({ conversation, from }) => {
      const others = chat.audienceOf(conversation).filter((account) => account !== from)
      return [...new Set([from, me.account, ...others].flatMap((account) => devicesOf(account)))]
    },
    connect: async (peerId, signal) => void (await orAborted(parts.peers().dial(peerId, []), signal)),
    // Where it is from is nobody's business but theirs who talk.
    quarantine: (path) => quarantine(path, null),
  })

  const said = new Feed<{ key: string; value: unknown }>((error) => log.error({ error }, 'what another device said was not heard'))
  const chat = createChat({
    ...basis,
    onState: (key, value) => said.publish({ key, value }),
    log: log.child('chat'),
    me: { ...me, deviceKey: keyring.deviceKey },
    proofs,
    names: {
      network: () => parts.ledger().network(),
      ownerOf: (fullName) => parts.ledger().ownerOf(fullName),
      wordsWith: (account) => safetyWords(me.account, account),
    },
    random: jitter,
    bytes: random,
    // Asked on streams that this device opened: there is nothing of theirs to count.
    admits: (peer, signal) => door.admits('contact', peer, nothingMore, signal),
    connect: (account) => parts.peers().reach(account),
    readReceipts: () => settings.get().readReceipts,
    typing: () => settings.get().typing,
    files: {
      offerOf: (staged) => files.offerOf(staged),
      sent: (staged, message) => files.offered({ ...message, offer: files.offerOf(staged) }, staged),
      offered: (offered) => files.offered(offered),
      withdrawn: (message) => files.withdrawn(message),
    },
    ownDevices: () => proofs.ownList(),
    async learnDevices(envelope, account) {
      const opened = await openDeviceList(envelope)
      if (opened.outcome === 'valid' && opened.signed.list.account === account) await proofs.learn(opened.signed)
    },
    mail: {
      canDeliver: (device) => mailbox.canDeliver(device),
      deliver: (device, letter, signal) => mailbox.deliver(device, letter, signal),
      admits: (account) => contacts.isContact(account) && !door.blocked().includes(account),
    },
    unanswered(peerId) {
      parts.reach.weed(peerId, UNANSWERED_MS).catch((error: unknown) => log.warn({ peerId, error }, 'not looked at'))
    },
  })

  const mailbox = createMailRoom({
    ...parts,
    log: log.child('mailbox'),
    random: jitter,
    me: { ...me, deviceKey: keyring.deviceKey },
    isMate: (account) => chat.isMate(account),
    ...(config.introducer === undefined ? {} : { capacityBytes: INTRODUCER_HOLDS_BYTES }),
  })

  let endLetters = (): void => {}
  return {
    chat,
    files,
    mailbox,
    onSaid: (listener) => said.subscribe(({ key, value }) => listener(key, value)),
    async isMate(peerId, signal) {
      const proof = await proofs.prove(peerId, signal)
      return proof !== null && proof.account !== me.account && chat.isMate(proof.account)
    },
    async start() {
      await files.start()
      await chat.start()
      endLetters = mailbox.onLetter((letter) => chat.letter(letter))
      await mailbox.start()
    },
    async stop() {
      endLetters()
      await mailbox.stop()
      await chat.stop()
      await files.stop()
    },
  }

  /** The door, for one file of a message. Where a person is asked, a card says so, and the chat too. */
  async function asked({ from, offer: { name, bytes, kind, files: count } }: Offered, signal: AbortSignal): Promise<FileVerdict> {
    const peerId = devicesOf(from)[0]
    if (peerId === undefined) return { verdict: 'deny', why: 'None of their devices is known here.' }
    const peer = parts.network.connections().find((one) => one.peerId === peerId) ?? null
    const into = basename(downloads()) || 'Downloads'
    const offered = { kind: kind === 'folder' ? 'folder' : 'file', files: count, into } as const
    let isAsked = false
    const answer = door
      .ask('file', { account: from, peerId, peer, offered }, { name, bytes, path: null }, signal, () => (isAsked = true))
      .then((admission): Awaited<Extract<FileVerdict, { verdict: 'ask' }>['answer']> => {
        if (admission.verdict === 'allow') return { verdict: 'allow', why: 'The door lets it in.' }
        return { verdict: 'deny', why: admission.why }
      })
    return isAsked ? { verdict: 'ask', answer } : answer
  }
}
