import dnsPacket, { type Answer, type OptAnswer, type Packet } from 'dns-packet'
import { MAX_QUERY_BYTES, MAX_UDP_BYTES, PLAIN_UDP_BYTES } from './limits.ts'

/*
 * Messages of RFC 1035 with EDNS (RFC 6891) and its errors (RFC 8914). dns-packet reads the options and writes records;
 * header and question are read here, as it would take any bytes for a name and make room for 65,535 records unasked.
 */

export const RCODES = { ok: 0, malformed: 1, failed: 2, noSuchName: 3, notImplemented: 4, refused: 5 } as const
export type Rcode = keyof typeof RCODES

export interface Query {
  readonly id: number
  /** As it came, to be given back: case and all. */
  readonly question: Uint8Array
  /** Null: it holds what no name of ours does (spaces, dots within a label, bytes beyond ASCII). */
  readonly labels: readonly string[] | null
  /** The last label in small letters, where it can be read; '' of the root. */
  readonly tld: string
  readonly type: number
  readonly class: number
  readonly wantsRecursion: boolean
  /** Null: the program knows nothing of EDNS. */
  readonly edns: { readonly maxBytes: number } | null
}

export type ReadQuery =
  | { readonly outcome: 'query'; readonly query: Query }
  /** Not to be understood, or not to be done; what is said of it. */
  | { readonly outcome: 'refused'; readonly id: number; readonly rcode: Rcode | 'bad-version'; readonly opcode: number }
  /** Whoever answered answers would be made to talk to itself. */
  | { readonly outcome: 'ignored' }

export interface Reply {
  readonly rcode: Rcode
  readonly answers: readonly Answer[]
  readonly authorities: readonly Answer[]
  /** Why, in a number of RFC 8914 and a sentence; only for programs that know EDNS. */
  readonly error: { readonly code: number; readonly why: string } | null
}

const HEADER_BYTES = 12
const RESPONSE = 0x8000
const AUTHORITATIVE = 0x0400
const TRUNCATED = 0x0200
const RECURSION_DESIRED = 0x0100
const MAX_LABEL_BYTES = 63
const MAX_NAME_BYTES = 255
/** EDNS, and a signature of a transaction that is not looked at. */
const MAX_ADDITIONALS = 2
const EXTENDED_ERROR = 15
/** A sentence fits; a packet is not filled with it. */
const MAX_WHY_BYTES = 200

export function readQuery(bytes: Buffer): ReadQuery {
  if (bytes.byteLength < HEADER_BYTES) return { outcome: 'ignored' }
  const [id, flags] = [bytes.readUInt16BE(0), bytes.readUInt16BE(2)]
  if ((flags & RESPONSE) !== 0) return { outcome: 'ignored' }
  const opcode = (flags >> 11) & 0xf
  const refused = (rcode: Rcode | 'bad-version'): ReadQuery => ({ outcome: 'refused', id, rcode, opcode })
  if (opcode !== 0) return refused('notImplemented')
  if (bytes.byteLength > MAX_QUERY_BYTES) return refused('malformed')
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((at) => bytes.readUInt16BE(at))
  if (questions !== 1 || answers !== 0 || authorities !== 0 || (additionals ?? 0) > MAX_ADDITIONALS) return refused('malformed')
  const name = readLabels(bytes, HEADER_BYTES)
  if (name === null || name.end + 4 > bytes.byteLength) return refused('malformed')
  const edns = readEdns(bytes)
  if (typeof edns === 'string') return refused(edns)
  const isPlain = name.labels.every((label) => /^[!-~]+$/.test(label) && !/[.\\]/.test(label))
  return {
    outcome: 'query',
    query: {
      id,
      question: bytes.subarray(HEADER_BYTES, name.end + 4),
      labels: isPlain ? name.labels : null,
      tld: (name.labels.at(-1) ?? '').toLowerCase(),
      type: bytes.readUInt16BE(name.end),
      class: bytes.readUInt16BE(name.end + 2),
      wantsRecursion: (flags & RECURSION_DESIRED) !== 0,
      edns,
    },
  }
}

/** The answer as bytes, cut to what the way back takes: over UDP without its records, which sends the program to TCP. */
export function writeReply(query: Query, reply: Reply, way: 'udp' | 'tcp'): Buffer {
  const { answers, authorities } = reply
  const bytes = written(query, reply, { answers: [...answers], authorities: [...authorities] }, 0)
  const maxBytes = way === 'tcp' ? Infinity : (query.edns?.maxBytes ?? PLAIN_UDP_BYTES)
  return bytes.byteLength <= maxBytes ? bytes : written(query, reply, {}, TRUNCATED)
}

/** For what was not understood so far that a question could be given back. */
export function writeRefusal({ id, rcode, opcode }: Extract<ReadQuery, { outcome: 'refused' }>): Buffer {
  const isVersion = rcode === 'bad-version'
  const flags = (opcode << 11) | (isVersion ? 0 : RCODES[rcode])
  // BADVERS is 16: its upper bits stand in the EDNS record.
  return encode({ type: 'response', id, flags, additionals: isVersion ? [edns(1, null)] : [] })
}

function written(query: Query, { rcode, error }: Reply, records: Pick<Packet, 'answers' | 'authorities'>, also: number): Buffer {
  const authority = rcode === 'ok' || rcode === 'noSuchName' ? AUTHORITATIVE : 0
  const flags = RCODES[rcode] | authority | also | (query.wantsRecursion ? RECURSION_DESIRED : 0)
  const additionals = query.edns === null ? [] : [edns(0, error)]
  const bytes = encode({ type: 'response', id: query.id, flags, ...records, additionals })
  // The library writes no pointers, so the question can be put in as it came.
  bytes.writeUInt16BE(1, 4)
  return Buffer.concat([bytes.subarray(0, HEADER_BYTES), query.question, bytes.subarray(HEADER_BYTES)])
}

function encode(packet: Packet): Buffer {
  return dnsPacket.encode(packet)
}

function edns(extendedRcode: number, error: Reply['error']): OptAnswer {
  const options = error === null ? [] : [{ code: EXTENDED_ERROR, data: extendedError(error) }]
  const head = { name: '.', type: 'OPT', udpPayloadSize: MAX_UDP_BYTES, extendedRcode, ednsVersion: 0, flags: 0, flag_do: false } as const
  // The types of the library know four options; it writes any.
  return { ...head, options: options as unknown as OptAnswer['options'] }
}

function extendedError({ code, why }: { code: number; why: string }): Buffer {
  const head = Buffer.alloc(2)
  head.writeUInt16BE(code)
  return Buffer.concat([head, Buffer.from(why).subarray(0, MAX_WHY_BYTES)])
}

/** No pointers: there is nothing before a question that one could point to. */
function readLabels(bytes: Buffer, start: number): { labels: string[]; end: number } | null {
  const labels: string[] = []
  let at = start
  for (;;) {
    const length = bytes[at]
    if (length === undefined || length > MAX_LABEL_BYTES) return null
    at += 1
    if (length === 0) return { labels, end: at }
    const label = bytes.subarray(at, at + length)
    at += length
    if (label.byteLength < length || at - start >= MAX_NAME_BYTES) return null
    labels.push(label.toString('latin1'))
  }
}

function readEdns(bytes: Buffer): Query['edns'] | 'malformed' | 'bad-version' {
  if (bytes.readUInt16BE(10) === 0) return null
  let found: readonly Answer[]
  try {
    found = dnsPacket.decode(bytes).additionals ?? []
  } catch {
    return 'malformed'
  }
  const [opt, ...more] = found.filter((one) => one.type === 'OPT')
  if (opt === undefined) return null
  if (more.length > 0 || opt.name !== '.') return 'malformed'
  if (opt.ednsVersion !== 0) return 'bad-version'
  return { maxBytes: Math.min(Math.max(opt.udpPayloadSize, PLAIN_UDP_BYTES), MAX_UDP_BYTES) }
}
