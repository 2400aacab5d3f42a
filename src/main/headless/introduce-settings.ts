import { DAY, KiB, MINUTE, SECOND } from '../../shared/units.ts'
import { DisplayName } from '../../shared/model/identity.ts'
import { DEFAULT_LIMITS } from '../features/introduction/index.ts'
import type { IntroducerConfig } from '../node/introducer-config.ts'
import {
  announced,
  count,
  duration,
  durationOrNone,
  folder,
  type HostPort,
  introducers,
  type Kind,
  listening,
  name,
  sizeOrNone,
  socketOrOff,
  sockets,
  visitors,
} from './introduce-kinds.ts'

/** What a default depends on. */
export interface Machine {
  readonly hostname: string
  readonly dataFolder: string
}

export interface Setting<Value> {
  readonly kind: Kind<Value>
  readonly fallback: (machine: Machine) => Value
  readonly help: string
}

/** 500 devices with two each. One with a place on the relay took 240 KiB of memory, 47 of them heap, and is a file. */
const CONNECTIONS = 1_000

const limits = DEFAULT_LIMITS
/** A circuit says its limit in seconds to programs that take what is above a day for milliseconds. */
const relayDuration = durationOrNone(30 * SECOND, DAY)
/** Below it not even the proof of an account passes. */
const relayData = sizeOrNone(64 * KiB)
const every = (ofFamily: (host: string) => string[]): string[] => [...ofFamily('/ip4/0.0.0.0'), ...ofFamily('/ip6/::')]
const STUN: readonly HostPort[] = ['0.0.0.0', '::'].flatMap((address) => [
  { address, port: 3478 },
  { address, port: 3479 },
])

/**
 * Everything that can be configured, by its key in the file. `relay.known.duration` is also the variable
 * LATCH_INTRODUCE_RELAY_KNOWN_DURATION and the flag --relay-known-duration.
 */
export const settings = {
  name: setting(name, nameFor, 'what it calls itself'),
  data: setting(folder, ({ dataFolder }) => dataFolder, 'the folder where its key is kept'),
  listen: setting(
    listening,
    () => every((host) => [`${host}/tcp/4100`, `${host}/tcp/4101/ws`]),
    'where it listens',
  ),
  announce: setting(announced, () => [], 'addresses told to others, instead of those found'),
  introducers: setting(introducers, () => [], 'links of other introducers, to know and to name'),
  allow: setting(visitors, () => [], 'who may use it; nobody named: everybody'),
  deny: setting(visitors, () => [], 'who may not; stronger than allow'),
  drain: setting(duration(0, 10 * MINUTE), () => 30 * SECOND, 'how long those who are here have to move when it stops'),
  'stun.listen': setting(sockets, () => STUN, 'where STUN answers'),
  'relay.reservations': setting(count(0, 100_000), () => limits.reservations, 'places on the relay'),
  'relay.per-address': setting(count(1, 100_000), () => limits.reservationsPerAddress, 'of them behind one address'),
  'relay.per-subnet': setting(count(1, 100_000), () => limits.reservationsPerSubnet, 'of them in one network'),
  'relay.ttl': setting(duration(10 * MINUTE, DAY), () => limits.reservationTtlMs, 'until a place has to be renewed'),
  'relay.known.duration': setting(relayDuration, () => limits.known.durationMs, 'of one circuit to those on allow'),
  'relay.known.data': setting(relayData, () => limits.known.dataBytes, 'both directions of it together'),
  'relay.strangers.duration': setting(relayDuration, () => limits.strangers.durationMs, 'of one to everybody else'),
  'relay.strangers.data': setting(relayData, () => limits.strangers.dataBytes, 'both directions of it together'),
  'limits.connections': setting(count(16, 100_000), () => CONNECTIONS, 'at once'),
  'limits.registrations': setting(count(0, 1_000_000), () => limits.registrations, 'devices that it remembers'),
  'limits.per-address': setting(count(1, 1_000_000), () => limits.registrationsPerAddress, 'behind one address'),
  'limits.per-subnet': setting(count(1, 1_000_000), () => limits.registrationsPerSubnet, 'in one network'),
  'http.listen': setting(
    socketOrOff,
    () => ({ address: '127.0.0.1', port: 9464 }),
    'where /healthz, /readyz, /status and /metrics are',
  ),
} as const

export type Key = keyof typeof settings
export type Values = { readonly [One in Key]: (typeof settings)[One] extends Setting<infer Value> ? Value : never }
export const keys = Object.keys(settings) as Key[]

export const PREFIX = 'LATCH_INTRODUCE_'
/** The variable that names the file. */
export const CONFIG_VARIABLE = `${PREFIX}CONFIG`

export function variableOf(key: Key): string {
  return PREFIX + key.replaceAll(/[.-]/g, '_').toUpperCase()
}

export function flagOf(key: Key): string {
  return key.replaceAll('.', '-')
}

/** As the node takes it. */
export function introducerConfig(values: Values): IntroducerConfig {
  return {
    name: values.name,
    announce: values.announce,
    stun: values['stun.listen'],
    limits: {
      ...limits,
      registrations: values['limits.registrations'],
      registrationsPerAddress: values['limits.per-address'],
      registrationsPerSubnet: values['limits.per-subnet'],
      reservations: values['relay.reservations'],
      reservationsPerAddress: values['relay.per-address'],
      reservationsPerSubnet: values['relay.per-subnet'],
      reservationTtlMs: values['relay.ttl'],
      known: { durationMs: values['relay.known.duration'], dataBytes: values['relay.known.data'] },
      strangers: { durationMs: values['relay.strangers.duration'], dataBytes: values['relay.strangers.data'] },
    },
    lists: { allow: values.allow, deny: values.deny },
    maxConnections: values['limits.connections'],
    introducers: values.introducers,
  }
}

function setting<Value>(kind: Kind<Value>, fallback: (machine: Machine) => Value, help: string): Setting<Value> {
  return { kind, fallback, help }
}

/** A host can be called what no name may be. */
function nameFor({ hostname }: Machine): string {
  const named = DisplayName.safeParse(`Introducer at ${hostname}`.slice(0, 64))
  return named.success ? named.data : 'Introducer'
}
