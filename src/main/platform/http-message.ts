import type { Duplex, Readable } from 'node:stream'
import type { RemotePeer } from './streams.ts'

/** Headers in the order in which they came, as `rawHeaders` has them, in pairs. */
export type HeaderList = readonly (readonly [name: string, value: string])[]

/** `rawHeaders` as Node has them: names and values in turn. */
export function inPairs(raw: readonly string[]): HeaderList {
  const list: [string, string][] = []
  for (let i = 0; i + 1 < raw.length; i += 2) list.push([raw[i] ?? '', raw[i + 1] ?? ''])
  return list
}

/** What every answer of a site says, live or from a copy, unless the program behind it says it otherwise: for readers that are ordinary browsers. */
export const SITE_HEADERS: HeaderList = [
  // A type is what the server says, and never what a reader makes of the bytes.
  ['X-Content-Type-Options', 'nosniff'],
  // Where somebody came from stays with the site they came from.
  ['Referrer-Policy', 'same-origin'],
  // No window of another site holds a handle on one of this.
  ['Cross-Origin-Opener-Policy', 'same-origin'],
]

/** What is asked of a site, over whatever way. */
export interface HttpRequest {
  readonly method: string
  /** From its slash on, with its query, written as in an address. */
  readonly path: string
  readonly headers: HeaderList
  readonly body?: Readable | Uint8Array | null | undefined
  /** Of a body that is read, where it is known. */
  readonly lengthBytes?: number | null | undefined
}

export interface HttpAnswer {
  readonly status: number
  readonly statusText: string
  /** Without those of the connection, and without those that would make a browser speak to others. */
  readonly headers: HeaderList
  /** As it comes; nothing more comes than is read. Fails with an error where it is not whole. Read it, or destroy it. */
  readonly body: Readable
  /** How the device that answered is reached; null: it is this one, or a copy. */
  readonly peer: RemotePeer | null
}

/** A WebSocket that a site opened: bytes both ways, from the first after its header. */
export interface HttpConnection {
  readonly status: number
  readonly headers: HeaderList
  readonly stream: Duplex
}
