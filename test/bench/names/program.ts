import { setTimeout as after } from 'node:timers/promises'
import { serve } from '../../lab/remote.ts'
import { timed } from '../stats.ts'
import { type Asker, type Knows, RECORDS, systemOf, type SystemName, type Village } from './system.ts'

/*
 * A village or an asker of one system, as a process of its own: asked over its standard input (lab/remote.ts).
 */

export type Orders =
  | { readonly role: 'village'; readonly system: SystemName; readonly count: number; readonly oneWayMs: number }
  | { readonly role: 'asker'; readonly system: SystemName; readonly village: Village; readonly oneWayMs: number }

const orders = JSON.parse(process.argv[2] ?? '') as Orders
const system = await systemOf(orders.system)

export interface Cold {
  /** From before the node is made. */
  readonly ms: number
  /** Of it, until it was made and could ask. */
  readonly madeMs: number
}

const asking = (village: Village, oneWayMs: number) => {
  let next = 0
  /** Another one each time: nobody between here and there may have kept it. */
  const question = (): number => next++ % RECORDS
  let long: Asker | null = null
  const opened = (): Asker => {
    if (long === null) throw new Error('nothing is open')
    return long
  }
  return {
    /** A node is made, asks once, and is closed again. */
    async cold({ knows }: { knows: Knows }): Promise<Cold> {
      const startMs = performance.now()
      const one = await system.asker(village, knows, oneWayMs)
      const madeMs = performance.now() - startMs
      await one.find(question())
      const ms = performance.now() - startMs
      await one.idle()
      await one.close()
      return { ms, madeMs }
    },
    /** A node that stays, connected with the village. */
    async open(): Promise<void> {
      long = await system.asker(village, 'all', oneWayMs)
      await long.settle()
    },
    /** In ms, to the first valid answer. */
    async warm(): Promise<number> {
      const asker = opened()
      const ms = await timed(() => asker.find(question()))
      await asker.idle()
      return ms
    },
    /** In look-ups a second: `atOnce` at any time, for so long. */
    async many({ forMs, atOnce }: { forMs: number; atOnce: number }): Promise<number> {
      const asker = opened()
      let found = 0
      const startMs = performance.now()
      const one = async (): Promise<void> => {
        for (; performance.now() - startMs < forMs; found += 1) await asker.find(question())
      }
      const all = Promise.all(Array.from({ length: atOnce }, one))
      // One that is stuck counts for nothing, and holds up nobody.
      await Promise.race([all, after(2 * forMs)])
      const figure = (found / (performance.now() - startMs)) * 1_000
      await asker.idle()
      return figure
    },
    async close(): Promise<void> {
      await long?.close()
      long = null
    },
  }
}
export type Asking = ReturnType<typeof asking>

if (orders.role === 'village') {
  const { told } = await system.village(orders.count, orders.oneWayMs)
  serve({}, told)
} else {
  serve(asking(orders.village, orders.oneWayMs), 'ready')
}
