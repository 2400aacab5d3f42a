import type { PeerId } from '../../../shared/ids.ts'
import { MAX_STREAMS, MAX_STREAMS_OF_PEER, MAX_STREAMS_OF_STRANGERS } from './limits.ts'
import { Places } from './room.ts'

/** How many streams are served at once: in all, of one device, and of all strangers. */
export class Seats {
  readonly #all = new Places<'all'>(MAX_STREAMS)
  readonly #ofStrangers = new Places<'all'>(MAX_STREAMS_OF_STRANGERS)
  readonly #ofPeer = new Places<PeerId>(MAX_STREAMS_OF_PEER)

  /** The way to give it back, of which only the first call counts; null: there is none. */
  take(peerId: PeerId, isContact: boolean): (() => void) | null {
    const given: (() => void)[] = []
    const giveBack = (): void => given.forEach((one) => one())
    const takes = [() => this.#ofPeer.take(peerId), () => this.#all.take('all')]
    if (!isContact) takes.push(() => this.#ofStrangers.take('all'))
    for (const take of takes) {
      const one = take()
      if (one === null) {
        giveBack()
        return null
      }
      given.push(one)
    }
    return giveBack
  }
}
