import type { Duplex } from 'node:stream'
import type { PeerId } from '../../../../shared/ids.ts'
import type { Clock } from '../../../platform/clock.ts'
import { BYTES_TELL_EVERY_MS } from '../limits.ts'
import { paced } from '../../../platform/paced.ts'
import type { BrowseExits, ExitRefusal, PageView, ViewEvents, ViewHost, ViewTerms } from '../types.ts'
import { counted } from './counted.ts'
import type { SiteLoader } from './site-loader.ts'

/** A view that is there, with what it fetches by. */
export interface OpenView {
  readonly view: PageView
  /** Null in a view of the outside web. */
  readonly loader: SiteLoader | null
  /** Why the way out did not open last; null: nothing is known. */
  exitRefusal(): ExitRefusal | null
  /** Nothing is heard of it any more. Safe to call twice. */
  close(): void
}

export type Within =
  | { readonly kind: 'site'; readonly loader: SiteLoader }
  | { readonly kind: 'exit'; readonly exits: BrowseExits; readonly peerId: PeerId; readonly clock: Clock; readonly onBytes: (bytes: number) => void }

/** Opens a view on these terms. What it says after it was closed is not heard. */
export function openView(host: ViewHost, partition: string, within: Within, events: ViewEvents): OpenView {
  let isClosed = false
  let refusal: ExitRefusal | null = null
  const heard = <Args extends unknown[]>(tell: (...args: Args) => void) => (...args: Args): void => {
    if (!isClosed) tell(...args)
  }
  const tell = within.kind === 'exit' ? telling(within) : null
  const terms: ViewTerms = {
    kind: within.kind,
    partition,
    fetch: async (request) => (isClosed || within.kind === 'exit' ? null : within.loader.fetch(request)),
    connect: async (url, request, signal) => (isClosed || within.kind === 'exit' ? null : within.loader.connect(url, request, signal)),
    async tunnel(to, port, signal): Promise<Duplex> {
      if (within.kind !== 'exit' || isClosed) throw new Error('this view has no way out')
      try {
        return counted(await within.exits.open(within.peerId, to, port, signal), (bytes) => tell?.(bytes))
      } catch (error) {
        if (!signal.aborted) refusal = within.exits.refusalOf(error)
        throw error
      }
    },
    events: {
      navigated: heard(events.navigated),
      titled: heard(events.titled),
      loading: heard(events.loading),
      hung: heard(events.hung),
      failed: heard(events.failed),
      wantsToGo: heard(events.wantsToGo),
      refused: heard(events.refused),
      offered: (file) => (isClosed ? file.made?.drop() : events.offered(file)),
      found: heard(events.found),
      pressed: heard(events.pressed),
    },
  }
  const view = host.open(terms)
  return {
    view,
    loader: within.kind === 'site' ? within.loader : null,
    exitRefusal: () => refusal,
    close() {
      if (isClosed) return
      isClosed = true
      if (within.kind === 'site') within.loader.close()
      view.close()
    },
  }
}

/** All bytes so far, now and then: a film is ten thousand pieces. */
function telling({ clock, onBytes }: Extract<Within, { kind: 'exit' }>): (bytes: number) => void {
  let total = 0
  const told = paced(clock, BYTES_TELL_EVERY_MS, () => onBytes(total))
  return (bytes) => {
    total += bytes
    told.changed()
  }
}
