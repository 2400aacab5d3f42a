import { LatchError } from '../../../../shared/errors.ts'
import type { TabId } from '../../../../shared/model/browse.ts'
import type { Cancel, Clock } from '../../../platform/clock.ts'
import type { OutsideAddress, PageAddress } from '../address.ts'
import { MAX_CLOSED_TABS, MAX_TABS, SAVE_EVERY_MS } from '../limits.ts'
import type { StoredTab, TabStore } from '../remembered/tab-store.ts'
import type { BrowseEvent } from '../types.ts'
import { partitionOf } from '../views/partition.ts'
import type { Exit, RoomParts } from './room-parts.ts'
import { restoredTab, storedTab } from './stored.ts'
import { TabRoom } from './tab-room.ts'
import type { Telling } from './telling.ts'

export interface TabsParts extends Omit<RoomParts, 'changed' | 'openTab'> {
  readonly clock: Clock
  readonly store: TabStore
  readonly newId: () => TabId
  readonly telling: Pick<Telling, 'changed' | 'closed'>
  readonly tell: (event: BrowseEvent) => void
}

/** The tab strip: which tabs there are, in what order, and which of them is looked at. */
export class Tabs {
  readonly #parts: TabsParts
  readonly #roomParts: RoomParts
  #rooms: TabRoom[] = []
  #active: TabRoom | null = null
  #closed: StoredTab[] = []
  #saving: Cancel | null = null

  constructor(parts: TabsParts) {
    this.#parts = parts
    const openTab: RoomParts['openTab'] = (from, address, exit, isBehind) => this.#openBeside(from, address, exit, isBehind)
    this.#roomParts = { ...parts, changed: (room) => this.#changed(room), openTab }
  }

  /** Tabs that were open when Latch ended; what they show is loaded when they are looked at. */
  restore(): void {
    for (const stored of this.#parts.store.list().slice(0, MAX_TABS)) {
      const partition = partitionOf(stored.network, stored.owner, stored.site)
      const room = new TabRoom(stored.id, this.#roomParts, restoredTab(stored, partition, this.#parts.newKey()))
      this.#rooms.push(room)
      if (stored.isActive) this.#active = room
    }
    this.#active ??= this.#rooms[0] ?? null
  }

  list(): readonly TabRoom[] {
    return this.#rooms
  }

  get active(): TabRoom | null {
    return this.#active
  }

  indexOf(room: TabRoom): number {
    return this.#rooms.indexOf(room)
  }

  /** Errors: LatchError NOT_FOUND. */
  get(id: TabId): TabRoom {
    const room = this.#rooms.find((each) => each.id === id)
    if (room === undefined) throw new LatchError('NOT_FOUND', 'That tab is not open any more.')
    return room
  }

  /** An empty one, at the end of the strip or at a place in it. Errors: LatchError BUSY. */
  add(isBehind: boolean, index = this.#rooms.length): TabRoom {
    if (this.#rooms.length >= MAX_TABS) throw new LatchError('BUSY', `${MAX_TABS} tabs are open; close one first.`)
    const room = new TabRoom(this.#parts.newId(), this.#roomParts)
    this.#rooms.splice(index, 0, room)
    this.#changed(room)
    if (!isBehind || this.#active === null) this.select(room)
    return room
  }

  select(room: TabRoom): void {
    if (this.#active !== room) {
      const before = this.#active
      this.#active = room
      before?.setActive(false)
      this.#parts.tell({ event: 'tab-selected', id: room.id })
      this.#saveSoon()
    }
    room.setActive(true)
  }

  move(room: TabRoom, index: number): void {
    const rest = this.#rooms.filter((each) => each !== room)
    this.#rooms = rest.toSpliced(Math.min(index, rest.length), 0, room)
    this.#changed(room)
  }

  /** The tab after it is looked at then, or else the one before. */
  close(room: TabRoom): void {
    const index = this.indexOf(room)
    const stored = this.#stored(room)
    if (stored !== null) this.#closed = [...this.#closed, stored].slice(-MAX_CLOSED_TABS)
    this.#rooms = this.#rooms.filter((each) => each !== room)
    room.close()
    this.#parts.telling.closed(room.id)
    this.#parts.tell({ event: 'tab-closed', id: room.id })
    this.#saveSoon()
    if (this.#active !== room) return
    const next = this.#rooms[index] ?? this.#rooms[index - 1]
    this.#active = null
    if (next === undefined) this.#parts.tell({ event: 'tab-selected', id: null })
    else this.select(next)
  }

  /** What was closed last; null: nothing was, or all of it was opened again. */
  reopen(): TabRoom | null {
    if (this.#rooms.length >= MAX_TABS) throw new LatchError('BUSY', `${MAX_TABS} tabs are open; close one first.`)
    const stored = this.#closed.pop()
    if (stored === undefined) return null
    const partition = partitionOf(stored.network, stored.owner, stored.site)
    const room = new TabRoom(this.#parts.newId(), this.#roomParts, restoredTab(stored, partition, this.#parts.newKey()))
    this.#rooms.push(room)
    this.#changed(room)
    this.select(room)
    return room
  }

  /** No views any more: the window is gone, or the network is another one. */
  sleep(): void {
    for (const room of this.#rooms) room.sleep()
  }

  /** Views of that storage are closed; the one that is looked at loads again. */
  sleepIn(partition: string): void {
    for (const room of this.#rooms) room.sleepIn(partition)
  }

  stop(): void {
    this.#saving?.()
    this.#saving = null
    this.#parts.store.save(this.#toStore())
    for (const room of this.#rooms) room.close()
  }

  /** A page opened it, and so it stands beside that page's. */
  #openBeside(from: TabRoom, address: PageAddress | OutsideAddress, exit: Exit | null, isBehind: boolean): void {
    if (this.#rooms.length >= MAX_TABS) return
    const room = this.add(isBehind, this.indexOf(from) + 1)
    if (address.outcome === 'page') void room.go(address, { byPerson: true })
    else if (exit !== null) room.goOut(address.url, exit)
    else room.askOutside(address)
  }

  #changed(room: TabRoom): void {
    if (!this.#rooms.includes(room)) return
    this.#parts.telling.changed(room.id)
    this.#saveSoon()
  }

  #saveSoon(): void {
    this.#saving ??= this.#parts.clock.after(SAVE_EVERY_MS, () => {
      this.#saving = null
      this.#parts.store.save(this.#toStore())
    })
  }

  #toStore(): StoredTab[] {
    return this.#rooms.flatMap((room) => this.#stored(room) ?? [])
  }

  #stored(room: TabRoom): StoredTab | null {
    return storedTab(room.state, this.#parts.network().id, room === this.#active)
  }
}
