import { createHash, timingSafeEqual } from 'node:crypto'
import { DAY } from '../../../shared/units.ts'
import type { AppPass } from '../../features/apps/types.ts'
import type { Clock } from '../../platform/clock.ts'

/** 256 bits: not to be guessed, however fast one tries. */
const TOKEN_BYTES = 32
/** Printed in a terminal and perhaps opened tomorrow; after that `latch window` makes another. */
export const WINDOW_TOKEN_LASTS_MS = DAY
/** Tabs and windows of one person; the oldest is dropped. */
export const MAX_WINDOW_TOKENS = 16
export const MAX_SESSIONS = 64

/** What a token opens: everything, or what one program may. */
export type Opened = 'access' | 'session' | { readonly program: AppPass } | 'nothing'

/**
 * The kinds of token. The *access* token lies in `control.json` for programs of this person and lasts as long as
 * the node runs. A *window* token stands in an address, which ends up in scrollback and history, so it works once; the
 * page changes it for a *session* token that it keeps to itself. A *program*'s token opens what is for programs; the
 * account's database has it. Held and compared as SHA-256 digests, in constant time.
 */
export class Tokens {
  readonly access: string
  readonly #accessDigest: Buffer
  readonly #windows: { digest: Buffer; expiresMs: number }[] = []
  readonly #sessions: Buffer[] = []
  readonly #clock: Clock
  readonly #random: (bytes: number) => Uint8Array
  readonly #programs: (token: string) => AppPass | null

  constructor(parts: {
    readonly clock: Clock
    readonly random: (bytes: number) => Uint8Array
    /** Whose token it is, of the programs of this account. */
    readonly programs: (token: string) => AppPass | null
    readonly access?: string | undefined
  }) {
    this.#clock = parts.clock
    this.#random = parts.random
    this.#programs = parts.programs
    this.access = parts.access ?? this.#make()
    this.#accessDigest = digestOf(this.access)
  }

  /** Whether `token` opens the contract, and as what. */
  opens(token: string): Opened {
    const digest = digestOf(token)
    if (timingSafeEqual(digest, this.#accessDigest)) return 'access'
    if (this.#sessions.some((session) => timingSafeEqual(digest, session))) return 'session'
    const program = this.#programs(token)
    return program === null ? 'nothing' : { program }
  }

  makeWindowToken(): string {
    const token = this.#make()
    this.#windows.push({ digest: digestOf(token), expiresMs: this.#clock.monotonicMs() + WINDOW_TOKEN_LASTS_MS })
    if (this.#windows.length > MAX_WINDOW_TOKENS) this.#windows.shift()
    return token
  }

  /** Spends a window token: a session token for it, or null when it was spent before, expired, or never made. */
  openSession(windowToken: string): string | null {
    const digest = digestOf(windowToken)
    const at = this.#windows.findIndex((window) => timingSafeEqual(digest, window.digest))
    const [spent] = at < 0 ? [] : this.#windows.splice(at, 1)
    if (spent === undefined || spent.expiresMs <= this.#clock.monotonicMs()) return null
    const token = this.#make()
    this.#sessions.push(digestOf(token))
    if (this.#sessions.length > MAX_SESSIONS) this.#sessions.shift()
    return token
  }

  #make(): string {
    return Buffer.from(this.#random(TOKEN_BYTES)).toString('base64url')
  }
}

/** The token of `Authorization: Bearer …`, or null. */
export function bearerOf(authorization: string | undefined): string | null {
  return /^Bearer ([\w-]{1,256})$/.exec(authorization ?? '')?.[1] ?? null
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
