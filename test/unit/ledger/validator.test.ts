import { expect, test } from 'vitest'
import { applyEntries } from '../../../src/main/features/ledger/apply.ts'
import type { Entry, Op } from '../../../src/main/features/ledger/entry.ts'
import { accountRecord, keys } from '../../../src/main/features/ledger/state.ts'
import { checkEntry, namesHeld } from '../../../src/main/features/ledger/validator.ts'
import { solve } from '../../../src/main/features/ledger/work.ts'
import { DAY, HOUR } from '../../../src/shared/units.ts'
import { person, SALT, Town, townGenesis } from './town.ts'

const [ada, bob, eve] = [person('ada'), person('bob'), person('eve')]
const OTHER_SALT = 'ff'.repeat(16)
const renewAda: Op = { kind: 'renew', name: 'adele' }

/** How an entry is judged for the next block of this town. */
function judged(town: Town, entry: Entry): string {
  const verdict = checkEntry(entry, town.state, town.at, town.context)
  return verdict.outcome === 'valid' ? 'valid' : `${verdict.outcome} ${verdict.code}`
}

function adasTown(): Town {
  const town = new Town()
  town.own(ada, 'adele')
  return town
}

test('a name is claimed unnamed, opened, and then its owner has it for a year', () => {
  const town = adasTown()
  const record = town.state.get(keys.name('adele'))
  const registeredMs = town.parent.timestampMs
  const expiresMs = registeredMs + 365 * DAY
  expect(record).toEqual({
    name: 'adele',
    owner: ada.account,
    registeredMs,
    sinceMs: registeredMs,
    expiresMs,
    offeredTo: null,
  })
  expect(accountRecord(town.state, ada.account)).toMatchObject({ nonce: 2, names: ['adele'] })
})

test('nobody opens a claim in the block that made it, nor another name, salt or account than was claimed', () => {
  const town = new Town(townGenesis({ claimMinBlocks: 2 }))
  town.do(ada, town.claim(ada, 'adele'))
  const opening: Op = { kind: 'register', name: 'adele', salt: SALT }
  expect(judged(town, town.entry(ada, opening))).toBe('early claim')
  town.grow([])
  expect(judged(town, town.entry(ada, opening))).toBe('valid')
  expect(judged(town, town.entry(ada, { ...opening, name: 'adela' }))).toBe('refused claim')
  expect(judged(town, town.entry(ada, { ...opening, salt: OTHER_SALT }))).toBe('refused claim')
  expect(judged(town, town.entry(bob, opening))).toBe('refused claim')
})

test('who reads an opening and claims the same name cannot run ahead of it', () => {
  const town = new Town(townGenesis({ claimMinBlocks: 2 }))
  town.do(ada, town.claim(ada, 'adele'))
  town.grow([])
  const opening = town.entry(ada, { kind: 'register', name: 'adele', salt: SALT })
  // Eve leads this block, holds the opening back and claims the name for herself; the next leader is honest.
  town.do(eve, town.claim(eve, 'adele', OTHER_SALT))
  expect(judged(town, town.entry(eve, { kind: 'register', name: 'adele', salt: OTHER_SALT }))).toBe('early claim')
  town.grow([opening])
  expect(judged(town, town.entry(eve, { kind: 'register', name: 'adele', salt: OTHER_SALT }))).toBe('refused taken')
})

test('who copies a claim gets nothing by it and is not in its way', () => {
  const town = new Town()
  const claim = town.claim(ada, 'adele')
  town.do(eve, claim)
  town.do(ada, claim)
  expect(judged(town, town.entry(eve, { kind: 'register', name: 'adele', salt: SALT }))).toBe('refused claim')
  expect(judged(town, town.entry(ada, { kind: 'register', name: 'adele', salt: SALT }))).toBe('valid')
})

test('a claim that nobody opened in time is gone, and can be made again', () => {
  const town = new Town(townGenesis({ claimMaxBlocks: 3 }))
  town.do(ada, town.claim(ada, 'adele'))
  expect(judged(town, town.entry(ada, town.claim(ada, 'adele')))).toBe('refused claim')
  for (let block = 0; block < 4; block++) town.grow([])
  expect(judged(town, town.entry(ada, { kind: 'register', name: 'adele', salt: SALT }))).toBe('refused claim')
  expect(judged(town, town.entry(ada, town.claim(ada, 'adele')))).toBe('valid')
})

test('a name that somebody has, or that looks like one, is refused to everybody', () => {
  const town = adasTown()
  for (const name of ['adele', 'ade1e', 'a-dele', 'adeie']) {
    town.do(bob, town.claim(bob, name))
    const verdict = judged(town, town.entry(bob, { kind: 'register', name, salt: SALT }))
    expect(verdict).toBe(name === 'adele' ? 'refused taken' : 'refused look-alike')
  }
})

test('what is no name is refused however well it was claimed', () => {
  const town = new Town()
  town.do(ada, town.claim(ada, 'Ada'))
  expect(judged(town, town.entry(ada, { kind: 'register', name: 'Ada', salt: SALT }))).toBe('refused name')
})

test('an account registers one new name a day', () => {
  const town = adasTown()
  town.do(ada, town.claim(ada, 'second'))
  const opening: Op = { kind: 'register', name: 'second', salt: SALT }
  expect(judged(town, town.entry(ada, opening))).toBe('refused one-a-day')
  town.pass(DAY)
  expect(judged(town, town.entry(ada, opening))).toBe('valid')
})

test('an account has as many names as the rules say, and those that are free again do not count', () => {
  const town = new Town(townGenesis({ maxNames: 2, newNameEveryMs: 0 }))
  town.own(ada, 'first')
  town.own(ada, 'second')
  town.do(ada, town.claim(ada, 'third'))
  const third: Op = { kind: 'register', name: 'third', salt: SALT }
  expect(judged(town, town.entry(ada, third))).toBe('refused too-many-names')
  town.pass(395 * DAY)
  town.do(ada, third)
  expect(accountRecord(town.state, ada.account).names).toEqual(['third'])
})

test('a term is a year; after it only the owner may renew for thirty days; then anybody may claim', () => {
  const town = adasTown()
  town.pass(365 * DAY)
  town.do(bob, town.claim(bob, 'adele'))
  const bobs: Op = { kind: 'register', name: 'adele', salt: SALT }
  expect(judged(town, town.entry(bob, bobs))).toBe('refused taken')
  expect(judged(town, town.entry(bob, renewAda))).toBe('refused not-owner')
  expect(judged(town, town.entry(ada, renewAda))).toBe('valid')
  expect(judged(town, town.entry(ada, { kind: 'transfer', name: 'adele', to: bob.account }))).toBe('refused term')
  town.pass(30 * DAY)
  expect(judged(town, town.entry(ada, renewAda))).toBe('refused term')
  town.do(bob, bobs)
  expect(town.state.get(keys.name('adele'))?.owner).toBe(bob.account)
  expect(accountRecord(town.state, ada.account).names).toEqual([])
})

test('renewing begins a new term now, and does not add up', () => {
  const town = adasTown()
  town.do(ada, renewAda)
  town.do(ada, renewAda)
  expect(town.state.get(keys.name('adele'))?.expiresMs).toBe(town.parent.timestampMs + 365 * DAY)
})

test('a name is given by its owner and taken by whom it was offered to; neither alone moves it', () => {
  const town = adasTown()
  const take: Op = { kind: 'transfer', name: 'adele', to: bob.account }
  expect(judged(town, town.entry(bob, take))).toBe('refused offer')
  expect(judged(town, town.entry(eve, { ...take, to: eve.account }))).toBe('refused offer')
  town.do(ada, take)
  expect(town.state.get(keys.name('adele'))).toMatchObject({ owner: ada.account, offeredTo: bob.account })
  expect(judged(town, town.entry(eve, { ...take, to: eve.account }))).toBe('refused offer')
  town.do(bob, take)
  const sinceMs = town.parent.timestampMs
  expect(town.state.get(keys.name('adele'))).toMatchObject({ owner: bob.account, offeredTo: null, sinceMs })
  expect(accountRecord(town.state, ada.account).names).toEqual([])
  expect(accountRecord(town.state, bob.account).names).toEqual(['adele'])
  expect(judged(town, town.entry(ada, renewAda))).toBe('refused not-owner')
})

test('an offer is taken back by giving the name to oneself', () => {
  const town = adasTown()
  const back: Op = { kind: 'transfer', name: 'adele', to: ada.account }
  expect(judged(town, town.entry(ada, back))).toBe('refused offer')
  town.do(ada, { ...back, to: bob.account })
  town.do(ada, back)
  expect(judged(town, town.entry(bob, { ...back, to: bob.account }))).toBe('refused offer')
})

test('a released name is free at once, and so are those that look like it', () => {
  const town = adasTown()
  expect(judged(town, town.entry(bob, { kind: 'release', name: 'adele' }))).toBe('refused not-owner')
  town.do(ada, { kind: 'release', name: 'adele' })
  town.own(bob, 'ade1e')
  expect(town.state.get(keys.name('ade1e'))?.owner).toBe(bob.account)
  expect(town.state.get(keys.name('adele'))).toBeUndefined()
})

test('a revocation signed in advance ends an account and its names, once, whatever its number is by then', () => {
  const town = new Town()
  const revocation = town.entry(ada, { kind: 'revoke' })
  expect(judged(town, revocation)).toBe('refused account')
  town.own(ada, 'adele')
  town.grow([revocation])
  expect(judged(town, revocation)).toBe('refused revoked')
  expect(judged(town, town.entry(ada, renewAda))).toBe('refused revoked')
  town.do(bob, town.claim(bob, 'adele'))
  expect(judged(town, town.entry(bob, { kind: 'register', name: 'adele', salt: SALT }))).toBe('refused taken')
  town.pass(30 * DAY)
  expect(judged(town, town.entry(bob, { kind: 'register', name: 'adele', salt: SALT }))).toBe('valid')
})

test('entries of an account come in the order of their numbers, each once', () => {
  const town = adasTown()
  expect(judged(town, town.entry(ada, renewAda, { nonce: 2 }))).toBe('refused nonce')
  expect(judged(town, town.entry(ada, renewAda, { nonce: 4 }))).toBe('early nonce')
  expect(judged(town, town.entry(ada, renewAda, { nonce: 0 }))).toBe('refused nonce')
  const entry = town.entry(ada, renewAda)
  town.grow([entry])
  expect(judged(town, entry)).toBe('refused nonce')
})

test('an entry has an end, and not one that is far away', () => {
  const town = adasTown()
  expect(judged(town, town.entry(ada, renewAda, { untilMs: town.nextMs }))).toBe('valid')
  expect(judged(town, town.entry(ada, renewAda, { untilMs: town.nextMs - 1 }))).toBe('refused until')
  expect(judged(town, town.entry(ada, renewAda, { untilMs: town.nextMs + DAY + 1 }))).toBe('refused until')
  expect(judged(town, town.entry(ada, { kind: 'revoke' }, { untilMs: town.nextMs }))).toBe('refused malformed')
})

test('an entry of another network, or that somebody else signed, is refused', () => {
  const town = adasTown()
  expect(judged(town, town.entry(ada, renewAda, { network: 'ab'.repeat(32) }))).toBe('refused network')
  expect(judged(town, town.entry(eve, renewAda, { account: ada.account, nonce: 3 }))).toBe('refused signature')
})

test('work is asked of every entry, and more for a name with each that is held', async () => {
  const town = new Town(townGenesis({ entryBits: 4, nameBits: 6, bitsPerName: 4, newNameEveryMs: 0 }))
  const never = new AbortController().signal
  const worked = async (op: Op, bits: number): Promise<Entry> => {
    const idle = town.entry(ada, op)
    return town.entry(ada, op, {}, await solve(idle.body, bits, never))
  }
  expect(judged(town, town.entry(ada, town.claim(ada, 'adele'), { untilMs: town.nextMs + HOUR - 1 }))).toBe('refused work')
  town.grow([await worked(town.claim(ada, 'adele'), 4)])
  town.grow([await worked({ kind: 'register', name: 'adele', salt: SALT }, 6)])
  town.grow([await worked(town.claim(ada, 'second'), 4)])
  const opening: Op = { kind: 'register', name: 'second', salt: SALT }
  expect(judged(town, await worked(opening, 6))).toBe('refused work')
  expect(judged(town, await worked(opening, 10))).toBe('valid')
})

test('evidence is entered once, about a validator, and only when consensus finds it true', () => {
  const town = new Town()
  const op: Op = { kind: 'evidence', validator: person('leader').account, slot: 3, proof: new Uint8Array([1]) }
  expect(judged(town, town.entry(bob, op))).toBe('refused evidence')
  const context = { ...town.context, whyNoEvidence: () => null }
  const entry = town.entry(bob, op)
  expect(checkEntry(entry, town.state, town.at, context)).toEqual({ outcome: 'valid' })
  const stranger = town.entry(bob, { ...op, validator: eve.account })
  expect(checkEntry(stranger, town.state, town.at, context)).toMatchObject({ outcome: 'refused', code: 'evidence' })
  const place = { network: town.context.network, height: 1, slot: 0, timestampMs: town.nextMs }
  const twice = [entry, town.entry(bob, op, { nonce: 2 })]
  expect(applyEntries(place, twice, town.state, context)).toMatchObject({ outcome: 'refused', index: 1, code: 'evidence' })
})

test('names held are those that nobody else may claim', () => {
  const town = adasTown()
  const held = (afterMs: number): number =>
    namesHeld(town.state, ada.account, town.nextMs + afterMs, town.context.rules).length
  expect([held(0), held(365 * DAY), held(395 * DAY)]).toEqual([1, 1, 0])
})
