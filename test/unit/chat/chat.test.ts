import { afterEach, describe, expect, test } from 'vitest'
import type { ChatEvent } from '../../../src/main/features/chat/index.ts'
import type { Guard } from '../../../src/main/platform/streams.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { MAX_TEXT_BYTES } from '../../../src/shared/model/chat.ts'
import { MINUTE, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { home, messagesWith, textsWith, type Home, type HomeOptions } from './household.ts'
import { People, type Device } from './people.ts'
import { Wire } from './wire.ts'

/** The trace of a message that was delivered after it could not be. */
const RETRIED = ['queued', 'tried', 'failed', 'tried', 'sent', 'delivered']

const homes: Home[] = []

afterEach(async () => {
  for (const one of homes.splice(0)) await one.stop()
})

async function world() {
  const people = new People()
  const wire = new Wire()
  const clock = new FakeClock()
  const at = async (device: Device, options: Partial<HomeOptions> = {}): Promise<Home> => {
    const made = await home(device, { people, wire, clock, ...options })
    homes.push(made)
    return made
  }
  return { people, wire, clock, at }
}

async function two() {
  const around = await world()
  const a = await around.at(await around.people.person())
  const b = await around.at(await around.people.person())
  const conversation = a.chat.open(b.device.account).id
  return { ...around, a, b, conversation }
}

/** Everything said to `from` about the conversation has been acknowledged. */
function settled(from: Home, to: Home): Promise<unknown> {
  return eventually('everything delivered', () => from.chat.open(to.device.account).waiting === 0)
}

function collect(one: Home): { events: ChatEvent[]; stop(): void } {
  const events: ChatEvent[] = []
  const controller = new AbortController()
  void (async () => {
    for await (const item of one.chat.watch(controller.signal)) if (item.kind === 'event') events.push(item.event)
  })()
  return { events, stop: () => controller.abort() }
}

describe('a conversation', () => {
  test('is the same on both sides, without asking', async () => {
    const { a, b } = await two()
    expect(a.chat.open(b.device.account).id).toBe(b.chat.open(a.device.account).id)
  })

  test('with oneself is notes: on the list once something is in them, and never waiting for anybody', async () => {
    const { a } = await two()
    const { id, kind } = a.chat.open(a.device.account)
    expect(kind).toBe('self')
    expect(a.chat.conversations().some((one) => one.id === id)).toBe(false)
    expect(await a.chat.send(id, { text: 'milk' })).toMatchObject({ state: 'delivered' })
    expect(a.chat.conversations().find((one) => one.id === id)).toMatchObject({ waiting: 0, last: { text: 'milk' } })
  })

  test('that is not there cannot be written in, read or marked', async () => {
    const { a, conversation } = await two()
    const unknown = `${conversation.slice(1)}a` as typeof conversation
    await expect(a.chat.send(unknown, { text: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(a.chat.markRead(unknown, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(() => a.chat.messages(unknown, {}, 10)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  })

  test('comes first in the list when something was said in it last', async () => {
    const { a, b, clock, people, at } = await two()
    const c = await at(await people.person())
    a.chat.open(c.device.account)
    await clock.advance(1)
    await b.chat.send(b.chat.open(a.device.account).id, { text: 'hello' })
    await settled(b, a)
    const order = a.chat.conversations().map((conversation) => conversation.with)
    expect(order).toEqual([b.device.account, c.device.account])
  })
})

describe('a message', () => {
  test('is queued at once, and delivered when the other side stored it', async () => {
    const { a, b, conversation } = await two()
    const sent = await a.chat.send(conversation, { text: 'hello' })
    expect(sent).toMatchObject({ text: 'hello', position: 1, mine: true, state: 'queued', from: a.device.account })
    await settled(a, b)
    expect(a.chat.trace(sent.id).message.state).toBe('delivered')
    const there = [{ id: sent.id, text: 'hello', mine: false, state: 'received' }]
    expect(messagesWith(b, a.device.account)).toMatchObject(there)
  })

  test('is answered over the same stream', async () => {
    const { a, b, conversation, wire } = await two()
    await a.chat.send(conversation, { text: 'hello' })
    await settled(a, b)
    await b.chat.send(conversation, { text: 'hello yourself' })
    await settled(b, a)
    expect(textsWith(a, b.device.account)).toEqual(['hello', 'hello yourself'])
    expect(wire.opened).toBe(1)
  })

  test('of 16 KiB goes; a longer or empty one is refused before it is stored', async () => {
    const { a, b, conversation } = await two()
    await a.chat.send(conversation, { text: 'x'.repeat(MAX_TEXT_BYTES) })
    const longer = 'é'.repeat(MAX_TEXT_BYTES / 2 + 1)
    await expect(a.chat.send(conversation, { text: longer })).rejects.toMatchObject({ code: 'TOO_LARGE' })
    await expect(a.chat.send(conversation, { text: '' })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await settled(a, b)
    expect(textsWith(b, a.device.account)).toHaveLength(1)
  })

  test('reads the same there when it held half a character', async () => {
    const { a, b, conversation } = await two()
    const sent = await a.chat.send(conversation, { text: 'half \ud83d' })
    await settled(a, b)
    expect(textsWith(b, a.device.account)).toEqual([sent.text])
  })

  test('is not stored when chat has stopped', async () => {
    const { a, conversation } = await two()
    await a.chat.stop()
    await expect(a.chat.send(conversation, { text: 'too late' })).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  test('keeps its place among a thousand sent at once, in both directions', async () => {
    const { a, b, conversation } = await two()
    b.chat.open(a.device.account)
    const text = (from: Home, index: number): string => `${from.device.peerId} ${index}`
    const say = (from: Home) =>
      Array.from({ length: 500 }, (_, index) => from.chat.send(conversation, { text: text(from, index) }))
    await Promise.all([...say(a), ...say(b)])
    await settled(a, b)
    await settled(b, a)
    for (const [reader, other] of [[a, b], [b, a]] as const) {
      const messages = messagesWith(reader, other.device.account)
      const positions = messages.map(({ position }) => position).toSorted((x, y) => x - y)
      expect(positions).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1))
      for (const author of [a, b]) {
        const own = messages.filter(({ from }) => from === author.device.account).map(({ text }) => text)
        expect(own).toEqual(own.map((_, index) => text(author, index)))
        expect(own).toHaveLength(500)
      }
    }
    const order = (reader: Home, other: Home) => messagesWith(reader, other.device.account).map(({ id }) => id)
    expect(order(a, b)).toEqual(order(b, a))
  })
})

test('messages come in pages, oldest first, and say whether there are more', async () => {
  const { a, conversation } = await two()
  for (let index = 1; index <= 25; index++) await a.chat.send(conversation, { text: `${index}` })
  const latest = a.chat.messages(conversation, {}, 10)
  expect(latest.messages.map(({ text }) => Number(text))).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25])
  expect(latest.more).toBe(true)
  const sixth = a.chat.messages(conversation, {}, 20).messages[0]?.order
  const first = a.chat.messages(conversation, { before: sixth }, 10)
  expect(first.messages.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5])
  expect(first.more).toBe(false)
})

describe('reading', () => {
  test('brings the unread count down, by position', async () => {
    const { a, b, conversation } = await two()
    for (const text of ['one', 'two', 'three']) await a.chat.send(conversation, { text })
    await settled(a, b)
    expect(b.chat.open(a.device.account).unread).toBe(3)
    expect((await b.chat.markRead(conversation, 2)).unread).toBe(1)
    expect((await b.chat.markRead(conversation, 1)).unread).toBe(1)
    expect((await b.chat.markRead(conversation, 1_000_000)).unread).toBe(0)
  })

  test('is told by one receipt for messages read in a row', async () => {
    const { a, b, clock, conversation } = await two()
    const sent = await Promise.all(['one', 'two', 'three'].map((text) => a.chat.send(conversation, { text })))
    await settled(a, b)
    const told = collect(a)
    for (const { position } of sent.slice(0, 2)) await b.chat.markRead(conversation, position)
    await clock.advance(SECOND)
    const state = (index: number) => a.chat.trace(sent[index]?.id ?? expect.fail()).message.state
    await eventually('the receipt', () => state(1) === 'read')
    expect([0, 1, 2].map(state)).toEqual(['read', 'read', 'delivered'])
    const changed = told.events.filter((event) => event.event === 'message-changed').map(({ message }) => message.text)
    expect(changed).toEqual(['one', 'two'])
    const written = b.database.prepare(`SELECT count(*) AS receipts FROM chat_entries WHERE kind = 'receipt'`).get()
    expect(written).toEqual({ receipts: 1 })
    told.stop()
  })

  test('is not told by who does not want it told, also not later', async () => {
    const { people, at, clock } = await world()
    let tell = false
    const a = await at(await people.person())
    const b = await at(await people.person(), { parts: { readReceipts: () => tell } })
    const conversation = a.chat.open(b.device.account).id
    const first = await a.chat.send(conversation, { text: 'one' })
    await settled(a, b)
    await b.chat.markRead(conversation, 1)
    await clock.advance(SECOND)
    tell = true
    await b.restart()
    const second = await a.chat.send(conversation, { text: 'two' })
    await settled(a, b)
    await clock.advance(SECOND)
    expect(a.chat.trace(first.id).message.state).toBe('delivered')
    await b.chat.markRead(conversation, 2)
    await clock.advance(SECOND)
    await eventually('the receipt', () => a.chat.trace(second.id).message.state === 'read')
  })

  test('is told after a restart that came before the receipt was written', async () => {
    const { a, b, clock, conversation } = await two()
    const sent = await a.chat.send(conversation, { text: 'one' })
    await settled(a, b)
    await b.chat.markRead(conversation, 1)
    await b.restart()
    await clock.advance(SECOND)
    await eventually('the receipt', () => a.chat.trace(sent.id).message.state === 'read')
  })
})

describe('while the other is away', () => {
  test('a message waits, says why, and is delivered when they wake', async () => {
    const { a, b, clock, wire, conversation } = await two()
    wire.remove(b.device.peerId)
    const sent = await a.chat.send(conversation, { text: 'are you there?' })
    await eventually('the first try', () => a.chat.conversations()[0]?.waitingFor === 'peer')
    const waitingWhy = 'None of their devices can be reached now.'
    expect(a.chat.conversations()[0]).toMatchObject({ waiting: 1, waitingWhy })
    await clock.advance(20 * SECOND)
    await b.restart()
    a.chat.wake(b.device.account)
    await settled(a, b)
    expect(a.chat.conversations()[0]).toMatchObject({ waiting: 0, waitingFor: 'nobody', waitingWhy: null })
    const { steps } = a.chat.trace(sent.id)
    expect(steps.map(({ step }) => step)).toEqual(RETRIED)
    expect(steps[1]?.detail).toMatch(/\(4 times, this is the last\)$/)
  })

  test('it is delivered without being woken too, after a wait of at most five minutes', async () => {
    const { a, b, clock, wire, conversation } = await two()
    wire.remove(b.device.peerId)
    await a.chat.send(conversation, { text: 'are you there?' })
    await clock.advance(60 * MINUTE)
    await b.restart()
    await clock.advance(5 * MINUTE)
    await settled(a, b)
  })

  test('writing many messages does not make many tries', async () => {
    const { a, b, wire, conversation, clock } = await two()
    wire.remove(b.device.peerId)
    for (let index = 0; index < 50; index++) await a.chat.send(conversation, { text: `${index}` })
    await clock.advance(SECOND)
    const tries = a.database.prepare(`SELECT sum(times) AS tries FROM chat_attempts WHERE step = 'tried'`).get()
    expect(tries).toEqual({ tries: 1 })
  })

  test('it survives a restart of the sender', async () => {
    const { a, b, wire, conversation } = await two()
    wire.remove(b.device.peerId)
    await a.chat.send(conversation, { text: 'are you there?' })
    await a.restart()
    await b.restart()
    a.chat.wake(b.device.account)
    await settled(a, b)
    expect(textsWith(b, a.device.account)).toEqual(['are you there?'])
  })

  test('it is tried at the start, before anybody wakes anything', async () => {
    const { a, b, wire, conversation } = await two()
    wire.remove(b.device.peerId)
    await a.chat.send(conversation, { text: 'are you there?' })
    await b.restart()
    await a.restart()
    await settled(a, b)
  })

  test('the trace of a message that waits for weeks stays small', async () => {
    const { a, b, clock, wire, conversation } = await two()
    wire.remove(b.device.peerId)
    const first = await a.chat.send(conversation, { text: 'first' })
    for (let day = 0; day < 200; day++) {
      await a.chat.send(conversation, { text: `${day}` })
      await clock.advance(10 * MINUTE)
    }
    const { steps } = a.chat.trace(first.id)
    expect(steps.map(({ step }) => step)).toEqual(['queued', 'tried', 'failed', 'waits'])
    const lines = a.database.prepare('SELECT count(*) AS lines FROM chat_attempts').get()
    expect(lines).toEqual({ lines: 300 })
  })
})

describe('at a closed door', () => {
  test('a message waits for the door and is not tried again by itself', async () => {
    const { a, b, clock, wire, conversation } = await two()
    wire.door = (at) => (at === b.device.peerId ? 'knock-first' : null)
    const sent = await a.chat.send(conversation, { text: 'may I?' })
    await eventually('the refusal', () => a.chat.conversations()[0]?.waitingFor === 'door')
    expect(a.chat.conversations()[0]?.waitingWhy).toBe('They have not let you in yet: knock.')
    await clock.advance(60 * MINUTE)
    expect(wire.opened).toBe(1)
    expect(textsWith(b, a.device.account)).toEqual([])
    wire.door = () => null
    a.chat.wake(b.device.account)
    await settled(a, b)
    expect(a.chat.trace(sent.id).steps.map(({ step }) => step)).toEqual(RETRIED)
  })

  test('writing more asks again, as the door may have opened', async () => {
    const { a, b, clock, wire, conversation } = await two()
    wire.door = () => 'denied'
    await a.chat.send(conversation, { text: 'may I?' })
    await eventually('the refusal', () => a.chat.conversations()[0]?.waitingFor === 'door')
    wire.door = () => null
    await clock.advance(10 * SECOND)
    await a.chat.send(conversation, { text: 'please' })
    await settled(a, b)
    expect(textsWith(b, a.device.account)).toEqual(['may I?', 'please'])
  })
})

describe('a stream', () => {
  test('on which nothing is acknowledged for ten seconds is given up and opened again', async () => {
    const { a, b, clock, wire, conversation } = await two()
    await a.chat.send(conversation, { text: 'one' })
    await settled(a, b)
    wire.swallows = () => true
    const lost = await a.chat.send(conversation, { text: 'two' })
    await clock.advance(11 * SECOND)
    expect(a.chat.conversations()[0]).toMatchObject({ waiting: 1, waitingFor: 'peer' })
    wire.swallows = () => false
    await clock.advance(5 * SECOND)
    await settled(a, b)
    expect(wire.opened).toBe(2)
    expect(textsWith(b, a.device.account)).toEqual(['one', 'two'])
    expect(a.chat.trace(lost.id).steps.map(({ step }) => step)).toEqual(RETRIED)
  })

  test('on which the other says nothing at all is given up', async () => {
    const { a, b, clock, wire, conversation } = await two()
    wire.swallows = (from) => from === b.device.peerId
    await a.chat.send(conversation, { text: 'one' })
    await eventually('the stream', () => wire.open === 1)
    await clock.advance(11 * SECOND)
    await eventually('the cut', () => a.chat.conversations()[0]?.waitingFor === 'peer')
  })

  test('that both open at once is one in the end, and loses nothing', async () => {
    const { a, b, wire, conversation } = await two()
    b.chat.open(a.device.account)
    await Promise.all([a, b].map((from) => from.chat.send(conversation, { text: `from ${from.device.peerId}` })))
    await settled(a, b)
    await settled(b, a)
    expect(wire.opened).toBe(2)
    await eventually('one stream', () => wire.open === 1)
    for (const from of [a, b]) await from.chat.send(conversation, { text: 'again' })
    await settled(a, b)
    await settled(b, a)
    expect(wire.opened).toBe(2)
    expect(textsWith(a, b.device.account).toSorted()).toEqual(textsWith(b, a.device.account).toSorted())
  })

  test('is cut when whose device it is is no longer proven', async () => {
    const { a, b, people, wire, conversation } = await two()
    await a.chat.send(conversation, { text: 'one' })
    await settled(a, b)
    people.remove(a.device)
    b.chat.disconnected(a.device.peerId)
    await eventually('the cut', () => wire.open === 0)
  })

  test('that is over is opened again for the next message', async () => {
    const { a, b, wire, conversation } = await two()
    await a.chat.send(conversation, { text: 'one' })
    await settled(a, b)
    wire.cut(a.device.peerId)
    await eventually('the cut', () => wire.open === 0)
    await a.chat.send(conversation, { text: 'two' })
    await settled(a, b)
    expect(textsWith(b, a.device.account)).toEqual(['one', 'two'])
  })

  test('is opened by one of the two when they meet and nothing waits', async () => {
    const { a, b, clock, wire, conversation } = await two()
    await a.chat.send(conversation, { text: 'one' })
    await settled(a, b)
    wire.cut(a.device.peerId)
    await eventually('the cut', () => wire.open === 0)
    a.chat.wake(b.device.account)
    b.chat.wake(a.device.account)
    await clock.advance(SECOND)
    await eventually('a stream', () => wire.open === 1)
    expect(wire.opened).toBe(2)
  })

  test('is not opened to somebody one never talked with', async () => {
    const { a, people, at, clock, wire } = await two()
    const c = await at(await people.person())
    a.chat.wake(c.device.account)
    await clock.advance(SECOND)
    expect(wire.opened).toBe(0)
  })
})

describe('several devices', () => {
  test('of one account show the same conversation, also what was said before they were there', async () => {
    const { a, b, people, at, conversation } = await two()
    await a.chat.send(conversation, { text: 'from the first' })
    await settled(a, b)
    await b.chat.send(conversation, { text: 'to Alice' })
    await settled(b, a)
    const second = await at(await people.device(a.device.account))
    second.chat.wake(a.device.account)
    a.chat.wake(a.device.account)
    await eventually('the history', () => textsWith(second, b.device.account).length === 2)
    expect(textsWith(second, b.device.account)).toEqual(['from the first', 'to Alice'])
    await second.chat.send(conversation, { text: 'from the second' })
    const last = (one: Home, other: Home): string | undefined => textsWith(one, other.device.account).at(-1)
    await eventually('it everywhere', () => last(a, b) === 'from the second' && last(b, a) === 'from the second')
    expect(messagesWith(a, b.device.account).at(-1)).toMatchObject({ mine: true, from: a.device.account })
  })

  test('carry what one of them wrote while it is away', async () => {
    const { a, b, people, at, wire, conversation } = await two()
    const second = await at(await people.device(a.device.account))
    wire.connected = (one, other) => one !== b.device.peerId && other !== b.device.peerId
    second.chat.open(b.device.account)
    await second.chat.send(conversation, { text: 'written on the second' })
    second.chat.wake(a.device.account)
    a.chat.wake(second.device.account)
    await eventually('it on the first', () => textsWith(a, b.device.account).length === 1)
    await second.stop()
    wire.connected = () => true
    a.chat.wake(b.device.account)
    await eventually('it at the other account', () => textsWith(b, a.device.account).length === 1)
    expect(textsWith(b, a.device.account)).toEqual(['written on the second'])
  })

  test('share what was read', async () => {
    const { a, b, people, at, clock, conversation } = await two()
    const second = await at(await people.device(b.device.account))
    await a.chat.send(conversation, { text: 'one' })
    await settled(a, b)
    await eventually('it on both', () => textsWith(second, a.device.account).length === 1)
    expect(second.chat.open(a.device.account).unread).toBe(1)
    await b.chat.markRead(conversation, 1)
    await clock.advance(SECOND)
    second.chat.wake(b.device.account)
    b.chat.wake(b.device.account)
    await clock.advance(SECOND)
    await eventually('it read on both', () => second.chat.open(a.device.account).unread === 0)
  })

  test('bring back what one of them lost', async () => {
    const { a, b, people, wire, at, conversation } = await two()
    await a.chat.send(conversation, { text: 'one' })
    await settled(a, b)
    await a.stop()
    const anew = await at(a.device)
    expect(people.of(a.device.peerId)).not.toBeNull()
    anew.chat.open(b.device.account)
    anew.chat.wake(b.device.account)
    b.chat.wake(a.device.account)
    await eventually('it to come back', () => textsWith(anew, b.device.account).length === 1)
    await anew.chat.send(conversation, { text: 'two' })
    await settled(anew, b)
    expect(textsWith(b, a.device.account)).toEqual(['one', 'two'])
    expect(wire.open).toBe(1)
  })
})

test('a watcher sees a message stored, the conversation change, and the message delivered', async () => {
  const { a, b, conversation } = await two()
  const [at, there] = [collect(a), collect(b)]
  await a.chat.send(conversation, { text: 'hello' })
  await settled(a, b)
  await eventually('the events', () => at.events.some(({ event }) => event === 'message-changed'))
  expect(at.events[0]).toMatchObject({ event: 'message-stored', message: { state: 'queued' } })
  const delivered = expect.objectContaining({ state: 'delivered' })
  expect(at.events).toContainEqual(expect.objectContaining({ event: 'message-changed', message: delivered }))
  expect(at.events.at(-1)).toMatchObject({ event: 'conversation-changed', conversation: { waiting: 0 } })
  expect(there.events).toMatchObject([
    { event: 'message-stored', message: { text: 'hello' } },
    { event: 'conversation-changed', conversation: { unread: 1, last: { text: 'hello' } } },
  ])
  at.stop()
  there.stop()
})

describe("one's own door", () => {
  test('is asked also where this device opened the stream, and what it does not let in waits there', async () => {
    const { people, at } = await world()
    let open = false
    const admits: Guard = () => {
      return open ? { verdict: 'allow', why: 'a test' } : { verdict: 'refuse', code: 'knock-first', why: 'a test' }
    }
    const a = await at(await people.person(), { parts: { admits } })
    const b = await at(await people.person())
    const { id } = b.chat.open(a.device.account)
    a.chat.open(b.device.account)
    await a.chat.send(id, { text: 'from behind my door' })
    await settled(a, b)
    await b.chat.send(id, { text: 'may I answer?' })
    await eventually('it to wait', () => b.chat.conversations()[0]?.waitingFor === 'door')
    expect(textsWith(a, b.device.account)).toEqual(['from behind my door'])
    expect(a.offences).toEqual([])
    open = true
    a.chat.wake(b.device.account)
    b.chat.wake(a.device.account)
    await settled(b, a)
    expect(textsWith(a, b.device.account)).toEqual(['from behind my door', 'may I answer?'])
  })

  test.each(['looking for their devices', 'asking their door'])(
    'is said to be closed also when their stream came while this device was still %s',
    async (doing) => {
      const { people, wire, at } = await world()
      const refuse: Guard = () => ({ verdict: 'refuse', code: 'knock-first', why: 'a test' })
      const a = await at(await people.person(), { parts: { admits: refuse } })
      const done = Promise.withResolvers<void>()
      const connect = async (): Promise<PeerId[]> => {
        if (doing === 'looking for their devices') await done.promise
        return [a.device.peerId]
      }
      const admits: Guard = async () => {
        if (doing === 'asking their door') await done.promise
        return { verdict: 'allow', why: 'a test' }
      }
      const b = await at(await people.person(), { parts: { connect, admits } })
      wire.door = (at) => (at === a.device.peerId ? 'knock-first' : null)
      const { id } = b.chat.open(a.device.account)
      await b.chat.send(id, { text: 'may I?' })
      a.chat.open(b.device.account)
      await a.chat.send(id, { text: 'a stream of mine' })
      await eventually('it to wait', () => b.chat.conversations()[0]?.waitingFor === 'door')
      done.resolve()
      await new Promise(setImmediate)
      expect(b.chat.conversations()[0]?.waitingFor).toBe('door')
    },
  )
})
