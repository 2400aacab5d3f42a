import type { Asked } from '../../../../shared/model/browse.ts'
import { SECOND } from '../../../../shared/units.ts'
import { MAX_BEHIND_A_SECOND, MAX_FRONT_A_SECOND, REDIRECTS_PER_GESTURE } from '../limits.ts'
import { leave, type Wish } from './leaving.ts'
import type { RoomParts } from './room-parts.ts'
import { isCovered } from './shown.ts'
import { entryOf, type Entry } from './state.ts'
import type { TabRoom } from './tab-room.ts'

/** Where the pages of one tab want to go, and how often they went by themselves since the person did something. */
export class Wishes {
  readonly #parts: RoomParts
  #redirectsLeft = REDIRECTS_PER_GESTURE
  #opened: { where: 'tab' | 'behind'; atMs: number }[] = []

  constructor(parts: RoomParts) {
    this.#parts = parts
  }

  /** The person did something here. */
  gesture(): void {
    this.#redirectsLeft = REDIRECTS_PER_GESTURE
  }

  /** `isRedirect`: the site answered so, to what was asked of it; it counts as what the page does, also where nobody looks. */
  follow(room: TabRoom, entry: Entry, wish: Wish, isRedirect = false): void {
    const { network, openTab } = this.#parts
    // What lies under another address cannot have been clicked, and does not get in its way.
    if (isCovered(room.state)) return this.#deny(room, entry, 'navigation', wish.url)
    if (wish.byPerson) this.gesture()
    const isActive = isRedirect || (room.isActive && entryOf(room.state)?.key === entry.key)
    const to = leave(wish, { tld: network().tld, kind: entry.kind, site: entry.site, isActive, redirectsLeft: this.#redirectsLeft })
    if (to.go === 'nowhere') return this.#deny(room, entry, to.kind, to.what)
    if (to.spends) this.#redirectsLeft -= 1
    if (to.go === 'ask') return room.askOutside(to.address)
    if (to.go !== 'here') {
      if (!this.#mayOpen(to.go)) return this.#deny(room, entry, 'window', to.address.outcome === 'page' ? to.address.site : to.address.host)
      return openTab(room, to.address, entry.exit, to.go === 'behind')
    }
    if (to.address.outcome === 'page') void room.go(to.address, { byPerson: wish.byPerson })
    else if (entry.exit !== null) room.goOut(to.address.url, entry.exit)
  }

  /** One click opens one tab, however often the page says so. */
  #mayOpen(where: 'tab' | 'behind'): boolean {
    const nowMs = this.#parts.clock.monotonicMs()
    this.#opened = this.#opened.filter(({ atMs }) => nowMs - atMs < SECOND)
    const max = where === 'tab' ? MAX_FRONT_A_SECOND : MAX_BEHIND_A_SECOND
    if (this.#opened.filter((each) => where === 'behind' || each.where === where).length >= max) return false
    this.#opened.push({ where, atMs: nowMs })
    return true
  }

  #deny(room: TabRoom, { key }: Entry, kind: Asked['kind'], what: string): void {
    room.happened({ type: 'asked', key, asking: { kind, what, outcome: 'denied', atMs: this.#parts.clock.nowMs(), knock: null } })
  }
}
