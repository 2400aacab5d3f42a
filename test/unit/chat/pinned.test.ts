import { afterEach, describe, expect, test } from 'vitest'
import type { AccountId } from '../../../src/shared/ids.ts'
import type { Conversation } from '../../../src/shared/model/chat.ts'
import { HOUR, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { home, textsWith, type Home, type HomeOptions } from './household.ts'
import { Names } from './named-home.ts'
import { People, type Device } from './people.ts'
import { Wire } from './wire.ts'

const NAME = 'bea.peer'
const homes: Home[] = []

afterEach(async () => {
  for (const one of homes.splice(0)) await one.stop()
})

/** Alice, who talks with Bea by her name, and Mallory, who will have it. */
async function three() {
  const people = new People()
  const wire = new Wire()
  const clock = new FakeClock(1_000)
  const names = new Names()
  const at = async (device: Device, options: Partial<HomeOptions> = {}): Promise<Home> => {
    const made = await home(device, { people, wire, clock, ...options })
    homes.push(made)
    return made
  }
  const a = await at(await people.person(), { parts: { names } })
  const b = await at(await people.person())
  const m = await at(await people.person())
  const bea = b.device.account
  const mallory = m.device.account
  names.give(NAME, bea)
  const { id: conversation } = a.chat.open(bea, NAME)
  const give = (owner: AccountId | null): void => {
    names.give(NAME, owner)
    a.chat.namesChanged()
  }
  const here = (account = bea): Conversation => a.chat.open(account)
  const arrived = (text: string, to = b): Promise<unknown> =>
    eventually(text, () => textsWith(to, a.device.account).includes(text))
  /** Long enough for every retry and receipt, with everybody awake. */
  const settle = async (): Promise<void> => {
    for (const one of [a, b, m]) for (const other of [a, b, m]) if (one !== other) one.chat.wake(other.device.account)
    await clock.advance(30 * SECOND)
    await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(30 * SECOND)
  }
  return { people, wire, clock, names, at, a, b, m, bea, mallory, conversation, give, here, arrived, settle }
}

const codeOf = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
  return 'no error'
}

describe('a conversation that is opened by a name', () => {
  test('is pinned to whose it is, and says so', async () => {
    const { here } = await three()
    expect(here()).toMatchObject({ pin: { fullName: NAME, sinceMs: 1_000, moved: null, lapsed: false }, left: null })
  })

  test('is shown without a name whose term ends by the clock alone, of which no block tells', async () => {
    const { names, clock, here } = await three()
    names.give(NAME, null)
    await clock.advance(HOUR)
    expect(here().pin).toMatchObject({ lapsed: true, moved: null })
  })

  test('is refused where the name is not that account’s, and nothing is made', async () => {
    const { a, mallory, names, give } = await three()
    expect(codeOf(() => a.chat.open(mallory, NAME))).toBe('CONFLICT')
    give(null)
    expect(codeOf(() => a.chat.open(mallory, NAME))).toBe('CONFLICT')
    names.isBehind = true
    expect(codeOf(() => a.chat.open(mallory, NAME))).toBe('BUSY')
    expect(a.chat.conversations()).toHaveLength(1)
  })

  test('needs a ledger that can say whose it is', async () => {
    const { b, bea, a } = await three()
    expect(codeOf(() => b.chat.open(a.device.account, 'alice.peer'))).toBe('BUSY')
    expect(codeOf(() => a.chat.open(a.device.account, NAME))).toBe('BAD_INPUT')
    expect(a.chat.open(bea).pin?.fullName).toBe(NAME)
  })

  test('is pinned anew by another name, but not once it has moved', async () => {
    const { a, bea, mallory, names, clock, give, here } = await three()
    await clock.advance(SECOND)
    names.give('queen.peer', bea)
    expect(a.chat.open(bea, NAME).pin?.sinceMs).toBe(1_000)
    expect(a.chat.open(bea, 'queen.peer').pin).toMatchObject({ fullName: 'queen.peer', sinceMs: 2_000 })
    a.chat.open(bea, NAME)
    give(mallory)
    a.chat.open(bea, 'queen.peer')
    expect(here().pin).toMatchObject({ fullName: NAME, moved: { to: mallory } })
  })
})

describe('when the name moves', () => {
  test('and nobody said so yet, what is written then does not go out', async () => {
    const { a, mallory, conversation, names, here } = await three()
    names.give(NAME, mallory)
    await expect(a.chat.send(conversation, { text: 'hello' })).rejects.toMatchObject({ code: 'CONFLICT' })
    expect([here().last, here().pin?.moved?.to]).toEqual([null, mallory])
  })

  test('the conversation freezes, with both accounts, and a message is refused and nothing stored', async () => {
    const { a, bea, mallory, conversation, give, here } = await three()
    give(mallory)
    const wordsOf = (account: AccountId) => ['words', 'with', account]
    expect(here().pin?.moved).toEqual({
      to: mallory,
      noticedMs: 1_000,
      wordsBefore: wordsOf(bea),
      wordsNow: wordsOf(mallory),
    })
    await expect(a.chat.send(conversation, { text: 'hello' })).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(textsWith(a, bea)).toEqual([])
  })

  test('those who watch are told once', async () => {
    const { a, mallory, give } = await three()
    const controller = new AbortController()
    const told: (boolean | undefined)[] = []
    const watching = (async () => {
      for await (const item of a.chat.watch(controller.signal)) {
        if (item.kind === 'event' && item.event.event === 'conversation-changed') {
          told.push(item.event.conversation.pin?.moved !== null)
        }
      }
    })()
    await new Promise((resolve) => setImmediate(resolve))
    give(mallory)
    a.chat.namesChanged()
    await new Promise((resolve) => setImmediate(resolve))
    controller.abort()
    await watching
    expect(told).toEqual([true])
  })

  test('what was queued before does not go out, also when they come', async () => {
    const { a, b, wire, bea, mallory, conversation, give, here, settle } = await three()
    wire.connected = () => false
    const sent = await a.chat.send(conversation, { text: 'meant for Bea' })
    give(mallory)
    wire.connected = () => true
    await settle()
    expect(textsWith(b, a.device.account)).toEqual([])
    expect(here()).toMatchObject({ waiting: 1, waitingFor: 'name' })
    expect(here().waitingWhy).toContain(NAME)
    expect(a.chat.trace(sent.id).steps.at(-1)).toMatchObject({ step: 'waits' })
    await b.chat.send(conversation, { text: 'what they say comes' })
    await settle()
    await eventually('it', () => textsWith(a, bea).length === 2)
    // Neither knew of the other: which of the two stands first follows from their ids.
    expect(textsWith(a, bea).toSorted()).toEqual(['meant for Bea', 'what they say comes'])
    expect([...a.offences, ...b.offences]).toEqual([])
  })

  test('while messages are on their way, none goes out that had not', async () => {
    const { a, b, wire, mallory, conversation, give, settle } = await three()
    await a.chat.send(conversation, { text: 'delivered' })
    await eventually('it', () => textsWith(b, a.device.account).length === 1)
    // What is written now reaches nobody: it lies in buffers.
    wire.swallows = (from) => from === a.device.peerId
    const texts = Array.from({ length: 30 }, (_, index) => `in flight ${index}`)
    await Promise.all(texts.map((text) => a.chat.send(conversation, { text })))
    give(mallory)
    wire.swallows = () => false
    await settle()
    expect(textsWith(b, a.device.account)).toEqual(['delivered'])
    expect(a.chat.open(b.device.account)).toMatchObject({ waiting: 30, waitingFor: 'name' })
  })

  test('what the account known before says is still theirs: stored and shown', async () => {
    const { a, b, wire, bea, mallory, conversation, give, settle } = await three()
    await a.chat.send(conversation, { text: 'one' })
    await eventually('it', () => textsWith(b, a.device.account).length === 1)
    expect(wire.opened).toBe(1)
    give(mallory)
    // What lay in the buffers of the stream went with it.
    await settle()
    await eventually('another stream', () => wire.opened === 2 && wire.open === 1)
    await b.chat.send(conversation, { text: 'it was bought from me' })
    await settle()
    await eventually('it', () => textsWith(a, bea).includes('it was bought from me'))
    expect(a.chat.open(bea)).toMatchObject({ unread: 1, pin: { moved: { to: mallory } } })
  })

  test('that it was read is told when it goes on, and not before', async () => {
    const { a, b, bea, mallory, conversation, give, settle } = await three()
    give(mallory)
    const sent = await b.chat.send(b.chat.open(a.device.account).id, { text: 'are you there?' })
    await settle()
    await eventually('it', () => textsWith(a, bea).length === 1)
    await a.chat.markRead(conversation, 1)
    await settle()
    expect(a.chat.open(bea).unread).toBe(0)
    expect(b.chat.trace(sent.id).message.state).toBe('delivered')
    a.chat.decide(conversation, 'keep')
    await settle()
    await eventually('the receipt', () => b.chat.trace(sent.id).message.state === 'read')
  })

  test('another device of one’s own does not carry what waits', async () => {
    const { a, b, people, at, wire, mallory, conversation, give, settle } = await three()
    wire.connected = (one, other) => one !== b.device.peerId && other !== b.device.peerId
    await a.chat.send(conversation, { text: 'meant for Bea' })
    give(mallory)
    const second = await at(await people.device(a.device.account))
    wire.connected = () => true
    second.chat.wake(a.device.account)
    second.chat.wake(b.device.account)
    await settle()
    expect(textsWith(second, b.device.account)).toEqual([])
    expect(textsWith(b, a.device.account)).toEqual([])
  })

  test('it is still frozen after a restart, also while the ledger is behind', async () => {
    const { a, b, wire, names, mallory, conversation, give, here, settle } = await three()
    wire.connected = () => false
    await a.chat.send(conversation, { text: 'meant for Bea' })
    give(mallory)
    names.isBehind = true
    await a.restart()
    wire.connected = () => true
    await settle()
    expect(here()).toMatchObject({ waitingFor: 'name', pin: { moved: { to: mallory, noticedMs: 1_000 } } })
    expect(textsWith(b, a.device.account)).toEqual([])
    await expect(a.chat.send(conversation, { text: 'more' })).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  test('that happened while Latch was off, it freezes at the start', async () => {
    const { a, b, wire, names, mallory, conversation, settle } = await three()
    wire.connected = () => false
    await a.chat.send(conversation, { text: 'meant for Bea' })
    names.give(NAME, mallory)
    wire.connected = () => true
    await a.restart()
    await settle()
    expect(textsWith(b, a.device.account)).toEqual([])
  })

  test('and comes back, by a healed fork or by being bought back, it goes on by itself', async () => {
    const { a, wire, bea, mallory, conversation, give, here, arrived, settle } = await three()
    wire.connected = () => false
    await a.chat.send(conversation, { text: 'meant for Bea' })
    give(mallory)
    give(null)
    expect(here().pin).toMatchObject({ moved: { to: mallory }, lapsed: true })
    wire.connected = () => true
    await settle()
    give(bea)
    expect(here().pin).toMatchObject({ moved: null, lapsed: false })
    await arrived('meant for Bea')
    await a.chat.send(conversation, { text: 'again' })
    await arrived('again')
  })

  test('there and back many times, every message arrives once and in order', async () => {
    const { a, b, bea, mallory, conversation, give, settle } = await three()
    for (let round = 0; round < 20; round++) {
      await a.chat.send(conversation, { text: `${round}` })
      give(mallory)
      give(bea)
    }
    await settle()
    await eventually('all', () => textsWith(b, a.device.account).length === 20)
    expect(textsWith(b, a.device.account)).toEqual(Array.from({ length: 20 }, (_, round) => `${round}`))
  })
})

describe('when the name belongs to nobody', () => {
  test('nothing freezes, and it is said', async () => {
    const { a, conversation, give, here, arrived } = await three()
    give(null)
    expect(here().pin).toMatchObject({ lapsed: true, moved: null })
    await a.chat.send(conversation, { text: 'still you' })
    await arrived('still you')
  })
})

describe('a name of a network that is not active', () => {
  test('neither freezes nor lapses newly; one that has moved stays frozen', async () => {
    const { a, names, bea, mallory, give, here, conversation } = await three()
    names.active = 'elsewhere'
    give(mallory)
    expect(here().pin).toMatchObject({ fullName: NAME, moved: null, lapsed: false })
    names.active = 'home'
    give(mallory)
    names.active = 'elsewhere'
    give(bea)
    expect(here().pin).toMatchObject({ moved: { to: mallory } })
    expect(codeOf(() => a.chat.decide(conversation, 'follow'))).toBe('CONFLICT')
    expect(a.chat.decide(conversation, 'keep').pin).toBeNull()
  })
})

describe('the decision', () => {
  test('is none while nothing has moved', async () => {
    const { a, b, conversation, bea, give, mallory, names } = await three()
    expect(codeOf(() => a.chat.decide(conversation, 'keep'))).toBe('CONFLICT')
    expect(codeOf(() => b.chat.decide(b.chat.open(a.device.account).id, 'follow'))).toBe('CONFLICT')
    expect(codeOf(() => a.chat.decide(`${conversation.slice(1)}a` as typeof conversation, 'keep'))).toBe('NOT_FOUND')
    // It went back a moment ago, and nobody said so yet.
    give(mallory)
    names.give(NAME, bea)
    expect(codeOf(() => a.chat.decide(conversation, 'follow'))).toBe('CONFLICT')
  })

  test('to keep unpins, and what waited goes out', async () => {
    const { a, mallory, conversation, give, here, arrived, wire, settle } = await three()
    wire.connected = () => false
    await a.chat.send(conversation, { text: 'meant for Bea' })
    give(mallory)
    wire.connected = () => true
    expect(a.chat.decide(conversation, 'keep')).toMatchObject({ id: conversation, pin: null, left: null })
    await settle()
    await arrived('meant for Bea')
    give(mallory)
    expect(here().pin).toBeNull()
  })

  test('to follow gives the conversation with the new owner, pinned; the old one says so', async () => {
    const { a, m, mallory, conversation, give, here, arrived, settle } = await three()
    give(mallory)
    const next = a.chat.decide(conversation, 'follow')
    expect(next).toMatchObject({ with: mallory, pin: { fullName: NAME, moved: null } })
    expect(here()).toMatchObject({ pin: null, left: { fullName: NAME, to: mallory, atMs: 1_000 } })
    await a.chat.send(next.id, { text: 'are you the new one?' })
    await settle()
    await arrived('are you the new one?', m)
  })

  test('to follow sends nothing that waited for the account before, until one writes there again', async () => {
    const { a, b, wire, mallory, conversation, give, here, arrived, settle } = await three()
    wire.connected = () => false
    await a.chat.send(conversation, { text: 'meant for the name' })
    give(mallory)
    a.chat.decide(conversation, 'follow')
    wire.connected = () => true
    await a.restart()
    await settle()
    expect(textsWith(b, a.device.account)).toEqual([])
    expect(here()).toMatchObject({ waiting: 1, waitingFor: 'name' })
    await a.chat.send(conversation, { text: 'Bea, it is you I write to' })
    await settle()
    await arrived('Bea, it is you I write to')
    expect(textsWith(b, a.device.account)).toEqual(['meant for the name', 'Bea, it is you I write to'])
    expect(here()).toMatchObject({ left: null, waiting: 0 })
  })

  test('to follow is refused while nobody can say to whom, or where it is nobody’s or one’s own', async () => {
    const { a, names, mallory, conversation, give, here } = await three()
    give(mallory)
    names.isBehind = true
    expect(codeOf(() => a.chat.decide(conversation, 'follow'))).toBe('BUSY')
    names.isBehind = false
    give(null)
    expect(codeOf(() => a.chat.decide(conversation, 'follow'))).toBe('CONFLICT')
    give(a.device.account)
    expect(here().pin?.moved).toMatchObject({ to: a.device.account, wordsNow: [] })
    expect(codeOf(() => a.chat.decide(conversation, 'follow'))).toBe('CONFLICT')
    expect(here().pin?.moved).not.toBeNull()
  })
})
