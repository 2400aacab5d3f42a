import type { PeerId } from '../../../shared/ids.ts'
import type { Attempt, Connectivity, Introducer, NatKind, RelayLimit, Upnp } from '../../../shared/model/reach.ts'
import { KiB, MiB, GiB, DAY, HOUR, MINUTE, SECOND } from '../../../shared/units.ts'
import { readAddress } from '../../platform/addresses.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import { throughOf } from './addresses.ts'
import { byPeer } from './attempts.ts'
import type { ProbeResult } from './outside.ts'

/*
 * What is known about how this device is reached, as text for support. Pure. 80 columns, so that it survives a mail.
 */

const LEFT_OUT = 'Signed words of others that did not hold, left out since the start'

const WIDTH = 80
/** Attempts shown of one peer, and peers shown: the report is to be read. */
const ATTEMPTS_OF_PEER = 8
const PEERS = 12

export interface ReportFacts {
  readonly connectivity: Connectivity
  /** Of Latch, and what it runs on. */
  readonly version: string
  readonly runtime: string
  readonly me: PeerId
  readonly nowMs: number
  readonly listening: readonly string[]
  readonly connections: readonly RemotePeer[]
  /** As last measured, in ms. */
  readonly roundTrips: ReadonlyMap<PeerId, number>
  readonly probe: ProbeResult | null
  /** How far each introducer's clock is ahead of ours, where it matters. */
  readonly skews: ReadonlyMap<PeerId, number>
  /** What others signed and did not hold. */
  readonly forged: { readonly records: number; readonly registrations: number }
}

export function writeReport(facts: ReportFacts): string {
  const { connectivity, nowMs, forged } = facts
  const refused = forged.records + forged.registrations
  return [
    `Latch ${facts.version}: how this device is reached`,
    ...field('When', `${new Date(nowMs).toISOString().replace('T', ' ').slice(0, 19)} UTC`),
    ...field('Device', facts.me),
    ...field('Runs on', facts.runtime),
    ...heading('This device'),
    ...thisDevice(facts),
    ...heading(`Introducers: ${connectivity.introducers.length}`),
    ...connectivity.introducers.flatMap((one) => introducer(one, facts)),
    ...(connectivity.introducers.length === 0 ? wrapped('None is known. Add one by its link in the settings.', 2) : []),
    ...(refused === 0 ? [] : wrapped(`${LEFT_OUT}: ${refused}`, 2)),
    ...heading('Latest attempts, by peer'),
    ...attempts(facts),
    '',
  ].join('\n')
}

function thisDevice({ connectivity, listening, nowMs, probe }: ReportFacts): string[] {
  const { nat, upnp } = connectivity
  const counts = new Map<string, number>()
  for (const address of listening) {
    const reach = readAddress(address)?.reach
    if (reach !== undefined) counts.set(reach, (counts.get(reach) ?? 0) + 1)
  }
  const reached = counts.has('public') ? 'directly' : counts.has('relayed') ? 'through a relay' : 'from nowhere outside'
  const told = [...counts].map(([reach, count]) => `${count} ${reach}`).join(', ')
  const seen = nat.seenAs === null ? '' : `, seen as ${nat.seenAs}`
  const checked = nat.checkedMs === null ? '' : ` (${ago(nat.checkedMs, nowMs)})`
  return [
    ...field('Reached', `${reached}; addresses: ${told === '' ? 'none' : told}`),
    ...field('NAT', `${natKinds[nat.kind]}${seen}${checked}`),
    ...wrapped(nat.why, 14),
    ...field('UPnP', upnpSays(upnp)),
    ...(probe === null ? [] : field('From outside', probeSays(probe, nowMs))),
    ...listening.flatMap((address, at) => field(at === 0 ? 'Listening' : '', address)),
  ]
}

const natKinds: Readonly<Record<NatKind, string>> = {
  open: 'none',
  'full-cone': 'full cone',
  'address-restricted': 'address-restricted cone',
  'port-restricted': 'port-restricted cone',
  symmetric: 'symmetric',
  'udp-blocked': 'UDP is blocked',
  unknown: 'not known',
}

function upnpSays({ state, address }: Upnp): string {
  const states = { off: 'off', looking: 'looking for a router', mapped: 'mapped', none: 'no router answered' }
  return address === null ? states[state] : `${states[state]}: ${address}`
}

function probeSays({ atMs, ip, ports }: ProbeResult, nowMs: number): string {
  const each = ports.map(({ port, reached }) => `${port} ${reached ? 'reached' : 'not reached'}`)
  return `${ip}, TCP ports: ${each.join(', ')} (${ago(atMs, nowMs)})`
}

const origins: Readonly<Record<Introducer['origin'], string>> = {
  configuration: 'configured',
  person: 'chosen',
  invitation: 'from an invitation',
  learnt: 'learnt',
}

function introducer(one: Introducer, { nowMs, skews }: ReportFacts): string[] {
  const { reservation } = one
  const until = reservation.untilMs === null ? '' : ` for ${duration(reservation.untilMs - nowMs)}`
  const limit = reservation.limit === null ? '' : `, each circuit ${limitSays(reservation.limit)}`
  const skewMs = skews.get(one.peerId) ?? 0
  const line = (name: string, text: string | null): string[] => (text === null ? [] : field(name, text, 4))
  return [
    ...wrapped(`${one.name === '' ? 'unnamed' : one.name} · ${one.state} · ${origins[one.origin]}`, 2),
    `    ${one.peerId}`,
    ...line('Round trip', one.rttMs === null ? null : ms(one.rttMs)),
    ...line('Place', `${reservation.state}${until}${limit}`),
    ...line('Registered', one.registeredUntilMs === null ? 'no' : `for ${duration(one.registeredUntilMs - nowMs)}`),
    ...line('Vouched by', one.vouchedBy),
    ...line('STUN', one.stun.length === 0 ? null : one.stun.join(', ')),
    ...line('Its clock', skewMs === 0 ? null : clockSays(skewMs)),
    ...line('Next try', one.nextTryMs === null ? null : `in ${duration(one.nextTryMs - nowMs)}`),
    ...line('Last error', one.lastError),
    ...one.addresses.slice(0, 4).flatMap((address, at) => line(at === 0 ? 'Addresses' : '', address)),
  ]
}

function clockSays(skewMs: number): string {
  return `${duration(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead of' : 'behind'} ours; one of them is wrong`
}

function attempts({ connectivity, connections, roundTrips }: ReportFacts): string[] {
  const peers = byPeer(connectivity.attempts).slice(0, PEERS)
  if (peers.length === 0) return wrapped('None yet.', 2)
  return peers.flatMap(({ peerId, attempts: own }) => {
    const open = connections.filter((one) => one.peerId === peerId)
    const ways = [...new Set(open.map(({ route, transport }) => `${route} over ${transport}`))]
    const rttMs = roundTrips.get(peerId)
    const trip = rttMs === undefined || ways.length === 0 ? '' : `, round trip ${ms(rttMs)}`
    return [
      `  ${peerId}`,
      ...wrapped(`Now: ${ways.length === 0 ? 'not connected' : ways.join(', ')}${trip}`, 4),
      ...own.slice(0, ATTEMPTS_OF_PEER).flatMap((one) => attemptSays(one, connectivity.introducers)),
    ]
  })
}

function attemptSays(
  { atMs, outcome, peerId, transport, tookMs, address, why }: Attempt,
  introducers: readonly Introducer[],
): string[] {
  const at = new Date(atMs).toISOString().slice(11, 19)
  const head = [at, outcome.padEnd(8), transport.padEnd(13), ms(tookMs).padStart(9)].join('  ')
  const where = address.replace(`/p2p/${peerId}`, '').replace(/\/p2p\/[^/]+(?=\/p2p-circuit)/, '')
  const through = throughOf(address)
  const name = introducers.find((one) => one.peerId === through)?.name ?? through
  const way = through === null ? where : `${where} through ${name}`
  return [`    ${head}`, ...wrapped(way, 6), ...(why === null ? [] : wrapped(why, 6))]
}

function limitSays({ dataBytes, durationMs }: RelayLimit): string {
  const data = dataBytes === null ? 'any size' : size(dataBytes)
  return `${data}, ${durationMs === null ? 'any time' : duration(durationMs)}`
}

function heading(text: string): string[] {
  return ['', text, '-'.repeat(Math.min(WIDTH, text.length))]
}

/** `Name          text`, continued below the text. */
function field(name: string, text: string, indent = 0): string[] {
  const column = 14 + indent
  const [first = '', ...others] = wrapped(text, column)
  return [`${' '.repeat(indent)}${name}`.padEnd(column) + first.slice(column), ...others]
}

/** Lines of at most 80 columns, broken at spaces, in a long address before a slash, and otherwise anywhere. */
function wrapped(text: string, indent: number): string[] {
  const room = WIDTH - indent
  const lines: string[] = []
  let line = ''
  let gap = ''
  for (const part of printable(text).match(/ +|\/?[^ /]+|\//g) ?? []) {
    if (part.startsWith(' ')) {
      gap = ' '
      continue
    }
    if (line !== '' && line.length + gap.length + part.length > room) {
      lines.push(line)
      line = part
    } else line += line === '' ? part : gap + part
    gap = ''
    for (; line.length > room; line = line.slice(room)) lines.push(line.slice(0, room))
  }
  return [...lines, line].map((one) => ' '.repeat(indent) + one)
}

/** Names and reasons are others' words: no control characters, nothing that turns the line around. */
function printable(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
}

function ms(value: number): string {
  if (value >= SECOND) return `${(value / SECOND).toFixed(1)} s`
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`
}

function duration(value: number): string {
  const units = [['d', DAY], ['h', HOUR], ['min', MINUTE], ['s', SECOND]] as const
  const [unit, unitMs] = units.find(([, one]) => value >= 2 * one) ?? ['s', SECOND]
  return `${Math.max(0, Math.round(value / unitMs))} ${unit}`
}

function ago(thenMs: number, nowMs: number): string {
  return `${duration(nowMs - thenMs)} ago`
}

function size(bytes: number): string {
  const [unit, one] = bytes >= GiB ? ['GiB', GiB] : bytes >= MiB ? ['MiB', MiB] : ['KiB', KiB]
  return `${Math.round(bytes / one)} ${unit}`
}
