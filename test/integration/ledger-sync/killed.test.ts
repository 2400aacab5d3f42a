import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { verifyChain } from '../../../src/main/features/ledger/verify-chain.ts'
import { openDatabase } from '../../../src/main/platform/database.ts'
import { eventually } from '../../helpers/eventually.ts'
import { checkWeight } from '../../unit/ledger/chains.ts'
import { Town } from '../../unit/ledger/town.ts'
import { DATABASE_KEY } from './joining-orders.ts'
import { grow, Places } from './net.ts'

const BLOCKS = 240

/** Runs a process that joins until it was killed at some height, and gives the last height that it told. */
async function killedAt(height: number, orders: object): Promise<number> {
  const child = fork(join(import.meta.dirname, 'joining-child.ts'), [JSON.stringify(orders)])
  try {
    const gone = new Promise<string | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)))
    let told = 0
    child.on('message', (at: number) => {
      told = at
      if (at >= height) child.kill('SIGKILL')
    })
    expect(await gone).toBe('SIGKILL')
    return told
  } finally {
    child.kill('SIGKILL')
  }
}

test('kill -9 in the middle of a sync leaves a whole chain, from which it goes on', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latch-sync-'))
  const places = new Places()
  try {
    const town = new Town()
    const blocks = grow(town, BLOCKS)
    const source = await places.with(town, blocks, { transport: 'tcp' })
    const address = source.node.libp2p.getMultiaddrs()[0]?.toString() ?? ''
    const path = join(folder, 'ledger.db')
    const heights: number[] = []
    for (const height of [20, 90, 160]) {
      const told = await killedAt(height, { database: path, address })
      const database = openDatabase(path, DATABASE_KEY)
      const place = await places.open(town.genesis, { database })
      const { chain, store } = place.running
      expect(chain.head.height).toBeGreaterThanOrEqual(told)
      heights.push(chain.head.height)
      const check = await verifyChain(chain, store, checkWeight, 1, new AbortController().signal)
      expect(check).toMatchObject({ outcome: 'whole', height: chain.head.height })
      await place.close()
      database.close()
    }
    // Never from the beginning again.
    expect(heights).toEqual(heights.toSorted((a, b) => a - b))
    expect(heights.at(-1)).toBeLessThan(BLOCKS)
    const last = await places.open(town.genesis, { database: openDatabase(path, DATABASE_KEY), transport: 'tcp' })
    await last.meet(source)
    await eventually('level', () => last.running.chain.head.id === town.parent.id)
    expect(last.running.chain.state.root).toBe(town.state.root)
  } finally {
    await places.close()
    await rm(folder, { recursive: true, force: true })
  }
})
