import type { Nat } from '../../../shared/model/reach.ts'

/** One bound UDP socket of the responder. */
export interface StunSocket {
  readonly address: string
  readonly port: number
}

/** Datagrams since the start. `malformed`: whatever was no binding request. */
export interface StunCounters {
  readonly answered: number
  readonly malformed: number
  readonly overRate: number
}

/**
 * Answers STUN binding requests (RFC 8489), with RESPONSE-ORIGIN, OTHER-ADDRESS and CHANGE-REQUEST (RFC 5780) as far as
 * it has other ports and addresses. Never sends more bytes than came, or the 44 of the barest answer.
 */
export interface StunResponder {
  /** Those that could be bound, with the port that 0 came to. */
  readonly sockets: readonly StunSocket[]
  /** One sentence for each that could not. */
  readonly warnings: readonly string[]
  counters(): StunCounters
  stop(): Promise<void>
}

/**
 * Which NAT this device is behind, asked of `servers` (`host:port`) over two new UDP sockets, within `timeoutMs`. Pure
 * classification in nat.ts. Never rejects: `unknown` or `udp-blocked` with why. Ends early when `signal` aborts, with the
 * sockets closed and what is known until then.
 */
export type ProbeNat = (servers: readonly string[], timeoutMs: number, signal?: AbortSignal) => Promise<Nat>
