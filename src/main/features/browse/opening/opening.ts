import type { BrowseParts, Opening } from '../types.ts'
import { OpenError } from './open-error.ts'

export type OpeningParts = Pick<BrowseParts, 'clock' | 'log' | 'names' | 'sites' | 'copies' | 'peers' | 'people'>

/** `stop` drops what is under way and listens to names no more. */
export function createOpening(_parts: OpeningParts): Opening & { stop(): void } {
  const notYet = (): Promise<never> =>
    Promise.reject(new OpenError({ step: 'address', code: 'internal', why: 'Sites cannot be opened yet.' }))
  return { find: notYet, fetch: notYet, connect: notYet, stop: () => {} }
}
