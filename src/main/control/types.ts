import type { PeerNode } from '../node/types.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'

/** Where the contract is served over HTTP, and the token that opens it. */
export interface Access {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly token: string
  /** Where the OpenAPI document lies. */
  readonly openapi: string
}

export interface HttpParts {
  readonly node: PeerNode
  readonly log: Log
  readonly clock: Clock
  /** So many random bytes, fit for keys. */
  readonly random: (bytes: number) => Uint8Array
  /** 0: whichever is free. */
  readonly port: number
  /** The built window (`out/renderer`); what is not in it is not served. */
  readonly staticFolder: string
  /** The bearer token; made here unless given. */
  readonly token?: string
  readonly limits?: Partial<HttpLimits>
}

/** The contract over HTTP and WebSocket, on this machine's loopback alone. */
export interface HttpDoor extends Access {
  readonly port: number
  /** The window's address with a token in its fragment that opens it once, within a day. */
  windowUrl(): string
  /** Takes no more, lets what is being answered finish shortly, removes `control.json`. Safe to call twice. */
  close(): Promise<void>
}

/** What somebody on this machine without a token can cost. Each has its reason in `http/limits.ts`. */
export interface HttpLimits {
  readonly maxConnections: number
  readonly maxSockets: number
  readonly maxBodyBytes: number
  readonly maxHeaderBytes: number
  readonly maxUnsentBytes: number
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly sweepMs: number
}

/** Lets the person choose a path in a dialog of the system; null where nothing was chosen. */
export type ChoosePath = (choice: {
  readonly kind: 'open-file' | 'open-folder' | 'save-file'
  readonly suggested?: string | undefined
}) => Promise<string | null>

/** What control needs of Electron's MessagePortMain, in plain words: control never imports electron. */
export interface ControlPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  postMessage(message: unknown): void
  start(): void
  close(): void
}

export interface PortParts {
  readonly node: PeerNode
  readonly port: ControlPort
  readonly log: Log
  /** Answers `node.access`; null while nothing is served over HTTP. */
  readonly access?: () => Access | null
  /** Answers `node.choosePath`; nothing is chosen without it. */
  readonly choosePath?: ChoosePath
  /** Whether the person gave this path to the window, so that what lies there is offered for it; any path without it. */
  readonly mayRead?: (path: string) => boolean
}
