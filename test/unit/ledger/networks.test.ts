import { describe, expect, test } from 'vitest'
import {
  encodeGenesis, networkIdOf, networkOf, ownGenesis, type Genesis, type Header,
} from '../../../src/main/features/ledger/index.ts'
import { digestHex, digestOf, fromHex } from '../../../src/main/features/ledger/bytes.ts'
import { storedHead } from '../../../src/main/features/ledger/stored-networks.ts'
import { type Database, openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { KnownNetwork, NetworkPreview } from '../../../src/shared/model/networks.ts'
import { NetworkId } from '../../../src/shared/model/ledger.ts'
import { DAY, HOUR } from '../../../src/shared/units.ts'
import { certified, keep, LATER_MS } from './chains.ts'
import { desk, deviceOf, draft, NOW_MS, tellsGenesis } from './networks-parts.ts'
import { person, Town } from './town.ts'

const cardOf = async (name: string): Promise<string> => (await desk(name).networks.card()).link
const cardsOf = (...names: string[]): Promise<string[]> => Promise.all(names.map(cardOf))
const nobodys = NetworkId.parse(`bafyrei${'a'.repeat(52)}`)

/** The chain of a network as it is stored, one block long. */
function oneBlock(database: Database, genesis: Genesis): Header {
  const town = new Town(genesis)
  const { chain } = keep(genesis, town.context, database)
  const block = certified(town.grow([], HOUR))
  chain.add(block, LATER_MS)
  expect(chain.head.id).toBe(block.header.id)
  return block.header
}

const idOf = (bytes: Uint8Array) => networkIdOf(digestHex(bytes))

describe('at the first start', () => {
  test('there is a network of one, this device, and it is active', () => {
    const { networks, me, used } = desk('ada')
    const [own, ...others] = networks.list()
    expect(others).toEqual([])
    expect(own).toEqual({
      id: networks.active().network,
      label: 'Network of ada',
      active: true,
      origin: 'own',
      tld: 'peer',
      validators: [{ peerId: me.peerId, label: 'ada', mine: true }],
      faults: 0,
      slotMs: 2_000,
      roundMs: 500,
      startMs: NOW_MS,
      knownMs: NOW_MS,
      height: 0,
      headMs: null,
    })
    expect(KnownNetwork.safeParse(own).success).toBe(true)
    expect(used).toEqual([])
  })

  test('it is called after its person alone, where their name leaves no room for more', () => {
    const name = 'a'.repeat(60)
    expect(desk('ada', { name: () => name }).networks.active().label).toBe(name)
  })
})

describe('after a restart', () => {
  test('everything is as it was', async () => {
    const before = desk('ada')
    const made = await before.networks.make(draft({ cards: await cardsOf('bea') }))
    before.networks.rename(made.id, 'Our street')
    const after = desk('ada', { database: before.database })
    expect(after.networks.list()).toEqual(before.networks.list())
    expect(after.networks.active()).toMatchObject({ network: made.id, label: 'Our street' })
    expect(after.networks.hints(made.id)).toEqual(before.networks.hints(made.id))
  })

  test('a network whose genesis cannot be read is left out, with a warning, and stays in the database', async () => {
    const { database, networks } = desk('ada')
    const made = await networks.make(draft())
    database.prepare<[Uint8Array]>('UPDATE networks SET genesis = ?').run(new Uint8Array([0xa0]))
    const warnings: string[] = []
    const log = { ...silentLog, warn: (_fields: object, message: string) => void warnings.push(message) }
    const after = desk('ada', { database, log }).networks
    expect(after.list()).toMatchObject([{ origin: 'own', active: true }])
    expect(after.active().network).not.toBe(made.id)
    expect(warnings).toContain('a network that is stored cannot be read; it is left out')
    expect(database.prepare<[], { count: number }>('SELECT count(*) AS count FROM networks').get()?.count).toBe(2)
  })

  test('where the active one cannot be read, the own one is active', async () => {
    const { database, networks } = desk('ada')
    const own = networks.active().network
    const { id } = await networks.make(draft())
    const spoil = database.prepare<[Uint8Array, Uint8Array]>('UPDATE networks SET hints = ? WHERE id = ?')
    spoil.run(new Uint8Array([1]), fromHex(digestOf(id)))
    const after = desk('ada', { database }).networks
    expect(after.active().network).toBe(own)
    expect(after.list()).toHaveLength(1)
  })

  test('a network that could not be read is known again when it is joined again', async () => {
    const { database, networks } = desk('ada')
    const { id } = await networks.make(draft())
    const { link } = await networks.link(id)
    const spoil = database.prepare<[Uint8Array, Uint8Array]>('UPDATE networks SET hints = ? WHERE id = ?')
    spoil.run(new Uint8Array([1]), fromHex(digestOf(id)))
    const after = desk('ada', { database }).networks
    expect(await after.join(link, true)).toMatchObject({ id, active: true })
    expect(desk('ada', { database }).networks.active().network).toBe(id)
  })
})

describe('a network that is made', () => {
  test('has this device and those of the cards as validators, in that order, and is followed at once', async () => {
    const ada = desk('ada')
    const made = await ada.networks.make(draft({ cards: await cardsOf('bea', 'cleo'), tld: 'river' }))
    expect(made).toMatchObject({ label: 'River street', origin: 'made', active: true, tld: 'river', faults: 1 })
    expect(made.validators.map(({ peerId }) => peerId)).toEqual(['ada', 'bea', 'cleo'].map((name) => deviceOf(name).peerId))
    expect(made.validators.map(({ label, mine }) => [label, mine])).toEqual([['ada', true], ['bea', false], ['cleo', false]])
    expect(ada.used.map(({ genesis, label }) => [networkIdOf(networkOf(genesis)), label])).toEqual([[made.id, 'River street']])
    expect(ada.networks.hints(made.id).map(({ peerId }) => peerId)).toEqual(['bea', 'cleo'].map((name) => deviceOf(name).peerId))
  })

  test.each([[1, 0], [2, 0], [3, 1], [4, 1], [5, 2], [7, 3]])(
    'of %i validators lets %i be faulty, so that the others are more', async (n, faults) => {
      const cards = await cardsOf(...Array.from({ length: n - 1 }, (_, at) => `validator ${at}`))
      expect(await desk('ada').networks.make(draft({ cards }))).toMatchObject({ faults })
    },
  )

  test.each([
    [0, 500, 2_000], [1, 500, 2_000], [1, 1_000, 3_000], [2, 510, 2_500], [2, 50, 2_000], [1, 60_000, 180_000],
  ])('with %i faulty and rounds of %i ms has slots of %i ms', async (faults, roundMs, slotMs) => {
    const cards = await cardsOf('bea', 'cleo', 'dora', 'elin')
    expect(await desk('ada').networks.make(draft({ cards, faults, roundMs }))).toMatchObject({ faults, roundMs, slotMs })
  })

  test('may have several validators of which none may be faulty, and the log says what that means', async () => {
    const warnings: string[] = []
    const log = { ...silentLog, warn: (_fields: object, message: string) => void warnings.push(message) }
    const made = await desk('ada', { log }).networks.make(draft({ cards: await cardsOf('bea', 'cleo'), faults: 0 }))
    expect(made).toMatchObject({ faults: 0 })
    expect(warnings).toEqual(['a network was made in which any one validator certifies a block alone'])
  })

  test('is refused when more are faulty than others are left', async () => {
    const cards = await cardsOf('bea', 'cleo', 'dora')
    const made = desk('ada').networks.make(draft({ cards, faults: 2 }))
    await expect(made).rejects.toThrow('2 faulty validators need 5 at least, so that the others are more; this network has 4.')
  })

  test('is refused with the name of the card that is not good', async () => {
    const ada = desk('ada')
    const [bea = '', cleo = ''] = await cardsOf('bea', 'cleo')
    const { link: own } = await ada.networks.card()
    const make = (...cards: string[]) => ada.networks.make(draft({ cards }))
    await expect(make(bea, cleo, bea)).rejects.toThrow('Card 3, of bea, is of the same device as card 1.')
    await expect(make(bea, own)).rejects.toThrow(/^Card 2, of ada, is this device's own/)
    await expect(make(bea, `${cleo.slice(0, -4)}AAAA`)).rejects.toThrow(/^Card 2 was tampered with/)
    await expect(make('latch://network/AAAA')).rejects.toThrow(/^Card 1 is not the card of a validator/)
    await ada.clock.advance(30 * DAY + 1)
    await expect(make(bea)).rejects.toThrow(/^Card 1, of bea, is older than 30 days/)
    expect(ada.networks.list()).toHaveLength(1)
    expect(ada.used).toEqual([])
  })

  test('is known and not active where the ledger cannot go over to it, also after a restart', async () => {
    const ada = desk('ada', { use: () => Promise.reject(new LatchError('BUSY')) })
    const own = ada.networks.active().network
    await expect(ada.networks.make(draft())).rejects.toMatchObject({ code: 'BUSY' })
    expect(ada.networks.list().map(({ active }) => active)).toEqual([true, false])
    expect(desk('ada', { database: ada.database }).networks.active().network).toBe(own)
  })
})

describe('a card of this device', () => {
  test('says what it offers, with the addresses worth telling', async () => {
    const { networks, me } = desk('ada')
    const { link, card } = await networks.card()
    const addresses = ['/ip4/8.8.8.8/tcp/4001', '/ip4/192.168.1.2/tcp/4001']
    expect(card).toEqual({ peerId: me.peerId, label: 'ada', addresses, madeMs: NOW_MS, mine: true })
    expect(await networks.readCard(link)).toEqual(card)
    expect(await desk('bea').networks.readCard(link)).toEqual({ ...card, mine: false })
  })
})

describe('a link', () => {
  test('leads another device to the same network, with the label of its maker and where to ask', async () => {
    const [ada, bea] = [desk('ada'), desk('bea')]
    const made = await ada.networks.make(draft({ cards: await cardsOf('bea', 'cleo') }))
    const { link } = await ada.networks.link(made.id)
    const preview = await bea.networks.read(link)
    expect(NetworkPreview.safeParse(preview).success).toBe(true)
    expect(preview).toMatchObject({ id: made.id, label: 'River street', known: false, faults: 1, startMs: made.startMs })
    expect(bea.networks.list()).toHaveLength(1)

    const joined = await bea.networks.join(link, true)
    expect(joined).toMatchObject({ id: made.id, origin: 'link', active: true, label: 'River street' })
    expect(joined.validators.find(({ mine }) => mine)?.peerId).toBe(bea.me.peerId)
    expect(bea.used).toHaveLength(1)
    expect(bea.networks.hints(made.id).map(({ peerId }) => peerId)).toEqual([ada.me.peerId, deviceOf('cleo').peerId])
    expect(bea.networks.hints(made.id)[0]?.addresses).toEqual(['/ip4/8.8.8.8/tcp/4001', '/ip4/192.168.1.2/tcp/4001'])
    expect(await bea.networks.read(link)).toMatchObject({ known: true })
  })

  test('can make a network known without using it', async () => {
    const [ada, bea] = [desk('ada'), desk('bea')]
    const { link } = await ada.networks.link(ada.networks.active().network)
    expect(await bea.networks.join(link, false)).toMatchObject({ active: false, origin: 'link' })
    expect(bea.used).toEqual([])
  })

  test('to a network that is known keeps its label, and adds where to ask', async () => {
    const [ada, bea, cleo] = [desk('ada'), desk('bea'), desk('cleo')]
    const { id } = await ada.networks.make(draft())
    await bea.networks.join((await ada.networks.link(id)).link, true)
    bea.networks.rename(id, 'Theirs')
    await cleo.networks.join((await ada.networks.link(id)).link, true)
    const again = await bea.networks.join((await cleo.networks.link(id)).link, true)
    expect(again).toMatchObject({ label: 'Theirs', origin: 'link', active: true })
    expect(bea.networks.hints(id).map(({ peerId }) => peerId)).toEqual([cleo.me.peerId, ada.me.peerId])
    expect(bea.used).toHaveLength(1)
  })

  test('that is none changes nothing', async () => {
    const bea = desk('bea')
    await expect(bea.networks.join('latch://network/AAAA', true)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(bea.networks.link(nobodys)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(bea.networks.list()).toHaveLength(1)
  })

  test('to one network more than a device knows is refused in words', async () => {
    const ada = desk('ada')
    for (let made = 1; made < 64; made += 1) {
      await ada.clock.advance(1)
      await ada.networks.make(draft())
    }
    await ada.clock.advance(1)
    await expect(ada.networks.make(draft())).rejects.toThrow('This device knows 64 networks, and no more: forget one first.')
    expect(ada.networks.list()).toHaveLength(64)
  })
})

describe('the network in use', () => {
  test('is one of those known, and changes one at a time in the order that was asked', async () => {
    const gate = Promise.withResolvers<void>()
    const order: string[] = []
    const ada = desk('ada', {
      async use(_genesis, label) {
        order.push(`to ${label}`)
        await gate.promise
        order.push(`at ${label}`)
      },
    })
    const bea = desk('bea')
    const own = ada.networks.active().network
    const { id } = await ada.networks.join((await bea.networks.link(bea.networks.active().network)).link, false)
    ada.networks.rename(id, 'hers')
    ada.networks.rename(own, 'mine')
    const [there, back] = [ada.networks.use(id), ada.networks.use(own)]
    gate.resolve()
    expect(await there).toMatchObject({ id, active: true })
    expect(await back).toMatchObject({ id: own, active: true })
    expect(order).toEqual(['to hers', 'at hers', 'to mine', 'at mine'])
    expect(ada.networks.list().map(({ active }) => active)).toEqual([true, false])
    await expect(ada.networks.use(nobodys)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('shows how far its chain is that is stored here', () => {
    const { database, networks } = desk('ada')
    const { genesis, network } = networks.active()
    const { height, timestampMs } = oneBlock(database, genesis)
    expect(networks.list()).toMatchObject([{ id: network, height, headMs: timestampMs }])
  })
})

describe('a network that is forgotten', () => {
  test('is gone with its chain, and the others keep theirs', async () => {
    const { database, networks } = desk('ada')
    const { id } = await networks.make(draft())
    const made = networks.active().genesis
    await networks.use(networks.list()[0]?.id ?? nobodys)
    for (const genesis of [made, networks.active().genesis]) oneBlock(database, genesis)
    expect(storedHead(database, digestOf(id)).height).toBe(1)
    networks.forget(id)
    expect(networks.list()).toHaveLength(1)
    expect(storedHead(database, digestOf(id))).toEqual({ height: 0, headMs: null })
    expect(storedHead(database, digestOf(networks.active().network)).height).toBe(1)
    for (const table of ['ledger_networks', 'ledger_blocks', 'networks']) {
      expect(database.prepare<[], { count: number }>(`SELECT count(*) AS count FROM ${table}`).get()?.count).toBe(1)
    }
    expect(() => networks.forget(id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  })

  test('is not the one in use, nor the last of one’s own', async () => {
    const { networks } = desk('ada')
    const own = networks.active().network
    expect(() => networks.forget(own)).toThrow('“Network of ada” is the network in use: use another one first.')
    const { id } = await networks.make(draft())
    expect(() => networks.forget(own)).toThrow(expect.objectContaining({ code: 'CONFLICT' }))
    expect(() => networks.forget(id)).toThrow('“River street” is the network in use: use another one first.')
    expect(networks.list()).toHaveLength(2)
  })

  test('is not the one to which the ledger is just going over', async () => {
    const gate = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const ada = desk('ada', {
      async use() {
        begun.resolve()
        await gate.promise
      },
    })
    const making = ada.networks.make(draft())
    await begun.promise
    const made = ada.networks.list()[1]?.id ?? nobodys
    expect(() => ada.networks.forget(made)).toThrow(expect.objectContaining({ code: 'CONFLICT' }))
    gate.resolve()
    expect(await making).toMatchObject({ id: made, active: true })
  })
})

describe('an invitation that was used', () => {
  test('makes the network of the inviter the one in use, where one’s own is empty', async () => {
    const bea = desk('bea')
    const { id } = await bea.networks.make(draft())
    const ada = desk('ada', { fetchGenesis: tellsGenesis(bea) })
    const joined = await ada.networks.invited(id, 'Hers', bea.me.peerId)
    expect(joined).toMatchObject({ id, label: 'Hers', origin: 'invitation', active: true })
    expect(ada.networks.hints(id)).toEqual([{ peerId: bea.me.peerId, addresses: [] }])
    expect(ada.used).toHaveLength(1)
  })

  test('makes it known alone, where something of one’s own stands in one’s own network', async () => {
    const bea = desk('bea')
    const { id } = await bea.networks.make(draft())
    const ada = desk('ada', { fetchGenesis: tellsGenesis(bea), isEmptyOfMine: () => false })
    expect(await ada.networks.invited(id, 'Hers', bea.me.peerId)).toMatchObject({ active: false })
    expect(ada.used).toEqual([])
  })

  test('makes it known alone, where another network is in use that was chosen', async () => {
    const bea = desk('bea')
    const { id } = await bea.networks.make(draft())
    const ada = desk('ada', { fetchGenesis: tellsGenesis(bea) })
    await ada.networks.make(draft({ label: 'Ours' }))
    expect(await ada.networks.invited(id, 'Hers', bea.me.peerId)).toMatchObject({ active: false })
    expect(ada.networks.active().label).toBe('Ours')
  })

  test('asks for nothing where the network is known, and changes neither its label nor the one in use', async () => {
    const bea = desk('bea')
    const { id } = await bea.networks.make(draft())
    const ada = desk('ada')
    await ada.networks.join((await bea.networks.link(id)).link, false)
    expect(await ada.networks.invited(id, 'Hers', bea.me.peerId)).toMatchObject({ label: 'River street', active: false })
    expect(ada.networks.hints(id)[0]?.addresses.length).toBeGreaterThan(0)
  })

  test('leads nowhere where their device tells the rules of another network, or does not answer', async () => {
    const bea = desk('bea')
    const { id } = await bea.networks.make(draft())
    const liar = desk('ada', { fetchGenesis: async () => encodeGenesis(ownGenesis({ key: person('x').account, label: 'x' }, 1)) })
    await expect(liar.networks.invited(id, 'Hers', bea.me.peerId)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    const away = desk('ada')
    await expect(away.networks.invited(id, 'Hers', bea.me.peerId)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect([liar, away].map(({ networks }) => networks.list().length)).toEqual([1, 1])
  })

  test('leads nowhere where what they call a network is none that could be followed', async () => {
    const busy = encodeGenesis({ ...ownGenesis({ key: person('x').account, label: 'x' }, 1), slotMs: 20, roundMs: 10 })
    const none = new Uint8Array([0xa0])
    for (const bytes of [busy, none]) {
      const ada = desk('ada', { fetchGenesis: async () => bytes })
      const invited = ada.networks.invited(idOf(bytes), 'Hers', deviceOf('bea').peerId)
      await expect(invited).rejects.toThrow(/^The network of this invitation cannot be joined: /)
      expect(ada.networks.list()).toHaveLength(1)
    }
  })
})

test('whoever watches sees what is known, and each change', async () => {
  const { networks } = desk('ada', { database: openMemoryDatabase() })
  const stop = new AbortController()
  const watching = networks.watch(stop.signal)[Symbol.asyncIterator]()
  expect((await watching.next()).value).toMatchObject({ kind: 'snapshot', snapshot: [{ origin: 'own', active: true }] })
  const { id } = await networks.make(draft())
  const own = networks.list()[0]?.id ?? nobodys
  await networks.use(own)
  networks.forget(id)
  const events = []
  for (let count = 0; count < 6; count += 1) events.push((await watching.next()).value)
  expect(events).toMatchObject([
    { event: { event: 'network-changed', network: { id, active: false } } },
    { event: { event: 'network-changed', network: { id: own, active: false } } },
    { event: { event: 'network-changed', network: { id, active: true } } },
    { event: { event: 'network-changed', network: { id, active: false } } },
    { event: { event: 'network-changed', network: { id: own, active: true } } },
    { event: { event: 'network-forgotten', id } },
  ])
  stop.abort()
})
