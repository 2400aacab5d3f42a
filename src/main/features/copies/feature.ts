import { LatchError } from '../../../shared/errors.ts'
import { Feed } from '../../platform/feed.ts'
import type { CopiesEvent, CopiesFeature, CopiesParts } from './types.ts'

/** Copies of sites: kept, shown while the owner is away, given on, checked. */
export function createCopies(parts: CopiesParts): CopiesFeature {
  const { log } = parts
  const feed = new Feed<CopiesEvent>((error) => log.error({ error }, 'a listener to copies failed'))
  const later = (): never => {
    throw new LatchError('INTERNAL', 'Copies cannot be kept yet.')
  }
  const laterOn = (): Promise<never> => Promise.reject(new LatchError('INTERNAL', 'Copies cannot be kept yet.'))
  return {
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    list: () => [],
    look: laterOn,
    keep: laterOn,
    cancel: laterOn,
    changes: laterOn,
    serve: later,
    drop: laterOn,
    open: laterOn,
    maker: { make: laterOn, unmake: () => Promise.resolve() },
    zoneHeard: () => {},
    disconnected: () => {},
    watch: (signal) => feed.watch(() => ({ copies: [], diskBytes: 0 }), signal),
  }
}
