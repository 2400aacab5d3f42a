import { afterEach, expect, test } from 'vitest'
import { accountOf } from '../../../src/main/features/ledger/bytes.ts'
import { asSentence } from '../../../src/main/features/names/as-sentence.ts'
import { ClaimStore } from '../../../src/main/features/names/claim-store.ts'
import { Claims } from '../../../src/main/features/names/claims.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import type { ClaimStep } from '../../../src/shared/model/names.ts'
import { LedgerTown } from '../../helpers/ledger-town.ts'
import { person } from '../../unit/ledger/town.ts'

const adele = NameLabel.parse('adele')
const VALIDATORS = ['leader', 'bob', 'carol', 'dan']

let town: LedgerTown
let stops: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
  await town.close()
})

/** Claims of somebody, over their whole ledger in a network of four. */
function claimsOf(name: string): Claims {
  const { ledger, database, node } = town.get(name)
  const claims = new Claims({
    ledger,
    store: new ClaimStore(database, ledger.network()),
    me: accountOf(person(name).account),
    rules: town.genesis.rules,
    clock: node.clock,
    log: silentLog,
  })
  const unsubscribe = ledger.subscribe(() => claims.noticed())
  stops.push(async () => {
    unsubscribe()
    await claims.stop()
  })
  claims.noticed()
  return claims
}

async function stepsOf(claims: Claims, signal?: AbortSignal): Promise<ClaimStep[]> {
  const steps: ClaimStep[] = []
  for await (const step of claims.claim(adele, signal)) steps.push(step)
  return steps
}

test('of two who claim a name in the same slot one has it, and the other hears why not in the words of the ledger', async () => {
  town = await LedgerTown.of({ validators: VALIDATORS, faults: 1 })
  const claiming = ['bob', 'carol'].map((name) => stepsOf(claimsOf(name)))
  await town.net.pass(10)
  await town.slots(10)
  const last = (await Promise.all(claiming)).map((steps) => steps.at(-1))
  expect(new Set(last.map((step) => step?.step))).toEqual(new Set(['refused', 'yours']))
  const winner = last[0]?.step === 'yours' ? 'bob' : 'carol'
  const loser = winner === 'bob' ? 'carol' : 'bob'
  for (const { ledger } of town.all) expect(ledger.name(adele)?.owner).toBe(accountOf(person(winner).account))
  const said = await town.get(loser).ledger.submit({ op: { kind: 'claim', name: adele } })
  expect(last.find((step) => step?.step === 'refused')).toEqual({ step: 'refused', why: asSentence(said.outcome === 'refused' ? said.why : '') })
})

test.each([1, 2, 3])('a device that is killed %i slots after it began has the name after it came back, with one pair of entries', async (slots) => {
  town = await LedgerTown.of({ validators: VALIDATORS, faults: 1 })
  const stop = new AbortController()
  const heard = stepsOf(claimsOf('dan'), stop.signal)
  await town.net.pass(10)
  await town.slots(slots)
  await town.crash('dan')
  stop.abort()
  await heard
  for (const end of stops.splice(0)) await end()
  await town.slots(2)
  await town.boot('dan')
  await town.net.connect()
  const again = claimsOf('dan')
  await town.net.pass(10)
  await town.slots(12)
  const account = accountOf(person('dan').account)
  expect(town.get('bob').ledger.name(adele)?.owner).toBe(account)
  expect(town.get('bob').ledger.entries({ account, waiting: false, limit: 50 }).map(({ kind }) => kind).toSorted()).toEqual(['claim', 'register'])
  expect(again.list()).toEqual([])
})
