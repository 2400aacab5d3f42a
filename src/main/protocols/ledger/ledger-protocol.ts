import { createHash } from 'node:crypto'
import type { PeerId } from '../../../shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Offence, PeerStreams } from '../../platform/streams.ts'
import { ask, type Said } from './asking.ts'
import { LEDGER_TERMS, MAX_BLOCKS_BYTES, MAX_HEADERS, MAX_PIECES, MAX_SNAPSHOT_BYTES, MAX_SNAPSHOT_PARTS } from './constants.ts'
import { LedgerProtocolError } from './errors.ts'
import type { CertifiedHeader, Id, Request, Validated, WireHead } from './messages.ts'
import { serveOne, type LedgerHandlers } from './serving.ts'

/** Headers from the newest block that both have. */
export type HeadersAnswer =
  | {
      readonly outcome: 'common'
      readonly common: Id
      /** Where the other side's chain ended when it began to answer. */
      readonly head: WireHead
      readonly headers: readonly CertifiedHeader[]
    }
  /** It has nothing of what we have: its blocks begin above this height. */
  | { readonly outcome: 'apart'; readonly base: number }

export interface SnapshotAnswer extends CertifiedHeader {
  readonly parts: readonly Uint8Array[]
}

/**
 * *Errors* of all that asks: LatchError UNREACHABLE, RefusedError, NotServedError, UnfinishedError, LedgerProtocolError,
 * the signal's reason. Nothing that is answered is checked but its form and its bounds, and that a genesis is the one.
 */
export interface LedgerProtocol {
  serve(handlers: LedgerHandlers): Promise<void>
  head(peerId: PeerId, network: Id, own: WireHead, signal?: AbortSignal): Promise<WireHead>
  genesis(peerId: PeerId, network: Id, signal?: AbortSignal): Promise<Uint8Array>
  headers(peerId: PeerId, network: Id, locator: readonly Id[], signal?: AbortSignal): Promise<HeadersAnswer>
  /**
   * `got` is told of each block as it comes, in the order asked, null for one that is not there; resolves when the other
   * side ends, which may be before the last.
   */
  blocks(
    peerId: PeerId,
    network: Id,
    ids: readonly Id[],
    got: (id: Id, block: Uint8Array | null) => void,
    signal?: AbortSignal,
  ): Promise<void>
  snapshot(peerId: PeerId, network: Id, signal?: AbortSignal): Promise<SnapshotAnswer>
  pool(peerId: PeerId, network: Id, signal?: AbortSignal): Promise<readonly Id[]>
  entries(peerId: PeerId, network: Id, ids: readonly Id[], signal?: AbortSignal): Promise<readonly Uint8Array[]>
  validate(peerId: PeerId, network: Id, from: number, signal?: AbortSignal): Promise<Validated>
}

/** The protocol over `streams`; keeps nothing between one stream and the next. */
export function createLedgerProtocol(parts: { streams: PeerStreams; clock: Clock; offence: Offence }): LedgerProtocol {
  const { streams } = parts

  const asked = (peerId: PeerId, request: Request, signal?: AbortSignal) => ask(parts, peerId, request, signal)

  async function only<S extends Said['status']>(
    peerId: PeerId,
    request: Request,
    statuses: readonly S[],
    signal?: AbortSignal,
  ): Promise<Extract<Said, { status: S }>> {
    let only: Extract<Said, { status: S }> | undefined
    for await (const reply of asked(peerId, request, signal)) {
      if (only !== undefined) throw unfitting(request, reply)
      only = fitting(request, reply, statuses)
    }
    if (only === undefined) throw new LedgerProtocolError(`no answer to ${request.kind}`)
    return only
  }

  return {
    serve: (handlers) => streams.serve(LEDGER_TERMS, (stream) => serveOne(stream, handlers, parts)),
    head: async (peerId, network, head, signal) =>
      (await only(peerId, { kind: 'head', network, head }, ['head'], signal)).head,
    async genesis(peerId, network, signal) {
      const { genesis } = await only(peerId, { kind: 'genesis', network }, ['genesis'], signal)
      if (createHash('sha256').update(genesis).digest('hex') === network) return genesis
      throw new LedgerProtocolError('the genesis of another network')
    },
    headers: (peerId, network, locator, signal) => {
      const request: Request = { kind: 'headers', network, locator: [...locator] }
      return readHeaders(request, asked(peerId, request, signal))
    },
    blocks: (peerId, network, ids, got, signal) => {
      const request: Request = { kind: 'blocks', network, ids: [...ids] }
      return readBlocks(request, ids, asked(peerId, request, signal), got)
    },
    snapshot: (peerId, network, signal) => {
      const request: Request = { kind: 'snapshot', network }
      return readSnapshotParts(request, asked(peerId, request, signal))
    },
    pool: async (peerId, network, signal) => (await only(peerId, { kind: 'pool', network }, ['pool'], signal)).ids,
    async entries(peerId, network, ids, signal) {
      const request: Request = { kind: 'entries', network, ids: [...ids] }
      const entries: Uint8Array[] = []
      for await (const reply of asked(peerId, request, signal)) {
        entries.push(...fitting(request, reply, ['entries']).entries)
        if (entries.length > ids.length) throw new LedgerProtocolError('more entries than were asked for')
      }
      return entries
    },
    validate: (peerId, network, from, signal) =>
      only(peerId, { kind: 'validate', network, from }, ['whole', 'broken', 'refused'], signal),
  }
}

async function readHeaders(request: Request, replies: AsyncIterable<Said>): Promise<HeadersAnswer> {
  let first: Extract<Said, { status: 'common' }> | undefined
  const headers: CertifiedHeader[] = []
  for await (const reply of replies) {
    if (first === undefined) {
      const begin = fitting(request, reply, ['common', 'apart'])
      if (begin.status === 'apart') return { outcome: 'apart', base: begin.base }
      first = begin
    } else {
      headers.push(...fitting(request, reply, ['headers']).headers)
      if (headers.length > MAX_HEADERS) throw new LedgerProtocolError('more headers than one answer has')
    }
  }
  if (first === undefined) throw new LedgerProtocolError('no answer to headers')
  return { outcome: 'common', common: first.common, head: first.head, headers }
}

async function readBlocks(
  request: Request,
  ids: readonly Id[],
  replies: AsyncIterable<Said>,
  got: (id: Id, block: Uint8Array | null) => void,
): Promise<void> {
  let answered = 0
  let bytes = 0
  for await (const reply of replies) {
    const next = fitting(request, reply, ['block', 'missing'])
    const id = ids[answered++]
    if (id === undefined || bytes > MAX_BLOCKS_BYTES) throw new LedgerProtocolError('more blocks than were asked for')
    if (next.status === 'missing' && next.id !== id) throw new LedgerProtocolError('a block that was not asked for')
    if (next.status === 'block') bytes += next.block.byteLength
    got(id, next.status === 'block' ? next.block : null)
  }
  if (answered === 0) throw new LedgerProtocolError('no answer to blocks')
}

async function readSnapshotParts(request: Request, replies: AsyncIterable<Said>): Promise<SnapshotAnswer> {
  let first: CertifiedHeader | undefined
  const parts: Uint8Array[] = []
  let pieces: Uint8Array[] = []
  let bytes = 0
  for await (const reply of replies) {
    if (first === undefined) {
      first = fitting(request, reply, ['snapshot'])
      continue
    }
    const piece = fitting(request, reply, ['piece'])
    pieces.push(piece.bytes)
    bytes += piece.bytes.byteLength
    if (bytes > MAX_SNAPSHOT_BYTES) throw new LedgerProtocolError('a snapshot larger than any')
    if (parts.length >= MAX_SNAPSHOT_PARTS) throw new LedgerProtocolError('a snapshot in more parts than any')
    if (pieces.length > MAX_PIECES) throw new LedgerProtocolError('a part larger than any')
    if (!piece.last) continue
    parts.push(pieces.length === 1 ? piece.bytes : new Uint8Array(Buffer.concat(pieces)))
    pieces = []
  }
  if (first === undefined || pieces.length > 0) throw new LedgerProtocolError('a snapshot that does not end')
  return { header: first.header, certificate: first.certificate, parts }
}

function fitting<S extends Said['status']>(
  request: Request,
  reply: Said,
  statuses: readonly S[],
): Extract<Said, { status: S }> {
  const isOne = (status: Said['status']): status is S => statuses.some((one) => one === status)
  if (!isOne(reply.status)) throw unfitting(request, reply)
  return reply as Extract<Said, { status: S }>
}

function unfitting({ kind }: Request, { status }: Said): LedgerProtocolError {
  return new LedgerProtocolError(`${status} is no answer to ${kind}`)
}
