import { LatchError } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { AppId, ExchangeId } from '../../../shared/model/apps.ts'
import type { About, Capability } from '../../../shared/model/door.ts'
import { DecodeError } from '../../platform/cbor.ts'
import { deadline, DeadlineError, type Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Admission, RemotePeer } from '../../platform/streams.ts'
import type { FinalStatus, ServedRequest } from '../../protocols/app/index.ts'
import { checkedContent } from './content.ts'
import { Exchanges } from './exchanges.ts'
import {
  MAX_AT_THE_DOOR,
  MAX_HELD_BYTES_OF_PEER,
  MAX_IN_PIECES_OF_PEER,
  MAX_OPEN,
  MAX_OPEN_OF_APP,
  MAX_OPEN_OF_PEER,
  WHOLE_BODY_TIMEOUT_MS,
} from './limits.ts'
import type { Line } from './line.ts'
import { Room, Rooms, takeAll } from './room.ts'
import { Served } from './served.ts'
import type { Content, IncomingRequest } from './types.ts'

export interface InboundParts {
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => ExchangeId
  readonly admits: (capability: Capability, peer: RemotePeer, about: About, signal: AbortSignal) => Promise<Admission>
  /** Who a connected peer proved to be; null for who did not. */
  readonly who: (peerId: PeerId) => IncomingRequest['from'] | null
  /** The line of a program that is connected. */
  readonly lineOf: (app: AppId) => Line | null
  /** Room for bodies, shared with what we ask. */
  readonly held: Room
  readonly inPieces: Room
}

/** What comes: past the door first, and then to its program, as far as there is room. */
export class Inbound {
  readonly open = new Exchanges<Served>()
  readonly #parts: InboundParts
  readonly #atTheDoor = new Room(MAX_AT_THE_DOOR)
  readonly #all = new Room(MAX_OPEN)
  readonly #ofApp = new Rooms<AppId>(MAX_OPEN_OF_APP)
  readonly #ofPeer = new Rooms<PeerId>(MAX_OPEN_OF_PEER)
  readonly #heldOfPeer = new Rooms<PeerId>(MAX_HELD_BYTES_OF_PEER)
  readonly #inPiecesOfPeer = new Rooms<PeerId>(MAX_IN_PIECES_OF_PEER)

  constructor(parts: InboundParts) {
    this.#parts = parts
  }

  /** Resolves when the request is over. Errors: DecodeError for what no Latch sends. */
  async serve(request: ServedRequest): Promise<void> {
    const { peer, header } = request
    const refusal = await this.#atDoor(request)
    if (refusal === 'silent') return request.drop(new Error('the door gives no answer'))
    if (refusal !== null) return request.refuse(refusal)
    const from = this.#parts.who(peer.peerId)
    if (from === null) return request.refuse('unproven')
    // Only whoever was let in hears which programs there are.
    const line = this.#parts.lineOf(header.app)
    if (line === null) return request.refuse('no-program')
    const { as } = header
    const giveBack = this.#room(header.app, peer.peerId, as === 'pieces' ? null : (header.bytes ?? 0))
    if (giveBack === null) return request.refuse('busy')
    try {
      const content = as === 'pieces' ? undefined : await this.#whole(request, as)
      if (content === 'timeout' || content === 'malformed') return await request.refuse(content)
      await this.#handOver(request, line, from, content)
    } finally {
      giveBack()
    }
  }

  /** Whether it is let in: null. Whoever has proven an account waits for nothing, and so needs no place to wait. */
  async #atDoor({ peer, header, ended }: ServedRequest): Promise<FinalStatus | 'silent' | null> {
    const place = this.#parts.who(peer.peerId) === null ? this.#atTheDoor.take(1) : () => {}
    if (place === null) return 'busy'
    const about = { name: null, bytes: header.bytes, path: header.method }
    try {
      const admission = await this.#parts.admits(`app:${header.app}`, peer, about, ended)
      if (admission.verdict === 'allow') return null
      return admission.code === 'version' ? 'denied' : admission.code
    } catch (error) {
      this.#parts.log.error({ peer: peer.peerId, error }, 'the door failed, so a request was refused')
      return 'busy'
    } finally {
      place()
    }
  }

  #room(app: AppId, peerId: PeerId, wholeBytes: number | null): (() => void) | null {
    return takeAll([
      () => this.#all.take(1),
      () => this.#ofApp.take(app),
      () => this.#ofPeer.take(peerId),
      () => (wholeBytes === null ? this.#pieces(peerId) : this.#held(peerId, wholeBytes)),
    ])
  }

  #pieces(peerId: PeerId): (() => void) | null {
    return takeAll([() => this.#parts.inPieces.take(1), () => this.#inPiecesOfPeer.take(peerId)])
  }

  #held(peerId: PeerId, bytes: number): (() => void) | null {
    return takeAll([() => this.#parts.held.take(bytes), () => this.#heldOfPeer.take(peerId, bytes)])
  }

  async #whole(request: ServedRequest, as: Content['as']): Promise<Content | undefined | 'timeout' | 'malformed'> {
    const { signal, release } = deadline(this.#parts.clock, WHOLE_BODY_TIMEOUT_MS, 'a body', request.ended)
    let bytes: Uint8Array
    try {
      bytes = await request.body.whole(signal)
    } catch (error) {
      if (error instanceof DeadlineError) return 'timeout'
      throw error
    } finally {
      release()
    }
    try {
      return checkedContent(as, bytes)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.#parts.log.info({ peer: request.peer.peerId, why: error.message }, 'a body is not what its header says')
      return 'malformed'
    }
  }

  async #handOver(
    request: ServedRequest,
    line: Line,
    from: IncomingRequest['from'],
    content: Content | undefined,
  ): Promise<void> {
    const { clock } = this.#parts
    const { as, method, bytes, deadlineMs } = request.header
    let pieces = as === 'pieces' ? () => {} : null
    const takePieces = (): void => {
      pieces ??= this.#pieces(request.peer.peerId)
      if (pieces === null) throw new LatchError('BUSY', 'Too many bodies are under way in pieces; try again shortly.')
    }
    const served = new Served({ id: this.#parts.newId(), request, line, takePieces })
    if (!served.isOver) {
      this.open.add(served)
      const untilMs = clock.nowMs() + deadlineMs
      line.request({ id: served.id, from, method, bytes, content, more: as === 'pieces', untilMs })
    }
    try {
      await served.settled
    } finally {
      this.open.remove(served)
      pieces?.()
    }
  }
}
