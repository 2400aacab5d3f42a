import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { judgeBlock } from '../../../src/main/features/ledger/apply.ts'
import { type Parent, genesisParent } from '../../../src/main/features/ledger/block.ts'
import { genesisState } from '../../../src/main/features/ledger/state.ts'
import { openDatabase } from '../../../src/main/platform/database.ts'
import { keep, type Kept } from '../../unit/ledger/chains.ts'
import { Town } from '../../unit/ledger/town.ts'
import { DATABASE_KEY, type FromChild, GENESIS } from './killed-orders.ts'

const RUNS = 8
/** Blocks that the other process stored when it is killed: each time at another moment. */
const killAfter = (run: number): number => 3 + run * 11

const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** Runs the other process until it was killed, and gives what it said last that it had stored. */
async function runUntilKilled(database: string, run: number): Promise<string> {
  const child = fork(join(import.meta.dirname, 'killed-child.ts'), [JSON.stringify({ database })])
  closing.push(async () => void child.kill('SIGKILL'))
  const stored: string[] = []
  const gone = new Promise<string | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)))
  child.on('message', (message: FromChild) => {
    stored.push(message.stored)
    if (stored.length === killAfter(run)) child.kill('SIGKILL')
  })
  expect(await gone).toBe('SIGKILL')
  return stored.at(-1) ?? ''
}

/** Walks the chain from the genesis as somebody would who believes nothing. */
function walk({ chain, store }: Kept): { blocks: number; ids: Set<string> } {
  const { context } = chain
  let parent: Parent = genesisParent(context.genesis)
  let state = genesisState(context.genesis)
  const ids = new Set<string>()
  for (let height = 1; height <= chain.head.height; height++) {
    const header = store.at(height)?.header
    const block = header === undefined ? undefined : store.block(header.id)
    if (block === undefined) throw new Error(`block ${height} is missing`)
    const judged = judgeBlock(block, parent, state, context)
    if (judged.outcome === 'refused') throw new Error(`block ${height}: ${judged.why}`)
    parent = block.header
    state = judged.state
    ids.add(block.header.id)
  }
  expect(parent.id).toBe(chain.head.id)
  // What is written record by record is what the blocks lead to.
  expect(store.state().root).toBe(state.root)
  return { blocks: ids.size, ids }
}

test('kill -9 at any moment leaves a whole chain that ends where the process said, or one step after', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latch-ledger-killed-'))
  closing.push(() => rm(folder, { recursive: true }))
  const path = join(folder, 'latch.db')
  const genesis = GENESIS()
  let before = 0
  for (let run = 0; run < RUNS; run++) {
    const said = await runUntilKilled(path, run)
    const database = openDatabase(path, DATABASE_KEY, { mustExist: true })
    const kept = keep(genesis, new Town(genesis).context, database)
    const { blocks, ids } = walk(kept)
    // It may have been killed after it stored a block that is to be left for a heavier branch again.
    expect(ids.has(said)).toBe(true)
    expect(blocks).toBeGreaterThan(before)
    before = blocks
    database.close()
  }
}, 120_000)
