import { afterEach, describe, expect, test } from 'vitest'
import { accountOf } from '../../../src/main/features/ledger/bytes.ts'
import { decodeEntry, type Op } from '../../../src/main/features/ledger/entry.ts'
import { networkOf } from '../../../src/main/features/ledger/genesis.ts'
import { Offers } from '../../../src/main/features/ledger/live/offers.ts'
import { accountRecord, keys, LedgerState, type NameRecord, type StateRecord } from '../../../src/main/features/ledger/state.ts'
import { emptyTree, putRecord, type Tree } from '../../../src/main/features/ledger/state-tree.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { HOUR } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { certified, keep, LATER_MS, split } from './chains.ts'
import { home, type Home, type HomeOptions, ownNetwork } from './live-parts.ts'
import { person, type Person, SALT, START_MS, Town } from './town.ts'

const ada = person('leader')
const [bob, eve] = [person('bob'), person('eve')]
const genesis = ownNetwork(ada)
const pen = new Town(genesis)
const name = (text: string): NameLabel => NameLabel.parse(text)

const homes: Home[] = []
async function opened(options: HomeOptions = {}): Promise<Home> {
  const made = await home({ genesis, clock: new FakeClock(START_MS), ...options })
  homes.push(made)
  return made
}
afterEach(async () => {
  for (const one of homes.splice(0)) await one.stop()
})

/** Entries of somebody, each in the block after the one before. */
async function does(at: Home, who: Person, ...ops: readonly Op[]): Promise<void> {
  for (const op of ops) {
    const nonce = accountRecord(at.running().chain.state, who.account).nonce + 1
    const { network } = at.running()
    const times = op.kind === 'revoke' ? {} : { nonce, untilMs: at.clock.nowMs() + HOUR }
    const { bytes } = pen.entry(who, op, { network, ...times })
    expect(await at.ledger.submit({ entry: bytes })).toMatchObject({ outcome: 'taken' })
    await at.slots(2)
  }
}

const owns = (who: Person, text: string): Op[] => [pen.claim(who, text), { kind: 'register', name: text, salt: SALT }]
const gives = (text: string, to: Person): Op => ({ kind: 'transfer', name: text, to: to.account })
const offersAt = ({ ledger }: Home): string[] => ledger.offers().map((one) => one.name)

describe('what is offered to this account', () => {
  test('is there by name from the block on that offers it, until it is taken back, taken, or its owner is no more', async () => {
    const at = await opened()
    expect(at.ledger.offers()).toEqual([])
    await does(at, bob, ...owns(bob, 'walnut'), gives('walnut', ada))
    await does(at, eve, ...owns(eve, 'almond'), gives('almond', ada))
    expect(at.ledger.offers()).toMatchObject([
      { name: 'almond', owner: accountOf(eve.account), offeredTo: accountOf(ada.account), phase: 'living' },
      { name: 'walnut', owner: accountOf(bob.account) },
    ])
    await does(at, bob, gives('walnut', bob))
    expect(offersAt(at)).toEqual(['almond'])
    await does(at, bob, gives('walnut', ada), gives('walnut', eve))
    expect(offersAt(at)).toEqual(['almond'])
    const take = { kind: 'transfer', name: name('almond'), to: accountOf(ada.account) } as const
    expect(await at.ledger.submit({ op: take })).toMatchObject({ outcome: 'taken' })
    await at.slots(2)
    expect(offersAt(at)).toEqual([])
    expect(at.ledger.names().map((one) => one.name)).toEqual(['almond'])
    await does(at, bob, gives('walnut', ada))
    expect(offersAt(at)).toEqual(['walnut'])
    await does(at, bob, { kind: 'revoke' })
    expect(offersAt(at)).toEqual([])
  })

  test('is not what this account itself offers, nor what is over', async () => {
    const at = await opened({ genesis: { ...genesis, rules: { ...genesis.rules, termMs: HOUR, endingMs: HOUR / 10 } } })
    const bobs = new Town(at.running().genesis)
    const ops: Op[] = [bobs.claim(bob, 'walnut'), { kind: 'register', name: 'walnut', salt: SALT }, gives('walnut', ada)]
    await does(at, bob, ...ops)
    await at.ledger.submit({ op: { kind: 'claim', name: name('adele') } })
    await at.ledger.submit({ op: { kind: 'register', name: name('adele') } })
    await at.slots(4)
    await at.ledger.submit({ op: { kind: 'transfer', name: name('adele'), to: accountOf(bob.account) } })
    await at.slots(2)
    expect(offersAt(at)).toEqual(['walnut'])
    await at.clock.advance(HOUR)
    expect(at.ledger.name(name('walnut'))).toMatchObject({ phase: 'grace' })
    expect(at.ledger.offers()).toEqual([])
  })

  test('is there after a restart', async () => {
    const database = openMemoryDatabase()
    const clock = new FakeClock(START_MS)
    const first = await opened({ database, clock })
    await does(first, bob, ...owns(bob, 'walnut'), gives('walnut', ada))
    await first.stop()
    homes.splice(0)
    const second = await opened({ database, clock })
    expect(offersAt(second)).toEqual(['walnut'])
    await does(second, bob, gives('walnut', bob))
    expect(offersAt(second)).toEqual([])
  })

  test('is told of by the block that it lies in', async () => {
    const at = await opened()
    await does(at, bob, ...owns(bob, 'walnut'))
    const before = at.events.length
    await does(at, bob, gives('walnut', ada))
    await does(at, bob, { kind: 'renew', name: 'walnut' })
    const told = at.events.slice(before).map(({ event }) => event)
    expect(told.filter((event) => event === 'block-added')).toHaveLength(2)
    // Nobody else owns it than before.
    expect(told).not.toContain('names-changed')
  })

  test('comes back when the blocks are left that ended it by a revocation', () => {
    const town = new Town(genesis)
    const { chain } = keep(genesis, { ...town.context })
    const add = (entries: Parameters<Town['grow']>[0], on = town, skippedMs = 0, weight = 1) => {
      const verdict = chain.add(certified(on.grow(entries, skippedMs), weight), LATER_MS)
      if (verdict.outcome === 'added') offers.follow(verdict.changed)
      return verdict.outcome
    }
    const running = { chain, genesis } as unknown as ConstructorParameters<typeof Offers>[0]
    const offers = new Offers(running, ada.account)
    const listed = () => offers.list(town.nextMs).map((one) => one.name)
    expect(listed()).toEqual([])
    for (const op of [...owns(bob, 'walnut'), gives('walnut', ada)]) add([town.entry(bob, op)])
    expect(listed()).toEqual(['walnut'])
    const other = split(town)
    expect(add([town.entry(bob, { kind: 'revoke' })])).toBe('added')
    expect(listed()).toEqual([])
    expect(add([], other, 10_000, 9)).toBe('added')
    expect(listed()).toEqual(['walnut'])
  })

  test('is found among many names by looking through them once', () => {
    let reads = 0
    let tree: Tree<StateRecord> = emptyTree
    const record = (text: string, offeredTo: string | null): NameRecord => {
      const times = { registeredMs: START_MS, sinceMs: START_MS, expiresMs: LATER_MS }
      return { name: text, owner: bob.account, ...times, offeredTo }
    }
    for (let number = 0; number < 5_000; number++) {
      const text = `name${number}`
      tree = putRecord<StateRecord>(tree, keys.name(text), record(text, number % 10 === 0 ? ada.account : null))
    }
    const state = new LedgerState(tree)
    const counted = {
      get tree() {
        reads += 1
        return state.tree
      },
      get: state.get.bind(state),
    }
    const running = { chain: { state: counted }, genesis } as unknown as ConstructorParameters<typeof Offers>[0]
    const offers = new Offers(running, ada.account)
    const found = offers.list(START_MS + HOUR)
    expect(found).toHaveLength(256)
    expect(found.map((one) => one.name)).toEqual(found.map((one) => one.name).toSorted())
    for (let again = 0; again < 100; again++) offers.list(START_MS + HOUR)
    expect(reads).toBe(1)
  })
})

describe('the revocation', () => {
  test('is made and handed to nobody; handed in, by whomever, it ends the account and its names', async () => {
    const at = await opened()
    const early = await at.ledger.revocation()
    expect(decodeEntry(early)).toMatchObject({
      network: networkOf(genesis),
      account: ada.account,
      nonce: 0,
      untilMs: 0,
      op: { kind: 'revoke' },
    })
    await at.slots(3)
    expect(at.ledger.head()).toMatchObject({ height: 0, pool: { entries: 0 } })
    expect(await at.ledger.submit({ entry: early })).toMatchObject({ outcome: 'refused', code: 'account' })
    await at.ledger.submit({ op: { kind: 'claim', name: name('adele') } })
    await at.ledger.submit({ op: { kind: 'register', name: name('adele') } })
    await at.slots(4)
    expect([at.ledger.ownerOf('adele.peer'), at.ledger.isEnded()]).toEqual([accountOf(ada.account), false])
    const said = { kind: 'revoke', account: accountOf(ada.account), mine: true, name: null, to: null, network: at.ledger.network() }
    expect(at.ledger.read(early)).toMatchObject(said)
    expect(() => at.ledger.read(early.subarray(1))).toThrow(/^This is no entry of a ledger: /)
    // Signed once and for all: the one from before there was a name ends it too, whatever was entered since.
    expect(await at.ledger.revocation()).toEqual(early)
    expect(await at.ledger.submit({ entry: early })).toMatchObject({ outcome: 'taken', entry: { kind: 'revoke', mine: true } })
    await at.slots(2)
    expect(at.ledger.names()).toMatchObject([{ name: 'adele', phase: 'grace' }])
    expect([at.ledger.ownerOf('adele.peer'), at.ledger.isEnded()]).toEqual([null, true])
    const renew = await at.ledger.submit({ op: { kind: 'renew', name: name('adele') } })
    expect(renew).toMatchObject({ outcome: 'refused', code: 'revoked' })
  })

  test('of another network ends nothing here', async () => {
    const at = await opened()
    const elsewhere = await opened({ genesis: ownNetwork(ada, { tld: 'other' }) })
    const foreign = await elsewhere.ledger.revocation()
    expect(await at.ledger.submit({ entry: foreign })).toMatchObject({ outcome: 'refused', code: 'network' })
  })
})
