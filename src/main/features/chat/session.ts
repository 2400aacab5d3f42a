import type { AccountId, ConversationId } from '../../../shared/ids.ts'
import { delay, type Cancel } from '../../platform/clock.ts'
import { RefusedError, StreamCutError, type RemotePeer } from '../../platform/streams.ts'
import { ACK_TIMEOUT_MS, HEADS_TIMEOUT_MS, ViolationError, type ReceivedFrame } from '../../protocols/chat/index.ts'
import { Inbox } from './inbox.ts'
import { Incoming, ToldToStopError } from './incoming.ts'
import { LINGER_MS, RETIRE_TIMEOUT_MS } from './limits.ts'
import { Outgoing } from './outgoing.ts'
import type { SessionEnd, SessionParts } from './session-parts.ts'
import { Turns } from './turns.ts'

export type { SessionEnd, SessionParts } from './session-parts.ts'

/**
 * One stream with one device: both logs are brought up to date over it and kept so. Three loops that never wait for
 * each other: reading into a bounded inbox, taking what is in it into the logs, and writing what there is to say.
 */
export class Session {
  readonly account: AccountId
  readonly role: SessionParts['role']
  /** Null once both sides know what the other lacks; or how it ended before. */
  readonly ready: Promise<SessionEnd | null>
  readonly done: Promise<SessionEnd>

  readonly #parts: SessionParts
  readonly #outgoing: Outgoing
  readonly #incoming: Incoming
  readonly #turns: Turns
  readonly #inbox = new Inbox()
  #working = false
  #worker: Promise<void> = Promise.resolve()
  #writing = false
  #writer: Promise<void> = Promise.resolve()
  #timer: Cancel = () => {}
  #watching = false
  /** Why this side gives up; from then on nothing that comes is looked at. */
  #failure: Error | null = null
  /** Nothing more is written, by choice. */
  #closing = false
  #isReady = false
  #waitMs = 0
  readonly #over = new AbortController()
  readonly #settleReady: (end: SessionEnd | null) => void

  constructor(parts: SessionParts) {
    const { clock, source } = parts
    this.account = parts.account
    this.role = parts.role
    this.#parts = parts
    this.#outgoing = new Outgoing(source, () => clock.nowMs())
    this.#turns = new Turns(clock)
    this.#incoming = new Incoming({ ...parts, turns: this.#turns }, this.#outgoing)
    const { promise, resolve } = Promise.withResolvers<SessionEnd | null>()
    this.ready = promise
    this.#settleReady = resolve
    this.#silentAfter(HEADS_TIMEOUT_MS, new Error('it said nothing for 10 seconds'))
    this.#flush()
    this.done = this.#run()
  }

  get peer(): RemotePeer {
    return this.#parts.channel.peer
  }

  get takes(): boolean {
    return this.#parts.takes
  }

  /** Whether this side has not given it up. */
  get open(): boolean {
    return !this.#closing && this.#failure === null
  }

  /** Whether, besides, both sides know what the other lacks. */
  get live(): boolean {
    return this.#isReady && this.open
  }

  /** Whether it worked until it was over. */
  get worked(): boolean {
    return this.#isReady
  }

  /** There is something new in a conversation. */
  poke(conversation: ConversationId): void {
    if (this.#parts.source.aboutOf(conversation) === null) return
    this.#outgoing.poke(conversation)
    this.#flush()
  }

  /** Says how much is here of a conversation, where the other side may lack some of it. */
  announce(conversation: ConversationId): void {
    if (!this.live || this.#parts.source.aboutOf(conversation) === null) return
    this.#outgoing.announce(conversation)
    this.#flush()
  }

  typing(conversation: ConversationId): void {
    if (!this.live || this.#parts.source.aboutOf(conversation) === null) return
    this.#outgoing.typing(conversation)
    this.#flush()
  }

  behind(): { here: number; there: number } | null {
    return this.live ? this.#outgoing.behind() : null
  }

  isAbout(conversation: ConversationId): boolean {
    return this.#parts.source.aboutOf(conversation) !== null
  }

  /** They may have content blocks that are missing here. */
  ask(): void {
    if (!this.live) return
    this.#outgoing.ask()
    this.#flush()
  }

  /** Another device of ours brought entries of ours, which this one may have had all along. */
  notice(conversation: ConversationId): void {
    if (this.live && this.#parts.source.aboutOf(conversation) !== null) {
      this.#parts.onNews(this.#incoming.notice(conversation), this)
    }
  }

  /** Another stream with the same device goes on instead: what is on the way still counts, nothing new is sent. */
  retire(): void {
    if (this.#closing) return
    this.#outgoing.retire()
    this.#after(RETIRE_TIMEOUT_MS, new Error('it was not ended'))
    void this.#end()
  }

  abort(why: Error): void {
    this.#failure ??= why
    this.#over.abort(why)
    this.#parts.channel.abort(why)
    this.#inbox.empty()
  }

  async #run(): Promise<SessionEnd> {
    const end = await this.#readAll()
    await this.#worker
    this.#timer()
    if (this.#failure === null && end.kind === 'ended') await this.#end()
    await this.#writer
    if (this.#failure !== null && end.kind !== 'refused') {
      const cut: SessionEnd = { kind: 'cut', why: this.#failure.message }
      this.#settleReady(cut)
      return cut
    }
    this.#settleReady(end)
    return end
  }

  async #readAll(): Promise<SessionEnd> {
    for (;;) {
      try {
        const received = await this.#parts.channel.read()
        if (received === null) return { kind: 'ended' }
        if (this.#failure === null) await this.#put(received)
      } catch (error) {
        if (error instanceof RefusedError) return { kind: 'refused', code: error.code }
        if (!(error instanceof ViolationError)) return { kind: 'cut', why: error instanceof Error ? error.message : 'it broke' }
        // Reads on, so as to see the other side's end, and looks at nothing any more.
        await this.#giveUp(error)
      }
    }
  }

  /** Resolves when there is room for more: until then nothing is read, and the other side's writes wait. */
  async #put(received: ReceivedFrame): Promise<void> {
    this.#inbox.put(received)
    if (!this.#working) {
      this.#working = true
      this.#worker = this.#work()
    }
    await this.#inbox.room()
  }

  async #work(): Promise<void> {
    this.#turns.begin()
    try {
      while (!this.#inbox.isEmpty && this.#failure === null) {
        await this.#take(this.#inbox.nextBatch())
        await this.#turns.pause()
        await this.#slow()
      }
    } catch (error) {
      await this.#giveUp(error)
    } finally {
      this.#working = false
      if (this.#failure !== null) this.#inbox.empty()
    }
  }

  async #take(frames: readonly ReceivedFrame[]): Promise<void> {
    if (!this.#parts.isProven()) throw new ViolationError('unproven', 'whose device it is is no longer proven', 0)
    const { news, authors, acknowledged, violation } = await this.#incoming.take(frames)
    this.#waitMs = Math.max(0, ...[...authors].map((stored) => this.#parts.paced(...stored)))
    if (this.#incoming.complete && !this.#isReady) this.#becomeReady()
    // First the answer: the other side waits for it, the window does not notice a tenth of a millisecond.
    this.#flush()
    if (acknowledged) this.#watchAcknowledgements(true)
    await this.#turns.pause()
    if (news !== null) this.#parts.onNews(news, this)
    if (violation !== null) throw violation
  }

  /** Whoever writes faster than anybody reads waits: nothing more is taken here for so long. */
  async #slow(): Promise<void> {
    if (this.#waitMs > 0 && this.#failure === null) await delay(this.#parts.clock, this.#waitMs, this.#over.signal).catch(() => {})
    this.#waitMs = 0
  }

  #becomeReady(): void {
    this.#isReady = true
    this.#timer()
    this.#settleReady(null)
    this.#parts.onReady(this)
  }

  #flush(): void {
    if (this.#writing || this.#closing || this.#failure !== null) return
    this.#writing = true
    this.#writer = this.#writeAll()
  }

  async #writeAll(): Promise<void> {
    try {
      while (!this.#closing && this.#failure === null) {
        const frame = this.#outgoing.next()
        if (frame === null) break
        const written = this.#parts.channel.write(frame)
        this.#watchAcknowledgements(false)
        await written
      }
    } catch (error) {
      // Of a cut or a refusal the reader hears too, and says how it ended.
      if (!(error instanceof StreamCutError || error instanceof RefusedError)) await this.#giveUp(error)
    } finally {
      this.#writing = false
    }
  }

  /** While something is not acknowledged, some acknowledgement comes within 10 s, or the other end is given up. */
  #watchAcknowledgements(restart: boolean): void {
    if (!this.#isReady || this.#closing) return
    if (restart) this.#timer()
    else if (this.#watching) return
    this.#watching = this.#outgoing.unacknowledged
    if (this.#watching) this.#silentAfter(ACK_TIMEOUT_MS, new Error('nothing was acknowledged for 10 seconds'))
  }

  #after(delayMs: number, why: Error): void {
    this.#timer()
    this.#timer = this.#parts.clock.after(delayMs, () => this.abort(why))
  }

  #silentAfter(delayMs: number, why: Error): void {
    this.#timer()
    this.#timer = this.#parts.clock.after(delayMs, () => {
      this.#isReady = false
      this.abort(why)
      this.#parts.onSilent(this)
    })
  }

  /** Ends this half, after what is being written. */
  async #end(): Promise<void> {
    this.#closing = true
    await this.#writer
    await this.#parts.channel.end().catch(() => {})
  }

  /** Says why, where it is the other side's doing, and gives it a moment to read that and to end it too. */
  async #giveUp(error: unknown): Promise<void> {
    const { channel, log, offence } = this.#parts
    if (this.#failure !== null) return
    const failure = (this.#failure = error instanceof Error ? error : new Error('it failed', { cause: error }))
    const fields = { peer: this.peer.peerId, error }
    if (failure instanceof ViolationError) {
      log.warn({ ...fields, status: failure.status }, 'a peer broke the chat protocol')
      if (failure.points > 0) offence(this.peer.peerId, `chat: ${failure.message}`, failure.points)
    } else if (failure instanceof ToldToStopError) {
      log.warn(fields, 'a peer ended a chat stream')
    } else {
      log.error(fields, 'a chat stream failed here')
      channel.abort(failure)
      return
    }
    this.#after(LINGER_MS, failure)
    try {
      if (failure instanceof ViolationError) await channel.write({ kind: 'nack', status: failure.status, log: null })
      await channel.end()
    } catch {
      channel.abort(failure)
    }
  }
}
