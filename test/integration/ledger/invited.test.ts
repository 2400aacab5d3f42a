import { afterEach, expect, test } from 'vitest'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { HOUR } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold, type OpenHousehold } from '../../helpers/households.ts'

const PATIENCE = { withinMs: 60_000, everyMs: 50 }
const homes: OpenHousehold[] = []
afterEach(async () => {
  for (const home of homes.splice(0)) await home.close()
})

async function open(name: string): Promise<OpenHousehold> {
  const home = await openHousehold({ name, services: { gossip: true } })
  homes.push(home)
  return home
}

test('an invitation leads nobody away from a network of theirs in which others have names', async () => {
  const [ada, bea, cleo] = [await open('ada'), await open('bea'), await open('cleo')]
  const own = ada.ledger.network()
  await bea.networks.join((await ada.networks.link(own)).link, true)
  await eventually('they met', () => bea.ledger.head().sync.state === 'ready', PATIENCE)
  const name = NameLabel.parse('bea')
  expect(await bea.ledger.submit({ op: { kind: 'claim', name } })).toMatchObject({ outcome: 'taken' })
  await eventually('the claim ripe', () => bea.ledger.head().height >= 1, PATIENCE)
  expect(await bea.ledger.submit({ op: { kind: 'register', name } })).toMatchObject({ outcome: 'taken' })
  await eventually('the name', () => ada.ledger.name(name)?.owner === bea.me.account, PATIENCE)
  const changes: string[] = []
  ada.ledger.subscribe(({ event }) => event === 'network-changed' && changes.push(event))
  const { link } = await cleo.peers.invite(HOUR)
  await ada.peers.connect(link)
  await eventually('the network of whoever invited is known', () => ada.networks.list().length === 2, PATIENCE)
  // In its turn: after what the invitation began.
  await ada.networks.use(own)
  expect(changes).toEqual([])
  expect(ada.ledger.name(name)?.owner).toBe(bea.me.account)
}, 120_000)
