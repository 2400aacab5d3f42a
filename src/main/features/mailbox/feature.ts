import { randomBytes } from 'node:crypto'
import { LatchError } from '../../../shared/errors.ts'
import { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Mailbox } from '../../../shared/model/mailbox.ts'
import type { Cancel } from '../../platform/clock.ts'
import { Feed, type Watched } from '../../platform/feed.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import { createKeysProtocol, createMailboxProtocol, type Letter, type MailboxHandlers, type MailboxProtocol } from '../../protocols/mailbox/index.ts'
import { collectFrom, type Collection } from './collecting/collector.ts'
import { Letters } from './collecting/letters.ts'
import { Delivering } from './delivering.ts'
import { inCard } from './holders/decide.ts'
import { HolderStore } from './holders/holder-store.ts'
import { Holders } from './holders/holders.ts'
import { HeldStore } from './holding/held-store.ts'
import { Holder } from './holding/holder.ts'
import { correspondent, Correspondents } from './keys/correspondents.ts'
import { Exchange } from './keys/exchange.ts'
import { OwnCards } from './keys/own-card.ts'
import { OwnKeys } from './keys/own-keys.ts'
import { TheirKeys } from './keys/their-keys.ts'
import { CAPACITY_BYTES, SWEEP_EVERY_MS, TELL_MS } from './limits.ts'
import { migrations } from './migrations.ts'
import type { Delivery, LetterHandler, MailboxEvent, MailboxFeature, MailboxParts } from './types.ts'

/** Letters for devices that are away: held for others, fetched, sealed and left with those who hold. */
export class MailboxRoom implements MailboxFeature {
  readonly #parts: MailboxParts
  readonly #protocol: MailboxProtocol
  readonly #own: OwnKeys
  readonly #theirs: TheirKeys
  readonly #cards: OwnCards
  readonly #exchange: Exchange
  readonly #correspondents: Correspondents
  readonly #holder: Holder
  readonly #letters: Letters
  readonly #holders: Holders
  readonly #delivering: Delivering
  readonly #feed: Feed<MailboxEvent>
  #handler: LetterHandler | null = null
  #running: { cancelSweep: Cancel; cancelTell: Cancel | null; isCardOld: boolean } | null = null

  constructor(parts: MailboxParts) {
    parts.database.migrate('mailbox', migrations)
    this.#parts = parts
    const { clock, database, log, me, connect, isConnected } = parts
    const accountOf = (peerId: PeerId): AccountId | null => parts.proofs.of(peerId)?.account ?? null
    this.#feed = new Feed((error) => log.error({ error }, 'a listener of the mailbox failed'))
    this.#protocol = createMailboxProtocol(parts)
    this.#own = new OwnKeys({ database, clock, randomBytes })
    this.#theirs = new TheirKeys({ database, clock, me: me.peerId })
    const holderStore = new HolderStore(database)
    this.#cards = new OwnCards({
      database,
      clock,
      me,
      holders: () => inCard(holderStore.all(), clock.nowMs()),
      addressesOf: parts.addressesOf,
      weekly: () => this.#own.weekly(),
    })
    this.#exchange = new Exchange({
      protocol: createKeysProtocol(parts),
      clock,
      log,
      offence: parts.offence,
      me,
      own: this.#own,
      theirs: this.#theirs,
      cards: this.#cards,
      correspondent: (peerId, signal) => correspondent(parts, peerId, signal),
    })
    this.#correspondents = new Correspondents({ ...parts, exchange: this.#exchange, cards: this.#cards })
    this.#holder = new Holder({
      store: new HeldStore(database),
      clock,
      log,
      offence: parts.offence,
      capacityBytes: parts.capacityBytes ?? CAPACITY_BYTES,
      admits: parts.admits,
      mayHold: parts.mayHold,
      accountOf,
      isConnected,
      tell: (device) => this.#tell(device),
      onChange: () => this.#changed(),
    })
    this.#letters = new Letters({
      database,
      clock,
      log,
      me: me.peerId,
      keys: this.#own,
      handler: () => this.#handler,
      learn: (letter) => this.#learn(letter),
    })
    this.#holders = new Holders({
      store: holderStore,
      protocol: this.#protocol,
      clock,
      log,
      offence: parts.offence,
      random: parts.random,
      randomBytes,
      introducers: parts.introducers,
      connect,
      isConnected,
      knock: parts.knock,
      accountOf,
      collect: (holder, signal) => this.#collectFrom(holder, signal),
      onChange: () => this.#changed('holders'),
    })
    this.#delivering = new Delivering({
      clock,
      log,
      offence: parts.offence,
      randomBytes,
      me,
      theirs: this.#theirs,
      protocol: this.#protocol,
      connect,
      isConnected,
      nameOf: parts.nameOf,
      besides: (device, roomBytes) => this.#besides(device, roomBytes),
      ...(parts.stranger === undefined ? {} : { stranger: parts.stranger }),
    })
  }

  async start(): Promise<void> {
    this.#running = { cancelSweep: () => {}, cancelTell: null, isCardOld: false }
    this.#sweep()
    const handlers: MailboxHandlers = {
      offered: (...about) => this.#holder.offered(...about),
      deposited: (...about) => this.#holder.deposited(...about),
      register: (...about) => this.#holder.register(...about),
      unregister: (peer) => this.#holder.unregister(peer),
      collect: (...about) => this.#holder.collect(...about),
      acknowledge: (...about) => this.#holder.acknowledge(...about),
      news: ({ peerId }: RemotePeer) => this.#holders.soon(peerId),
    }
    await this.#protocol.serve(handlers)
    await this.#exchange.start()
    this.#holders.start()
  }

  async stop(): Promise<void> {
    this.#running?.cancelSweep()
    this.#running?.cancelTell?.()
    this.#running = null
    this.#exchange.stop()
    await this.#holders.stop()
  }

  deliver(device: PeerId, letter: Uint8Array, signal?: AbortSignal): Promise<Delivery> {
    return this.#delivering.deliver(device, letter, signal)
  }

  canDeliver(device: PeerId): boolean {
    return this.#theirs.isKnown(device)
  }

  onLetter(handler: LetterHandler): () => void {
    this.#handler = handler
    this.#holders.look()
    return () => {
      if (this.#handler === handler) this.#handler = null
    }
  }

  status(): Mailbox {
    return { holders: this.#holders.list(), held: this.#holder.held() }
  }

  async ask(to: AccountId | PeerId): Promise<Mailbox> {
    const account = AccountId.safeParse(to)
    if (account.success) await this.#holders.ask(await this.#parts.reach(account.data), account.data)
    else await this.#holders.ask(PeerId.parse(to), this.#parts.proofs.of(PeerId.parse(to))?.account ?? null)
    return this.status()
  }

  async leave(peerId: PeerId): Promise<Mailbox> {
    await this.#holders.leave(peerId)
    return this.status()
  }

  async collect(): Promise<{ letters: number }> {
    return { letters: await this.#holders.collect() }
  }

  drop(account: AccountId): Mailbox {
    if (this.#holder.drop(account) === 0) throw new LatchError('NOT_FOUND', 'Nothing is held here for them.')
    return this.status()
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<Mailbox, MailboxEvent>> {
    return this.#feed.watch(() => this.status(), signal)
  }

  proven(peerId: PeerId): void {
    this.#correspondents.proven(peerId)
    this.connected(peerId)
  }

  reconsider(): void {
    this.#correspondents.reconsider()
  }

  connected(peerId: PeerId): void {
    this.#holders.connected(peerId)
  }

  opened(peerId: PeerId): void {
    this.#holders.soon(peerId)
  }

  introducersChanged(): void {
    this.#holders.look()
  }

  forget(account: AccountId): void {
    const devices = new Set([...this.#theirs.devicesOf(account), ...this.#parts.proofs.devicesOf(account)])
    for (const device of devices) {
      this.#theirs.forget(device)
      this.#own.forget(device)
    }
    this.#holder.drop(account)
  }

  async #collectFrom(holder: PeerId, signal: AbortSignal): Promise<Collection | null> {
    if (this.#handler === null) return null
    const { log } = this.#parts
    const collection = await collectFrom(holder, { protocol: this.#protocol, letters: this.#letters, log }, signal)
    if (collection.outcome === 'collected' && collection.letters > 0) this.#own.flush()
    return collection
  }

  /** What came beside a letter is as good as what comes over a stream: the device that it speaks of signed both. */
  async #learn({ device, account, card, keys }: Letter): Promise<void> {
    if (!this.#parts.corresponds(device, account)) return
    if (card !== null) await this.#theirs.learnCard(card, device, account)
    if (keys !== null) await this.#theirs.learnKeys(keys, device)
  }

  /** Who writes to us after this letter has keys for it, also if we never meet. */
  async #besides(device: PeerId, roomBytes: number): Promise<{ card?: Uint8Array; keys?: Uint8Array }> {
    const { envelope } = await this.#cards.current()
    if (envelope.byteLength > roomBytes) return {}
    const keys = await this.#exchange.along(device, roomBytes - envelope.byteLength)
    return keys === null ? { card: envelope } : { card: envelope, keys }
  }

  #tell(device: PeerId): void {
    this.#protocol.tell(device).catch((error: unknown) => this.#parts.log.debug({ peer: device, error }, 'news of mail was not told'))
  }

  #sweep(): void {
    if (this.#running === null) return
    this.#running.cancelSweep = this.#parts.clock.after(SWEEP_EVERY_MS, () => this.#sweep())
    this.#holder.sweep()
    if (this.#own.sweep() > 0) this.#own.flush()
    this.#theirs.sweep()
    this.#letters.sweep()
    this.#tellCard()
    this.reconsider()
  }

  /** Many changes are told as one; and a holder more or less is a new card. */
  #changed(what?: 'holders'): void {
    const running = this.#running
    if (running === null) return
    running.isCardOld ||= what === 'holders'
    if (running.cancelTell !== null) return
    running.cancelTell = this.#parts.clock.after(TELL_MS, () => {
      running.cancelTell = null
      if (this.#feed.listeners > 0) this.#feed.publish({ event: 'mailbox-changed', mailbox: this.status() })
      if (running.isCardOld) this.#tellCard()
      running.isCardOld = false
    })
  }

  #tellCard(): void {
    this.#correspondents.tellCard().catch((error: unknown) => this.#parts.log.error({ error }, 'the mail card was not told'))
  }
}
