import { afterEach, describe, expect, test } from 'vitest'
import { accountOf } from '../../../src/main/features/ledger/bytes.ts'
import { ClaimStore } from '../../../src/main/features/names/claim-store.ts'
import { type ClaimLedger, Claims, type ClaimsParts } from '../../../src/main/features/names/claims.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { NameLabel, type NetworkId } from '../../../src/shared/model/ledger.ts'
import type { ClaimStep } from '../../../src/shared/model/names.ts'
import { DAY } from '../../../src/shared/units.ts'
import type { FakeClock } from '../../helpers/fake-clock.ts'
import { home, type Home, ownNetwork } from '../ledger/live-parts.ts'
import { freeRules, person } from '../ledger/town.ts'

const ada = person('leader')
const account = accountOf(ada.account)
const adele = NameLabel.parse('adele')

interface Desk {
  readonly home: Home
  readonly claims: Claims
  readonly store: ClaimStore
  readonly network: NetworkId
  readonly close: () => Promise<void>
}

const open: Desk[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

/** A real ledger of one's own, and claims on top of it. */
async function desk(
  options: { database?: Database; clock?: FakeClock; minBlocks?: number; ledger?: (real: ClaimLedger) => ClaimLedger; stored?: (store: ClaimStore) => void } = {},
): Promise<Desk> {
  const { database = openMemoryDatabase(), minBlocks = 1, clock } = options
  const rules = freeRules({ claimMinBlocks: minBlocks })
  const at = await home({ database, genesis: ownNetwork(ada, { rules }), ...(clock === undefined ? {} : { clock }) })
  // To just before the first slot.
  if (clock === undefined) await at.slots(3)
  const network = at.ledger.network()
  const store = new ClaimStore(database, network)
  options.stored?.(store)
  const ledger = options.ledger?.(at.ledger) ?? at.ledger
  const parts: ClaimsParts = { ledger, store, me: account, rules, clock: at.clock, log: silentLog }
  const claims = new Claims(parts)
  const unsubscribe = at.ledger.subscribe(() => claims.noticed())
  claims.noticed()
  let isClosed = false
  const close = async (): Promise<void> => {
    if (isClosed) return
    isClosed = true
    unsubscribe()
    await claims.stop()
    await at.stop()
  }
  const made = { home: at, claims, store, network, close }
  open.push(made)
  return made
}

/** All steps in words, until it is over or the reading is stopped. */
async function stepsOf(claims: Claims, name = adele, signal?: AbortSignal): Promise<ClaimStep[]> {
  const steps: ClaimStep[] = []
  for await (const step of claims.claim(name, signal)) steps.push(step)
  return steps
}

/** What was begun is on its way before time passes: a clock that nobody waits on would jump over it. */
async function slots(at: Home, count: number): Promise<void> {
  await at.clock.advance(0)
  await at.slots(count)
}

const words = (steps: readonly ClaimStep[]): string[] =>
  steps.map((step) => {
    if (step.step === 'working' || step.step === 'waiting') return `${step.step} ${step.what}`
    if (step.step === 'ripening') return `ripening ${step.blocks}`
    return step.step
  })

describe('on a network of one’s own', () => {
  test('a name is committed to, opened in the next block and yours in the one after it', async () => {
    const { claims, home: at, store } = await desk()
    const steps = stepsOf(claims)
    await slots(at, 4)
    expect(words(await steps)).toEqual(['working commitment', 'waiting commitment', 'working registration', 'waiting registration', 'yours'])
    expect((await steps).at(-1)).toEqual({ step: 'yours', height: 2 })
    expect(at.ledger.name(adele)).toMatchObject({ owner: account, phase: 'living' })
    expect([claims.list(), store.list()]).toEqual([[], []])
  })

  test('the opening is told to nobody before its commitment lies in a block', async () => {
    const { claims, home: at } = await desk()
    const steps = stepsOf(claims)
    await at.clock.advance(0)
    const waiting = () => at.ledger.entries({ waiting: true, limit: 50 }).map(({ kind }) => kind)
    expect(waiting()).toEqual(['claim'])
    await at.slots(1)
    expect(at.ledger.block(1).entries?.map(({ kind }) => kind)).toEqual(['claim'])
    expect(waiting()).toEqual(['register'])
    await at.slots(1)
    expect(words(await steps).at(-1)).toBe('yours')
  })

  test('a commitment that must ripen says for how many blocks', async () => {
    const { claims, home: at } = await desk({ minBlocks: 3 })
    const steps = stepsOf(claims)
    await slots(at, 12)
    expect(words(await steps)).toEqual([
      'working commitment',
      'waiting commitment',
      'working registration',
      'ripening 2',
      'ripening 1',
      'waiting registration',
      'yours',
    ])
  })

  test('who claims it twice hears the same claim, and who stops listening does not stop it', async () => {
    const { claims, home: at } = await desk()
    const stop = new AbortController()
    const [first, second] = [stepsOf(claims, adele, stop.signal), stepsOf(claims)]
    await at.clock.advance(0)
    stop.abort()
    expect(words(await first)).not.toContain('yours')
    await slots(at, 4)
    expect(words(await second).at(-1)).toBe('yours')
    expect(at.ledger.entries({ waiting: false, limit: 50 })).toHaveLength(2)
  })

  test('a name that is yours already is said to be so at once, and nothing is made', async () => {
    const { claims, home: at } = await desk()
    const first = stepsOf(claims)
    await slots(at, 4)
    await first
    expect(words(await stepsOf(claims))).toEqual(['yours'])
    expect(at.ledger.entries({ waiting: false, limit: 50 })).toHaveLength(2)
  })
})

describe('a restart', () => {
  // After so many slots of six the way is at another step each time.
  test.each([0, 1, 2, 3, 4])('after %i slots loses nothing, and makes nothing twice', async (count) => {
    const database = openMemoryDatabase()
    const first = await desk({ database, minBlocks: 2 })
    const stop = new AbortController()
    const heard = stepsOf(first.claims, adele, stop.signal)
    await slots(first.home, count)
    await first.close()
    stop.abort()
    await heard
    const second = await desk({ database, clock: first.home.clock, minBlocks: 2 })
    await slots(second.home, 10)
    expect(second.home.ledger.name(adele)).toMatchObject({ owner: account })
    const entries = second.home.ledger.entries({ waiting: false, limit: 50 })
    expect(entries.map(({ kind }) => kind).toSorted()).toEqual(['claim', 'register'])
    expect(second.store.list()).toEqual([])
  })

  test('just after an entry was made, and before that could be written down, finds it again', async () => {
    const database = openMemoryDatabase()
    const first = await desk({ database })
    await first.home.ledger.submit({ op: { kind: 'claim', name: adele } })
    await first.close()
    const stored = (store: ClaimStore): void =>
      store.put({
        name: adele,
        startedMs: first.home.clock.nowMs(),
        commitment: null,
        registration: null,
        isCommitted: false,
        attempts: 0,
        refused: null,
        refusedMs: null,
      })
    const second = await desk({ database, clock: first.home.clock, stored })
    await second.home.clock.advance(0)
    // Found, and not taken for one that lies in a block: its opening would tell the name too early.
    expect(second.home.ledger.entries({ waiting: true, limit: 50 }).map(({ kind }) => kind)).toEqual(['claim'])
    await slots(second.home, 5)
    expect(second.home.ledger.name(adele)).toMatchObject({ owner: account })
    expect(second.home.ledger.entries({ waiting: false, limit: 50 })).toHaveLength(2)
  })
})

describe('a refusal is in the words of the ledger, as a whole sentence', () => {
  test('for a name that looks like one that somebody has', async () => {
    const { claims, home: at, store } = await desk()
    const first = stepsOf(claims)
    await slots(at, 4)
    await first
    const steps = await stepsOf(claims, NameLabel.parse('ade1e'))
    expect(steps.at(-1)).toEqual({ step: 'refused', why: 'It looks like adele, which somebody has.' })
    expect(claims.list()).toMatchObject([{ name: 'ade1e', step: { step: 'refused' } }])
    claims.drop(NameLabel.parse('ade1e'))
    expect([claims.list(), store.list()]).toEqual([[], []])
  })

  test('for the second name of a day, and a day later the same claim is opened', async () => {
    const { claims, home: at } = await desk()
    const first = stepsOf(claims)
    await slots(at, 4)
    await first
    const bella = NameLabel.parse('bella')
    const second = stepsOf(claims, bella)
    await slots(at, 4)
    const last = (await second).at(-1)
    const said = await at.ledger.submit({ op: { kind: 'register', name: bella } })
    expect(said).toMatchObject({ outcome: 'refused', code: 'one-a-day' })
    expect(last).toEqual({ step: 'refused', why: 'An account registers one new name a day.' })
    await at.clock.advance(DAY)
    const again = stepsOf(claims, bella)
    await slots(at, 4)
    expect(words(await again)).toEqual(['working commitment', 'working registration', 'waiting registration', 'yours'])
  })

  test('after three commitments that it forgot, and not for ever', async () => {
    let openings = 0
    const ledger = (real: ClaimLedger): ClaimLedger => ({
      ...real,
      submit(what, signal) {
        if (what.op.kind !== 'register') return real.submit(what, signal)
        openings += 1
        return Promise.resolve({ outcome: 'refused', code: 'claim', why: 'this claim was forgotten' })
      },
    })
    const { claims, home: at } = await desk({ ledger })
    const steps = stepsOf(claims)
    await slots(at, 8)
    expect((await steps).at(-1)).toEqual({ step: 'refused', why: 'This claim was forgotten.' })
    expect(openings).toBe(3)
  })

  test('while the ledger is behind nothing is begun', async () => {
    const ledger = (real: ClaimLedger): ClaimLedger => ({ ...real, head: () => ({ height: 0, sync: { state: 'catching-up' } }) })
    const { claims, store } = await desk({ ledger })
    await expect(stepsOf(claims)).rejects.toMatchObject({ code: 'BUSY' })
    expect([claims.list(), store.list()]).toEqual([[], []])
  })
})

test('a disk that takes nothing any more ends a claim for who listens, and nothing else', async () => {
  const { claims, home: at, store } = await desk()
  const steps = stepsOf(claims)
  store.put = () => {
    throw new Error('the disk is full')
  }
  await slots(at, 2)
  expect((await steps).at(-1)).toEqual({ step: 'refused', why: 'Something failed inside Latch; the log has the cause.' })
})

test('a claim that is given up ends for who listens, and its work with it', async () => {
  let aborted = false
  const ledger = (real: ClaimLedger): ClaimLedger => ({
    ...real,
    submit: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          aborted = true
          reject(signal.reason)
        })
      }),
  })
  const { claims, home: at, store } = await desk({ ledger })
  const steps = stepsOf(claims)
  await at.clock.advance(0)
  claims.drop(adele)
  expect(words(await steps)).toEqual(['working commitment'])
  expect([aborted, claims.list(), store.list()]).toEqual([true, [], []])
})
