import type { ZoneLabel, ZoneRecord } from '../../shared/model/names.ts'
import { wrongArgument } from '../failure.ts'
import { oneLine } from '../plain.ts'
import { beginsWith } from '../short-id.ts'

/*
 * A record as it is said on a command line: a kind, and words. What is said to make one is what is shown of it, and what
 * takes it away.
 */

export type RecordKind = ZoneRecord['kind']

export const recordUses: Readonly<Record<RecordKind, string>> = {
  peer: 'peer [device [address…]]',
  site: 'site [live|<cid>]',
  address: 'address <ip[:port]>',
  text: 'text <text>',
  service: 'service <_http._tcp> <port> [target]',
  delegate: 'delegate <who>',
}

export const KINDS = Object.keys(recordUses) as readonly RecordKind[]

/** Errors: CliError that names the kinds there are. */
export function kindOf(text: string): RecordKind {
  const kind = KINDS.find((one) => one === text)
  if (kind === undefined) throw wrongArgument(`"${oneLine(text)}" is no kind of record: ${KINDS.join(', ')}.`)
  return kind
}

/** The fields of a record as its words say them; whether they may be so is the model's to say. Errors: CliError. */
export function fieldsOf(kind: RecordKind, words: readonly string[]): Record<string, unknown> {
  const [first, second, third] = words
  checkCount(kind, words.length)
  switch (kind) {
    case 'peer':
      return { peerId: first, addresses: words.slice(1) }
    case 'site':
      return { cid: first === undefined || first === 'live' ? null : first }
    case 'address':
      return addressOf(first ?? '')
    case 'text':
      return { text: first }
    case 'service':
      return { service: first, port: /^\d{1,15}$/.test(second ?? '') ? Number(second) : Number.NaN, target: third ?? '@' }
    case 'delegate':
      return { account: first }
  }
}

/** How many words a kind takes: as few, as many. */
const counts: Readonly<Record<RecordKind, readonly [number, number]>> = {
  peer: [1, Number.POSITIVE_INFINITY],
  site: [0, 1],
  address: [1, 1],
  text: [1, 1],
  service: [2, 3],
  delegate: [1, 1],
}

function checkCount(kind: RecordKind, count: number): void {
  const [least, most] = counts[kind]
  if (count >= least && count <= most) return
  const hint = kind === 'text' && count > 1 ? ' Put a text of several words in quotes.' : ''
  throw wrongArgument(`Such a record is written: ${recordUses[kind]}.${hint}`)
}

/** `192.0.2.7`, `192.0.2.7:8080`, `2001:db8::7`, `[2001:db8::7]:8080`. */
function addressOf(text: string): { ip: string; port: number | null } {
  const [, v6, v6Port] = /^\[([^\]]*)\](?::(\d{1,15}))?$/.exec(text) ?? []
  if (v6 !== undefined) return { ip: v6, port: v6Port === undefined ? null : Number(v6Port) }
  const [, v4, v4Port] = /^([^:]*):(\d{1,15})$/.exec(text) ?? []
  return v4 === undefined ? { ip: text, port: null } : { ip: v4, port: Number(v4Port) }
}

/** One record, checked. Errors: CliError with the sentence of what is wrong. */
export async function recordOf(label: ZoneLabel, kind: RecordKind, words: readonly string[]): Promise<ZoneRecord> {
  const fields = fieldsOf(kind, words)
  const model = await import('../../shared/model/names.ts')
  const parsed = model.ZoneRecord.safeParse({ label, kind, ...fields })
  if (parsed.success) return parsed.data
  const said = parsed.error.issues[0]?.message ?? ''
  throw wrongArgument(said.endsWith('.') ? said : `Such a record is written: ${recordUses[kind]}.`)
}

/** The words that say it. */
export function wordsOf(record: ZoneRecord): string[] {
  switch (record.kind) {
    case 'peer':
      return [record.peerId, ...record.addresses]
    case 'site':
      return [record.cid ?? 'live']
    case 'address':
      return [record.port === null ? record.ip : `${record.ip.includes(':') ? `[${record.ip}]` : record.ip}:${record.port}`]
    case 'text':
      return [record.text]
    case 'service':
      return [record.service, String(record.port), record.target]
    case 'delegate':
      return [record.account]
  }
}

/** Whether these words, or the first of them, say this record; ids may be cut short as lists cut them. */
export function saysIt(record: ZoneRecord, words: readonly string[]): boolean {
  const own = wordsOf(record)
  return words.length <= own.length && words.every((word, at) => word === own[at] || beginsWith(own[at] ?? '', word))
}

/** Addresses that say nothing to the world of a network at home, and that others can dial: at most eight. */
export function worthTelling(addresses: readonly string[]): string[] {
  return addresses.filter((address) => !isPrivate(address)).slice(0, MAX_ADDRESSES)
}

/** As the model has it. */
const MAX_ADDRESSES = 8

function isPrivate(address: string): boolean {
  const [, family = '', host = ''] = /^\/(ip4|ip6)\/([^/]+)/.exec(address) ?? []
  if (family === 'ip4') return /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(host)
  // Unique local, link-local, loopback, and IPv4 within IPv6.
  return family === 'ip6' && /^(::|f[cd]|fe[89ab])/i.test(host)
}
