import { BlockList, isIPv4 } from 'node:net'
import type { Answer } from 'dns-packet'
import type { Lookup, Zone, ZoneRecord } from '../../../../shared/model/names.ts'
import { SECOND } from '../../../../shared/units.ts'
import { MAX_ANSWERS, NEGATIVE_SECONDS } from './limits.ts'
import type { Query, Reply } from './wire.ts'

/*
 * What a question of DNS comes to: what is to be looked up for it, and what the look-up makes of it. Pure.
 */

export const TYPES = { A: 1, NS: 2, SOA: 6, TXT: 16, AAAA: 28, SRV: 33, IXFR: 251, AXFR: 252, ANY: 255 } as const
const CLASS_IN = 1
const CLASS_ANY = 255

/** Numbers of RFC 8914. */
const NOT_READY = 14
const PROHIBITED = 18
const NOT_AUTHORITATIVE = 20
const NO_REACHABLE_AUTHORITY = 22
const OTHER = 0

/**
 * What a name elsewhere must not stand for: programs of this machine, which a page in a browser could then reach under a
 * foreign name, and what is no address of one machine. Addresses of a home network are let through: there lives the peer.
 */
const NEVER = { ipv4: new BlockList(), ipv6: new BlockList() }
for (const [net, bits] of [['0.0.0.0', 8], ['127.0.0.0', 8], ['169.254.0.0', 16], ['224.0.0.0', 3]] as const) {
  NEVER.ipv4.addSubnet(net, bits, 'ipv4')
}
// Apart, as a list takes every IPv4 address to be in the mapped ones.
for (const [net, bits] of [['::', 127], ['::ffff:0:0', 96], ['64:ff9b::', 96], ['fe80::', 10], ['ff00::', 8]] as const) {
  NEVER.ipv6.addSubnet(net, bits, 'ipv6')
}

export interface Asked {
  /** To be looked up. */
  readonly fullName: string
  /** Below the name: `@`, `www`. */
  readonly label: string
  /** `_http._tcp`, of a question for SRV. */
  readonly service: string | null
}

/** What has to be looked up, or what can be said at once. */
export function readQuestion(query: Query, tld: string): Asked | Reply {
  if (query.tld !== tld) return refusal('refused', NOT_AUTHORITATIVE, `Only names below .${tld} are answered here.`)
  if (query.class !== CLASS_IN && query.class !== CLASS_ANY) return refusal('refused', NOT_AUTHORITATIVE, 'Only class IN is answered here.')
  if (query.type === TYPES.AXFR || query.type === TYPES.IXFR) return refusal('refused', PROHIBITED, 'There are no transfers here.')
  const labels = (query.labels ?? ['']).map((label) => label.toLowerCase())
  // Nobody's name holds anything else; what a person may type beside a name, a slash or an @, is none of DNS.
  if (!labels.every((label) => /^[a-z0-9_-]+$/.test(label))) return negative('noSuchName', tld, 0)
  if (labels.length === 1) return ofTheTop(query, tld)
  // The server itself; no name is so short.
  if (labels.length === 2 && labels[0] === 'ns') return ofTheServer(query, tld)
  const [first = '', second = ''] = labels
  const isService = query.type === TYPES.SRV && /^_[a-z0-9-]{1,15}$/.test(first) && /^_(tcp|udp)$/.test(second) && labels.length > 3
  const rest = isService ? labels.slice(2) : labels
  const below = rest.slice(0, -2)
  return { fullName: rest.join('.'), label: below.length === 0 ? '@' : below.join('.'), service: isService ? `${first}.${second}` : null }
}

export function replyFrom(query: Query, asked: Asked, lookup: Lookup, tld: string, nowMs: number): Reply {
  const { outcome, ledger } = lookup
  const height = ledger?.height ?? 0
  switch (outcome.outcome) {
    case 'found':
      return fromZone(query, asked, lookup, outcome, tld, nowMs)
    case 'nobody':
      return negative('noSuchName', tld, height)
    case 'no-zone':
      return negative('ok', tld, height)
    case 'catching-up': {
      const { blocksLeft } = outcome
      const left = blocksLeft === null ? 'it is not known how far' : `${blocksLeft} blocks are left`
      return refusal('failed', NOT_READY, `The ledger here is catching up: ${left}.`)
    }
    case 'refused':
      // Before the ledger was asked: what was asked for can be nobody's name.
      return ledger === null ? negative('noSuchName', tld, 0) : refusal('failed', PROHIBITED, outcome.why)
    case 'unreachable':
      return refusal('failed', NO_REACHABLE_AUTHORITY, outcome.why)
  }
}

/** Nothing could be looked up here and now. */
export function unavailable(why: string): Reply {
  return refusal('failed', OTHER, why)
}

function fromZone(
  query: Query,
  asked: Asked,
  lookup: Lookup,
  { zone, records }: Extract<Lookup['outcome'], { outcome: 'found' }>,
  tld: string,
  nowMs: number,
): Reply {
  const name = (query.labels ?? []).join('.')
  const ttl = Math.max(1, Math.floor(((lookup.zone?.freshUntilMs ?? nowMs) - nowMs) / SECOND))
  const answers = records.flatMap((record) => answerOf(record, query.type, { name, ttl }, asked, zone, tld)).slice(0, MAX_ANSWERS)
  if (answers.length > 0) return { rcode: 'ok', answers, authorities: [], error: null }
  return negative(isThere(asked, zone, records.length, tld) ? 'ok' : 'noSuchName', tld, lookup.ledger?.height ?? 0)
}

function answerOf(
  record: ZoneRecord,
  type: number,
  head: { name: string; ttl: number },
  { service }: Asked,
  zone: Zone,
  tld: string,
): Answer[] {
  const wants = (one: number): boolean => type === one || type === TYPES.ANY
  if (service !== null) {
    if (record.kind !== 'service' || record.service !== service) return []
    return [{ ...head, type: 'SRV', data: { priority: 0, weight: 0, port: record.port, target: targetOf(record.target, zone, tld) } }]
  }
  if (record.kind === 'text' && wants(TYPES.TXT)) return [{ ...head, type: 'TXT', data: inPieces(record.text) }]
  if (record.kind !== 'address') return []
  const family = isIPv4(record.ip) ? 'ipv4' : 'ipv6'
  if (NEVER[family].check(record.ip, family)) return []
  if (family === 'ipv4') return wants(TYPES.A) ? [{ ...head, type: 'A', data: record.ip }] : []
  return wants(TYPES.AAAA) ? [{ ...head, type: 'AAAA', data: record.ip }] : []
}

/** Whether there is anything at a label or below it: "not of this kind" and "not at all" are two answers. */
function isThere({ fullName, label, service }: Asked, { name, records }: Zone, found: number, tld: string): boolean {
  if (service !== null || label === '@' || found > 0) return true
  // It was delegated, and has another label in that zone: nothing is denied that may be there.
  if (!fullName.endsWith(`.${name}.${tld}`)) return true
  return records.some((record) => {
    const at = record.kind !== 'service' ? record.label : record.service + (record.label === '@' ? '' : `.${record.label}`)
    return at === label || at.endsWith(`.${label}`)
  })
}

/** `@` and what has a record here are labels of the zone, as is what has no dot; the rest are hosts elsewhere. */
function targetOf(target: string, { name, records }: Zone, tld: string): string {
  if (target === '@') return `${name}.${tld}`
  const isLabel = !target.includes('.') || records.some(({ label }) => label === target)
  return isLabel ? `${target}.${name}.${tld}` : target
}

/** TXT is made of strings of at most 255 bytes. */
function inPieces(text: string): Buffer[] {
  const bytes = Buffer.from(text)
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.byteLength; at += 255) pieces.push(bytes.subarray(at, at + 255))
  return pieces.length === 0 ? [Buffer.alloc(0)] : pieces
}

function ofTheTop({ type }: Query, tld: string): Reply {
  if (type === TYPES.SOA) return { rcode: 'ok', answers: [soa(tld, 0)], authorities: [], error: null }
  if (type !== TYPES.NS) return negative('ok', tld, 0)
  const ns: Answer = { name: tld, type: 'NS', ttl: NEGATIVE_SECONDS, data: `ns.${tld}` }
  return { rcode: 'ok', answers: [ns], authorities: [], error: null }
}

function ofTheServer({ type }: Query, tld: string): Reply {
  if (type !== TYPES.A) return negative('ok', tld, 0)
  const here: Answer = { name: `ns.${tld}`, type: 'A', ttl: NEGATIVE_SECONDS, data: '127.0.0.1' }
  return { rcode: 'ok', answers: [here], authorities: [], error: null }
}

function negative(rcode: 'ok' | 'noSuchName', tld: string, height: number): Reply {
  return { rcode, answers: [], authorities: [soa(tld, height)], error: null }
}

function refusal(rcode: 'failed' | 'refused', code: number, why: string): Reply {
  return { rcode, answers: [], authorities: [], error: { code, why } }
}

/** The serial number is the height of the ledger: what it is as of. */
function soa(tld: string, height: number): Answer {
  const times = { refresh: 3_600, retry: 600, expire: 86_400, minimum: NEGATIVE_SECONDS }
  const data = { mname: `ns.${tld}`, rname: `ns.${tld}`, serial: height % 2 ** 32, ...times }
  return { name: tld, type: 'SOA', ttl: NEGATIVE_SECONDS, data }
}
