import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { accountOf } from '../../../src/main/features/ledger/bytes.ts'
import type { Op } from '../../../src/main/features/ledger/entry.ts'
import { zoneKey } from '../../../src/main/features/names/near.ts'
import { resolve } from '../../../src/main/features/names/resolver.ts'
import { signZone, type SignedZone } from '../../../src/main/features/names/zone.ts'
import { openDatabase, type Database } from '../../../src/main/platform/database.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { Lookup, Zone } from '../../../src/shared/model/names.ts'
import { DAY, HOUR, MINUTE } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { home, type Home, ownNetwork } from '../../unit/ledger/live-parts.ts'
import { accountRecord } from '../../../src/main/features/ledger/state.ts'
import { freeRules, person as townsman, type Person as Townsman, SALT, START_MS, Town } from '../../unit/ledger/town.ts'
import { type Box, Crowd, drawn, NETWORK, OTHER_NETWORK, owned, personOf, shuffled, zoneOf } from './crowd.ts'

const seed = Number(process.env['LATCH_SEED'] ?? Date.now() % 2 ** 31)
console.info(`holders of names: LATCH_SEED=${seed}`)

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

function crowded(tag: string): Crowd {
  const crowd = new Crowd(`${tag}-${seed}`)
  closing.push(() => crowd.close())
  return crowd
}

const TERM = 10 * DAY
const adele = NameLabel.parse('adele')
const rules = freeRules({ termMs: TERM, endingMs: DAY, graceMs: 2 * DAY })
const [leader, bob, eve] = [townsman('leader'), townsman('bob'), townsman('eve')]

/** A real ledger whose only validator enters what these people sign. */
async function ledgerOf(): Promise<Home & { does: (who: Townsman, ...ops: readonly Op[]) => Promise<void> }> {
  const at = await home({ genesis: ownNetwork(leader, { rules }), clock: new FakeClock(START_MS) })
  closing.push(() => at.stop())
  const pen = new Town(at.running().genesis)
  const does = async (who: Townsman, ...ops: readonly Op[]): Promise<void> => {
    for (const op of ops) {
      const nonce = accountRecord(at.running().chain.state, who.account).nonce + 1
      const { network } = at.running()
      const times = op.kind === 'revoke' ? {} : { nonce, untilMs: at.clock.nowMs() + HOUR }
      expect(await at.ledger.submit({ entry: pen.entry(who, op, { network, ...times }).bytes })).toMatchObject({ outcome: 'taken' })
      await at.slots(2)
    }
  }
  return { ...at, does }
}

const claims = (at: Home, who: Townsman, name: string): Op[] => {
  const pen = new Town(at.running().genesis)
  return [pen.claim(who, name), { kind: 'register', name, salt: SALT }]
}

async function zone(nowMs: number, who: Townsman, seq: number, change: Partial<Zone> = {}): Promise<SignedZone> {
  const records = [{ label: '@', kind: 'text', text: `of ${who.name}` }]
  const times = { issuedAtMs: nowMs - MINUTE, expiresAtMs: nowMs + 20 * DAY, ttlMs: MINUTE }
  const fields = { network: NETWORK, name: adele, owner: accountOf(who.account), seq, records, ...times, ...change }
  const built = await signZone(Zone.parse(fields), who.key)
  if (built.outcome === 'refused') throw new Error(built.why)
  return built.signed
}

test('what the ledger does not back is held by no honest peer, whoever hands it over and when', { timeout: 120_000 }, async () => {
  const at = await ledgerOf()
  const crowd = crowded('refused')
  const { clock, ledger } = at
  const view = { behind: () => null, name: (name: NameLabel) => ledger.name(name) }
  const holders = await Promise.all(Array.from({ length: 6 }, () => crowd.box({ clock, ledger: view })))
  const sender = await crowd.box()
  await Promise.all(holders.map(({ node }) => crowd.join(sender.node, node.peerId)))
  const key = zoneKey(NETWORK, adele)
  /** What all of them say of it: one word. */
  const put = async (bytes: Uint8Array): Promise<string> => {
    const answers = await Promise.all(holders.map(({ node }) => sender.lines.put(node.peerId, sender.holder.id, bytes)))
    const words = new Set(answers.map((answer) => (answer.status === 'refused' ? answer.why : answer.status)))
    expect(words.size).toBe(1)
    return [...words].join()
  }
  const heldSeqs = () => new Set(holders.map(({ store }) => store.held(key)?.zone.seq ?? null))
  const now = (): number => clock.nowMs()

  const bobs = await zone(now(), bob, 1)
  expect(await put(bobs.bytes)).toBe('nobody')
  await at.does(bob, ...claims(at, bob, 'adele'))
  expect(await put((await zone(now(), eve, 99)).bytes)).toBe('not-owner')
  expect(await put((await zone(now(), bob, 2, { network: OTHER_NETWORK })).bytes)).toBe('network')
  expect(await put((await zone(now(), bob, 2, { issuedAtMs: now() - 9 * DAY, expiresAtMs: now() - 1 })).bytes)).toBe('expired')
  expect(await put((await zone(now(), bob, 2, { issuedAtMs: now() + 6 * MINUTE })).bytes)).toBe('clock')
  expect(await put((await zone(now(), bob, 2, { issuedAtMs: now() + DAY })).bytes)).toBe('clock')
  expect(await put(Uint8Array.from({ length: 500 }, (_, index) => index % 251))).toBe('malformed')
  const forged = Uint8Array.from((await zone(now(), bob, 3)).bytes)
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
  expect(await put(forged)).toBe('malformed')
  expect(heldSeqs()).toEqual(new Set([null]))

  expect(await put(bobs.bytes)).toBe('held')
  expect(await put((await zone(now(), bob, 5)).bytes)).toBe('held')
  expect(await put(bobs.bytes)).toBe('older')
  expect(heldSeqs()).toEqual(new Set([5]))

  // Offered, it is bob's until eve takes it; then bob's next zone, however high its number, is a former owner's.
  await at.does(bob, { kind: 'transfer', name: 'adele', to: eve.account })
  expect(await put((await zone(now(), eve, 9)).bytes)).toBe('not-owner')
  await at.does(eve, { kind: 'transfer', name: 'adele', to: eve.account })
  expect(await put((await zone(now(), bob, 1_000)).bytes)).toBe('not-owner')
  // What was held of bob is given to nobody, and eve's takes its place though its number is lower.
  expect(await sender.lines.ask(holders[0]?.node.peerId ?? sender.node.peerId, sender.holder.id, key)).toMatchObject({ status: 'none' })
  expect(await put((await zone(now(), eve, 2)).bytes)).toBe('held')
  expect(heldSeqs()).toEqual(new Set([2]))

  // Her term: its last tenth counts for holders, and after its end there is nothing to hold.
  await clock.advance(TERM - HOUR)
  expect(ledger.name(adele)).toMatchObject({ phase: 'ending' })
  expect(await put((await zone(now(), eve, 3)).bytes)).toBe('held')
  await clock.advance(2 * HOUR)
  expect(await put((await zone(now(), eve, 4)).bytes)).toBe('nobody')
  await at.does(eve, { kind: 'renew', name: 'adele' })
  expect(await put((await zone(now(), eve, 4)).bytes)).toBe('held')
  await at.does(eve, { kind: 'revoke' })
  expect(await put((await zone(now(), eve, 5)).bytes)).toBe('nobody')
  // Only what no honest device hands over was paid for: of another network, and what is no zone.
  for (const { node } of holders) expect(node.offences.map(({ points }) => points)).toEqual([20, 20, 20])
})

const NAMES = 30

/** A mixed crowd, with files for those that are to come back, and an owner who published all names and is away. */
async function published(crowd: Crowd, count: number, random: () => number, databases: (number: number) => Database | undefined) {
  const owner = await personOf('owner')
  const names = Array.from({ length: NAMES }, (_, index) => NameLabel.parse(`hamlet-${index}`))
  const boxes: Box[] = []
  for (let number = 0; number < count; number++) {
    const database = databases(number)
    boxes.push(await crowd.box(database === undefined ? {} : { database }))
  }
  await crowd.mix(boxes.map(({ node }) => node), 10, random)
  const owners = await crowd.box()
  await Promise.all(boxes.map(({ node }) => crowd.join(owners.node, node.peerId)))
  const publisher = crowd.publisher(owners, owner)
  for (const name of names) {
    crowd.names.set(name, owned(name, owner))
    expect(await publisher.publish(await zoneOf(owner, name, 7))).toMatchObject({ held: Math.min(20, count) })
  }
  await publisher.stop()
  await owners.node.close()
  return { names, boxes }
}

async function allFound(crowd: Crowd, names: readonly NameLabel[], around: readonly Box[], random: () => number): Promise<void> {
  const box = await crowd.box()
  await Promise.all(shuffled(around, random).slice(0, 10).map(({ node }) => crowd.join(box.node, node.peerId)))
  const parts = crowd.asker(box, await personOf('me'))
  for (const name of names) {
    const lookup = Lookup.parse(await resolve(`${name}.peer`, parts))
    const story = `LATCH_SEED=${seed} ${name}: ${lookup.outcome.outcome}, ${lookup.steps.map(({ step, outcome }) => `${step} ${outcome}`).join(', ')}`
    expect(lookup.outcome, story).toMatchObject({ outcome: 'found', zone: { seq: 7 } })
  }
}

test('the owner is away and half of all holders go at once: every name resolves', { timeout: 120_000 }, async () => {
  const random = drawn(seed)
  const crowd = crowded('half')
  const { names, boxes } = await published(crowd, 40, random, () => undefined)
  const [gone, left] = [shuffled(boxes, random).slice(0, 20), new Set(boxes)]
  for (const box of gone) left.delete(box)
  await Promise.all(gone.map(({ node }) => node.close()))
  await allFound(crowd, names, [...left], random)
})

test('all holders are restarted, their databases closed and opened again: every name resolves from their stores', { timeout: 120_000 }, async () => {
  const random = drawn(seed + 1)
  const folder = await mkdtemp(join(tmpdir(), 'latch-test-'))
  closing.push(() => rm(folder, { recursive: true, force: true }))
  const key = new Uint8Array(32).fill(7)
  const opened: Database[] = []
  const open = (number: number): Database => {
    const database = openDatabase(join(folder, `${number}.db`), key)
    opened.push(database)
    return database
  }
  closing.push(() => opened.forEach((database) => database.close()))
  const before = crowded('before')
  const { names } = await published(before, 25, random, open)
  await before.close()
  for (const database of opened.splice(0)) database.close()
  // The same devices: what lies near them is what they hold.
  const after = crowded('before')
  for (const [name, is] of before.names) after.names.set(name, is)
  const boxes: Box[] = []
  for (let number = 0; number < 25; number++) boxes.push(await after.box({ database: open(number) }))
  await after.mix(boxes.map(({ node }) => node), 6, random)
  await allFound(after, names, boxes, random)
})
