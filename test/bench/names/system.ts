/*
 * What every system that is measured is made to look like: a village of nodes that hold records, and a node that asks.
 */

export const SYSTEMS = ['latch', 'hyperdht', 'bittorrent', 'pkarr', 'kad'] as const
export type SystemName = (typeof SYSTEMS)[number]

/** Records in a village; so many questions have different answers. */
export const RECORDS = 24
/** Of a record: what the zone of a person with one device has, with its signature. */
export const RECORD_BYTES = 300

/** What an asker is told of a village; in the words of its system. It goes from one process to another as JSON. */
export type Village = { readonly [field: string]: unknown }

/** How many of the village a node knows when it is made: the first, or all, as after an earlier run. */
export type Knows = 'one' | 'all'

/** A node that asks. */
export interface Asker {
  /** Resolves with the first valid answer to question number `which`. Nothing of it is kept for the next. */
  find(which: number): Promise<void>
  /** Resolves when nothing of what was asked runs any more. */
  idle(): Promise<void>
  /** Connected with, or known to, all of the village: what a node is some seconds after its start. */
  settle(): Promise<void>
  close(): Promise<void>
}

export interface System {
  /** Nodes that hold the records. `oneWayMs`: how long each packet to and from them takes. */
  village(count: number, oneWayMs: number): Promise<{ readonly told: Village }>
  /** Makes a node that has asked nothing yet. Its packets take `oneWayMs`, where the village does not see to that. */
  asker(village: Village, knows: Knows, oneWayMs: number): Promise<Asker>
}

export async function systemOf(name: SystemName): Promise<System> {
  switch (name) {
    case 'latch':
      return (await import('./latch.ts')).latch
    case 'hyperdht':
      return (await import('./hyper.ts')).hyper
    case 'bittorrent':
      return (await import('./bittorrent.ts')).bittorrent
    case 'pkarr':
      return (await import('./bittorrent.ts')).pkarr
    case 'kad':
      return (await import('./kad.ts')).kad
  }
}
