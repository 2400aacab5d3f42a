import type { Changed } from '../chain.ts'
import type { LedgerEvent, LedgerSnapshot } from '../types.ts'
import { inOneGo, type Forks } from './forks.ts'
import { BLOCKS_SHOWN } from './limits.ts'
import type { Reading } from './reading.ts'

export interface Telling {
  readonly reading: Reading
  readonly forks: Forks
  readonly snapshot: () => LedgerSnapshot
}

/**
 * What is told of changes that came in one go: a sync brings hundreds of blocks, and of those the last ones are told. A
 * chain that began anew is a new picture as a whole.
 */
export function toldOf(changes: readonly Changed[], { reading, forks, snapshot }: Telling): LedgerEvent[] {
  const isAnew = changes.some(({ joined }) => joined.length === 0)
  const names = changes.flatMap((changed) => changed.names)
  const blocks = changes.flatMap(({ joined }) => joined).slice(-BLOCKS_SHOWN)
  return [
    ...(isAnew ? [{ event: 'network-changed' as const, snapshot: snapshot() }] : []),
    ...inOneGo(changes).flatMap((changed) => {
      const fork = forks.changed(changed)
      return fork === null ? [] : [{ event: 'forked' as const, fork }]
    }),
    // What joined first may have been left again by what came after it.
    ...blocks.flatMap(({ header }) => {
      const block = reading.lineOf(header.id)
      return block?.place === 'chain' ? [{ event: 'block-added' as const, block }] : []
    }),
    ...(names.length === 0 ? [] : [{ event: 'names-changed' as const, names }]),
  ]
}
