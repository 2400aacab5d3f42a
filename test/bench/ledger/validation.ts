import { createPublicKey, verify as nodeVerify, type KeyObject } from 'node:crypto'
import { availableParallelism } from 'node:os'
import {
  checkEntry,
  decodeEntry,
  encodeBody,
  priceOf,
  signatureOf,
  signEntry,
  solve,
  trusting,
  type At,
  type BlockContext,
  type LedgerState,
} from '../../../src/main/features/ledger/index.ts'
import { isSigned } from '../../../src/main/platform/signatures.ts'
import { VerifyPool } from '../../../src/main/platform/verify-pool.ts'
import { HOUR } from '../../../src/shared/units.ts'
import { person, Town, townGenesis } from '../../unit/ledger/town.ts'
import { ratio, type Figure } from '../report.ts'
import { interleave } from '../stats.ts'

/** As many as a full block holds: one second of a processor went into the work of each hundred. */
const ENTRIES = 1_000
/** Of a part that one thread verifies at a time. */
const PER_PART = 125
const ROUNDS = 20
const WARM_UP = 3

/**
 * Entries a second from bytes to a verdict (form, work, signature, rules), one after another on this thread, and with the
 * signatures verified in threads; beside the bare verification of the same signatures, in turn.
 */
export async function validation(): Promise<Figure[]> {
  const town = new Town(townGenesis({ entryBits: 14 }))
  const { context, state, at } = town
  const wire = await entriesOf(town)
  const signed = wire.map((bytes) => signatureOf(decodeEntry(bytes)))
  const keys = signed.map(({ key }) => keyObject(key))
  const pool = new VerifyPool()
  const cores = availableParallelism()
  const perSecond = async (run: () => unknown): Promise<number> => {
    const startMs = performance.now()
    await run()
    return (ENTRIES / (performance.now() - startMs)) * 1_000
  }
  try {
    const took = await interleave(
      {
        sodium: () => perSecond(() => signed.forEach((one) => need(isSigned(one)))),
        node: () =>
          perSecond(() =>
            signed.forEach(({ message, signature }, index) => {
              need(nodeVerify(null, message, keys[index] ?? keyObject(new Uint8Array(32)), signature))
            }),
          ),
        one: () => perSecond(() => judgeAll(wire, state, at, context)),
        all: () => perSecond(() => judgeInThreads(wire, pool, town)),
        threads: () => perSecond(() => pool.verifyMany(signed)),
      },
      ROUNDS,
      WARM_UP,
    )
    const figure = (what: string, of: keyof typeof took, more: Partial<Figure> = {}): Figure => {
      return { suite: 'ledger', what, unit: '/s', summary: took[of], ...more }
    }
    return [
      figure('bare Ed25519, libsodium, one core', 'sodium'),
      figure('bare Ed25519, node:crypto, one core', 'node'),
      figure(`bare Ed25519, libsodium, threads on ${cores} cores`, 'threads'),
      figure('entries validated, one core', 'one', {
        ...ratio(took.one, took.sodium, 'libsodium'),
        goal: '≥ 0.8 × the best',
      }),
      figure(`entries validated, threads on ${cores} cores`, 'all', {
        ...ratio(took.all, took.sodium, 'libsodium on one core'),
        goal: `≥ ${(0.8 * cores).toFixed(1)} × the best`,
      }),
    ]
  } finally {
    await pool.close()
  }
}

async function entriesOf({ context, at }: Town): Promise<Uint8Array[]> {
  const bits = priceOf('claim', 0, context.rules)
  const made: Uint8Array[] = []
  for (let index = 0; index < ENTRIES; index++) {
    const who = person(`of the benchmark ${index}`)
    const commitment = index.toString(16).padStart(64, '0')
    const untilMs = at.timeMs + HOUR
    const body = encodeBody({ network: context.network, account: who.account, nonce: 1, untilMs, op: { kind: 'claim', commitment } })
    made.push(signEntry(body, await solve(body, bits, new AbortController().signal), who.key))
  }
  return made
}

function judgeAll(wire: readonly Uint8Array[], state: LedgerState, at: At, context: BlockContext): void {
  for (const bytes of wire) judgeEntries([decodeEntry(bytes)], state, at, context)
}

/** As a chain is caught up with: while one block is judged here, the signatures of those after it are verified there. */
async function judgeInThreads(wire: readonly Uint8Array[], pool: VerifyPool, { state, at, context }: Town): Promise<void> {
  const parts = Array.from({ length: Math.ceil(wire.length / PER_PART) }, (_, part) => {
    const entries = wire.slice(part * PER_PART, (part + 1) * PER_PART).map(decodeEntry)
    return { entries, holds: pool.verifyMany(entries.map(signatureOf)) }
  })
  for (const { entries, holds } of parts) {
    const held = await holds
    const verified = new Set(entries.filter((_, index) => held[index]).map(({ id }) => id))
    judgeEntries(entries, state, at, trusting(context, verified))
  }
}

function judgeEntries(
  entries: readonly ReturnType<typeof decodeEntry>[],
  state: LedgerState,
  at: At,
  context: BlockContext,
): void {
  for (const entry of entries) need(checkEntry(entry, state, at, context).outcome === 'valid')
}

function need(holds: boolean): void {
  if (!holds) throw new Error('what is measured is valid')
}

function keyObject(raw: Uint8Array): KeyObject {
  const x = Buffer.from(raw).toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}
