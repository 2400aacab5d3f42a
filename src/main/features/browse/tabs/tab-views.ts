import type { PeerId } from '../../../../shared/ids.ts'
import type { ViewEvents } from '../types.ts'
import { openView, type OpenView } from '../views/open-view.ts'
import { SiteLoader, type LoaderEvents } from '../views/site-loader.ts'
import type { Entry } from './state.ts'
import type { RoomParts } from './room-parts.ts'

/** How the views of one tab tell it of themselves. */
export interface TabViewsHooks {
  readonly entry: (key: number) => Entry | null
  readonly events: (key: number) => { readonly view: ViewEvents; readonly loader: LoaderEvents }
  readonly carried: (key: number, bytes: number) => void
  /** It had to go, as others are looked at. */
  readonly evicted: (key: number) => void
}

/** The views of one tab, by the entry of its row; at most one of them is to be seen. */
export class TabViews {
  readonly #parts: RoomParts
  readonly #hooks: TabViewsHooks
  readonly #views = new Map<number, OpenView>()
  #shown: number | null = null

  constructor(parts: RoomParts, hooks: TabViewsHooks) {
    this.#parts = parts
    this.#hooks = hooks
  }

  get(key: number): OpenView | null {
    return this.#views.get(key) ?? null
  }

  keys(): number[] {
    return [...this.#views.keys()]
  }

  /** Null: there is no window that shows pages. */
  open(entry: Entry): OpenView | null {
    const { clock, exits, host: hostNow, me, stored, views } = this.#parts
    const host = hostNow()
    if (host === null) return null
    const { key } = entry
    const events = this.#hooks.events(key)
    const before = entry.bytes
    const onBytes = (bytes: number): void => this.#hooks.carried(key, before + bytes)
    const loader = this.#loader(entry, events.loader)
    if (loader !== null) stored(entry)
    const within = loader === null ? { kind: 'exit' as const, exits, peerId: entry.exit?.peerId ?? me, clock, onBytes } : { kind: 'site' as const, loader }
    const opened = openView(host, entry.partition, within, events.view)
    this.#views.set(key, opened)
    views.add(key, () => this.#hooks.evicted(key))
    return opened
  }

  drop(key: number): void {
    if (this.#shown === key) this.#shown = null
    this.#parts.views.drop(key)
    this.#views.get(key)?.close()
    this.#views.delete(key)
  }

  /** Those of entries that left the row are closed. */
  keepOnly(row: readonly Entry[]): void {
    const left = new Set(row.map(({ key }) => key))
    for (const key of this.keys()) if (!left.has(key)) this.drop(key)
  }

  /** The one that is to be seen from now on, or none. */
  show(wanted: number | null): void {
    const key = wanted !== null && this.#views.has(wanted) ? wanted : null
    if (key === this.#shown) return
    if (this.#shown !== null) this.#views.get(this.#shown)?.view.hide()
    this.#shown = key
    if (key === null) return
    this.#parts.views.touch(key)
    this.#views.get(key)?.view.show(this.#parts.hasFocus())
  }

  /** Where the keyboard goes has changed. */
  focus(): void {
    if (this.#shown !== null) this.#views.get(this.#shown)?.view.show(this.#parts.hasFocus())
  }

  #loader({ key, owner, site }: Entry, events: LoaderEvents): SiteLoader | null {
    if (site === null || owner === null) return null
    const { clock, door, log, me, opening } = this.#parts
    const from = (): PeerId => {
      const now = this.#hooks.entry(key)
      return now?.source?.kind === 'live' ? now.source.peerId : (now?.found?.devices[0]?.peerId ?? me)
    }
    return new SiteLoader({ site, owner, opening, door, clock, log, from, events })
  }
}
