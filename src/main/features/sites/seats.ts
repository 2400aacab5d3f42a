import type { PeerId } from '../../../shared/ids.ts'
import { Places } from '../../platform/places.ts'
import { MAX_STREAMS, MAX_STREAMS_OF_PEER, MAX_STREAMS_OF_STRANGERS } from './limits.ts'

/** How many streams are served at once: in all, of one device, and of all strangers. */
export class Seats {
  readonly #all = new Places<PeerId>({ all: MAX_STREAMS, each: MAX_STREAMS_OF_PEER })
  readonly #ofStrangers = new Places<PeerId>({ each: MAX_STREAMS_OF_PEER, all: MAX_STREAMS_OF_STRANGERS })

  /** The way to give it back, of which only the first call counts; null: there is none. */
  take(peerId: PeerId, isContact: boolean): (() => void) | null {
    const one = this.#all.take(peerId)
    if (one === null || isContact) return one
    const other = this.#ofStrangers.take(peerId)
    if (other === null) one()
    return other === null ? null : () => (one(), other())
  }
}
