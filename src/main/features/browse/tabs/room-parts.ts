import type { PeerId } from '../../../../shared/ids.ts'
import type { NetworkId } from '../../../../shared/model/ledger.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { OutsideAddress, PageAddress } from '../address.ts'
import type { BrowseDoor, BrowseExits, OfferedFile, Opening, PageKey, ViewHost } from '../types.ts'
import type { LiveViews } from './live-views.ts'
import type { Entry } from './state.ts'
import type { TabRoom } from './tab-room.ts'

/** Whose way out it is. */
export type Exit = NonNullable<Entry['exit']>

/** What all tabs share. */
export interface RoomParts {
  readonly opening: Opening
  readonly door: Pick<BrowseDoor, 'load'>
  readonly exits: BrowseExits
  readonly clock: Clock
  readonly log: Log
  readonly me: PeerId
  readonly views: LiveViews
  readonly network: () => { readonly id: NetworkId; readonly tld: string }
  /** Null: there is no window that shows pages. */
  readonly host: () => ViewHost | null
  readonly newKey: () => number
  /** The page has the keyboard, where it is shown. */
  readonly hasFocus: () => boolean
  readonly zoomOf: (entry: Entry) => number
  readonly changed: (room: TabRoom) => void
  readonly openTab: (from: TabRoom, address: PageAddress | OutsideAddress, exit: Exit | null, isBehind: boolean) => void
  /** A page stood for a moment; `isNew`: it is another visit, and not another title. */
  readonly visited: (page: { readonly url: string; readonly title: string; readonly isNew: boolean }) => void
  /** A site has a storage there. */
  readonly stored: (entry: Entry) => void
  readonly offered: (file: OfferedFile, from: Entry) => 'taken' | 'refused'
  readonly pressed: (key: PageKey) => void
}

/** How an address is opened. */
export interface Go {
  /** The person wants it, and not the page. */
  readonly byPerson: boolean
  /** Ask again for what is known, and whoever failed. */
  readonly again?: boolean
  readonly isTraversal?: boolean
}
