import type { ClientContext, ClientLink } from '@orpc/client'

/** A way to the node that is open now. `closed` settles when it is not any more, whatever the reason. */
export interface OpenedLink {
  link: ClientLink<ClientContext>
  closed: Promise<void>
}

/** Opens one; rejects when it cannot be opened now. */
export type Connect = () => Promise<OpenedLink>

export type LinkState =
  | { state: 'connecting' }
  | { state: 'open' }
  /** `failures` in a row, the loss itself not counted; `retryAtMs` on this machine's clock. */
  | { state: 'lost'; sinceMs: number; retryAtMs: number; failures: number }
  /** Nothing is tried until `retryNow`: asking again with what was refused only slows down whoever is let in. */
  | { state: 'refused' }

/** Thrown by whoever connects when the node is there and does not let this window in. */
export class LinkRefused extends Error {
  override readonly name = 'LinkRefused'
}

/** Thrown by calls made while there is no way to the node. */
export class LinkLost extends Error {
  override readonly name = 'LinkLost'
}

const FIRST_RETRY_MS = 250
/** Somebody looking at the window should not wait longer than this after the node is back. */
const LONGEST_RETRY_MS = 8_000

export function retryAfterMs(failures: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS)
}

/** One link, opened again as often as it breaks. Its calls fail at once while it is down; nothing is queued. */
export class KeptLink implements ClientLink<ClientContext> {
  readonly #connect: Connect
  readonly #now: () => number
  readonly #listeners = new Set<() => void>()
  #state: LinkState = { state: 'connecting' }
  #current: ClientLink<ClientContext> | null = null
  #wake: () => void = () => {}
  #hurry = false
  #stopped = false

  constructor(connect: Connect, now: () => number = Date.now) {
    this.#connect = connect
    this.#now = now
  }

  get state(): LinkState {
    return this.#state
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  call: ClientLink<ClientContext>['call'] = (path, input, options) => {
    if (this.#current === null) return Promise.reject(new LinkLost('there is no connection to the node'))
    return this.#current.call(path, input, options)
  }

  /** Tries again now instead of when the back-off says. */
  retryNow(): void {
    this.#hurry = true
    this.#wake()
  }

  stop(): void {
    this.#stopped = true
    this.#wake()
  }

  /** Resolves when a link is open, or when `signal` aborts. */
  whenOpen(signal: AbortSignal): Promise<void> {
    if (this.#state.state === 'open' || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        if (this.#state.state !== 'open' && !signal.aborted) return
        unsubscribe()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const unsubscribe = this.subscribe(done)
      signal.addEventListener('abort', done)
    })
  }

  async keep(): Promise<void> {
    let failures = 0
    let sinceMs = this.#now()
    while (!this.#stopped) {
      this.#hurry = false
      const opened = await this.#connect().catch((error: unknown) => (error instanceof LinkRefused ? 'refused' : null))
      if (opened === 'refused') {
        failures = 0
        this.#set({ state: 'refused' })
        await this.#pause(null)
        continue
      }
      if (opened !== null) {
        failures = 0
        this.#current = opened.link
        this.#set({ state: 'open' })
        await opened.closed.catch(() => {})
        this.#current = null
        sinceMs = this.#now()
      }
      const waitMs = retryAfterMs(failures)
      this.#set({ state: 'lost', sinceMs, retryAtMs: this.#now() + waitMs, failures })
      failures += 1
      await this.#pause(waitMs)
    }
  }

  /** Until `retryNow`, which may have come while the last try was still under way; or for so long. */
  #pause(ms: number | null): Promise<void> {
    if (this.#stopped || this.#hurry) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = ms === null ? undefined : setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #set(state: LinkState): void {
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}
