import type { Database } from '../../platform/database.ts'
import { encode } from '../../platform/cbor.ts'
import type { Log } from '../../platform/log.ts'
import { SAID_AT_ONCE } from './limits.ts'
import { DeviceStore } from './store.ts'

/** One kind of what is the same on all devices of an account: contacts, settings. In words of JSON; null: it is not there. */
export interface SyncedPiece {
  /** What its keys begin with, up to and with the colon: `contact:`. */
  readonly prefix: string
  /** Every key that there is here, without the prefix. */
  keys: () => readonly string[]
  get: (key: string) => unknown
  /** Another device says so. What is not of its form is for it to leave. */
  take: (key: string, value: unknown) => void | Promise<void>
  onChanged: (listener: (key: string) => void) => () => void
}

export interface SyncedParts {
  readonly database: Database
  readonly log: Log
  readonly pieces: readonly SyncedPiece[]
  /** Says it to all devices of this account, this one among them. */
  readonly remember: (key: string, value: unknown) => Promise<void>
  /** What was said last under that key, by whichever device; undefined: nothing ever. */
  readonly recall: (key: string) => unknown
  /** Every key under that prefix that anything was ever said of. */
  readonly saidKeys: (prefix: string) => readonly string[]
}

export interface Synced {
  /** Brings both sides together: what was said and not done here, and what was done here and not said. */
  start(): Promise<void>
  stop(): Promise<void>
  /** A device of this account said so; to be told of every key, also of those that are nobody's here. */
  onState(key: string, value: unknown): void
  /** Resolves when everything under way is done. */
  settled(): Promise<void>
}

/** `take`: another device's word counts. `say`: this device's does. */
export type Step = 'nothing' | 'take' | 'say'

/**
 * What to do with one key, from what is here, what both agreed on last, and what was said last; each as text, undefined where
 * there is none. Where both moved on, the word that was said stands: the other devices have it already.
 */
export function stepOf(here: string | undefined, agreed: string | undefined, said: string | undefined): Step {
  if (said !== undefined && said !== agreed) return said === here ? 'nothing' : 'take'
  return (here ?? ABSENT) === (agreed ?? ABSENT) ? 'nothing' : 'say'
}

/** Writes nothing of its own but what was agreed; what is said travels as state in the notes to oneself (docs/wire/chat.md). */
export function createSynced(parts: SyncedParts): Synced {
  return new SyncedState(parts)
}

class SyncedState implements Synced {
  readonly #parts: SyncedParts
  readonly #store: DeviceStore
  #ends: (() => void)[] = []
  #queue: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(parts: SyncedParts) {
    this.#parts = parts
    this.#store = new DeviceStore(parts.database)
  }

  async start(): Promise<void> {
    const { pieces } = this.#parts
    this.#ends = pieces.map((piece) => piece.onChanged((key) => this.#later(() => this.#look(piece, key))))
    this.#later(async () => {
      let done = 0
      for (const piece of pieces) {
        const named = [...this.#store.allAgreed(piece.prefix), ...this.#parts.saidKeys(piece.prefix)]
        const known = named.map((key) => key.slice(piece.prefix.length))
        for (const key of new Set([...piece.keys(), ...known])) {
          if (this.#isStopped) return
          await this.#look(piece, key)
          if (++done % SAID_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve))
        }
      }
    })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    for (const end of this.#ends) end()
    await this.#queue
  }

  onState(key: string, value: unknown): void {
    const piece = this.#parts.pieces.find(({ prefix }) => key.startsWith(prefix))
    if (piece === undefined) return
    this.#later(() => this.#heard(piece, key.slice(piece.prefix.length), value))
  }

  settled(): Promise<void> {
    return this.#queue
  }

  async #look(piece: SyncedPiece, key: string): Promise<void> {
    const name = piece.prefix + key
    const value = piece.get(key) ?? null
    const here = textOf(value)
    const said = this.#parts.recall(name)
    switch (stepOf(here, this.#store.agreed(name), said === undefined ? undefined : textOf(said))) {
      case 'take':
        return this.#heard(piece, key, said)
      case 'say':
        await this.#parts.remember(name, value)
        this.#store.agree(name, here)
        return
      case 'nothing':
        if (said !== undefined) this.#store.agree(name, textOf(said))
    }
  }

  async #heard(piece: SyncedPiece, key: string, value: unknown): Promise<void> {
    const name = piece.prefix + key
    const text = textOf(value)
    if (this.#store.agreed(name) === text && textOf(piece.get(key) ?? null) === text) return
    // Before it is done: what follows of it here is then no news.
    this.#store.agree(name, text)
    await piece.take(key, value)
    // What did not fit is kept as it is here, and not said again.
    const now = textOf(piece.get(key) ?? null)
    if (now !== text) this.#parts.log.info({ kind: piece.prefix }, 'what another device said could not be done as it was said')
  }

  #later(run: () => Promise<void>): void {
    this.#queue = this.#queue.then(() => (this.#isStopped ? undefined : run())).catch((error: unknown) => {
      this.#parts.log.error({ error }, 'devices of this account were not brought together')
    })
  }
}

/** The same value gives the same text, whatever the order of its keys. */
function textOf(value: unknown): string {
  const plain: unknown = JSON.parse(JSON.stringify(value ?? null))
  return Buffer.from(encode(plain)).toString('base64')
}

const ABSENT = textOf(null)
