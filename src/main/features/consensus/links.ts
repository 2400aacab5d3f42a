import type { PeerId } from '../../../shared/ids.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { ConsensusChannel, ConsensusProtocol, Frame } from '../../protocols/consensus/index.ts'
import { LONGEST_REOPEN_MS, MAX_EARLY_FRAMES, REOPEN_MS } from './limits.ts'

/** What waits for a channel that is being opened: as much as a slot begins with, the newest. */
const MAX_WAITING = 2 * MAX_EARLY_FRAMES

interface Link {
  channel: ConsensusChannel | null
  isOpening: boolean
  /** Ends the wait for the next try. */
  cancel: Cancel | null
  /** No other one before, on the monotonic hand: somebody unreachable is not dialled for every message. */
  notBeforeMs: number
  /** Tries since one came about. */
  failures: number
  waiting: Frame[]
}

export interface LinksParts {
  readonly protocol: ConsensusProtocol
  readonly clock: Clock
  readonly log: Log
  /** How late a message of ours came there, as they say. */
  readonly heard: (from: PeerId, lateMs: number) => void
}

/** A channel to each validator, opened before it is needed, and again when it broke. What is lost with one is lost. */
export class Links {
  readonly #parts: LinksParts
  readonly #links = new Map<PeerId, Link>()
  readonly #stop = new AbortController()

  constructor(parts: LinksParts) {
    this.#parts = parts
  }

  /** Has channels to these, and to nobody else. */
  keep(peers: readonly PeerId[]): void {
    for (const peer of peers) this.#open(peer, this.#linkTo(peer))
    for (const [peer, link] of this.#links) {
      if (peers.includes(peer)) continue
      this.#links.delete(peer)
      link.channel?.close(new Error('no validator of the present slot'))
    }
  }

  send(peer: PeerId, frame: Frame): void {
    const link = this.#linkTo(peer)
    if (link.channel !== null) return link.channel.send(frame)
    if (link.waiting.length >= MAX_WAITING) link.waiting.shift()
    link.waiting.push(frame)
    this.#open(peer, link)
  }

  /** Where there is a channel: what waited for one would measure that. */
  ping(peer: PeerId, atMs: number): void {
    this.#links.get(peer)?.channel?.send({ kind: 'ping', atMs })
  }

  /** It can be reached, so nothing is waited for any more. */
  reachable(peer: PeerId): void {
    const link = this.#links.get(peer)
    if (link === undefined || link.cancel === null) return
    link.cancel()
    link.cancel = null
    link.failures = 0
    void this.#opened(peer, link)
  }

  close(): void {
    this.#stop.abort(new Error('closed'))
    for (const { channel } of this.#links.values()) channel?.close(new Error('closed'))
    this.#links.clear()
  }

  #linkTo(peer: PeerId): Link {
    const link = this.#links.get(peer) ?? {
      channel: null,
      isOpening: false,
      cancel: null,
      notBeforeMs: 0,
      failures: 0,
      waiting: [],
    }
    this.#links.set(peer, link)
    return link
  }

  #open(peer: PeerId, link: Link): void {
    const { clock } = this.#parts
    if (link.isOpening || link.channel !== null || this.#stop.signal.aborted) return
    const waitMs = link.notBeforeMs - clock.monotonicMs()
    link.isOpening = true
    if (waitMs <= 0) void this.#opened(peer, link)
    else link.cancel = clock.after(waitMs, () => void this.#opened(peer, link))
  }

  /** Never rejects; opens the next one when this one is over. */
  async #opened(peer: PeerId, link: Link): Promise<void> {
    const { protocol, clock, log, heard } = this.#parts
    link.cancel = null
    link.notBeforeMs = clock.monotonicMs() + Math.min(LONGEST_REOPEN_MS, REOPEN_MS * 2 ** link.failures++)
    try {
      if (this.#links.get(peer) !== link) return
      const channel = await protocol.open(peer, (lateMs) => heard(peer, lateMs), this.#stop.signal)
      if (this.#links.get(peer) !== link) return channel.close(new Error('no validator any more'))
      link.channel = channel
      link.failures = 0
      link.isOpening = false
      for (const frame of link.waiting) channel.send(frame)
      link.waiting = []
      const why = await channel.over
      log.debug({ error: why }, 'a channel to a validator is over')
    } catch (error) {
      log.debug({ error }, 'no channel to a validator')
    }
    link.channel = null
    link.isOpening = false
    if (this.#links.get(peer) === link) this.#open(peer, link)
  }
}
