import type { ExitUse } from '../../../shared/model/exit.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import { COUNTED_EVERY_MS, MAX_USES, MAX_USES_OF_PEER } from './limits.ts'
import type { ExitStore } from './store.ts'
import type { ExitEvent } from './types.ts'

/** What stands for hosts that are not told apart any more: there were too many of one device. */
export const OTHER_HOSTS = '*'

/** Whose traffic, with which host. */
export type UseOf = Pick<ExitUse, 'whose' | 'account' | 'peerId' | 'called' | 'host' | 'port'>

/** What went through one connection so far. *Units*: bytes, towards the host and from it. */
export type Reading = () => { readonly sentBytes: number; readonly receivedBytes: number }

interface Counted {
  use: ExitUse
  readonly open: Set<Meter>
}

interface Meter {
  readonly read: Reading
  sentBytes: number
  receivedBytes: number
}

/**
 * Hosts and bytes of both sides since the day began: what was before is forgotten, as nobody needs to have a list of
 * what their contacts read. Connections are not told by each byte; they are looked at twice a second.
 */
export class Uses {
  readonly #clock: Clock
  readonly #store: ExitStore
  readonly #tell: (event: ExitEvent) => void
  readonly #all = new Map<string, Counted>()
  readonly #changed = new Set<Counted>()
  #dayMs: number
  #cancel: Cancel | null = null

  constructor(parts: { clock: Clock; store: ExitStore; tell: (event: ExitEvent) => void }) {
    this.#clock = parts.clock
    this.#store = parts.store
    this.#tell = parts.tell
    this.#dayMs = startOfDay(parts.clock.nowMs())
    const kept = parts.store.all()
    const ofToday = kept.filter(({ lastMs }) => startOfDay(lastMs) === this.#dayMs)
    for (const use of ofToday) this.#all.set(keyOf(use), { use: { ...use, open: 0 }, open: new Set() })
    if (ofToday.length < kept.length) {
      parts.store.clear()
      parts.store.put(ofToday)
    }
  }

  /** The latest first. */
  list(): ExitUse[] {
    this.#look()
    return [...this.#all.values()].map(({ use }) => use).toSorted((a, b) => b.lastMs - a.lastMs)
  }

  /** A connection was opened; call what it gives when it is closed. */
  opened(of: UseOf, read: Reading): () => void {
    this.#roll()
    const counted = this.#counted(of)
    const meter: Meter = { read, sentBytes: 0, receivedBytes: 0 }
    counted.open.add(meter)
    this.#change(counted, { connections: counted.use.connections + 1, open: counted.open.size })
    return () => {
      if (!counted.open.has(meter)) return
      this.#measure(counted, meter)
      counted.open.delete(meter)
      this.#change(counted, { open: counted.open.size })
    }
  }

  refused(of: UseOf): void {
    this.#roll()
    const counted = this.#counted(of)
    this.#change(counted, { refused: counted.use.refused + 1 })
  }

  /** What is open is counted anew from now on. */
  clear(): void {
    this.#look()
    this.#forget()
  }

  /** Writes what is not written yet. */
  stop(): void {
    this.#look()
    this.#write()
    this.#cancel?.()
  }

  #counted(of: UseOf): Counted {
    const key = keyOf(of)
    const known = this.#all.get(key)
    if (known !== undefined) return known
    const none = { connections: 0, open: 0, sentBytes: 0, receivedBytes: 0, refused: 0 }
    const made: Counted = { use: { ...of, ...none, lastMs: this.#clock.nowMs() }, open: new Set() }
    this.#all.set(key, made)
    this.#bound(made)
    return made
  }

  /** The oldest of a device that has too many is put together with its others; of too many in all, it is forgotten. */
  #bound(made: Counted): void {
    const { whose, peerId } = made.use
    const oldest = (isOf: (use: ExitUse) => boolean): Counted | undefined =>
      [...this.#all.values()]
        .filter((one) => one !== made && one.open.size === 0 && isOf(one.use))
        .toSorted((a, b) => a.use.lastMs - b.use.lastMs)[0]
    const isTheirs = (use: ExitUse): boolean => use.whose === whose && use.peerId === peerId && use.host !== OTHER_HOSTS
    const theirs = [...this.#all.values()].filter(({ use }) => isTheirs(use))
    const one = theirs.length < MAX_USES_OF_PEER ? undefined : oldest(isTheirs)
    if (one !== undefined) this.#together(one)
    for (let left = this.#all.size; left > MAX_USES; left--) {
      const last = oldest(() => true)
      if (last !== undefined) this.#drop(last)
    }
  }

  #together(one: Counted): void {
    this.#drop(one)
    const { connections, sentBytes, receivedBytes, refused } = one.use
    const key = keyOf({ ...one.use, host: OTHER_HOSTS })
    const none = { connections: 0, open: 0, sentBytes: 0, receivedBytes: 0, refused: 0 }
    const others = this.#all.get(key) ?? { use: { ...one.use, ...none, host: OTHER_HOSTS }, open: new Set() }
    this.#all.set(key, others)
    const { use } = others
    this.#change(others, {
      connections: use.connections + connections,
      sentBytes: use.sentBytes + sentBytes,
      receivedBytes: use.receivedBytes + receivedBytes,
      refused: use.refused + refused,
    })
  }

  #drop(one: Counted): void {
    this.#all.delete(keyOf(one.use))
    this.#changed.delete(one)
    this.#store.remove(one.use)
  }

  #change(counted: Counted, change: Partial<ExitUse>): void {
    counted.use = { ...counted.use, ...change, lastMs: this.#clock.nowMs() }
    this.#changed.add(counted)
    this.#cancel ??= this.#clock.after(COUNTED_EVERY_MS, () => this.#tick())
  }

  #tick(): void {
    this.#cancel = null
    this.#look()
    this.#write()
    const isAnyOpen = [...this.#all.values()].some(({ open }) => open.size > 0)
    if (isAnyOpen) this.#cancel ??= this.#clock.after(COUNTED_EVERY_MS, () => this.#tick())
  }

  #look(): void {
    for (const counted of this.#all.values()) for (const meter of counted.open) this.#measure(counted, meter)
    this.#roll()
  }

  #measure(counted: Counted, meter: Meter): void {
    const { sentBytes, receivedBytes } = meter.read()
    const [sent, received] = [sentBytes - meter.sentBytes, receivedBytes - meter.receivedBytes]
    if (sent === 0 && received === 0) return
    meter.sentBytes = sentBytes
    meter.receivedBytes = receivedBytes
    const { use } = counted
    this.#change(counted, { sentBytes: use.sentBytes + sent, receivedBytes: use.receivedBytes + received })
  }

  #write(): void {
    const uses = [...this.#changed].map(({ use }) => use)
    this.#changed.clear()
    if (uses.length === 0) return
    this.#store.put(uses)
    for (const use of uses) this.#tell({ event: 'use-changed', use })
  }

  /** Another day began: by the machine's clock, as the person counts days. */
  #roll(): void {
    const dayMs = startOfDay(this.#clock.nowMs())
    if (dayMs === this.#dayMs) return
    this.#dayMs = dayMs
    this.#forget()
  }

  #forget(): void {
    this.#store.clear()
    this.#changed.clear()
    this.#tell({ event: 'uses-cleared' })
    for (const [key, counted] of this.#all) {
      if (counted.open.size === 0) this.#all.delete(key)
      else this.#change(counted, { connections: counted.open.size, sentBytes: 0, receivedBytes: 0, refused: 0 })
    }
  }
}

function keyOf({ whose, peerId, host, port }: Pick<ExitUse, 'whose' | 'peerId' | 'host' | 'port'>): string {
  return `${whose} ${peerId} ${host} ${port}`
}

function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0)
}
