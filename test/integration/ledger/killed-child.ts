/**
 * A process that adds blocks until it is killed: it goes on with the chain that it finds, and now and then leaves it for
 * a heavier branch. It tells its parent of each block once `add` promised that it is stored.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { openDatabase } from '../../../src/main/platform/database.ts'
import { certified, keep, LATER_MS } from '../../unit/ledger/chains.ts'
import { Town } from '../../unit/ledger/town.ts'
import { DATABASE_KEY, entriesFor, GENESIS, type FromChild, type Orders } from './killed-orders.ts'

process.once('disconnect', () => process.exit())

const orders = JSON.parse(process.argv[2] ?? '') as Orders
const tell = (message: FromChild): void => void process.send?.(message)
const genesis = GENESIS()
const town = new Town(genesis)
const { chain } = keep(genesis, town.context, openDatabase(orders.database, DATABASE_KEY))

for (let number = 0; ; number++) {
  town.parent = chain.head
  town.state = chain.state
  if (number % 8 === 7) rebranch()
  else tell({ stored: add(certified(town.grow(entriesFor(town, number)))) })
  await turnOfTheLoop()
}

/** Two blocks that take the place of the last one. */
function rebranch(): void {
  const before = chain.head
  const fork = new Town(genesis)
  const block = certified(town.grow(entriesFor(town, 0)))
  fork.parent = before
  fork.state = chain.state
  add(block)
  const heavier = [fork.grow([], 60_000), fork.grow(entriesFor(fork, 3))].map((one) => certified(one, 5))
  for (const one of heavier) add(one)
  tell({ stored: chain.head.id })
}

function add(block: ReturnType<typeof certified>): string {
  const verdict = chain.add(block, LATER_MS)
  if (verdict.outcome === 'refused' || verdict.outcome === 'orphan') throw new Error(JSON.stringify(verdict))
  return chain.head.id
}
