import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { isIP, isIPv6 } from 'node:net'
import { SECOND } from '../../../shared/units.ts'
import { deadline, type Clock } from '../../platform/clock.ts'
import { leadsOn } from './address.ts'
import { Exchanges, type ExchangeParts, type Reply } from './exchanges.ts'
import { classify, textOf, type FromElsewhere } from './nat.ts'
import type { ProbeNat, StunSocket } from './types.ts'

/** RFC 8489 begins with 500 ms: longer than a round trip round the world, and then some for a slow radio. */
const RETRANSMIT_MS = SECOND / 2

/** Ports asked in all. Two tell a mapping; more are asked in case some are away. */
const MAX_TARGETS = 6

export interface ProbeParts {
  readonly clock: Clock
  /** So many bytes that nobody can guess. */
  readonly random: (bytes: number) => Uint8Array
  /** The addresses of this machine's interfaces. */
  readonly own: () => readonly string[]
  readonly retransmitMs?: number
  readonly socketOf?: ExchangeParts['socketOf']
}

const plain = { address: false, port: false }
const unknown = { kind: 'unknown', seenAs: null } as const
const untested = { otherPort: 'untested', otherAddress: 'untested' } as const

/**
 * The tests of RFC 5780, from two sockets, as a test spoils the next: a NAT lets in whoever was spoken to, so where an
 * answer is to come from elsewhere nothing may have been sent there; and Linux remembers what knocked in vain, and
 * gives what then goes out to the same place another port, as if it were symmetric. One socket asks every server what
 * it sees, the other asks the one that answered first to answer from elsewhere.
 */
export function createProbeNat({ clock, random, own, retransmitMs = RETRANSMIT_MS, socketOf = createSocket }: ProbeParts): ProbeNat {
  const parts = { clock, random, everyMs: retransmitMs, socketOf }

  return async (servers, timeoutMs, given) => {
    const { signal, release } = deadline(clock, timeoutMs, 'looking at the NAT', given)
    try {
      const targets = await resolved(servers, signal)
      const found = await examine(targets, signal).catch(() => null)
      const checkedMs = clock.nowMs()
      if (found === null) return { ...unknown, why: 'This machine gave no UDP socket to ask with.', checkedMs }
      const isNameless = servers.length > 0 && targets.length === 0
      if (isNameless) return { ...unknown, why: 'The names of the servers could not be looked up.', checkedMs }
      return { ...classify({ asked: targets.length, own: own(), ...found }), checkedMs }
    } finally {
      release()
    }
  }

  async function examine(targets: readonly StunSocket[], signal: AbortSignal) {
    const seen: Seen[] = []
    const [some] = targets
    if (some === undefined || signal.aborted) return { seen, ...untested }
    const family = isIPv6(some.address) ? 'udp6' : 'udp4'
    const mapping = await Exchanges.open(family, parts)
    const filtering = await Exchanges.open(family, parts).catch((error: unknown) => {
      mapping.close()
      throw error
    })
    const { promise: first, resolve } = Promise.withResolvers<{ server: StunSocket; other: StunSocket | null } | null>()
    const askAll = async (wanted: readonly StunSocket[]): Promise<void> => {
      const asking = wanted.map(async (server) => {
        const reply = await mapping.ask(server, plain, signal)
        if (!isFrom(reply, server)) return
        seen.push({ server, mapped: reply.mapped })
        resolve({ server, other: reply.other })
      })
      await Promise.all(asking)
    }
    try {
      const asked = askAll(targets).then(() => resolve(null))
      const found = await first
      if (found === null) return { seen, ...untested }
      const { otherPort, otherAddress } = await elsewhere(found.server, filtering, signal)
      const known = new Set(targets.map(textOf))
      const named = [found.other, otherPort.from, otherAddress.from].filter((server) => server !== null)
      const more = named.filter((other) => leadsOn(found.server, other))
      const unknownYet = new Map(more.map((server) => [textOf(server), server]))
      await Promise.all([asked, askAll([...unknownYet.values()].filter((server) => !known.has(textOf(server))))])
      return { seen, otherPort: otherPort.outcome, otherAddress: otherAddress.outcome }
    } finally {
      mapping.close()
      filtering.close()
    }
  }
}

interface Seen {
  readonly server: StunSocket
  readonly mapped: StunSocket
}

/** From where nothing was sent to by this socket. What it sends to `server` makes the hole that is looked at. */
async function elsewhere(server: StunSocket, exchanges: Exchanges, signal: AbortSignal) {
  const opened = await exchanges.ask(server, plain, signal)
  const nothing: Elsewhere = { outcome: 'untested', from: null }
  if (!isFrom(opened, server)) return { otherPort: nothing, otherAddress: nothing }
  const [otherPort, otherAddress] = await Promise.all([
    fromOtherPort(server, exchanges, signal),
    fromOtherAddress(server, exchanges, signal),
  ])
  return { otherPort, otherAddress }
}

async function fromOtherPort(server: StunSocket, exchanges: Exchanges, signal: AbortSignal): Promise<Elsewhere> {
  const reply = await exchanges.ask(server, { address: false, port: true }, signal)
  const isElsewhere = (from: StunSocket): boolean =>
    from.address === server.address && !exchanges.hasSpokenTo(from, 'port')
  return outcomeOf(reply, isElsewhere)
}

async function fromOtherAddress(server: StunSocket, exchanges: Exchanges, signal: AbortSignal): Promise<Elsewhere> {
  const isElsewhere = (from: StunSocket): boolean => !exchanges.hasSpokenTo(from, 'address')
  const reply = await exchanges.ask(server, { address: true, port: true }, signal)
  if (reply.outcome !== 'refused') return outcomeOf(reply, isElsewhere)
  return outcomeOf(await exchanges.ask(server, { address: true, port: false }, signal), isElsewhere)
}

interface Elsewhere {
  readonly outcome: FromElsewhere
  readonly from: StunSocket | null
}

/** An answer from the port that was asked comes from a server that does not know CHANGE-REQUEST. */
function outcomeOf(reply: Reply, isElsewhere: (from: StunSocket) => boolean): Elsewhere {
  if (reply.outcome === 'silent') return { outcome: 'silent', from: null }
  if (reply.outcome !== 'answered' || !isElsewhere(reply.from)) return { outcome: 'untested', from: null }
  return { outcome: 'came', from: reply.from }
}

function isFrom(reply: Reply, server: StunSocket): reply is Reply & { outcome: 'answered' } {
  return reply.outcome === 'answered' && textOf(reply.from) === textOf(server)
}

/** Of one family, as one socket asks all: IPv4, where NATs are, if any server has it. */
async function resolved(servers: readonly string[], signal: AbortSignal): Promise<StunSocket[]> {
  const found = await Promise.all(servers.map((server) => resolve(server, signal)))
  const sockets = found.filter((socket) => socket !== null)
  const ofIPv4 = sockets.filter(({ address }) => !isIPv6(address))
  const unique = new Map((ofIPv4.length > 0 ? ofIPv4 : sockets).map((socket) => [textOf(socket), socket]))
  return [...unique.values()].slice(0, MAX_TARGETS)
}

/** `host:port` or `[ipv6]:port`; null for what cannot be read, or found in time. */
async function resolve(server: string, signal: AbortSignal): Promise<StunSocket | null> {
  const [, bracketed, bare, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(server) ?? []
  const host = bracketed ?? bare ?? ''
  const port = Number(digits)
  if (host === '' || port < 1 || port > 65_535) return null
  if (isIP(host) !== 0) return { address: host, port }
  if (signal.aborted) return null
  const late = new Promise<null>((give) => signal.addEventListener('abort', () => give(null), { once: true }))
  const found = lookup(host, { order: 'ipv4first' }).catch(() => null)
  const address = (await Promise.race([found, late]))?.address
  return address === undefined ? null : { address, port }
}
