import { isIP, isIPv4, isIPv6 } from 'node:net'
import { resolve } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { TCP, WebSockets, WebSocketsSecure } from '@multiformats/multiaddr-matcher'
import type { TomlValue } from 'smol-toml'
import { AccountId, PeerId } from '../../shared/ids.ts'
import { DisplayName } from '../../shared/model/identity.ts'
import { IntroducerLink } from '../../shared/model/reach.ts'
import { DAY, GiB, HOUR, KiB, MiB, MINUTE, SECOND } from '../../shared/units.ts'

/*
 * What a value of the introducer's configuration can be: read from TOML or from text (a variable, a flag), shown again
 * as TOML.
 */

/** A value, or null for what is none of this kind. */
export type Read<Value> = { readonly value: Value } | null

export interface Kind<Value> {
  /** After "must be". */
  readonly expected: string
  /** In the help, for a flag that takes one. */
  readonly placeholder: string
  /** A flag may be repeated; a variable holds several between spaces. */
  readonly isList: boolean
  fromToml(given: unknown): Read<Value>
  fromText(texts: readonly string[]): Read<Value>
  toToml(value: Value): TomlValue
}

/** Where something listens: `127.0.0.1:9464`, `[::1]:9464`. */
export interface HostPort {
  readonly address: string
  readonly port: number
}

/** In TOML a string. */
function text<Value>(
  expected: string,
  placeholder: string,
  read: (text: string) => Read<Value>,
  show: (value: Value) => string,
): Kind<Value> {
  return {
    expected,
    placeholder,
    isList: false,
    fromToml: (given) => (typeof given === 'string' ? read(given) : null),
    fromText: ([given = '', ...more]) => (more.length === 0 ? read(given) : null),
    toToml: show,
  }
}

/** In TOML a list of strings; `off` is the empty one. */
function list<Value>(
  expected: string,
  placeholder: string,
  read: (text: string) => Read<Value>,
  show: (value: Value) => string,
): Kind<readonly Value[]> {
  const all = (texts: readonly unknown[]): Read<readonly Value[]> => {
    const found = texts.map((one) => (typeof one === 'string' ? read(one) : null))
    return found.every((one) => one !== null) ? { value: found.map(({ value }) => value) } : null
  }
  return {
    expected,
    placeholder,
    isList: true,
    fromToml: (given) => (given === 'off' ? { value: [] } : Array.isArray(given) ? all(given) : null),
    fromText(texts) {
      const words = texts.flatMap((one) => one.split(/[\s,]+/)).filter((word) => word !== '')
      return all(words.join() === 'off' ? [] : words)
    },
    toToml: (values) => values.map((value) => show(value)),
  }
}

export function count(least: number, most: number): Kind<number> {
  const within = (value: number): Read<number> =>
    Number.isInteger(value) && value >= least && value <= most ? { value } : null
  return {
    expected: `a whole number from ${least} to ${most}`,
    placeholder: '<number>',
    isList: false,
    fromToml: (given) => (typeof given === 'number' ? within(given) : null),
    fromText: ([given = '', ...more]) => (/^\d{1,9}$/.test(given) && more.length === 0 ? within(Number(given)) : null),
    toToml: (value) => value,
  }
}

export const name = text('a name of 1 to 64 characters', '<name>', (given) => parsed(DisplayName, given), String)

export const folder = text('a folder', '<folder>', (given) => (given === '' ? null : { value: resolve(given) }), String)

export const listening = list(
  'multiaddrs of TCP or WebSocket, as in "/ip4/0.0.0.0/tcp/4100" or "/ip6/::/tcp/4101/ws"',
  '<multiaddr>',
  (given) => (isAddress(given, true) ? { value: given } : null),
  String,
)

export const announced = list(
  'multiaddrs, as in "/ip4/203.0.113.7/tcp/4100" or "/dns4/introducer.example.org/tcp/4101/ws"',
  '<multiaddr>',
  (given) => (isAddress(given, false) ? { value: given } : null),
  String,
)

export const introducers = list(
  'links latch://introducer/… or multiaddrs that end in /p2p/ and a peer id',
  '<link>',
  (given) => parsed(IntroducerLink, given) ?? (endsInPeer(given) ? { value: given } : null),
  String,
)

export const visitors = list(
  'peer ids, account ids, IP addresses or networks such as "203.0.113.0/24"',
  '<who>',
  (given) => (isVisitor(given) ? { value: given } : null),
  String,
)

export const sockets = list<HostPort>(
  'addresses with a port, as in "0.0.0.0:3478" or "[::]:3478", or "off"',
  '<ip:port>',
  hostPort,
  showHostPort,
)

export const socketOrOff = text<HostPort | null>(
  'an address with a port, as in "127.0.0.1:9464", or "off"',
  '<ip:port>',
  (given) => (given === 'off' ? { value: null } : hostPort(given)),
  (value) => (value === null ? 'off' : showHostPort(value)),
)

/** In milliseconds. */
export function duration(leastMs: number, mostMs: number): Kind<number> {
  const expected = `a time from ${showDuration(leastMs)} to ${showDuration(mostMs)}, as in "90s", "30m" or "1h"`
  return text(expected, '<time>', (given) => within(durationIn(given), leastMs, mostMs), showDuration)
}

/** In milliseconds; null: no limit. */
export function durationOrNone(leastMs: number, mostMs: number): Kind<number | null> {
  const inner = duration(leastMs, mostMs)
  return text(`${inner.expected}, or "none"`, '<time>', orNone((given) => inner.fromText([given])), (value) =>
    value === null ? 'none' : showDuration(value),
  )
}

/** In bytes; null: no limit. */
export function sizeOrNone(leastBytes: number): Kind<number | null> {
  const read = (given: string): Read<number> => within(sizeIn(given), leastBytes, Number.MAX_SAFE_INTEGER)
  const expected = `a size of ${showSize(leastBytes)} or more, as in "512 KiB", "64 MiB" or "2 GiB", or "none"`
  return text(expected, '<size>', orNone(read), (value) => (value === null ? 'none' : showSize(value)))
}

function orNone<Value>(read: (given: string) => Read<Value>): (given: string) => Read<Value | null> {
  return (given) => (given === 'none' ? { value: null } : read(given))
}

function within(value: number | null, least: number, most: number): Read<number> {
  return value !== null && value >= least && value <= most ? { value } : null
}

const times: readonly (readonly [string, number])[] = [['d', DAY], ['h', HOUR], ['m', MINUTE], ['s', SECOND], ['ms', 1]]

/** `30m`, `1h30m`; null for what is none. */
function durationIn(given: string): number | null {
  const parts = [...given.matchAll(/(\d{1,9})\s*(ms|[dhms])\s*/g)]
  if (parts.length === 0 || parts.map(([all]) => all).join('') !== given) return null
  const unitMs = new Map(times)
  return parts.reduce((sum, [, digits, unit = '']) => sum + Number(digits) * (unitMs.get(unit) ?? 0), 0)
}

function showDuration(ms: number): string {
  let leftMs = ms
  const parts = times.map(([unit, unitMs]) => {
    const number = Math.floor(leftMs / unitMs)
    leftMs -= number * unitMs
    return number === 0 ? '' : `${number}${unit}`
  })
  return parts.join('') || '0s'
}

const sizes: readonly (readonly [string, number])[] = [['GiB', GiB], ['MiB', MiB], ['KiB', KiB], ['B', 1]]

/** `64 MiB`; null for what is none. */
function sizeIn(given: string): number | null {
  const [, digits, unit] = /^(\d{1,9}) ?(GiB|MiB|KiB|B)$/.exec(given) ?? []
  const unitBytes = sizes.find(([known]) => known === unit)?.[1]
  return unitBytes === undefined ? null : Number(digits) * unitBytes
}

function showSize(bytes: number): string {
  const [unit, unitBytes] = sizes.find(([, size]) => bytes >= size && bytes % size === 0) ?? ['B', 1]
  return `${bytes / unitBytes} ${unit}`
}

function hostPort(given: string): Read<HostPort> {
  const [, bracketed, bare, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(given) ?? []
  const address = bracketed ?? bare ?? ''
  const port = Number(digits)
  const isRight = bracketed === undefined ? isIPv4(address) : isIPv6(address)
  return isRight && port <= 65_535 ? { value: { address, port } } : null
}

export function showHostPort({ address, port }: HostPort): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`
}

function isAddress(given: string, isOwn: boolean): boolean {
  try {
    const address = multiaddr(given)
    const [host] = address.getComponents()
    if (isOwn && isIP(host?.value ?? '') === 0) return false
    if (isOwn) return TCP.exactMatch(address) || WebSockets.exactMatch(address)
    return [TCP, WebSockets, WebSocketsSecure].some((kind) => kind.matches(address))
  } catch {
    return false
  }
}

function endsInPeer(given: string): boolean {
  return isAddress(given, false) && PeerId.safeParse(/\/p2p\/([^/]+)$/.exec(given)?.[1]).success
}

function isVisitor(given: string): boolean {
  if (PeerId.safeParse(given).success || AccountId.safeParse(given).success) return true
  const [, host = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(given) ?? []
  return isIP(host) !== 0 && Number(bits ?? 0) <= (isIPv4(host) ? 32 : 128)
}

function parsed<Value>(
  schema: { safeParse(given: string): { success: true; data: Value } | { success: false } },
  given: string,
): Read<Value> {
  const result = schema.safeParse(given)
  return result.success ? { value: result.data } : null
}
