import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import type { Route } from '../../../../shared/model/peers.ts'
import { LatchError } from '../../../../shared/errors.ts'
import { deadline, type Clock } from '../../../platform/clock.ts'
import { DiskError } from '../../../platform/hash-tree-threads.ts'
import type { Log } from '../../../platform/log.ts'
import type { Offence } from '../../../platform/streams.ts'
import { FileProtocolError, FileRefusedError, type FileChannel, type FileProtocol } from '../../../protocols/file/index.ts'
import { AGAIN_MS, ASK_MS, BESIDE_FROM_BYTES, MAX_LANES, WRONG_POINTS } from '../limits.ts'
import type { TransferRow } from '../transfer-rows.ts'
import { NotAsOfferedError, type Fetching } from './fetching.ts'
import { FalseError, runLane } from './lane.ts'

export interface GatherParts {
  readonly clock: Clock
  readonly log: Log
  readonly offence: Offence
  readonly protocol: FileProtocol
  readonly sources: () => readonly PeerId[]
  readonly accountOf: (peerId: PeerId) => AccountId | null
  readonly connect: (peerId: PeerId, signal: AbortSignal) => Promise<void>
  readonly onRoutes: (routes: readonly Route[]) => void
}

/** `gone`: whoever offered it no longer has it. */
export type Gathered = { readonly how: 'whole' } | { readonly how: 'waiting' | 'gone'; readonly why: string }

interface Source {
  failures: number
  againMs: number
  /** Not asked again in this run; with why. */
  isOut: boolean
  /** A way beside the stream broke, or never was: there may be something between that does not let it be. */
  isSideless: boolean
  lane: { readonly over: Promise<void>; readonly stop: AbortController; channel: FileChannel | null } | null
}

/** Fetches one file from whoever has it, several at once, until it is whole or nobody gives it. */
export class Gather {
  readonly #parts: GatherParts
  readonly #row: TransferRow
  readonly #fetching: Fetching
  readonly #sources = new Map<PeerId, Source>()
  #why = 'No device that has it can be reached now.'
  #isGone = false
  #wake = (): void => {}

  constructor(row: TransferRow, fetching: Fetching, parts: GatherParts) {
    this.#row = row
    this.#fetching = fetching
    this.#parts = parts
  }

  /** *Errors*: DiskError and those of the system, NotAsOfferedError, the signal's reason. */
  async run(signal: AbortSignal): Promise<Gathered> {
    const broken = Promise.withResolvers<never>()
    broken.promise.catch(() => {})
    const aborted = (): void => broken.reject(signal.reason)
    signal.addEventListener('abort', aborted, { once: true })
    try {
      signal.throwIfAborted()
      while (!this.#fetching.isDone) {
        const nextMs = this.#begin(signal, (error) => broken.reject(error))
        const lanes = [...this.#sources.values()].flatMap(({ lane }) => (lane === null ? [] : [lane.over]))
        if (lanes.length === 0 && nextMs === null) return { how: this.#isGone ? 'gone' : 'waiting', why: this.#why }
        await Promise.race([...lanes, this.#woken(nextMs), broken.promise, this.#fetching.failed, this.#fetching.whole])
      }
      this.#each(({ channel }) => channel?.ask({ want: 'whole' }))
      return { how: 'whole' }
    } finally {
      signal.removeEventListener('abort', aborted)
      this.#each(({ channel, stop }) => {
        if (this.#fetching.isDone) channel?.end()
        stop.abort(new Error('the transfer stopped'))
      })
    }
  }

  /** A device is there, or there by another route: it is asked, and a stream over a relay gives way to what may be better. */
  connected(peerId: PeerId): void {
    const source = this.#sources.get(peerId)
    if (source?.lane?.channel?.peer.route === 'relayed') source.lane.channel.close(new Error('there may be a better route'))
    if (source !== undefined && source.lane === null && !source.isOut) Object.assign(source, { failures: 0, againMs: 0 })
    this.#wake()
  }

  #each(run: (lane: NonNullable<Source['lane']>) => void): void {
    for (const { lane } of this.#sources.values()) if (lane !== null) run(lane)
  }

  /** Begins with as many as may be; gives when the next may be asked again, null: never. */
  #begin(signal: AbortSignal, fail: (error: unknown) => void): number | null {
    const nowMs = this.#parts.clock.monotonicMs()
    let running = [...this.#sources.values()].filter(({ lane }) => lane !== null).length
    let nextMs: number | null = null
    for (const peerId of this.#parts.sources()) {
      const source = this.#sources.get(peerId) ?? { failures: 0, againMs: 0, isOut: false, isSideless: false, lane: null }
      this.#sources.set(peerId, source)
      if (source.lane !== null || source.isOut) continue
      if (source.againMs > nowMs) nextMs = Math.min(nextMs ?? Infinity, source.againMs - nowMs)
      else if (running < MAX_LANES) {
        running += 1
        const stop = new AbortController()
        const lane = { over: Promise.resolve(), stop, channel: null }
        source.lane = lane
        lane.over = this.#lane(peerId, source, AbortSignal.any([signal, stop.signal]), fail)
      }
    }
    return nextMs
  }

  async #lane(peerId: PeerId, source: Source, signal: AbortSignal, fail: (error: unknown) => void): Promise<void> {
    const before = this.#fetching.doneBytes
    try {
      const channel = await this.#open(peerId, signal)
      if (source.lane !== null) source.lane.channel = channel
      this.#routes()
      try {
        await this.#fetching.prepare(channel, signal)
        const left = this.#row.offer.bytes - this.#fetching.doneBytes
        await runLane(channel, this.#fetching, signal, left >= BESIDE_FROM_BYTES && !source.isSideless ? 'beside' : 'stream')
      } finally {
        source.isSideless ||= channel.brokeBeside
        // Whoever is done says so in `run`, over the streams that are open.
        if (!this.#fetching.isDone) channel.close(new Error('nothing more is asked'))
      }
    } catch (error) {
      if (signal.aborted) return
      if (isOurs(error)) return fail(error)
      this.#failed(peerId, source, error, this.#fetching.doneBytes > before)
    } finally {
      if (!this.#fetching.isDone) source.lane = null
      this.#routes()
    }
  }

  async #open(peerId: PeerId, signal: AbortSignal): Promise<FileChannel> {
    const limit = deadline(this.#parts.clock, ASK_MS, 'asking a device for a file', signal)
    try {
      await this.#parts.connect(peerId, limit.signal)
      return await this.#parts.protocol.open(peerId, this.#row.offer.file, limit.signal)
    } finally {
      limit.release()
    }
  }

  #failed(peerId: PeerId, source: Source, error: unknown, hasGiven: boolean): void {
    const { clock, log, offence, accountOf } = this.#parts
    log.debug({ peer: peerId, error }, 'a device gave no more of a file')
    if (hasGiven) source.failures = 0
    const againMs = AGAIN_MS[source.failures++]
    source.againMs = clock.monotonicMs() + (againMs ?? 0)
    source.isOut = againMs === undefined
    if (error instanceof FalseError || error instanceof FileProtocolError) {
      if (error instanceof FalseError) offence(peerId, `file: ${error.message}`, WRONG_POINTS)
      source.isOut = true
      this.#why = 'A device gave something else than the file.'
    } else if (error instanceof FileRefusedError) {
      source.isOut ||= !['busy', 'unproven'].includes(error.code)
      this.#why = refusalInWords(error)
      const isLost = error.code === 'not-here' || error.code === 'gone'
      if (isLost && accountOf(peerId) === this.#row.from) this.#isGone = true
    } else if (!hasGiven) this.#why = 'No device that has it can be reached now.'
  }

  #routes(): void {
    const routes = new Set<Route>()
    this.#each(({ channel }) => channel !== null && routes.add(channel.peer.route))
    this.#parts.onRoutes([...routes])
  }

  #woken(inMs: number | null): Promise<void> {
    return new Promise((resolve) => {
      const cancel = inMs === null ? (): void => {} : this.#parts.clock.after(inMs, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
  }
}

/** The disk, or the offer itself: another device would not make it better. */
function isOurs(error: unknown): boolean {
  const isOfSystem = error instanceof Error && 'syscall' in error && 'path' in error
  const isWord = error instanceof LatchError && error.code !== 'UNREACHABLE' && error.code !== 'BUSY'
  return error instanceof DiskError || error instanceof NotAsOfferedError || isOfSystem || isWord
}

function refusalInWords({ code }: FileRefusedError): string {
  switch (code) {
    case 'not-here':
    case 'gone':
      return 'It is no longer on their device, or was changed there.'
    case 'busy':
      return 'Their device is busy with other files.'
    case 'unproven':
      return 'Their device has not heard yet who this one is.'
    default:
      return 'Their device does not give it.'
  }
}
