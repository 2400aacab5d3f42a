import { describe, expect, test } from 'vitest'
import { MAX_TEXT_BYTES } from '../../../src/shared/model/chat.ts'
import { HOUR, MINUTE } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { allMessages, type Home } from './household.ts'
import { whereIs } from './leftovers.ts'
import { stopAfterEach, town } from './town.ts'

stopAfterEach()

describe('a message', () => {
  test('answers another one, names people and says that it was sent on', async () => {
    const { alice, bea, conversation, agreed, clock } = await town()
    const asked = await alice.chat.send(conversation, { text: 'who has\nthe key?' })
    await agreed()
    const me = alice.device.account
    const said = await bea.chat.send(conversation, { text: 'you', reply: asked.id, mentions: [me, me] })
    await agreed()
    expect(alice.chat.message(said.id)).toMatchObject({
      reply: { id: asked.id, from: me, text: 'who has the key?', kind: 'text' },
      mentions: [me],
    })
    expect(alice.chat.conversations()[0]).toMatchObject({ unread: 1, unreadMentions: 1 })
    const notes = alice.chat.open(me).id
    const [sentOn] = await alice.chat.forward(said.id, [notes, conversation])
    expect(sentOn).toMatchObject({ text: 'you', forwarded: true, reply: null, mentions: [] })
    await clock.advance(MINUTE)
    expect((await agreed()).at(-1)).toMatchObject({ text: 'you', forwarded: true })
  })

  test('that answers one of another conversation shows nothing of it', async () => {
    const { alice, bea, conversation, people, at, agreed } = await town()
    const secret = await alice.chat.send(conversation, { text: 'for Bea only' })
    await agreed()
    const carl = await at(await people.person())
    const theirs = carl.chat.open(alice.device.account).id
    const { id } = await carl.chat.send(theirs, { text: 'what did you tell her?', reply: secret.id })
    await eventually('it comes', () => alice.chat.conversations().length === 2)
    expect(alice.chat.message(id).reply).toEqual({ id: secret.id, from: null, text: '', kind: 'gone' })
    expect(alice.chat.conversations().find((one) => one.id === theirs)?.unreadMentions).toBe(0)
    expect(bea.offences).toEqual([])
  })

  test('is changed by who wrote it, as often as they like, and the last words count everywhere', async () => {
    const { alice, laptop, bea, conversation, agreed, part, meet } = await town()
    const { id } = await alice.chat.send(conversation, { text: 'frist' })
    await agreed()
    part(laptop, alice)
    part(laptop, bea)
    await laptop.chat.edit(id, 'from the laptop', [])
    for (const text of ['firts', 'first']) await alice.chat.edit(id, text, [bea.device.account])
    await meet()
    const [message] = await agreed()
    expect(message).toMatchObject({ id, text: 'first', mentions: [bea.device.account] })
    expect(message?.editedMs).not.toBeNull()
    await expect(bea.chat.edit(id, 'no', [])).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await expect(alice.chat.edit(id, 'x'.repeat(MAX_TEXT_BYTES + 1), [])).rejects.toMatchObject({ code: 'TOO_LARGE' })
  })

  test('is given reactions and pins, and they are taken back', async () => {
    const { alice, laptop, bea, conversation, agreed } = await town()
    const { id } = await alice.chat.send(conversation, { text: 'cake?' })
    await agreed()
    await bea.chat.react(id, '🎂', true)
    await agreed()
    await alice.chat.react(id, '🎂', true)
    await laptop.chat.react(id, '👍', true)
    await bea.chat.pinMessage(id, true)
    const [message] = await agreed()
    expect(message?.pinned).toBe(true)
    expect(message?.reactions[0]).toEqual({ emoji: '🎂', by: [bea.device.account, alice.device.account] })
    await laptop.chat.react(id, '🎂', false)
    await alice.chat.pinMessage(id, false)
    const [after] = await agreed()
    expect(after).toMatchObject({ pinned: false })
    expect(after?.reactions.find(({ emoji }) => emoji === '🎂')?.by).toEqual([bea.device.account])
    expect(bea.chat.conversations()[0]?.pinned).toEqual([])
  })
})

/** One word, as an index for searching keeps words and not sentences. */
const SECRET = 'quincunxial'

/** At once from what chat keeps, and within turns of the event loop from what searching does. */
async function erased(one: Home, clock: FakeClock): Promise<void> {
  expect(whereIs(one.database, SECRET).filter((where) => !where.startsWith('chat_words') && !where.startsWith('chat_find'))).toEqual([])
  await eventually('the index has forgotten it too', async () => {
    await clock.advance(1_000)
    return whereIs(one.database, SECRET).length === 0
  })
}

describe('what is taken back', () => {
  test('is gone from every table of every device, also what it said before and after', async () => {
    const { alice, laptop, bea, conversation, agreed, clock } = await town()
    const { id } = await alice.chat.send(conversation, { text: `${SECRET} one` })
    await alice.chat.edit(id, `${SECRET} two`, [])
    await agreed()
    await laptop.chat.edit(id, `${SECRET} three`, [])
    await bea.chat.send(conversation, { text: 'oh', reply: id })
    await agreed()
    expect(whereIs(bea.database, SECRET)).toContain('chat_contents.block')
    await alice.chat.remove(id, 'everyone')
    const messages = await agreed()
    expect(messages.find((one) => one.id === id)).toMatchObject({ kind: 'deleted', text: '', deletedBy: alice.device.account, reactions: [] })
    for (const one of [alice, laptop, bea]) await erased(one, clock)
    expect(bea.chat.conversations()[0]?.unread).toBe(0)
  })

  test('stays gone, whatever is done to it afterwards', async () => {
    const { alice, laptop, bea, conversation, agreed, part, meet, clock } = await town()
    const { id } = await alice.chat.send(conversation, { text: `${SECRET} one` })
    await agreed()
    part(laptop, alice)
    part(laptop, bea)
    await laptop.chat.edit(id, `${SECRET} later`, [])
    await alice.chat.remove(id, 'everyone')
    await expect(alice.chat.edit(id, 'again', [])).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(bea.chat.react(id, '👍', true)).resolves.toBeDefined()
    await meet()
    expect(await agreed()).toMatchObject([{ kind: 'deleted', reactions: [] }])
    for (const one of [alice, laptop, bea]) await erased(one, clock)
  })

  test('by somebody else stays', async () => {
    const { alice, bea, conversation, agreed } = await town()
    const { id } = await alice.chat.send(conversation, { text: 'mine' })
    await agreed()
    await expect(bea.chat.remove(id, 'everyone')).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    expect(await agreed()).toMatchObject([{ text: 'mine' }])
  })
})

describe('what a person removes for themselves', () => {
  test('is gone on all of their devices, also where it comes later, and stays with the other', async () => {
    const { alice, laptop, bea, conversation, part, meet, clock } = await town()
    part(laptop, bea)
    part(laptop, alice)
    const { id } = await bea.chat.send(conversation, { text: SECRET })
    await bea.chat.edit(id, `${SECRET}!`, [])
    await eventually('alice has it', () => allMessages(alice.chat, conversation).length === 1)
    await alice.chat.remove(id, 'me')
    expect(allMessages(alice.chat, conversation)).toEqual([])
    expect(alice.chat.conversations().find((one) => one.id === conversation)?.unread).toBe(0)
    await meet()
    await bea.chat.react(id, '👍', true)
    await eventually('the laptop to hear of it', () => whereIs(laptop.database, `dropped:${id}`).length > 0)
    await meet()
    await eventually('and to have the log', () => whereIs(laptop.database, id).includes('chat_entries.id'))
    for (const one of [alice, laptop]) {
      expect(allMessages(one.chat, conversation)).toEqual([])
      await erased(one, clock)
    }
    expect(allMessages(bea.chat, conversation)).toMatchObject([{ id, text: `${SECRET}!` }])
  })

  test('is gone after a restart too, when the process ended in between', async () => {
    const { alice, bea, conversation, agreed } = await town()
    const first = await bea.chat.send(conversation, { text: 'one' })
    for (const text of ['two', 'three']) await bea.chat.send(conversation, { text })
    await agreed()
    const put = alice.database.prepare('INSERT INTO chat_state (key, value, ord) VALUES (?, ?, ?)')
    put.run(`dropped:${first.id}`, JSON.stringify(conversation), '1')
    put.run(`cleared:${conversation}`, JSON.stringify({ [bea.device.peerId]: 2 }), '1')
    await alice.restart()
    await eventually('both are gone', () => allMessages(alice.chat, conversation).length === 1)
    expect(allMessages(alice.chat, conversation)).toMatchObject([{ text: 'three' }])
  })

  test('and has not been delivered yet, is delivered, and only then erased', async () => {
    const { alice, laptop, bea, conversation, part, meet, clock } = await town()
    part(alice, bea)
    part(laptop, bea)
    const { id } = await alice.chat.send(conversation, { text: SECRET })
    expect(alice.chat.open(bea.device.account).waiting).toBe(1)
    await alice.chat.clear(conversation)
    expect(allMessages(alice.chat, conversation)).toEqual([])
    expect(alice.chat.open(bea.device.account).waiting).toBe(0)
    await meet()
    await eventually('bea has it', async () => {
      await clock.advance(10_000)
      return allMessages(bea.chat, conversation).some((message) => message.id === id && message.text === SECRET)
    })
    await eventually('it is erased', () => whereIs(alice.database, SECRET).length === 0)
  })
})

describe('a conversation that is cleared', () => {
  test('is empty on all own devices, shows what comes after, and what had not come when it was cleared', async () => {
    const { alice, laptop, bea, conversation, agreed, part, meet } = await town()
    await alice.chat.send(conversation, { text: 'old' })
    await bea.chat.send(conversation, { text: 'older' })
    await agreed()
    part(laptop, bea)
    part(alice, bea)
    await bea.chat.send(conversation, { text: 'on its way' })
    await alice.chat.clear(conversation)
    await eventually('the laptop', () => allMessages(laptop.chat, conversation).length === 0)
    await meet()
    await bea.chat.send(conversation, { text: 'new' })
    for (const one of [alice, laptop]) {
      await eventually('the rest', () => allMessages(one.chat, conversation).length === 2)
      expect(allMessages(one.chat, conversation).map(({ text }) => text)).toEqual(['on its way', 'new'])
    }
    expect(allMessages(bea.chat, conversation)).toHaveLength(4)
  })
})

describe('everything that somebody wrote', () => {
  test('is removed, also what they wrote before and comes later, and not what they write afterwards', async () => {
    const { alice, laptop, bea, conversation, agreed, part, meet, clock } = await town()
    for (const text of ['one', 'two']) await bea.chat.send(conversation, { text })
    await alice.chat.send(conversation, { text: 'mine' })
    await agreed()
    part(alice, bea)
    part(laptop, bea)
    await bea.chat.send(conversation, { text: 'three, before' })
    await clock.advance(MINUTE)
    expect(await alice.chat.removeFrom(bea.device.account)).toBe(2)
    await clock.advance(MINUTE)
    await meet()
    await bea.chat.send(conversation, { text: 'four, after' })
    for (const one of [alice, laptop]) {
      await eventually('the last', () => allMessages(one.chat, conversation).some(({ text }) => text === 'four, after'))
      expect(allMessages(one.chat, conversation).map(({ text }) => text)).toEqual(['mine', 'four, after'])
    }
  })
})

describe('messages that disappear', () => {
  test('are gone everywhere when their time is over, and the words with them', async () => {
    const { alice, laptop, bea, conversation, agreed, clock } = await town()
    await bea.chat.disappear(conversation, HOUR)
    await agreed()
    expect(alice.chat.conversations()[0]?.disappearAfterMs).toBe(HOUR)
    await alice.chat.send(conversation, { text: SECRET })
    await agreed()
    await clock.advance(HOUR - MINUTE)
    expect(allMessages(bea.chat, conversation)).toHaveLength(1)
    await clock.advance(2 * MINUTE)
    for (const one of [alice, laptop, bea]) {
      expect(allMessages(one.chat, conversation)).toEqual([])
      await erased(one, clock)
      expect(one.chat.conversations().find(({ id }) => id === conversation)?.unread).toBe(0)
    }
  })

  test('are not there for a device that comes later, not even as something that is missing', async () => {
    const { alice, laptop, bea, conversation, people, at, agreed, clock } = await town()
    await alice.chat.disappear(conversation, HOUR)
    await alice.chat.send(conversation, { text: SECRET })
    await alice.chat.disappear(conversation, null)
    await alice.chat.send(conversation, { text: 'this stays' })
    await agreed()
    await clock.advance(2 * HOUR)
    const late = await at(await people.device(bea.device.account))
    for (const one of [alice, laptop, bea]) one.chat.wake(bea.device.account)
    late.chat.wake(bea.device.account)
    late.chat.wake(alice.device.account)
    await eventually('the rest comes', async () => {
      await clock.advance(1_000)
      return late.chat.conversations().some((one) => one.id === conversation && one.last !== null)
    })
    expect(allMessages(late.chat, conversation).map(({ text, kind }) => [text, kind])).toEqual([['this stays', 'text']])
    await erased(late, clock)
  })

  test('are gone at the next start, before anybody looks, when the app was closed meanwhile', async () => {
    const { alice, bea, conversation, agreed, clock } = await town()
    await alice.chat.disappear(conversation, HOUR)
    await agreed()
    await alice.chat.send(conversation, { text: SECRET })
    await agreed()
    clock.jump(2 * HOUR)
    await bea.restart()
    expect(allMessages(bea.chat, conversation)).toEqual([])
    await erased(bea, clock)
  })

  test('stay no longer because the clock of their author is ahead', async () => {
    const { alice, bea, people, wire, clock, at } = await town()
    const ahead = new FakeClock(clock.nowMs() + 100 * HOUR)
    const carl = await at(await people.person(), { clock: ahead })
    const { id } = carl.chat.open(bea.device.account)
    await carl.chat.disappear(id, HOUR)
    await carl.chat.send(id, { text: SECRET })
    await eventually('it comes', () => allMessages(bea.chat, bea.chat.open(carl.device.account).id).length === 1)
    await clock.advance(HOUR + MINUTE)
    expect(allMessages(bea.chat, id)).toEqual([])
    expect([alice.offences, wire.open > 0]).toEqual([[], true])
  })
})
