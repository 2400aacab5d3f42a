import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { DEMO_LABEL, DEMO_TEXT } from '../../../src/main/node/demo-replies.ts'
import { NetworkDraft } from '../../../src/shared/model/networks.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { HOUR, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold, type OpenHousehold } from '../../helpers/households.ts'

/** Two blocks of two seconds and half a second of work, on a machine that has other things to do. */
const PATIENCE_MS = 60 * SECOND
const PATIENCE = { withinMs: PATIENCE_MS, everyMs: 50 }

/** A look-up with a connection measures a round trip: more than some a second are not answered. */
const SLOWLY = { withinMs: PATIENCE_MS, everyMs: SECOND }

const toClose: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close()
})

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'latch-test-'))
  toClose.push(() => rm(path, { recursive: true, force: true }))
  return path
}

async function house(dataFolder: string, name = 'Bea', demo = true): Promise<OpenHousehold> {
  const opened = await openHousehold({ name, dataFolder, services: { demo, gossip: true } })
  toClose.push(() => opened.close())
  return opened
}

const named = (bea: OpenHousehold) => eventually('hello is somebody’s', () => bea.ledger.name(DEMO_LABEL), PATIENCE)

/** What is at the end of a look-up of hello.peer with a connection. */
async function found(bea: OpenHousehold) {
  return eventually(
    'hello.peer is found',
    async () => {
      const lookup = await bea.names.query('hello.peer', { connect: true, again: true })
      return lookup.outcome.outcome === 'found' && lookup.connection !== null ? { ...lookup, outcome: lookup.outcome } : null
    },
    SLOWLY,
  )
}

test('it takes hello in the network of its owner, where hello.peer leads to it; and so it is after a restart', { timeout: 3 * PATIENCE_MS }, async () => {
  const dataFolder = await folder()
  const bea = await house(dataFolder)
  const { owner } = await named(bea)
  expect(bea.contacts.get(owner)).toMatchObject({ demo: true })
  const first = await found(bea)
  const [peer, text] = first.outcome.zone.records
  expect(text).toMatchObject({ kind: 'text', label: '@', text: DEMO_TEXT })
  expect(peer).toMatchObject({ kind: 'peer', addresses: [expect.stringMatching(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+/)] })
  expect(first.connection).toMatchObject({ peerId: peer?.kind === 'peer' ? peer.peerId : '' })
  const { height } = bea.ledger.head()
  await bea.close()

  const again = await house(dataFolder)
  const second = await found(again)
  expect(second.outcome.owner).toBe(owner)
  expect(second.outcome.zone.records[0]).toMatchObject({ kind: 'peer', peerId: second.connection?.peerId })
  // Nothing was claimed once more.
  expect(again.ledger.head()).toMatchObject({ height, names: 1 })
})

test('it goes with its owner into another network of the owner’s own, and takes nothing in anybody else’s', { timeout: 4 * PATIENCE_MS }, async () => {
  const bea = await house(await folder())
  const cleo = await house(await folder(), 'Cleo', false)
  const { owner } = await named(bea)
  await bea.networks.make(NetworkDraft.parse({ label: 'Another one' }))
  expect(bea.ledger.name(DEMO_LABEL)).toBe(null)
  expect(await named(bea)).toMatchObject({ owner })

  const { link } = await cleo.networks.link(cleo.networks.active().network)
  await bea.peers.connect((await cleo.peers.invite(HOUR)).link)
  await bea.networks.join(link, true)
  await eventually('both are there', () => bea.ledger.head().sync.state === 'ready' && bea.ledger.head().peers > 0, PATIENCE)
  const claimed: string[] = []
  for await (const { step } of bea.names.claim(NameLabel.parse('beatrice'))) claimed.push(step)
  expect(claimed.at(-1)).toBe('yours')
  // The demonstration had as long as its owner took.
  expect(bea.ledger.head()).toMatchObject({ names: 1 })
  expect(cleo.ledger.name(DEMO_LABEL)).toBe(null)
})

test('an invitation still leads away from a network in which nobody but it has a name', { timeout: 2 * PATIENCE_MS }, async () => {
  const bea = await house(await folder())
  const cleo = await house(await folder(), 'Cleo', false)
  await named(bea)
  const { network } = cleo.networks.active()
  await bea.peers.connect((await cleo.peers.invite(HOUR)).link)
  await eventually('the network of whoever invited is followed', () => bea.networks.active().network === network, PATIENCE)
  expect(cleo.ledger.name(DEMO_LABEL)).toBe(null)
})
