import type { Entry } from '../../../src/main/features/ledger/entry.ts'
import type { Genesis } from '../../../src/main/features/ledger/genesis.ts'
import { person, type Town, townGenesis } from '../../unit/ledger/town.ts'

export const DATABASE_KEY = new Uint8Array(32).fill(107)
/** Claims run out soon, so that blocks also take records away. */
export const GENESIS = (): Genesis => townGenesis({ claimMaxBlocks: 5 })

/** What the killed process is told when it starts. */
export interface Orders {
  readonly database: string
}

export interface FromChild {
  readonly stored: string
}

/** Some claims, each unlike all before. */
export function entriesFor(town: Town, count: number): Entry[] {
  return Array.from({ length: count % 4 }, (_, number) => {
    const who = person(`claimant ${number}`)
    return town.entry(who, town.claim(who, 'some-name', town.parent.id.slice(0, 32)))
  })
}
