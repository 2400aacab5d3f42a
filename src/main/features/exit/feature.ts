import { LatchError } from '../../../shared/errors.ts'
import { Feed } from '../../platform/feed.ts'
import type { ExitEvent, ExitFeature, ExitParts } from './types.ts'

/** The way out to the outside web through a contact, and the way out for contacts through this device. */
export function createExit(parts: ExitParts): ExitFeature {
  const { log } = parts
  const feed = new Feed<ExitEvent>((error) => log.error({ error }, 'a listener to exits failed'))
  return {
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    list: () => [],
    check: () => Promise.reject(new LatchError('INTERNAL')),
    uses: () => [],
    clear() {},
    open: () => Promise.reject(new LatchError('INTERNAL')),
    reconsider() {},
    connected() {},
    disconnected() {},
    watch: (signal) => feed.watch(() => ({ offered: parts.isOffered(), exits: [], uses: [] }), signal),
  }
}
