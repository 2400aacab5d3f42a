import { randomInt } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { judgeStore, judgeZone } from '../../../src/main/features/names/judge.ts'
import { openZone } from '../../../src/main/features/names/zone.ts'
import { decode, DecodeError, encode } from '../../../src/main/platform/cbor.ts'
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from '../../../src/main/protocols/names/messages.ts'
import { MiB } from '../../../src/shared/units.ts'
import { bent, Dice, mutated } from '../ledger/mutate.ts'
import { adasName, bob, device, SAID, sealed, signed } from './zone-parts.ts'

/** The full run is a million: LATCH_FUZZ_INPUTS=1000000. */
const INPUTS = Number(process.env['LATCH_FUZZ_INPUTS'] ?? 100_000)
const SEED = Number(process.env['LATCH_FUZZ_SEED'] ?? randomInt(2 ** 31))
/** What the heap may differ between the first tenth of the run and its end. */
const MEMORY_BYTES = 16 * MiB
/** What can be wrong is said in one sentence, which quotes nothing that could turn it around or run on. */
const SENTENCE = /^[A-Z][^\p{Cc}]{8,300}\.$/u

type Outcome = 'malformed' | 'refused' | 'fine'

const zones = [await signed(), await signed({ records: [], seq: 9 }), await signed({}, bob)]
const zoneBytes = zones.map(({ bytes }) => bytes)
const payloads = zones.map(({ zone }) => ({ v: 1, ...zone }))
const [network, key] = ['01'.repeat(32), '02'.repeat(32)]
const requests = [
  encodeRequest({ id: 1, kind: 'get', network, key }),
  encodeRequest({ id: 2, kind: 'put', network, zone: Uint8Array.of(1, 2, 3) }),
  encodeRequest({ id: 3, kind: 'watch', network, keys: [key, network] }),
  encodeRequest({ id: 4, kind: 'cancel' }),
]
const replies = [
  encodeReply({ id: 1, status: 'zone', key, zone: Uint8Array.of(1, 2, 3) }),
  encodeReply({ id: 1, status: 'none', closer: [{ peerId: device(1), addresses: ['/ip4/127.0.0.1/tcp/1'] }] }),
  encodeReply({ id: 1, status: 'refused', why: 'older' }),
]

async function changed(dice: Dice): Promise<Outcome> {
  const bytes = mutated(zoneBytes, dice)
  const read = await openZone(bytes)
  if (read.outcome === 'opened') {
    if (zoneBytes.some((one) => Buffer.compare(one, bytes) === 0)) return 'fine'
    throw new Error('a changed zone is opened')
  }
  if (!SENTENCE.test(read.why)) throw new Error(`no sentence: ${read.why}`)
  return 'malformed'
}

/** Signed by its owner, so that what it means is looked at too. Some are fine. */
async function resigned(dice: Dice): Promise<Outcome> {
  const bytes = await sealed(bent(dice.pick(payloads), dice))
  const verdict = await judgeZone(bytes, adasName)
  if (verdict.verdict === 'unknown') throw new Error('the ledger is not behind')
  if (verdict.verdict === 'valid') {
    if (verdict.signed.zone.owner !== SAID.owner) throw new Error('a zone of another is valid')
    const stored = await judgeStore(bytes, adasName, () => zones[1] ?? null)
    if (stored.verdict === 'store' && verdict.signed.zone.seq < 9) throw new Error('an older zone is stored')
    return 'fine'
  }
  if (!SENTENCE.test(verdict.why)) throw new Error(`no sentence: ${verdict.why}`)
  return 'refused'
}

function framed(read: (frame: Uint8Array) => unknown, frames: readonly Uint8Array[], dice: Dice): Outcome {
  const isBent = dice.roll(2) === 0
  const frame = isBent ? encode(bent(decode(dice.pick(frames), z.unknown(), MiB), dice)) : mutated(frames, dice)
  read(frame)
  return 'fine'
}

const targets: readonly ((dice: Dice) => Outcome | Promise<Outcome>)[] = [
  changed,
  changed,
  resigned,
  (dice) => framed(decodeRequest, requests, dice),
  (dice) => framed(decodeReply, replies, dice),
]

test(`${INPUTS} mutated zones and frames are read and judged without a crash, without one being taken, in flat memory`, async () => {
  setFlagsFromString('--expose_gc')
  const collect = runInNewContext('gc') as () => void
  const counts: Record<Outcome, number> = { malformed: 0, refused: 0, fine: 0 }
  let earlyBytes = 0
  for (let number = 0; number < INPUTS; number++) {
    const seed = SEED + number
    try {
      counts[await inspect(new Dice(seed))]++
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
  expect(counts.malformed + counts.refused + counts.fine).toBe(INPUTS)
}, 3_600_000)

async function inspect(dice: Dice): Promise<Outcome> {
  try {
    return await dice.pick(targets)(dice)
  } catch (error) {
    if (error instanceof DecodeError) return 'malformed'
    throw error
  }
}
