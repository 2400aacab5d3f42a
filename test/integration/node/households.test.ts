import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { HOUR } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold, openNode, type HouseholdOptions, type OpenHousehold } from '../../helpers/households.ts'

const toClose: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close()
})

async function house(options: HouseholdOptions & { name: string }): Promise<OpenHousehold> {
  const opened = await openHousehold(options)
  toClose.push(() => opened.close())
  return opened
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'latch-test-'))
  toClose.push(() => rm(path, { recursive: true, force: true }))
  return path
}

const isContact = (here: OpenHousehold, there: OpenHousehold): boolean => here.contacts.isContact(there.me.account)

async function invited(host: OpenHousehold, guest: OpenHousehold): Promise<void> {
  const { link } = await host.peers.invite(HOUR)
  await guest.peers.connect(link)
  await eventually('both are contacts', () => isContact(host, guest) && isContact(guest, host))
}

const texts = (here: OpenHousehold, there: OpenHousehold): string[] => {
  const { id } = here.chat.open(there.me.account)
  return here.chat.messages(id, {}, 100).messages.map(({ text }) => text)
}

async function say(from: OpenHousehold, to: OpenHousehold, text: string): Promise<void> {
  await from.chat.send(from.chat.open(to.me.account).id, { text })
}

const hears = (who: OpenHousehold, from: OpenHousehold, text: string) =>
  eventually(`${who.me.name} hears “${text}”`, () => texts(who, from).includes(text))

describe('two people', () => {
  test('become contacts by one invitation, without a question, and talk both ways', async () => {
    const [bea, al] = [await house({ name: 'Bea' }), await house({ name: 'Al' })]
    await invited(bea, al)
    expect(bea.door.pending()).toEqual([])
    expect(al.contacts.get(bea.me.account)).toMatchObject({ claimedName: 'Bea', petname: 'Bea' })
    await say(al, bea, 'hello')
    await say(bea, al, 'hello yourself')
    await hears(bea, al, 'hello')
    await hears(al, bea, 'hello yourself')
  })

  test('become contacts by an address, a knock and an answer', async () => {
    const [bea, al] = [await house({ name: 'Bea' }), await house({ name: 'Al' })]
    const { peerId } = await al.peers.connect(bea.address)
    await al.door.knock({ peerId }, 'contact', 'It is me')
    const knock = await eventually('a knock at Bea’s', () => bea.door.pending()[0])
    expect(knock).toMatchObject({ account: al.me.account, claimedName: 'Al', greeting: 'It is me' })
    expect(isContact(bea, al)).toBe(false)
    bea.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
    await eventually('both are contacts', () => isContact(bea, al) && isContact(al, bea))
    await say(al, bea, 'thanks')
    await hears(bea, al, 'thanks')
  })

  test('stay strangers when the answer is no', async () => {
    const [bea, al] = [await house({ name: 'Bea' }), await house({ name: 'Al' })]
    const { peerId } = await al.peers.connect(bea.address)
    await al.door.knock({ peerId }, 'contact', '')
    const knock = await eventually('a knock', () => bea.door.pending()[0])
    bea.door.answer(knock.id, { verdict: 'deny', until: 'once' })
    await eventually('the knock is denied', () => al.door.sent()[0]?.state === 'denied')
    expect(isContact(bea, al) || isContact(al, bea)).toBe(false)
    await say(al, bea, 'psst')
    const { waitingFor } = await eventually('it waits for the door', () =>
      al.chat.conversations().find((one) => one.waitingFor === 'door'),
    )
    expect(waitingFor).toBe('door')
    expect(texts(bea, al)).toEqual([])
  })

  test('see each other in the list of peers, with who they are, how they are reached and how far it is', async () => {
    const [bea, al] = [await house({ name: 'Bea' }), await house({ name: 'Al' })]
    await al.peers.connect(bea.address)
    const peer = await eventually('Al is known to Bea', () => {
      const known = bea.peers.list().find(({ account }) => account === al.me.account)
      return known?.rttMs == null || known.agent === null ? null : known
    })
    expect(peer).toMatchObject({ state: 'connected', route: 'local', transport: 'tcp', foundBy: ['inbound'] })
    expect(peer.agent).toMatch(/^latch\/\d+\.\d+\.\d+$/)
    expect(peer.protocols).toContain('/latch/knock/1.0.0')
    expect(bea.contacts.get(al.me.account)).toMatchObject({ petname: null, claimedName: 'Al' })
  })
})

describe('an invitation', () => {
  test('opens the door once: whoever brings it second has to knock', async () => {
    const [bea, al, eve] = [await house({ name: 'Bea' }), await house({ name: 'Al' }), await house({ name: 'Eve' })]
    const { link } = await bea.peers.invite(HOUR)
    await al.peers.connect(link)
    await eventually('Al is a contact', () => isContact(bea, al))
    await eve.peers.connect(link)
    await eventually('Eve’s knock came to something', () => eve.door.sent().some(({ state }) => state !== 'sending'))
    expect(isContact(bea, eve)).toBe(false)
  })

  test('of somebody who is away says so, and is good later', async () => {
    const dataFolder = await folder()
    const al = await house({ name: 'Al' })
    const early = await openHousehold({ name: 'Bea', dataFolder })
    const { link } = await early.peers.invite(HOUR)
    await early.close()
    await expect(al.peers.connect(link)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    const bea = await house({ name: 'Bea', dataFolder })
    await al.peers.connect(link)
    await eventually('both are contacts', () => isContact(bea, al) && isContact(al, bea))
  })

  test('is not for oneself', async () => {
    const bea = await house({ name: 'Bea' })
    const { link } = await bea.peers.invite(HOUR)
    await expect(bea.peers.connect(link)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })
})

describe('after a restart', () => {
  test('the account, its address, its contacts and what was said are there, and the two find each other', async () => {
    const dataFolder = await folder()
    const al = await house({ name: 'Al' })
    const before = await openHousehold({ name: 'Bea', dataFolder })
    await invited(before, al)
    await say(al, before, 'one')
    await hears(before, al, 'one')
    await before.close()
    await eventually('Al sees her leave', () => al.peers.list().every(({ state }) => state !== 'connected'))

    const bea = await house({ name: 'somebody else', dataFolder })
    expect(bea.me).toMatchObject({ account: before.me.account, peerId: before.me.peerId, name: 'Bea' })
    expect(bea.address).toBe(before.address)
    expect(isContact(bea, al)).toBe(true)
    expect(texts(bea, al)).toEqual(['one'])
    await eventually('they are connected again', () => bea.node.status().connections > 0)
    await say(al, bea, 'two')
    await hears(bea, al, 'two')
  })

  test('what was written to somebody who was away is delivered, also when the writer restarted meanwhile', async () => {
    const [beas, als] = [await folder(), await folder()]
    const before = await openHousehold({ name: 'Bea', dataFolder: beas })
    const writer = await openHousehold({ name: 'Al', dataFolder: als })
    await invited(before, writer)
    await before.close()
    await say(writer, before, 'when you are back')
    await writer.close()

    const al = await house({ name: 'Al', dataFolder: als })
    const bea = await house({ name: 'Bea', dataFolder: beas })
    await hears(bea, al, 'when you are back')
  })
})

test('two who dial each other in the same moment end up with one connection, over which they talk', async () => {
  const [bea, al] = [await house({ name: 'Bea' }), await house({ name: 'Al' })]
  await Promise.all([bea.peers.connect(al.address), al.peers.connect(bea.address)])
  const { link } = await bea.peers.invite(HOUR)
  await al.peers.connect(link)
  await eventually('both are contacts', () => isContact(bea, al) && isContact(al, bea))
  await eventually('one connection is left', () => [bea, al].every(({ node }) => node.status().connections === 1))
  await say(al, bea, 'only one of us')
  await say(bea, al, 'needs to call')
  await hears(bea, al, 'only one of us')
  await hears(al, bea, 'needs to call')
  expect(bea.peers.list().map(({ state }) => state)).toEqual(['connected'])
})

test('who is blocked is cut off, cannot come back, and is let in again when unblocked', async () => {
  const [bea, al] = [await house({ name: 'Bea' }), await house({ name: 'Al' })]
  await invited(bea, al)
  bea.door.block(al.me.account, true)
  await eventually('Al is out', () => bea.node.status().connections === 0)
  expect(bea.contacts.get(al.me.account)?.blocked).toBe(true)
  await al.peers.connect(bea.address).catch(() => {})
  await eventually('Al is out again', () => bea.node.status().connections === 0)

  bea.door.block(al.me.account, false)
  await bea.peers.connect(al.address)
  await say(bea, al, 'sorry')
  await hears(al, bea, 'sorry')
})

describe('a node without an account', () => {
  test('waits for one; whoever hears that there is one can ask its household the same moment', async () => {
    const { node, close } = await openNode()
    toClose.push(close)
    expect(node.status()).toMatchObject({ phase: 'no-account', peerId: null, listening: [] })
    expect(() => node.household()).toThrow(expect.objectContaining({ code: 'NO_ACCOUNT' }))

    const heard = (async () => {
      for await (const item of node.identity.watch()) {
        if (item.kind === 'event') return { identity: item.event.identity, people: node.household().contacts.list() }
      }
      return null
    })()
    const me = await node.identity.create('Bea')
    expect(await heard).toEqual({ identity: { state: 'ready', me }, people: [] })
    expect(node.status()).toMatchObject({ phase: 'running', peerId: me.peerId })
  })

  test('whose household does not start says why, and does not ask for another account', async () => {
    const { node, dataFolder, close } = await openNode()
    toClose.push(close)
    await mkdir(join(dataFolder, 'latch.db'))
    await expect(node.identity.create('Bea')).rejects.toThrow()
    expect(node.status().phase).toBe('locked')
    expect(node.identity.current()).toMatchObject({ state: 'locked' })
    expect(() => node.household()).toThrow(expect.objectContaining({ code: 'LOCKED' }))
  })

  test('restores one from its recovery phrase: another device of the same account', async () => {
    const bea = await house({ name: 'Bea' })
    const { node, close } = await openNode()
    toClose.push(close)
    const me = await node.identity.restore('Bea', bea.node.identity.phrase().join(' '))
    expect(me.account).toBe(bea.me.account)
    expect(me.peerId).not.toBe(bea.me.peerId)
    expect(node.household().peers.reachability().listening).not.toEqual([])
  })
})

describe('a data folder', () => {
  test('belongs to one process at a time', async () => {
    const { dataFolder } = await house({ name: 'Bea' })
    await expect(openNode({ dataFolder })).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  test('with keys that cannot be opened gives a node that says so, and changes nothing', async () => {
    const dataFolder = await folder()
    await (await openHousehold({ name: 'Bea', dataFolder })).close()
    await writeFile(join(dataFolder, 'key'), Buffer.alloc(32, 7))
    const { node, close } = await openNode({ dataFolder })
    toClose.push(close)
    expect(node.status().phase).toBe('locked')
    expect(() => node.household()).toThrow(expect.objectContaining({ code: 'LOCKED' }))
    await expect(node.identity.create('Mallory')).rejects.toMatchObject({ code: 'LOCKED' })
  })

  test('with a damaged database is refused with its name, left as it is, and free again', async () => {
    const dataFolder = await folder()
    await (await openHousehold({ name: 'Bea', dataFolder })).close()
    const database = join(dataFolder, 'latch.db')
    await writeFile(database, Buffer.alloc(8_192, 1))
    for (let times = 0; times < 2; times += 1) {
      await expect(openNode({ dataFolder })).rejects.toThrow(database)
    }
  })

  test('whose database is gone begins a new one, and says what that means', async () => {
    const dataFolder = await folder()
    const first = await openHousehold({ name: 'Bea', dataFolder })
    expect(first.node.status().warnings).toEqual([])
    await first.close()
    await rm(join(dataFolder, 'latch.db'))
    const bea = await house({ name: 'Bea', dataFolder })
    expect(bea.node.status().warnings).toEqual([expect.stringContaining('latch.db was not there')])
  })

  test('with a damaged peer store opens with a new one, keeps the old one, and says so', async () => {
    const dataFolder = await folder()
    await (await openHousehold({ name: 'Bea', dataFolder })).close()
    await writeFile(join(dataFolder, 'datastore', 'CURRENT'), 'nonsense')
    const bea = await house({ name: 'Bea', dataFolder })
    expect(bea.node.status().warnings).toEqual([expect.stringContaining('datastore.damaged-')])
    expect(await readdir(dataFolder)).toContainEqual(expect.stringContaining('datastore.damaged-'))
  })
})

test('stopping twice is stopping once, and what waits for it is told', async () => {
  const bea = await openHousehold({ name: 'Bea' })
  const stopped = bea.node.stopped.then(() => 'stopped')
  const [first, second] = [bea.node.stop(), bea.node.stop()]
  expect(bea.node.status().phase).toBe('stopping')
  await Promise.all([first, second, bea.close()])
  expect(await stopped).toBe('stopped')
})

test('a contact who is forgotten is a stranger again, and has to knock', async () => {
  const [bea, al] = [await house({ name: 'Bea' }), await house({ name: 'Al' })]
  await invited(bea, al)
  await say(al, bea, 'before')
  await hears(bea, al, 'before')
  bea.contacts.forget(al.me.account)
  await eventually('no rule lets Al in', () => bea.door.rules().every(({ verdict }) => !verdict.startsWith('allow')))
  await say(al, bea, 'after')
  const waits = () => al.chat.conversations().some(({ waitingFor }) => waitingFor === 'door')
  await eventually('it waits for the door', waits)
  expect(texts(bea, al)).toEqual(['before'])
})

test('a bootstrap peer is connected from the start, and again when it comes back', async () => {
  const dataFolder = await folder()
  const first = await openHousehold({ name: 'Bea', dataFolder })
  const al = await house({ name: 'Al', bootstrap: [first.address] })
  await eventually('Al is connected', () => al.node.status().connections === 1)
  await first.close()
  await eventually('Al is alone', () => al.peers.list().some(({ state }) => state === 'waiting'))
  await house({ name: 'Bea', dataFolder })
  await eventually('Al is connected again', () => al.node.status().connections === 1)
})

test('a person who disconnects somebody is not dialled back by this side', async () => {
  const [bea, al] = [await house({ name: 'Bea' }), await house({ name: 'Al' })]
  await invited(bea, al)
  al.peers.keepAlive(bea.me.account, false)
  const peer = await bea.peers.disconnect(al.me.peerId)
  expect(peer).toMatchObject({ state: 'away', nextDialMs: null })
})
