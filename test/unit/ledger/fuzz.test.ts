import { randomInt } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { judgeBlock } from '../../../src/main/features/ledger/apply.ts'
import { decodeBlock, decodeHeader, encodeBlock } from '../../../src/main/features/ledger/block.ts'
import { decodeEntry, type Entry, signEntry } from '../../../src/main/features/ledger/entry.ts'
import { decodeGenesis, encodeGenesis } from '../../../src/main/features/ledger/genesis.ts'
import { ListProof } from '../../../src/main/features/ledger/merkle.ts'
import { readSnapshot, snapshotParts } from '../../../src/main/features/ledger/snapshot.ts'
import { checkStateProof, proveRecord, StateProof } from '../../../src/main/features/ledger/state-tree.ts'
import { checkEntry } from '../../../src/main/features/ledger/validator.ts'
import { decode, DecodeError, encode } from '../../../src/main/platform/cbor.ts'
import { MiB } from '../../../src/shared/units.ts'
import { certified, checkWeight } from './chains.ts'
import { bent, Dice, mutated } from './mutate.ts'
import { NO_WORK, person, SALT, Town } from './town.ts'

/** The full run is a million: LATCH_FUZZ_INPUTS=1000000. */
const INPUTS = Number(process.env['LATCH_FUZZ_INPUTS'] ?? 100_000)
const SEED = Number(process.env['LATCH_FUZZ_SEED'] ?? randomInt(2 ** 31))
/** What the heap may differ between the first tenth of the run and its end. */
const MEMORY_BYTES = 16 * MiB

const [ada, bob] = [person('ada'), person('bob')]
const town = new Town()
town.own(ada, 'adele')
town.do(bob, town.claim(bob, 'bobby'))
const entries: readonly Entry[] = [
  town.entry(ada, { kind: 'renew', name: 'adele' }),
  town.entry(ada, { kind: 'transfer', name: 'adele', to: bob.account }),
  town.entry(ada, { kind: 'release', name: 'adele' }),
  town.entry(ada, { kind: 'revoke' }),
  town.entry(bob, { kind: 'register', name: 'bobby', salt: SALT }),
  town.entry(bob, town.claim(bob, 'third')),
]
const entryBytes = entries.map(({ bytes }) => bytes)
const block = certified(town.block([entries[0], entries[4]].flatMap((entry) => entry ?? [])))
const emptyBlock = certified(town.block([]))
const blockBytes = [block, emptyBlock].map(encodeBlock)
const known = new Set([...entries, block.header, emptyBlock.header].map(({ id }) => id))
const genesisBytes = [encodeGenesis(town.genesis)]
const parts = [...snapshotParts(town.state)]
const proofBytes = ['name adele', 'name nobody'].map((key) => encode(proveRecord(town.state.tree, key)))

type Outcome = 'malformed' | 'refused' | 'fine'

function entry(bytes: Uint8Array): Outcome {
  const decoded = decodeEntry(bytes)
  const { outcome } = checkEntry(decoded, town.state, town.at, town.context)
  if (outcome !== 'valid') return 'refused'
  if (!known.has(decoded.id)) throw new Error('a mutated entry is valid')
  return 'fine'
}

/** Signed by its author, so that what it means is looked at too. Some are fine, and then applied. */
function signedEntry(dice: Dice): Outcome {
  const author = dice.pick([ada, bob])
  const body = encode(bent(decode(dice.pick(entries).body, z.unknown(), MiB), dice))
  const decoded = decodeEntry(signEntry(body, NO_WORK, author.key))
  if (checkEntry(decoded, town.state, town.at, town.context).outcome !== 'valid') return 'refused'
  town.block([decoded])
  return 'fine'
}

function wholeBlock(bytes: Uint8Array): Outcome {
  const decoded = decodeBlock(bytes)
  const { outcome } = judgeBlock(decoded, town.parent, town.state, town.context)
  if (outcome !== 'valid') return 'refused'
  if (!known.has(decoded.header.id)) throw new Error('a mutated block is valid')
  return 'fine'
}

function snapshot(bytes: Uint8Array): Outcome {
  const { header } = block
  return readSnapshot(header, block.certificate, [bytes], town.context, checkWeight).outcome === 'valid'
    ? 'fine'
    : 'refused'
}

function proof(bytes: Uint8Array): Outcome {
  const decoded = decode(bytes, StateProof, MiB)
  const { root } = town.state
  const isRight = proofBytes.some((one) => Buffer.compare(one, encode(decoded)) === 0)
  const { outcome } = checkStateProof(root, 'name adele', decoded)
  if (outcome !== 'false' && !isRight) throw new Error('a mutated proof holds')
  return outcome === 'false' ? 'refused' : 'fine'
}

const targets: readonly ((dice: Dice) => Outcome)[] = [
  (dice) => entry(mutated(entryBytes, dice)),
  (dice) => entry(mutated(entryBytes, dice)),
  signedEntry,
  (dice) => wholeBlock(mutated(blockBytes, dice)),
  (dice) => wholeBlock(encode(bent(decode(dice.pick(blockBytes), z.unknown(), MiB), dice))),
  (dice) => (decodeHeader(mutated([block.header.bytes], dice)), 'refused'),
  (dice) => (decodeGenesis(mutated(genesisBytes, dice)), 'refused'),
  (dice) => (decodeGenesis(encode(bent(decode(dice.pick(genesisBytes), z.unknown(), MiB), dice))), 'refused'),
  (dice) => snapshot(mutated(parts, dice)),
  (dice) => proof(mutated(proofBytes, dice)),
  (dice) => (decode(mutated(proofBytes, dice), ListProof, MiB), 'refused'),
]

test(`${INPUTS} mutated inputs are decoded and judged without a crash, without one being taken, in flat memory`, () => {
  setFlagsFromString('--expose_gc')
  const collect = runInNewContext('gc') as () => void
  const counts: Record<Outcome, number> = { malformed: 0, refused: 0, 'fine': 0 }
  let earlyBytes = 0
  for (let number = 0; number < INPUTS; number++) {
    const seed = SEED + number
    try {
      counts[inspect(new Dice(seed))]++
    } catch (cause) {
      throw new Error(`LATCH_FUZZ_SEED=${seed} LATCH_FUZZ_INPUTS=1 finds this again`, { cause })
    }
    if (number === Math.floor(INPUTS / 10)) {
      collect()
      earlyBytes = process.memoryUsage().heapUsed
    }
  }
  collect()
  expect(process.memoryUsage().heapUsed - earlyBytes).toBeLessThan(MEMORY_BYTES)
  // A run of one, to find something again, sees one kind.
  if (INPUTS >= 1_000) expect(Math.min(...Object.values(counts))).toBeGreaterThan(0)
  expect(counts.malformed + counts.refused + counts['fine']).toBe(INPUTS)
}, 3_600_000)

function inspect(dice: Dice): Outcome {
  try {
    return dice.pick(targets)(dice)
  } catch (error) {
    if (error instanceof DecodeError) return 'malformed'
    throw error
  }
}
