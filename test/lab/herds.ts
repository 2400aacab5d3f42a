import { join } from 'node:path'
import { eventually } from '../helpers/eventually.ts'
import type { Herd, HerdOrders, HerdStatus, Member } from './herd.ts'
import type { Lab } from './lab.ts'
import type { Remote } from './remote.ts'

export interface HerdOf {
  readonly parts: readonly Remote<Herd>[]
  status(): Promise<HerdStatus>
  members(): Promise<Member[]>
  backAtMs(): Promise<(number | null)[]>
  untilAll(which: (status: HerdStatus) => boolean): Promise<void>
}

/** Some 25 ms of a processor for each, and then a second or two to find their introducer. */
const OPEN_TIMEOUT_MS = 180_000

/** So many nodes in so many processes, each in a place of its own. */
export async function openHerd(lab: Lab, places: readonly string[], count: number): Promise<HerdOf> {
  const each = Math.ceil(count / places.length)
  const parts = await Promise.all(
    places.map((name) => {
      const orders: HerdOrders = { count: each, folder: join(lab.world.folder, name), introducers: lab.links() }
      return lab.world.start<Herd>(name, 'herd.ts', orders, { readyWithinMs: OPEN_TIMEOUT_MS })
    }),
  )
  const status = async (): Promise<HerdStatus> => {
    const all = await Promise.all(parts.map((part) => part.call('status')))
    const sum = (pick: (one: HerdStatus) => number): number => all.reduce((total, one) => total + pick(one), 0)
    return {
      connected: sum(({ connected }) => connected),
      registered: sum(({ registered }) => registered),
      reserved: sum(({ reserved }) => reserved),
    }
  }
  return {
    parts,
    status,
    members: async () => (await Promise.all(parts.map((part) => part.call('members')))).flat(),
    backAtMs: async () => (await Promise.all(parts.map((part) => part.call('backAtMs')))).flat(),
    async untilAll(which) {
      let last = ''
      const probe = async (): Promise<boolean> => {
        const now = await status()
        last = JSON.stringify(now)
        return which(now)
      }
      await eventually('all of the herd', probe, { withinMs: OPEN_TIMEOUT_MS, everyMs: 200 }).catch(() => {
        throw new Error(`not all of the herd within ${OPEN_TIMEOUT_MS} ms: ${last}`)
      })
    },
  }
}
