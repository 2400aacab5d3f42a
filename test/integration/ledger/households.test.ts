import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { SlotRounds } from '../../../src/shared/model/consensus.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { NetworkLabel } from '../../../src/shared/model/networks.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold, type OpenHousehold } from '../../helpers/households.ts'

/** Long enough for a machine that does other things meanwhile; slots last as long as its rounds take. */
const ROUND_MS = 1_000
const PATIENCE = { withinMs: 60_000, everyMs: 50 }

const homes = new Map<string, OpenHousehold>()
const folders = new Map<string, string>()

afterEach(async () => {
  for (const home of homes.values()) await home.close()
  for (const folder of folders.values()) await rm(folder, { recursive: true, force: true })
  homes.clear()
  folders.clear()
})

async function open(name: string): Promise<OpenHousehold> {
  const dataFolder = folders.get(name) ?? (await mkdtemp(join(tmpdir(), 'latch-town-')))
  folders.set(name, dataFolder)
  const home = await openHousehold({ name, dataFolder, services: { gossip: true } })
  homes.set(name, home)
  return home
}

const heads = (): (string | undefined)[] => [...homes.values()].map(({ ledger }) => ledger.head().head?.id)

/** What a device saw of the slots in which there was a block. */
const decided = (home: OpenHousehold): SlotRounds[] =>
  home.ledger.rounds().filter(({ outcome }) => outcome?.decision === 'block')

test('four households make a network over TCP, a name comes about in it, one leaves and returns, a fifth follows', async () => {
  for (const name of ['ada', 'bea', 'cleo', 'dora']) await open(name)
  const [ada, bea, cleo, dora] = [...homes.values()]
  if (ada === undefined || bea === undefined || cleo === undefined || dora === undefined) throw new Error('nobody')
  const cards = await Promise.all([bea, cleo, dora].map(async ({ networks }) => (await networks.card()).link))
  const draft = { label: NetworkLabel.parse('the town'), tld: 'peer', cards, faults: 1, roundMs: ROUND_MS }
  const network = await ada.networks.make(draft)
  const { link } = await ada.networks.link(network.id)
  for (const home of [bea, cleo, dora]) await home.networks.join(link, true)
  await ada.networks.use(network.id)
  await eventually('a quorum at each', () => [...homes.values()].every(({ ledger }) => ledger.head().quorum.lamp === 'decides'), PATIENCE)

  const name = NameLabel.parse('adele')
  const claimed = await cleo.ledger.submit({ op: { kind: 'claim', name } })
  expect(claimed).toMatchObject({ outcome: 'taken' })
  await eventually('the claim ripe', () => (cleo.ledger.head().height >= 1 ? true : null), PATIENCE)
  expect(await cleo.ledger.submit({ op: { kind: 'register', name } })).toMatchObject({ outcome: 'taken' })
  await eventually('the name everywhere', () => [...homes.values()].every(({ ledger }) => ledger.name(name)?.owner === cleo.me.account), PATIENCE)
  await eventually('one head', () => new Set(heads()).size === 1, PATIENCE)
  for (const home of homes.values()) {
    expect(decided(home).length).toBeGreaterThan(0)
    expect(home.ledger.evidence()).toEqual([])
  }

  // One goes, the others go on.
  await dora.close()
  homes.delete('dora')
  const second = NameLabel.parse('beatrice')
  await bea.ledger.submit({ op: { kind: 'claim', name: second } })
  const { height } = ada.ledger.head()
  await eventually('a block without it', () => ada.ledger.head().height > height, PATIENCE)
  await bea.ledger.submit({ op: { kind: 'register', name: second } })
  await eventually('the second name', () => ada.ledger.name(second)?.owner === bea.me.account, PATIENCE)

  // It returns, and somebody comes who has nothing but the link.
  const again = await open('dora')
  const eve = await open('eve')
  await eve.networks.join(link, true)
  await eventually('one head again', () => new Set(heads()).size === 1 && heads()[0] !== undefined, PATIENCE)
  expect(again.ledger.head()).toMatchObject({ role: 'validator' })
  expect(eve.ledger.head()).toMatchObject({ role: 'follower', quorum: { lamp: 'follows' } })
  expect(eve.ledger.name(second)?.owner).toBe(bea.me.account)
  const [report] = await eve.ledger.validate(1, [])
  expect(report?.result.outcome).toBe('whole')
}, 240_000)
