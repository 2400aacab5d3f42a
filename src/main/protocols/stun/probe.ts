import { lookup } from 'node:dns/promises'
import { isIP, isIPv6 } from 'node:net'
import { SECOND } from '../../../shared/units.ts'
import { deadline, delay, type Clock } from '../../platform/clock.ts'
import { Exchanges, type Reply } from './exchanges.ts'
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
}

const plain = { address: false, port: false }
const unknown = { kind: 'unknown', seenAs: null } as const
const untested = { otherPort: 'untested', otherAddress: 'untested' } as const

/**
 * The tests of RFC 5780 from one socket, in an order that keeps each from spoiling the next: a NAT lets in whoever was
 * spoken to. So one server is asked first; it then answers from elsewhere, where nothing was sent yet; and only then
 * are the other ports and servers asked what they see.
 */
export function createProbeNat({ clock, random, own, retransmitMs = RETRANSMIT_MS }: ProbeParts): ProbeNat {
  return async (servers, timeoutMs) => {
    const { signal, release } = deadline(clock, timeoutMs, 'looking at the NAT')
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
    const seen: { server: StunSocket; mapped: StunSocket }[] = []
    const [some] = targets
    if (some === undefined) return { seen, ...untested }
    const family = isIPv6(some.address) ? 'udp6' : 'udp4'
    const exchanges = await Exchanges.open(family, { clock, random, everyMs: retransmitMs })
    try {
      const first = await firstToAnswer(targets, exchanges, signal)
      if (first === null) return { seen, ...untested }
      seen.push({ server: first.server, mapped: first.reply.mapped })
      const [port, address] = await Promise.all([
        fromOtherPort(first.server, exchanges, signal),
        fromOtherAddress(first.server, exchanges, signal),
      ])
      const more = [...targets, first.reply.other, port.from, address.from].filter((target) => target !== null)
      const rest = new Map(more.map((target) => [textOf(target), target]))
      rest.delete(textOf(first.server))
      const asked = [...rest.values()].slice(0, MAX_TARGETS).map(async (server) => {
        const reply = await exchanges.ask(server, plain, signal)
        if (isFrom(reply, server)) seen.push({ server, mapped: reply.mapped })
      })
      await Promise.all(asked)
      return { seen, otherPort: port.outcome, otherAddress: address.outcome }
    } finally {
      exchanges.close()
    }
  }

  /** One port of each address, the next address only after the first ones were silent for a while. */
  async function firstToAnswer(targets: readonly StunSocket[], exchanges: Exchanges, signal: AbortSignal) {
    const answered = new AbortController()
    const asking: Promise<{ server: StunSocket; reply: Reply & { outcome: 'answered' } } | null>[] = []
    const { promise: first, resolve } = Promise.withResolvers<Awaited<(typeof asking)[number]>>()
    const oneOfEach = [...new Map(targets.toReversed().map((target) => [target.address, target])).values()].toReversed()
    for (const server of oneOfEach) {
      if (answered.signal.aborted || signal.aborted) break
      const asked = exchanges.ask(server, plain, AbortSignal.any([signal, answered.signal])).then((reply) => {
        if (!isFrom(reply, server)) return null
        resolve({ server, reply })
        answered.abort()
        return { server, reply }
      })
      asking.push(asked)
      if (server === oneOfEach.at(-1)) break
      await delay(clock, retransmitMs, AbortSignal.any([signal, answered.signal])).catch(() => {})
    }
    return Promise.race([first, Promise.all(asking).then((all) => all.find((one) => one !== null) ?? null)])
  }
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
  const late = new Promise<null>((give) => signal.addEventListener('abort', () => give(null), { once: true }))
  const found = lookup(host, { order: 'ipv4first' }).catch(() => null)
  const address = (await Promise.race([found, late]))?.address
  return address === undefined ? null : { address, port }
}
