import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../../../src/main/platform/database.ts'
import type { Guard } from '../../../src/main/platform/streams.ts'
import { CHAT_TERMS } from '../../../src/main/protocols/chat/index.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { messagesWith, textsWith } from '../../unit/chat/household.ts'
import { People, type Device } from '../../unit/chat/people.ts'
import { AddressBook, realHome, type RealHome, type RealHomeOptions } from './real-node.ts'

const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function world() {
  const people = new People()
  const book = new AddressBook()
  const at = async (device: Device, options: Partial<RealHomeOptions> = {}): Promise<RealHome> => {
    const home = await realHome(device, { proofs: people, book, ...options })
    closing.push(() => home.close())
    return home
  }
  return { people, book, at }
}

async function two(options: Partial<RealHomeOptions> = {}) {
  const around = await world()
  const a = await around.at(await around.people.person(), options)
  const b = await around.at(await around.people.person(), options)
  return { ...around, a, b, conversation: a.chat.open(b.device.account).id }
}

function settled(from: RealHome, to: RealHome): Promise<unknown> {
  return eventually('everything delivered', () => from.chat.open(to.device.account).waiting === 0, { withinMs: 30_000 })
}

function chatStreams({ node }: RealHome): number {
  const streams = node.libp2p.getConnections().flatMap((connection) => connection.streams)
  return streams.filter(({ protocol }) => protocol === CHAT_TERMS.protocol).length
}

describe.each(['tcp', 'memory'] as const)('two nodes over %s', (transport) => {
  test('chat both ways over one stream', async () => {
    const { a, b, conversation } = await two({ transport })
    for (const [from, to] of [[a, b], [b, a]] as const) {
      await from.chat.send(conversation, { text: `from ${from.device.peerId}` })
      await settled(from, to)
    }
    expect(textsWith(a, b.device.account)).toEqual(textsWith(b, a.device.account))
    expect(chatStreams(a)).toBe(1)
  })

  test('that open at the same time lose nothing and end with one stream', async () => {
    const { a, b, conversation } = await two({ transport })
    b.chat.open(a.device.account)
    await a.node.libp2p.dial(b.node.libp2p.getMultiaddrs())
    const count = 50
    const say = ({ chat, device }: RealHome) =>
      Array.from({ length: count }, (_, index) => chat.send(conversation, { text: `${device.peerId} ${index}` }))
    await Promise.all([...say(a), ...say(b)])
    await settled(a, b)
    await settled(b, a)
    expect(messagesWith(a, b.device.account)).toHaveLength(2 * count)
    expect(messagesWith(b, a.device.account)).toHaveLength(2 * count)
    await eventually('one stream', () => chatStreams(a) === 1)
    expect([...a.offences, ...b.offences]).toEqual([])
  })
})

describe('a message written while the other is away', () => {
  test('is delivered when they are back, also after both were restarted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latch-chat-'))
    closing.push(() => rm(folder, { recursive: true }))
    const key = new Uint8Array(32).fill(9)
    const { people, at } = await world()
    const [alice, bea] = [await people.person(), await people.person()]
    const boot = async (device: Device, name: string): Promise<RealHome> => {
      const database = openDatabase(join(folder, name), key)
      closing.push(async () => database.close())
      return at(device, { database })
    }
    const a = await boot(alice, 'a.db')
    const { id } = a.chat.open(bea.account)
    const sent = await a.chat.send(id, { text: 'written before' })
    await eventually('the first try', () => a.chat.conversations()[0]?.waitingFor === 'peer')
    await a.close()
    const again = await boot(alice, 'a.db')
    const b = await boot(bea, 'b.db')
    again.chat.wake(bea.account)
    await settled(again, b)
    expect(messagesWith(b, alice.account)).toMatchObject([{ id: sent.id, text: 'written before' }])
    await b.close()
    const restarted = await boot(bea, 'b.db')
    expect(textsWith(restarted, alice.account)).toEqual(['written before'])
    await again.chat.send(id, { text: 'written after' })
    await settled(again, restarted)
    expect(textsWith(restarted, alice.account)).toEqual(['written before', 'written after'])
  })

  test('waits for the door, and goes when it opens', async () => {
    const { people, at } = await world()
    let open = false
    const guard: Guard = () => {
      return open ? { verdict: 'allow', why: 'a test' } : { verdict: 'refuse', code: 'knock-first', why: 'a test' }
    }
    const a = await at(await people.person())
    const b = await at(await people.person(), { guard })
    await a.chat.send(a.chat.open(b.device.account).id, { text: 'may I?' })
    await eventually('the refusal', () => a.chat.conversations()[0]?.waitingFor === 'door')
    open = true
    a.chat.wake(b.device.account)
    await settled(a, b)
  })
})

test('a backlog of 10,000 messages arrives whole and in order', async () => {
  const { a, b, book, conversation } = await two({ transport: 'tcp' })
  book.remove(b.device)
  const texts = Array.from({ length: 10_000 }, (_, index) => `message ${index}`)
  await Promise.all(texts.map((text) => a.chat.send(conversation, { text })))
  book.put(b.device, b.addresses())
  a.chat.wake(b.device.account)
  await settled(a, b)
  expect(textsWith(b, a.device.account)).toEqual(texts)
  expect(b.chat.open(a.device.account).unread).toBe(10_000)
  expect(messagesWith(a, b.device.account).every(({ state }) => state === 'delivered')).toBe(true)
})

test('a connection cut in the middle of a backlog loses and doubles nothing', async () => {
  const { a, b, book, conversation } = await two({ transport: 'tcp' })
  book.remove(b.device)
  const texts = Array.from({ length: 3_000 }, (_, index) => `${index} ${'x'.repeat(500)}`)
  await Promise.all(texts.map((text) => a.chat.send(conversation, { text })))
  book.put(b.device, b.addresses())
  for (let cut = 0; cut < 4; cut++) {
    const before = b.chat.open(a.device.account).unread
    a.chat.wake(b.device.account)
    await eventually('some of it', () => b.chat.open(a.device.account).unread > before)
    for (const connection of a.node.libp2p.getConnections()) connection.abort(new Error('cut by the test'))
  }
  a.chat.wake(b.device.account)
  await settled(a, b)
  expect(textsWith(b, a.device.account)).toEqual(texts)
  expect([...a.offences, ...b.offences]).toEqual([])
})

describe('a bad peer', () => {
  test('that sends a frame larger than the protocol has is cut, and it costs', async () => {
    const { a, b } = await two()
    await a.node.libp2p.dial(b.node.libp2p.getMultiaddrs())
    const raw = await a.node.streams.open(b.device.peerId, { ...CHAT_TERMS, maxFrameBytes: 4 * 1024 * 1024 })
    await raw.write(new Uint8Array(600 * 1024)).catch(() => {})
    expect(await raw.over).toMatchObject({ how: 'cut' })
    await eventually('the offence', () => b.node.offences.length > 0)
  })

  test('that stops in the middle of a frame is cut after ten seconds of saying nothing', async () => {
    const clock = new FakeClock()
    const { people, at } = await world()
    const a = await at(await people.person())
    const b = await at(await people.person(), { parts: { clock } })
    await a.node.libp2p.dial(b.node.libp2p.getMultiaddrs())
    const connection = a.node.libp2p.getConnections()[0] ?? expect.fail('no connection')
    const stream = await connection.newStream(CHAT_TERMS.protocol)
    stream.send(new Uint8Array([0, 0, 1, 0, 1, 2, 3]))
    const gone = new Promise((resolve) => stream.addEventListener('close', resolve))
    const served = (): boolean => chatStreams(b) > 0
    await eventually('the stream to be served', served)
    await eventually('the cut', async () => {
      await clock.advance(1_000)
      return !served()
    })
    await gone
  })

  test('that opens one stream after the other holds one, and its last one works', async () => {
    const { people, at } = await world()
    const b = await at(await people.person())
    const guest = await at(await people.person())
    await guest.node.libp2p.dial(b.node.libp2p.getMultiaddrs())
    for (let index = 0; index < 20; index++) {
      const raw = await guest.node.streams.open(b.device.peerId, CHAT_TERMS)
      await raw.read().catch(() => null)
    }
    await eventually('one stream', () => chatStreams(b) === 1)
    await guest.chat.send(guest.chat.open(b.device.account).id, { text: 'the last one works' })
    await settled(guest, b)
  })
})
