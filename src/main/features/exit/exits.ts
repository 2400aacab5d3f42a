import type { PeerId } from '../../../shared/ids.ts'
import type { Exit } from '../../../shared/model/exit.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import { LISTED_AFTER_MS } from './limits.ts'
import type { ExitEvent, ExitParts } from './types.ts'

type Known = Pick<Exit, 'state' | 'checkedMs' | 'exceptions'>

interface Parts {
  readonly clock: Clock
  readonly devices: ExitParts['devices']
  readonly isOffered: () => boolean
  readonly tell: (event: ExitEvent) => void
}

/** Devices of contacts, and what each said when it was asked whether it lets this one out. */
export class Exits {
  readonly #parts: Parts
  readonly #known = new Map<PeerId, Known>()
  #told = new Map<PeerId, Exit>()
  #isOffered: boolean
  #cancel: Cancel | null = null

  constructor(parts: Parts) {
    this.#parts = parts
    this.#isOffered = parts.isOffered()
  }

  list(): Exit[] {
    return this.#parts.devices().map(({ isConnected, ...device }) => {
      const known = this.#known.get(device.peerId)
      if (!isConnected) return { ...device, state: 'away', checkedMs: known?.checkedMs ?? null }
      return { ...device, ...(known ?? { state: 'unknown', checkedMs: null }) }
    })
  }

  find(peerId: PeerId): Exit | null {
    return this.list().find((exit) => exit.peerId === peerId) ?? null
  }

  said(peerId: PeerId, state: Exit['state'], exceptions = false): void {
    this.#known.set(peerId, { state, checkedMs: this.#parts.clock.nowMs(), ...(exceptions ? { exceptions } : {}) })
    this.look()
  }

  /** It was away: what it says now is not known. */
  forget(peerId: PeerId): void {
    this.#known.delete(peerId)
    this.lookSoon()
  }

  /** Many things change at once; each of them may change who is here. */
  lookSoon(): void {
    this.#cancel ??= this.#parts.clock.after(LISTED_AFTER_MS, () => this.look())
  }

  look(): void {
    this.#cancel?.()
    this.#cancel = null
    const { tell, isOffered } = this.#parts
    const isNow = isOffered()
    if (isNow !== this.#isOffered) {
      this.#isOffered = isNow
      tell({ event: 'offered-changed', offered: isNow })
    }
    const now = new Map(this.list().map((exit) => [exit.peerId, exit]))
    const before = this.#told
    this.#told = now
    for (const peerId of before.keys()) if (!now.has(peerId)) this.#gone(peerId)
    for (const [peerId, exit] of now) {
      if (JSON.stringify(before.get(peerId)) !== JSON.stringify(exit)) tell({ event: 'exit-changed', exit })
    }
  }

  stop(): void {
    this.#cancel?.()
  }

  #gone(peerId: PeerId): void {
    this.#known.delete(peerId)
    this.#parts.tell({ event: 'exit-gone', peerId })
  }
}
