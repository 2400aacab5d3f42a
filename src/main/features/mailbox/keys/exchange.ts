import type { PrivateKey } from '@libp2p/interface'
import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import { LatchError } from '../../../../shared/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { RefusedError, StreamCutError, type Offence, type RemotePeer } from '../../../platform/streams.ts'
import { MailboxProtocolError, sealBatch, type Hex, type KeysAnswer, type KeysProtocol, type KeysRequest } from '../../../protocols/mailbox/index.ts'
import { AROUND_KEYS_BYTES, EXCHANGE_BURST, EXCHANGE_PACE_MS, EXCHANGES_AT_ONCE, KEY_IN_BATCH_BYTES, MAX_KEYS_ALONG } from '../limits.ts'
import { Pace } from '../pace.ts'
import { wanted } from './decide.ts'
import type { OwnCards } from './own-card.ts'
import type { OwnKeys } from './own-keys.ts'
import type { TheirKeys } from './their-keys.ts'

/** A card or keys that no Latch signs so. */
const FALSE_POINTS = 25

export interface ExchangeParts {
  readonly protocol: KeysProtocol
  readonly clock: Clock
  readonly log: Log
  readonly offence: Offence
  readonly me: { readonly peerId: PeerId; readonly deviceKey: PrivateKey }
  readonly own: OwnKeys
  readonly theirs: TheirKeys
  readonly cards: OwnCards
  /** Whose device it has proven to be, where keys are exchanged with it; waits for a hello under way. */
  readonly correspondent: (peerId: PeerId, signal?: AbortSignal) => Promise<AccountId | null>
}

/** Two devices that are connected tell each other where their mail is held, and give each other keys. */
export class Exchange {
  readonly #parts: ExchangeParts
  readonly #pace: Pace
  /** Devices whose turn is to come, and those whose it is. */
  readonly #waiting = new Set<PeerId>()
  readonly #under = new Set<PeerId>()
  #stop: AbortController | null = null

  constructor(parts: ExchangeParts) {
    this.#parts = parts
    this.#pace = new Pace({ burst: EXCHANGE_BURST, perSecond: 1000 / EXCHANGE_PACE_MS })
  }

  async start(): Promise<void> {
    this.#stop = new AbortController()
    await this.#parts.protocol.serve((peer, request, signal) => this.#answer(peer, request, signal))
  }

  stop(): void {
    this.#stop?.abort(new StreamCutError('the mailbox stops'))
    this.#stop = null
    this.#waiting.clear()
  }

  /** Soon; several at once for the same device are one. */
  with(device: PeerId): void {
    this.#waiting.add(device)
    this.#next()
  }

  /** Whether that device has given no card yet, or so many of its keys are used that more are wanted. */
  isWorthwhile(device: PeerId): boolean {
    const { theirs } = this.#parts
    return theirs.seen(device) === undefined || wanted(theirs.unused(device).length) > 0
  }

  #next(): void {
    const signal = this.#stop?.signal
    if (signal === undefined) return
    for (const device of this.#waiting) {
      if (this.#under.size >= EXCHANGES_AT_ONCE) return
      if (this.#under.has(device)) continue
      this.#waiting.delete(device)
      this.#under.add(device)
      this.#ask(device, signal)
        .catch((error: unknown) => this.#failed(device, error))
        .finally(() => {
          this.#under.delete(device)
          this.#next()
        })
    }
  }

  async #ask(device: PeerId, signal: AbortSignal): Promise<void> {
    const { protocol, theirs, cards, correspondent } = this.#parts
    const account = await correspondent(device, signal)
    if (account === null) return
    const { envelope } = await cards.current()
    const unused = theirs.unused(device)
    const seen = theirs.seen(device)
    const request = { card: envelope, unused, want: wanted(unused.length), ...(seen === undefined ? {} : { seen }) }
    const answer = await protocol.exchange(device, request, signal)
    if (answer.outcome !== 'given') return this.#parts.log.debug({ peer: device, outcome: answer.outcome }, 'no mail keys were given')
    theirs.drop(device, answer.gone)
    if (answer.card !== undefined) this.#judge(device, await theirs.learnCard(answer.card, device, account))
    if (answer.keys !== undefined) this.#judge(device, await theirs.learnKeys(answer.keys, device))
  }

  async #answer(peer: RemotePeer, request: KeysRequest, signal: AbortSignal): Promise<KeysAnswer> {
    const { theirs, cards, correspondent } = this.#parts
    const { peerId } = peer
    const account = await correspondent(peerId, signal)
    if (account === null) return { outcome: 'stranger' }
    if (!this.#pace.takes(peerId, this.#parts.clock.monotonicMs())) return { outcome: 'busy' }
    this.#judge(peerId, await theirs.learnCard(request.card, peerId, account))
    const { keys, gone } = await this.#batch(peerId, request.unused, request.want)
    const { seq, envelope } = await cards.current()
    return {
      outcome: 'given',
      gone: [...gone],
      ...(request.seen !== undefined && request.seen >= seq ? {} : { card: envelope }),
      ...(keys === null ? {} : { keys }),
    }
  }

  async #batch(to: PeerId, unused: readonly Hex[], want: number): Promise<{ keys: Uint8Array | null; gone: readonly Hex[] }> {
    const { own, me } = this.#parts
    const { keys, untilMs, gone } = await own.give(to, unused, want)
    if (keys.length === 0) return { keys: null, gone }
    return { keys: await sealBatch({ device: me.peerId, to, keys, untilMs }, me.deviceKey), gone }
  }

  /** Keys for somebody who is written to, in at most so many bytes; null: there is no need, or no room. */
  async along(to: PeerId, roomBytes: number): Promise<Uint8Array | null> {
    const { own, me } = this.#parts
    const most = Math.min(MAX_KEYS_ALONG, Math.floor((roomBytes - AROUND_KEYS_BYTES) / KEY_IN_BATCH_BYTES))
    if (most <= 0) return null
    const { keys, untilMs } = await own.topUp(to, most)
    return keys.length === 0 ? null : sealBatch({ device: me.peerId, to, keys, untilMs }, me.deviceKey)
  }

  #judge(device: PeerId, learnt: 'new' | 'old' | { false: string }): void {
    if (typeof learnt === 'string') return
    this.#parts.offence(device, `mail keys: ${learnt.false}`, FALSE_POINTS)
  }

  #failed(device: PeerId, error: unknown): void {
    const { log, offence } = this.#parts
    const isAway = error instanceof StreamCutError || error instanceof RefusedError || error instanceof LatchError
    if (error instanceof MailboxProtocolError) offence(device, `mail keys: ${error.message}`, FALSE_POINTS)
    if (isAway) log.debug({ peer: device, error }, 'no exchange of mail keys')
    else log.warn({ peer: device, error }, 'an exchange of mail keys failed')
  }
}
