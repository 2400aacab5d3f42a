import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import { Feed } from '../../platform/feed.ts'
import type { Log } from '../../platform/log.ts'
import type { Offence, PeerStreams, RemotePeer } from '../../platform/streams.ts'
import {
  createHelloProtocol, HELLO_VERSION, POINTS, type Hello, type HelloParty, type Judgement, type Refusal,
} from '../../protocols/hello/index.ts'
import {
  acceptDeviceList, openDeviceList, withLabel, withRevoked, type ChangedList, type Device, type DeviceList, type SignedList,
} from './device-list.ts'
import { Greeter } from './greeter.ts'
import { judgeHello } from './judge.ts'
import { MAX_PROOFS } from './limits.ts'
import { createListStore, type ListStore } from './list-store.ts'
import { openOwnList, type OwnList } from './own-list.ts'
import { Revocations } from './revocations.ts'
import { holds, proofOf } from './proof.ts'
import type { OwnIdentity, Proof, ProofEvent, ProofsFeature } from './types.ts'

export interface ProofsParts {
  readonly streams: PeerStreams
  readonly database: Database
  readonly identity: OwnIdentity
  readonly clock: Clock
  readonly log: Log
  readonly offence: Offence
  /** Device lists of contacts are kept for good, those of strangers up to a bound. */
  readonly isContact: (account: AccountId) => boolean
  /** What this program calls itself: `latch/0.1.0`. */
  readonly agent: string
}

/** Says hello, judges hellos, and remembers. `start` fails where there are no keys: LatchError NO_ACCOUNT, LOCKED. */
export function createProofs(parts: ProofsParts): ProofsFeature {
  return new Proofs(parts)
}

class Proofs implements ProofsFeature, HelloParty {
  readonly #parts: ProofsParts
  readonly #store: ListStore
  readonly #feed: Feed<ProofEvent>
  readonly #ownFeed: Feed<DeviceList>
  readonly revocations: Revocations
  readonly #serve: () => Promise<void>
  readonly #greeter: Greeter
  /** Oldest first, so that the bound drops the oldest. */
  readonly #proofs = new Map<PeerId, Proof>()
  readonly #stopping = new AbortController()
  #own: OwnList | null = null

  constructor(parts: ProofsParts) {
    this.#parts = parts
    this.#store = createListStore(parts.database, (account) => this.#isMine(account) || parts.isContact(account))
    this.#feed = new Feed((error) => parts.log.error({ error }, 'a listener of the proofs failed'))
    this.#ownFeed = new Feed((error) => parts.log.error({ error }, 'a listener of the own devices failed'))
    this.revocations = new Revocations({
      ...parts,
      isWanted: (account) => this.#isMine(account) || parts.isContact(account),
      isKnown: (account) => this.#store.get(account) !== null,
      disprove: (account) => {
        for (const [peerId, proof] of this.#proofs) if (proof.account === account) this.#expel(peerId, proof, 'its account was revoked')
      },
      announce: () => this.#announce(),
    })
    const hello = createHelloProtocol({ ...parts, party: this })
    this.#serve = () => hello.serve()
    this.#greeter = new Greeter({ ...parts, hello, stopping: this.#stopping.signal })
  }

  async start(): Promise<void> {
    const { identity, clock, log } = this.#parts
    const me = identity.me()
    const keyring = identity.keyring()
    if (keyring === null) throw new LatchError('NO_ACCOUNT')
    this.#own = await openOwnList({
      store: this.#store,
      clock,
      log,
      account: me.account,
      accountKey: keyring.accountKey,
      mine: {
        peerId: me.peerId,
        label: me.deviceLabel,
        addedAtMs: me.createdMs,
        mailKey: keyring.mailKey.publicKey,
      },
    })
    await this.#serve()
    this.#announceNames(me.name).catch((error: unknown) => log.error({ error }, 'a new name is no longer announced'))
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the node stops'))
    await this.#greeter.settled()
  }

  of(peerId: PeerId): Proof | null {
    return this.#proofs.get(peerId) ?? null
  }

  async prove(peerId: PeerId, signal?: AbortSignal): Promise<Proof | null> {
    if (!this.#proofs.has(peerId) && signal?.aborted !== true) await this.#proven(peerId, signal)
    return this.of(peerId)
  }

  disconnected(peerId: PeerId): void {
    this.#proofs.delete(peerId)
  }

  devicesOf(account: AccountId): PeerId[] {
    if (this.revocations.of(account) !== null) return []
    return this.#store.get(account)?.list.devices.map((device) => device.peerId) ?? []
  }

  readonly listOf = (account: AccountId): Uint8Array | null => this.#store.get(account)?.envelope ?? null

  readonly formerDevicesOf = (account: AccountId): PeerId[] => this.#store.get(account)?.list.revoked ?? []

  async learn(signed: SignedList): Promise<void> {
    const { account } = signed.list
    if (this.#isMine(account)) return this.#foundOwn(signed)
    if (this.revocations.of(account) !== null) return
    if (acceptDeviceList(this.#store.get(account)?.list ?? null, signed.list).verdict !== 'newer') return
    this.#store.put(signed, this.#parts.clock.nowMs())
    this.#revise(signed.list)
  }

  subscribe(listener: (event: ProofEvent) => void): () => void {
    return this.#feed.subscribe(listener)
  }

  ownList(): Uint8Array {
    return this.#mine().current().envelope
  }

  ownDevices(): DeviceList {
    return this.#mine().current().list
  }

  renameDevice(peerId: PeerId, label: string): Promise<DeviceList> {
    return this.#change((list, nowMs) => withLabel(list, peerId, label, nowMs))
  }

  async revokeDevice(peerId: PeerId): Promise<DeviceList> {
    if (peerId === this.#parts.identity.me().peerId) {
      throw new LatchError('BAD_INPUT', 'This is the device that you hold. Take it off the list from another one.')
    }
    return this.#change((list, nowMs) => withRevoked(list, peerId, nowMs))
  }

  async listWith(device: Device): Promise<SignedList> {
    const signed = await this.#mine().listWith(device)
    if (signed === null) throw new LatchError('TOO_LARGE', 'This account has as many devices as it can have. Take one off the list first.')
    return signed
  }

  onOwnList(listener: (list: DeviceList) => void): () => void {
    return this.#ownFeed.subscribe(listener)
  }

  hello(): Hello {
    const { identity, agent } = this.#parts
    const revocations = this.revocations.passedOn()
    const hello = { version: HELLO_VERSION, deviceList: this.#mine().current().envelope, name: identity.me().name, agent } as const
    return revocations.length === 0 ? hello : { ...hello, revocations }
  }

  async judge(peer: RemotePeer, hello: Hello): Promise<Judgement> {
    for (const envelope of hello.revocations ?? []) await this.revocations.heard(envelope)
    const opened = await openDeviceList(hello.deviceList)
    const revoked = opened.outcome === 'valid' ? this.revocations.of(opened.signed.list.account) : null
    if (revoked !== null) return { verdict: 'refused', status: 'revoked', why: 'its account was revoked', points: POINTS.revoked, newest: revoked }
    if (opened.outcome === 'valid' && this.#isMine(opened.signed.list.account) && holds(opened.signed.list, peer.peerId)) {
      await this.#foundOwn(opened.signed)
      const { list } = this.#mine().current()
      if (holds(list, peer.peerId)) {
        this.#prove(peer.peerId, list, hello)
        return { verdict: 'taken', why: 'another device of this account' }
      }
    }
    const known = opened.outcome === 'valid' ? this.#store.get(opened.signed.list.account) : null
    const judged = judgeHello(peer.peerId, opened, known)
    if (judged.verdict === 'refused') return judged
    const { list } = judged.signed
    if (judged.isNew) this.#store.put(judged.signed, this.#parts.clock.nowMs())
    this.#prove(peer.peerId, list, hello)
    if (judged.isNew) this.#revise(list)
    return { verdict: 'taken', why: judged.why }
  }

  async refused(peer: RemotePeer, refusal: Refusal): Promise<void> {
    if (refusal.newest === undefined) return
    if (refusal.status === 'revoked') return this.revocations.heard(refusal.newest)
    const opened = await openDeviceList(refusal.newest)
    if (opened.outcome === 'valid' && this.#isMine(opened.signed.list.account)) {
      await this.#foundOwn(opened.signed)
    } else {
      this.#parts.offence(peer.peerId, 'hello: a refusal with a list that is not ours', POINTS.malformed)
    }
  }

  async #foundOwn(offered: SignedList): Promise<void> {
    if ((await this.#mine().found(offered)) === 'changed') this.#ownChanged()
  }

  async #change(to: (list: DeviceList, nowMs: number) => ChangedList): Promise<DeviceList> {
    const outcome = await this.#mine().change(to)
    if (outcome === 'unknown-device') throw new LatchError('NOT_FOUND', 'No device of this account has that id.')
    if (outcome === 'full') throw new LatchError('CONFLICT', 'The list of devices holds no more.')
    this.#ownChanged()
    return this.ownDevices()
  }

  #ownChanged(): void {
    const { list } = this.#mine().current()
    this.#revise(list)
    this.#announce()
    this.#ownFeed.publish(list)
  }

  #isMine(account: AccountId): boolean {
    const identity = this.#parts.identity.current()
    return identity.state === 'ready' && identity.me.account === account
  }

  #mine(): OwnList {
    if (this.#own === null) throw new Error('proofs are used before they started')
    return this.#own
  }

  #prove(peerId: PeerId, list: DeviceList, hello: Hello): void {
    const before = this.#proofs.get(peerId)
    if (before !== undefined && before.account !== list.account) {
      this.#disprove(peerId, before, 'it now proves another account')
    }
    const proof = proofOf(peerId, list, hello.name)
    this.#proofs.delete(peerId)
    this.#proofs.set(peerId, proof)
    for (const oldest of this.#proofs.keys()) {
      if (this.#proofs.size <= MAX_PROOFS) break
      this.#proofs.delete(oldest)
    }
    if (JSON.stringify(before) !== JSON.stringify(proof)) this.#feed.publish({ event: 'proven', peerId, proof })
  }

  #disprove(peerId: PeerId, { account }: Proof, why: string): void {
    this.#proofs.delete(peerId)
    this.#parts.log.warn({ peer: peerId, why }, 'a device is no longer vouched for')
    this.#feed.publish({ event: 'disproven', peerId, account, why })
  }

  /** It may be honest and not know why: our hello, or its answer to that, gets it told. */
  #expel(peerId: PeerId, proof: Proof, why: string): void {
    this.#disprove(peerId, proof, why)
    void this.#greeter.greet(peerId)
  }

  /** A newer list of an account came: its devices that are connected are held against it. */
  #revise(list: DeviceList): void {
    for (const [peerId, proof] of this.#proofs) {
      if (proof.account !== list.account || proof.seq === list.seq) continue
      if (holds(list, peerId)) {
        this.#proofs.set(peerId, proofOf(peerId, list, proof.claimedName))
      } else {
        this.#expel(peerId, proof, "its account's newer list no longer holds it")
      }
    }
  }

  #announce(): number {
    this.#greeter.announce([...this.#proofs.keys()])
    return this.#proofs.size
  }

  async #announceNames(first: string): Promise<void> {
    let name = first
    for await (const item of this.#parts.identity.watch(this.#stopping.signal)) {
      const identity = item.kind === 'snapshot' ? item.snapshot : item.event.identity
      if (identity.state !== 'ready' || identity.me.name === name) continue
      name = identity.me.name
      this.#announce()
    }
  }

  /** Until our hello came to its end, or theirs did, or nobody wants to know any more. */
  async #proven(peerId: PeerId, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const aborted = (): void => resolve()
    signal?.addEventListener('abort', aborted)
    const unsubscribe = this.#feed.subscribe((event) => {
      if (event.event === 'proven' && event.peerId === peerId) resolve()
    })
    await Promise.race([promise, this.#greeter.greet(peerId)])
    unsubscribe()
    signal?.removeEventListener('abort', aborted)
  }
}
