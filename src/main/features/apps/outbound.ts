import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import { MAX_WHOLE_BYTES, type AppId, type ExchangeId } from '../../../shared/model/apps.ts'
import type { About, Capability, SentKnock } from '../../../shared/model/door.ts'
import { deadline, delay, type Clock } from '../../platform/clock.ts'
import { orAborted } from '../../platform/or-aborted.ts'
import type { Offence } from '../../platform/streams.ts'
import { GoneError, type AppProtocol, type RequestHeader } from '../../protocols/app/index.ts'
import { Call } from './call.ts'
import { Exchanges } from './exchanges.ts'
import { MAX_CALLS, MAX_CALLS_OF_APP, MAX_CALLS_TO_PEER, MAX_DEVICES_ASKED, NONSENSE_POINTS } from './limits.ts'
import { Pace } from './pace.ts'
import { Room, Rooms, takeAll } from './room.ts'
import type { Answer, Ask } from './types.ts'
import { ofFailure, ofKnock, word, words } from './words.ts'

export interface OutboundParts {
  readonly protocol: Pick<AppProtocol, 'ask'>
  readonly clock: Clock
  readonly offence: Offence
  readonly newId: () => ExchangeId
  /** Connected devices of an account, or this one, dialled if need be. Errors: LatchError UNREACHABLE. */
  readonly connect: (to: Ask['to']) => Promise<readonly PeerId[]>
  readonly prove: (peerId: PeerId, signal: AbortSignal) => Promise<{ readonly account: AccountId } | null>
  /** Knocks, and resolves when it is settled. Errors: LatchError UNREACHABLE; the signal's reason. */
  readonly knock: (
    peerId: PeerId,
    capability: Capability,
    about: About,
    signal: AbortSignal,
  ) => Promise<Pick<SentKnock, 'state' | 'why'>>
  readonly held: Room
  readonly inPieces: Room
}

/** One request on its way: to several devices perhaps, twice if somebody was asked meanwhile. */
interface Errand {
  readonly app: AppId
  readonly ask: Ask
  readonly endMs: number
  readonly signal: AbortSignal
}

/** What our programs ask of others. */
export class Outbound {
  readonly open = new Exchanges<Call>()
  readonly #parts: OutboundParts
  readonly #pace = new Pace()
  readonly #all = new Room(MAX_CALLS)
  readonly #ofApp = new Rooms<AppId>(MAX_CALLS_OF_APP)
  readonly #toPeer = new Rooms<PeerId>(MAX_CALLS_TO_PEER)
  /** How each errand that is under way is stopped. */
  readonly #stops = new Map<AbortController, AppId>()

  constructor(parts: OutboundParts) {
    this.#parts = parts
  }

  /** Errors: LatchError BUSY, TOO_LARGE; everything else is a status. */
  async request(app: AppId, ask: Ask, caller?: AbortSignal): Promise<Answer> {
    const { sending } = ask
    if ('content' in sending && (sending.content?.bytes.byteLength ?? 0) > MAX_WHOLE_BYTES) {
      throw new LatchError('TOO_LARGE', `A body in one piece has at most ${MAX_WHOLE_BYTES} bytes; send more in pieces.`)
    }
    const giveBack = takeAll([() => this.#all.take(1), () => this.#ofApp.take(app)])
    if (giveBack === null) throw new LatchError('BUSY', 'Too many calls of this program are open; wait for some of them.')
    const stop = new AbortController()
    this.#stops.set(stop, app)
    const left = (): void => stop.abort(new GoneError('taken back'))
    const { signal, release } = deadline(this.#parts.clock, ask.deadlineMs, 'the request', stop.signal)
    const endMs = this.#parts.clock.monotonicMs() + ask.deadlineMs
    const isOver = (): void => {
      release()
      giveBack()
      this.#stops.delete(stop)
    }
    caller?.addEventListener('abort', left, { once: true })
    if (caller?.aborted === true) left()
    let call: Call | null = null
    try {
      const errand = { app, ask, endMs, signal }
      const outcome = await this.#run(errand)
      call = outcome.call
      return outcome.answer
    } catch (error) {
      return ofFailure(signal.aborted ? signal.reason : error, false)
    } finally {
      // From here on it lives by its own: it was answered that it is open.
      caller?.removeEventListener('abort', left)
      if (call === null || call.isOver) isOver()
      else void call.over.then(isOver)
    }
  }

  /** What a program has under way is taken back. Null: of all. */
  drop(app: AppId | null): void {
    for (const [stop, of] of this.#stops) if (app === null || of === app) stop.abort(new GoneError('taken back'))
  }

  async #run(errand: Errand): Promise<{ answer: Answer; call: Call | null }> {
    const { to } = errand.ask
    const peers = await orAborted(this.#parts.connect(to), errand.signal)
    let outcome: { answer: Answer; call: Call | null } = { answer: word('unreachable'), call: null }
    for (const peerId of peers.slice(0, MAX_DEVICES_ASKED)) {
      const proof = 'account' in to ? await this.#parts.prove(peerId, errand.signal) : null
      if ('account' in to && proof?.account !== to.account) outcome = { answer: words.otherAccount, call: null }
      else outcome = await this.#ask(errand, peerId)
      const { status } = outcome.answer
      if (status !== 'no-program' && status !== 'unreachable') return outcome
    }
    return outcome
  }

  async #ask(errand: Errand, peerId: PeerId): Promise<{ answer: Answer; call: Call | null }> {
    const first = await this.#send(errand, peerId)
    if (first.answer.status !== 'knock-first' || !errand.ask.knock) return first
    const { app, ask } = errand
    const about = { name: null, bytes: bytesOf(ask), path: ask.method }
    const knock = await this.#parts.knock(peerId, `app:${app}`, about, errand.signal)
    if (knock.state !== 'allowed') return { answer: ofKnock(knock), call: null }
    return this.#send(errand, peerId)
  }

  async #send({ app, ask, endMs, signal }: Errand, peerId: PeerId): Promise<{ answer: Answer; call: Call | null }> {
    const { clock, protocol, offence } = this.#parts
    const giveBack = this.#toPeer.take(peerId)
    if (giveBack === null) return { answer: words.tooMany, call: null }
    let call: Call | null = null
    try {
      const waitMs = this.#pace.take(peerId, clock.monotonicMs())
      if (waitMs === null) return { answer: words.tooFast, call: null }
      if (waitMs > 0) await delay(clock, waitMs, signal)
      const { method, sending } = ask
      const header: RequestHeader = {
        app,
        method,
        bytes: bytesOf(ask),
        as: 'content' in sending ? (sending.content?.as ?? 'bytes') : 'pieces',
        deadlineMs: Math.max(1, Math.ceil(endMs - clock.monotonicMs())),
      }
      const asked = await protocol.ask(peerId, header, signal)
      const offended = (why: string): void => offence(peerId, `app: ${why}`, NONSENSE_POINTS)
      const { held, inPieces } = this.#parts
      call = new Call({ app, id: this.#parts.newId(), asked, clock, ended: signal, held, inPieces, offended })
      this.open.add(call)
      const answer = await ('content' in sending ? call.whole(sending.content) : call.answer())
      return { answer, call }
    } finally {
      this.#closing(call, giveBack)
    }
  }

  #closing(call: Call | null, giveBack: () => void): void {
    if (call === null) return giveBack()
    void call.over.then(() => {
      this.open.remove(call)
      giveBack()
    })
  }
}

function bytesOf({ sending }: Ask): number | null {
  return 'content' in sending ? (sending.content?.bytes.byteLength ?? 0) : sending.bytes
}
