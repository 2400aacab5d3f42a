import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/main/features/introduction/index.ts'
import type { IntroducerConfig } from '../../../src/main/node/introducer-config.ts'
import { MiB, MINUTE } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold, type OpenHousehold } from '../../helpers/households.ts'

/*
 * Whole nodes that nobody can dial, and the introducers by which they meet all the same.
 */

const open: OpenHousehold[] = []

afterEach(async () => {
  for (const household of open.splice(0).toReversed()) await household.close()
})

const introducing: IntroducerConfig = {
  name: 'The Crossroads',
  announce: [],
  stun: [{ address: '127.0.0.1', port: 0 }, { address: '127.0.0.1', port: 0 }],
  limits: DEFAULT_LIMITS,
  lists: { allow: [], deny: [] },
  maxConnections: 1_000,
  introducers: [],
}

async function introducer(over: Partial<IntroducerConfig> = {}, dataFolder?: string): Promise<OpenHousehold> {
  const options = { introducer: { ...introducing, ...over }, ...(dataFolder === undefined ? {} : { dataFolder }) }
  const household = await openHousehold({ name: 'The Crossroads', ...options })
  open.push(household)
  return household
}

/** Behind a router that lets nobody in: it listens nowhere. */
async function hidden(name: string, ...introducers: readonly string[]): Promise<OpenHousehold> {
  const household = await openHousehold({ name, listen: [], introducers })
  open.push(household)
  return household
}

async function close(household: OpenHousehold): Promise<void> {
  open.splice(open.indexOf(household), 1)
  await household.close()
}

function stateOf({ peers }: OpenHousehold, other: OpenHousehold): string | undefined {
  return peers.list().find(({ peerId }) => peerId === other.me.peerId)?.state
}

function placesOf({ reach }: OpenHousehold): number {
  return reach.connectivity().introducers.filter(({ reservation }) => reservation.state === 'held').length
}

async function becomeContacts(host: OpenHousehold, guest: OpenHousehold): Promise<void> {
  await eventually('a place', () => placesOf(host) > 0)
  const { link } = await host.peers.invite(60 * MINUTE)
  await guest.peers.connect(link)
}

function textsWith({ chat }: OpenHousehold, other: OpenHousehold): string[] {
  const { id } = chat.open(other.me.account)
  return chat.messages(id, {}, 1_000).messages.map(({ text }) => text)
}

test('whoever says garbage to an introducer, or nothing, is counted, and the others are served', async () => {
  const crossroads = await introducer()
  const [, , , , port] = crossroads.address.split('/')
  for (const said of ['GET / HTTP/1.1\r\n\r\n', '\u0000'.repeat(70_000), '']) {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    socket.end(said)
    await new Promise<void>((resolve) => socket.on('close', () => resolve()))
  }
  const refused = () => crossroads.introduction.status().refused['arrive-unfinished']
  await eventually('all three to be counted', () => refused() === 3)
  const ana = await hidden('Ana', await crossroads.introduction.link())
  await eventually('a place', () => placesOf(ana) === 1)
  expect(refused()).toBe(3)
})

describe('two who cannot be dialled', () => {
  test('become contacts by an invitation that leads through an introducer, and talk', async () => {
    const crossroads = await introducer()
    const link = await crossroads.introduction.link()
    const ana = await hidden('Ana', link)
    const bea = await hidden('Bea')
    await becomeContacts(ana, bea)

    await bea.chat.send(bea.chat.open(ana.me.account).id, { text: 'through the crossroads' })
    await eventually('a message', () => textsWith(ana, bea).includes('through the crossroads'))
    const [route] = bea.peers.list().filter(({ peerId }) => peerId === ana.me.peerId)
    expect(route).toMatchObject({ state: 'connected', route: 'relayed', transport: 'relay' })
    expect(route?.fuel).toMatchObject({ through: crossroads.me.peerId, dataBytes: DEFAULT_LIMITS.strangers.dataBytes })
    // An introducer has an account too, and is nobody to talk with.
    expect(bea.contacts.list().map(({ account }) => account)).toEqual([ana.me.account])
    // The invitation brought the introducer with it.
    await eventually('a place of the guest too', () => placesOf(bea) > 0)
    expect(bea.reach.connectivity().introducers).toMatchObject([{ name: 'The Crossroads', origin: 'invitation' }])
  })

  test('carry more than a circuit may, in order, with nothing lost or doubled', async () => {
    const limit = { durationMs: 5 * MINUTE, dataBytes: MiB }
    const crossroads = await introducer({ limits: { ...DEFAULT_LIMITS, strangers: limit } })
    const link = await crossroads.introduction.link()
    const ana = await hidden('Ana', link)
    const bea = await hidden('Bea', link)
    await becomeContacts(ana, bea)

    const { id } = bea.chat.open(ana.me.account)
    const texts = Array.from({ length: 200 }, (_, n) => `${n} ${'x'.repeat(16_000)}`)
    for (const text of texts) await bea.chat.send(id, { text })
    await eventually('all of them', () => textsWith(ana, bea).length >= texts.length, { withinMs: 30_000, everyMs: 100 })
    expect(textsWith(ana, bea)).toEqual(texts)
  })

  test('find each other again when the introducer went, and is back with the key it had', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'latch-test-'))
    const crossroads = await introducer({}, dataFolder)
    const link = await crossroads.introduction.link()
    const ana = await hidden('Ana', link)
    const bea = await hidden('Bea', link)
    await becomeContacts(ana, bea)
    await close(crossroads)
    await eventually('Ana to be away', () => stateOf(bea, ana) !== 'connected')
    const { id } = bea.chat.open(ana.me.account)
    await bea.chat.send(id, { text: 'written meanwhile' })

    const again = await introducer({}, dataFolder)
    expect(again.me.peerId).toBe(crossroads.me.peerId)
    await eventually('the message', () => textsWith(ana, bea).includes('written meanwhile'), { withinMs: 30_000 })
    await close(again)
    await rm(dataFolder, { recursive: true, force: true })
  })

  test('go on through the second introducer when the one between them dies', async () => {
    const both = [await introducer(), await introducer()]
    const links = await Promise.all(both.map(({ introduction }) => introduction.link()))
    const ana = await hidden('Ana', ...links)
    const bea = await hidden('Bea', ...links)
    await becomeContacts(ana, bea)
    await eventually('places at both', () => placesOf(ana) === 2 && placesOf(bea) === 2)
    const through = ana.peers.list().find(({ peerId }) => peerId === bea.me.peerId)?.fuel?.through
    const carrier = both.find(({ me }) => me.peerId === through)
    if (carrier === undefined) throw new Error('carried by neither')
    await close(carrier)

    await ana.chat.send(ana.chat.open(bea.me.account).id, { text: 'by the other way' })
    await eventually('the message', () => textsWith(bea, ana).includes('by the other way'), { withinMs: 20_000 })
  })

  test('move before an introducer goes that says so', async () => {
    const both = [await introducer(), await introducer()]
    const links = await Promise.all(both.map(({ introduction }) => introduction.link()))
    const ana = await hidden('Ana', ...links)
    const bea = await hidden('Bea', ...links)
    await becomeContacts(ana, bea)
    await eventually('places at both', () => placesOf(ana) === 2 && placesOf(bea) === 2)
    const carrying = (): string | undefined => ana.peers.list().find(({ peerId }) => peerId === bea.me.peerId)?.fuel?.through
    const carrier = both.find(({ me }) => me.peerId === carrying())
    if (carrier === undefined) throw new Error('carried by neither')

    // Longer than this test may take: it ends because everybody went.
    const drained = carrier.introduction.drain(10 * MINUTE)
    await eventually('another to carry', () => carrying() !== undefined && carrying() !== carrier.me.peerId, { withinMs: 20_000 })
    expect(stateOf(ana, bea)).toBe('connected')
    await drained
    expect(stateOf(ana, bea)).toBe('connected')
    expect(carrier.introduction.status()).toMatchObject({ draining: true, circuits: 0 })
    await eventually('nobody to be registered', () => carrier.introduction.status().registrations === 0)
  })
})

test('a contact may use any device as an introducer, by a rule of its door', async () => {
  const desk = await openHousehold({ name: 'Desk' })
  open.push(desk)
  const ana = await openHousehold({ name: 'Ana' })
  open.push(ana)
  const { link } = await desk.peers.invite(60 * MINUTE)
  await ana.peers.connect(link)
  await ana.reach.addIntroducer(desk.address)
  await eventually('a no', () => ana.reach.connectivity().introducers.some(({ lastError }) => lastError !== null))
  expect(placesOf(ana)).toBe(0)

  const rule = { who: { kind: 'contact' }, capability: 'relay', verdict: 'allow', until: { kind: 'forever' } } as const
  desk.door.addRule({ ...rule, priority: 0, note: '' }, 'person')
  await ana.reach.check()
  await eventually('a place', () => placesOf(ana) === 1, { withinMs: 30_000 })
  expect(desk.introduction.status()).toMatchObject({ serving: true, reservations: 1 })
})

test('an introducer behind a router tells the addresses of its configuration, and no others', async () => {
  const outside = '/ip4/5.5.5.5/tcp/4100'
  const crossroads = await introducer({ announce: [outside] })
  const ana = await hidden('Ana')
  const card = await ana.reach.readIntroducer(await crossroads.introduction.link())
  expect(card).toMatchObject({ addresses: [outside], peerId: crossroads.me.peerId })
  expect(card.stun.map((one) => one.split(':')[0])).toEqual(['5.5.5.5', '5.5.5.5'])
  // What identify says, and what the places that it gives are made of.
  expect(crossroads.peers.reachability().listening).toEqual([`${outside}/p2p/${crossroads.me.peerId}`])
})
