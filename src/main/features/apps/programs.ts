import { createHash, timingSafeEqual } from 'node:crypto'
import { LatchError } from '../../../shared/errors.ts'
import { AppTitle, type App, type AppId } from '../../../shared/model/apps.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import { MAX_APPS, TOKEN_BYTES } from './limits.ts'
import { Line, type Left } from './line.ts'
import { AppStore, type StoredApp } from './store.ts'
import type { AppPass, AppsEvent } from './types.ts'

export interface ProgramsParts {
  readonly database: Database
  readonly clock: Clock
  readonly random: (bytes: number) => Uint8Array
  readonly publish: (event: AppsEvent) => void
  /** What its token opened is over: calls of its own are dropped. */
  readonly revoked: (id: AppId) => void
}

interface Program {
  stored: StoredApp
  /** Of its present token. */
  pass: AbortController
  line: Line | null
}

/** The programs of this person: registered, connected, gone. Of a token only its hash is kept. */
export class Programs {
  readonly #parts: ProgramsParts
  readonly #store: AppStore
  readonly #programs: Map<AppId, Program>

  constructor(parts: ProgramsParts) {
    this.#parts = parts
    this.#store = new AppStore(parts.database)
    this.#programs = new Map(
      this.#store.all().map((stored) => [stored.id, { stored, pass: new AbortController(), line: null }]),
    )
  }

  list(): App[] {
    return [...this.#programs.values()].map(shown)
  }

  register(id: AppId, title: string): { app: App; token: string } {
    if (this.#programs.has(id)) {
      throw new LatchError('CONFLICT', `There is a program ${id} already. Renew its token, or remove it first.`)
    }
    if (this.#programs.size >= MAX_APPS) throw new LatchError('BUSY', `${MAX_APPS} programs are registered; remove one first.`)
    const given = AppTitle.safeParse(title)
    if (!given.success) throw new LatchError('BAD_INPUT', 'A title has 1 to 64 characters on one line.')
    const { token, tokenHash } = this.#mint()
    const stored = { id, title: given.data, createdMs: this.#parts.clock.nowMs(), lastSeenMs: null, tokenHash }
    const program = { stored, pass: new AbortController(), line: null }
    this.#programs.set(id, program)
    this.#store.put(stored)
    return { app: this.#changed(program), token }
  }

  renew(id: AppId): { app: App; token: string } {
    const program = this.#get(id)
    const { token, tokenHash } = this.#mint()
    program.stored = { ...program.stored, tokenHash }
    this.#store.put(program.stored)
    this.#revoke(program)
    program.pass = new AbortController()
    return { app: this.#changed(program), token }
  }

  remove(id: AppId): void {
    const program = this.#get(id)
    this.#programs.delete(id)
    this.#store.remove(id)
    this.#revoke(program)
    this.#parts.publish({ event: 'app-removed', id })
  }

  opens(token: string): AppPass | null {
    const hash = sha256(token)
    let found: Program | undefined
    // All are compared, so that the time taken says nothing.
    for (const program of this.#programs.values()) if (timingSafeEqual(program.stored.tokenHash, hash)) found = program
    return found === undefined ? null : { app: found.stored.id, revoked: found.pass.signal }
  }

  /** A line for the program, in place of the one it may have. Errors: LatchError NOT_FOUND. */
  connect(id: AppId): { app: App; line: Line } {
    const program = this.#get(id)
    this.#leave(program, 'replaced')
    const line = new Line()
    program.line = line
    line.gone.addEventListener('abort', () => {
      if (program.line === line) program.line = null
      this.#seen(program)
    })
    return { app: this.#seen(program), line }
  }

  /** Where the program is to be found now; null where it is not connected, or there is none. */
  lineOf(id: AppId): Line | null {
    return this.#programs.get(id)?.line ?? null
  }

  stop(): void {
    for (const program of this.#programs.values()) this.#leave(program, 'left')
  }

  #get(id: AppId): Program {
    const program = this.#programs.get(id)
    if (program === undefined) throw new LatchError('NOT_FOUND', `There is no program ${id}. Register it first.`)
    return program
  }

  #revoke(program: Program): void {
    program.pass.abort(new Error('the token opens nothing any more'))
    this.#leave(program, 'revoked')
    this.#parts.revoked(program.stored.id)
  }

  #leave(program: Program, left: Left): void {
    program.line?.close(left)
  }

  #seen(program: Program): App {
    // Removed meanwhile: nothing is written of it again.
    if (this.#programs.get(program.stored.id) !== program) return shown(program)
    program.stored = { ...program.stored, lastSeenMs: this.#parts.clock.nowMs() }
    this.#store.put(program.stored)
    return this.#changed(program)
  }

  #changed(program: Program): App {
    const app = shown(program)
    this.#parts.publish({ event: 'app-changed', app })
    return app
  }

  #mint(): { token: string; tokenHash: Uint8Array } {
    const token = Buffer.from(this.#parts.random(TOKEN_BYTES)).toString('base64url')
    return { token, tokenHash: sha256(token) }
  }
}

function shown({ stored: { id, title, createdMs, lastSeenMs }, line }: Program): App {
  return { id, title, createdMs, lastSeenMs, isConnected: line !== null }
}

function sha256(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
