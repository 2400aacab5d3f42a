import { GiB, MiB } from '../../../src/shared/units.ts'
import type { Size } from '../size.ts'

/** How much of each is measured. */
export interface Measured {
  /** Loads with everything open, after `warmUp` that do not count. */
  readonly loads: number
  readonly warmUp: number
  readonly coldLoads: number
  readonly rates: { readonly forMs: number; readonly rounds: number }
  readonly download: { readonly bytes: number; readonly rounds: number }
  readonly crowd: { readonly processes: number; readonly each: number }
  readonly copies: { readonly files: number; readonly rounds: number }
  readonly imports: number
}

export const measured: Readonly<Record<Size, Measured>> = {
  whole: {
    loads: 40,
    warmUp: 10,
    coldLoads: 20,
    rates: { forMs: 3_000, rounds: 3 },
    download: { bytes: GiB, rounds: 3 },
    crowd: { processes: 4, each: 25 },
    copies: { files: 2_000, rounds: 3 },
    imports: 5,
  },
  quick: {
    loads: 6,
    warmUp: 2,
    coldLoads: 4,
    rates: { forMs: 500, rounds: 2 },
    download: { bytes: 64 * MiB, rounds: 2 },
    crowd: { processes: 2, each: 4 },
    copies: { files: 100, rounds: 2 },
    imports: 2,
  },
}

/** The lab's links. */
export const ONE_WAY_MS = 25
