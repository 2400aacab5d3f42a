import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type {
  App,
  AppId,
  AppPerson,
  AppStatus,
  Cancellation,
  ExchangeId,
  Method,
  ReplyStatus,
} from '../../../shared/model/apps.ts'
import type { Watched } from '../../platform/feed.ts'

/** A body in one piece. As `json`, its bytes are one JSON text in UTF-8; in what came from others, that was checked. */
export interface Content {
  readonly as: 'json' | 'bytes'
  readonly bytes: Uint8Array
}

/** A body of ours: in one piece, none, or in pieces that are written later, as long as is said if that is known. */
export type Sending = { readonly content: Content | undefined } | { readonly bytes: number | null }

/** A request that came: its content, or `more` to be read in pieces. */
export interface IncomingRequest {
  readonly id: ExchangeId
  readonly from: { readonly account: AccountId; readonly peerId: PeerId; readonly name: string; readonly isContact: boolean }
  readonly method: Method
  readonly bytes: number | null
  readonly content: Content | undefined
  readonly more: boolean
  readonly untilMs: number
}

export type ServeEvent =
  | { event: 'request'; request: IncomingRequest }
  | { event: 'cancelled'; id: ExchangeId; why: Cancellation }

export interface Ask {
  readonly to: { readonly account: AccountId } | { readonly peerId: PeerId }
  readonly method: Method
  readonly sending: Sending
  readonly deadlineMs: number
  readonly knock: boolean
}

/** What became of a call. `call` is there while it is open: its body is to be written, or the answer's to be read. */
export interface Answer {
  readonly status: AppStatus
  readonly why: string
  readonly bytes: number | null
  readonly content: Content | undefined
  readonly more: boolean
  readonly call: ExchangeId | null
}

export interface Piece {
  readonly chunk: Uint8Array
  readonly done: boolean
}

export type AppsEvent = { event: 'app-changed'; app: App } | { event: 'app-removed'; id: AppId }

/** What a program's token opens, until `revoked` aborts: it was renewed, or the program removed. */
export interface AppPass {
  readonly app: AppId
  readonly revoked: AbortSignal
}

/**
 * Programs of this person, what they are asked, and what they ask. Of those below `opens` each takes the program that
 * speaks: an exchange is its own, and NOT_FOUND for every other.
 */
export interface AppsFeature {
  /** From then on requests are taken. */
  start(): Promise<void>
  stop(): Promise<void>

  list(): App[]
  /** The token is told here and kept nowhere. Errors: LatchError CONFLICT (there is one), BUSY (too many). */
  register(id: AppId, title: string): { app: App; token: string }
  /** What the old token opened is closed at once. Errors: LatchError NOT_FOUND. */
  renew(id: AppId): { app: App; token: string }
  /** With all that it has open. Errors: LatchError NOT_FOUND. */
  remove(id: AppId): void
  watch(signal?: AbortSignal): AsyncIterable<Watched<App[], AppsEvent>>
  /** Whose token this is, compared in constant time; null for nobody's. */
  opens(token: string): AppPass | null

  people(): AppPerson[]
  /**
   * What the program is asked, from now on; while somebody listens, it is connected. Whoever comes later takes its place.
   * Errors: LatchError NOT_FOUND, CONFLICT (another took its place), UNAUTHORIZED (renewed or removed).
   */
  serve(app: AppId, signal?: AbortSignal): AsyncIterable<Watched<App, ServeEvent>>
  /**
   * Resolves when what is in one piece was handed over. Errors: LatchError NOT_FOUND, CONFLICT (answered already, or
   * over), TOO_LARGE.
   */
  reply(app: AppId, id: ExchangeId, status: ReplyStatus, sending: Sending): Promise<void>
  /**
   * Resolves with what became of it; a body in pieces is asked for by `go-on`. Aborting `signal` takes it back.
   * Errors: LatchError BUSY (too many are open here), TOO_LARGE, BAD_INPUT; everything else is a status.
   */
  request(app: AppId, ask: Ask, signal?: AbortSignal): Promise<Answer>
  /** The answer to a call whose body was written in pieces. Errors: LatchError NOT_FOUND, CONFLICT. */
  response(app: AppId, id: ExchangeId, signal?: AbortSignal): Promise<Answer>
  /** The next piece of a body, at most 256 KiB; waits for it. Errors: LatchError NOT_FOUND, CONFLICT, UNREACHABLE. */
  read(app: AppId, id: ExchangeId, signal?: AbortSignal): Promise<Piece>
  /** Resolves when there is room for more. Errors: LatchError NOT_FOUND, CONFLICT, BAD_INPUT, UNREACHABLE. */
  write(app: AppId, id: ExchangeId, chunk: Uint8Array, done: boolean): Promise<void>
  /** The other side hears of it at once. Errors: LatchError NOT_FOUND. */
  cancel(app: AppId, id: ExchangeId): void
}
