import type { Connection } from '@libp2p/interface'
import { CODE_P2P, CODE_P2P_CIRCUIT, type Multiaddr } from '@multiformats/multiaddr'
import { PeerId } from '../../shared/ids.ts'
import { KiB, SECOND } from '../../shared/units.ts'
import type { Circuit } from './streams.ts'

/**
 * The circuit relay's limits are seconds on the wire; js-libp2p's relay sends milliseconds. No relay means a day: what
 * is above a day's seconds was meant as milliseconds (86.4 s).
 */
const LONGEST_SAID_IN_SECONDS = 86_400

/** How much of a circuit's bytes one of its milliseconds is worth: 64 kB/s, a chat with files, where both limits count. */
const BYTES_PER_MS = 64

/** What a relay says that one circuit may last, as it was sent, in ms; null: no such limit. */
export function durationMsOf(sent: number): number | null {
  if (sent <= 0) return null
  return sent > LONGEST_SAID_IN_SECONDS ? sent : sent * SECOND
}

type Relayed = Pick<Connection, 'remoteAddr' | 'limits'> & Partial<Pick<Connection, 'timeline'>>

/** What was sent when the circuit began. libp2p tells what is left, from which it is known at the first look only. */
interface Whole {
  readonly dataBytes: number | null
  readonly durationMs: number | null
  readonly untilMs: number | null
}

const wholes = new WeakMap<object, Whole>()

/**
 * What the circuit under a relayed connection may carry; null where no relay is named. `nowMs`: of the system's clock,
 * as libp2p counts by that one.
 */
export function circuitOf({ remoteAddr, limits, timeline }: Relayed, nowMs = Date.now()): Circuit | null {
  const through = relayIn(remoteAddr)
  if (through === null) return null
  if (limits === undefined) return { through, dataBytes: null, leftBytes: null, durationMs: null, untilMs: null }
  const whole = wholes.get(limits) ?? wholeOf(limits, timeline?.open ?? nowMs, nowMs)
  wholes.set(limits, whole)
  const leftBytes = limits.bytes === undefined ? null : Number(limits.bytes)
  return { through, ...whole, leftBytes }
}

function wholeOf(limits: NonNullable<Connection['limits']>, openedMs: number, nowMs: number): Whole {
  const { bytes, seconds } = limits
  const sent = seconds === undefined ? 0 : Math.round(seconds + (nowMs - openedMs) / SECOND)
  const durationMs = durationMsOf(sent)
  return {
    // The handshake took some hundred bytes off it by now.
    dataBytes: bytes === undefined ? null : Math.ceil(Number(bytes) / KiB) * KiB,
    durationMs,
    untilMs: durationMs === null ? null : openedMs + durationMs,
  }
}

/** The relay that an address leads through, or null. */
export function relayIn(address: Multiaddr): PeerId | null {
  const components = address.getComponents()
  const at = components.findIndex(({ code }) => code === CODE_P2P_CIRCUIT)
  const before = components.slice(0, Math.max(0, at)).findLast(({ code }) => code === CODE_P2P)
  const parsed = PeerId.safeParse(before?.value)
  return parsed.success ? parsed.data : null
}

/** How much a circuit may still carry, both limits in one number of bytes; Infinity without any. */
export function fuelBytes({ leftBytes, untilMs }: Pick<Circuit, 'leftBytes' | 'untilMs'>, nowMs: number): number {
  const byTime = untilMs === null ? Infinity : Math.max(0, untilMs - nowMs) * BYTES_PER_MS
  return Math.min(leftBytes ?? Infinity, byTime)
}
