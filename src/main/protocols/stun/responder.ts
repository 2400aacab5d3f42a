import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { sourceOf } from './address.ts'
import { Brake } from './brake.ts'
import { ATTRIBUTE, BARE_ANSWER_BYTES } from './constants.ts'
import { decode, encodeSuccess, encodeUnknown, type BindingRequest } from './message.ts'
import type { StunResponder, StunSocket } from './types.ts'

export interface StunParts {
  /** Several ports of one address, several addresses, or both; `0.0.0.0` and `::` are every address of their family. */
  readonly sockets: readonly StunSocket[]
  readonly clock: Clock
  readonly log: Log
}

interface Bound extends StunSocket {
  readonly socket: Socket
}

/**
 * Answers from now on. What cannot be bound is left out and said in `warnings`, as the rest is of use without it.
 * Never rejects.
 */
export async function serveStun({ sockets, clock, log }: StunParts): Promise<StunResponder> {
  const counters = { answered: 0, malformed: 0, overRate: 0 }
  const brake = new Brake()
  const bound: Bound[] = []
  const warnings: string[] = []

  for (const wish of sockets) {
    const opened = await bind(wish)
    if ('socket' in opened) bound.push(opened)
    // A machine without IPv6 is nothing to warn of.
    else if (wish.address !== '::' || opened.code === 'EADDRINUSE') warnings.push(`STUN: ${opened.why}`)
  }
  for (const warning of warnings) log.warn({ warning }, 'a STUN socket could not be bound')
  for (const asked of bound) {
    asked.socket.on('message', (bytes, from) => heard(asked, bytes, from))
    // After binding these are reports about single datagrams.
    asked.socket.on('error', (error) => log.debug({ error }, 'a STUN socket reported an error'))
  }

  function heard(asked: Bound, bytes: Uint8Array, from: RemoteInfo): void {
    const decoded = decode(bytes)
    // Port 0 cannot be answered; everything but a request is not ours to answer.
    if (decoded.read !== 'message' || decoded.message.kind !== 'request' || from.port === 0) {
      counters.malformed += 1
      return
    }
    if (brake.take(sourceOf(from.address), clock.monotonicMs()) === 'over-rate') {
      counters.overRate += 1
      return
    }
    const { answer, by } = answerTo(decoded.message, asked, from, Math.max(bytes.byteLength, BARE_ANSWER_BYTES))
    by.socket.send(answer, from.port, from.address, (error) => {
      if (error !== null) log.debug({ error }, 'a STUN answer was not sent')
    })
    counters.answered += 1
  }

  function answerTo(
    { transaction, change, unknown }: BindingRequest,
    asked: Bound,
    from: StunSocket,
    mostBytes: number,
  ): { answer: Uint8Array; by: Bound } {
    const wanted = change.address || change.port
    const by = wanted ? otherThan(asked, bound, change) : asked
    const refused = by === null ? [...unknown, ATTRIBUTE.changeRequest] : unknown
    if (by === null || refused.length > 0) {
      return { answer: encodeUnknown(transaction, refused, mostBytes), by: asked }
    }
    const other =
      otherThan(asked, bound, { address: true, port: true }) ?? otherThan(asked, bound, { address: false, port: true })
    const success = { transaction, mapped: from, origin: namedBy(by), other: other === null ? null : namedBy(other) }
    return { answer: encodeSuccess(success, mostBytes), by }
  }

  let stopping: Promise<void> | null = null
  return {
    sockets: bound.map(({ address, port }) => ({ address, port })),
    warnings,
    counters: () => ({ ...counters }),
    stop: () => (stopping ??= closeAll(bound)),
  }
}

/** The socket that differs in just what `change` says; null where there is none. */
function otherThan(asked: Bound, bound: readonly Bound[], change: { address: boolean; port: boolean }): Bound | null {
  const found = bound.find(
    (other) =>
      isIPv6(other.address) === isIPv6(asked.address) &&
      (other.address !== asked.address) === change.address &&
      (other.port !== asked.port) === change.port &&
      // Which of its addresses a datagram from there leaves by is the system's choice: maybe the one that was asked.
      !(change.address && (isAny(other) || isAny(asked))),
  )
  return found ?? null
}

/** A socket on every address does not know by which of them it is reached. */
function namedBy(socket: Bound): StunSocket | null {
  return isAny(socket) ? null : socket
}

function isAny({ address }: StunSocket): boolean {
  return address === '0.0.0.0' || address === '::'
}

async function bind({ address, port }: StunSocket): Promise<Bound | { code: string; why: string }> {
  const socket = isIPv6(address) ? createSocket({ type: 'udp6', ipv6Only: true }) : createSocket('udp4')
  try {
    socket.bind({ address, port, exclusive: true })
    await once(socket, 'listening')
    return { socket, address, port: socket.address().port }
  } catch (error) {
    socket.close()
    const code = (error as NodeJS.ErrnoException).code ?? ''
    return { code, why: sentenceFor(code, isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`) }
  }
}

function sentenceFor(code: string, where: string): string {
  if (code === 'EADDRINUSE') return `another program has UDP ${where}.`
  if (code === 'EACCES') return `this user may not bind UDP ${where}.`
  if (code === 'EADDRNOTAVAIL') return `no network interface has the address of ${where}.`
  return `UDP ${where} cannot be bound (${code}).`
}

async function closeAll(bound: readonly Bound[]): Promise<void> {
  await Promise.all(bound.map(({ socket }) => new Promise<void>((resolve) => socket.close(resolve))))
}
