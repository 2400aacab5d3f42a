import { describe, expect, test } from 'vitest'
import type { ChatEvent } from '../../../src/main/features/chat/index.ts'
import { writeLetter } from '../../../src/main/protocols/chat/index.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { entriesOf, mail } from './by-hand.ts'
import { allMessages, messagesWith, type Home } from './household.ts'
import { whereIs } from './leftovers.ts'
import { stopAfterEach, town } from './town.ts'

stopAfterEach()

function events(one: Home): ChatEvent[] {
  const heard: ChatEvent[] = []
  const controller = new AbortController()
  void (async () => {
    for await (const item of one.chat.watch(controller.signal)) if (item.kind === 'event') heard.push(item.event)
  })()
  return heard
}

describe('two devices of one account', () => {
  test('choose the same: the last word on it, whichever said it', async () => {
    const { alice, laptop, conversation, part, meet } = await town()
    const choices = (one: Home) => one.chat.conversations().find(({ id }) => id === conversation)?.choices
    await alice.chat.choose(conversation, { kept: true })
    await eventually('the laptop to hear it', () => choices(laptop)?.kept === true)
    part(alice, laptop)
    await laptop.chat.choose(conversation, { archived: true })
    await alice.chat.choose(conversation, { muted: { untilMs: null } })
    await alice.chat.choose(conversation, { muted: null, readReceipts: false })
    await meet()
    await eventually('both to agree', () => JSON.stringify(choices(alice)) === JSON.stringify(choices(laptop)))
    expect(choices(laptop)).toMatchObject({ kept: true, muted: null, readReceipts: false })
  })

  test('choose two things at once and keep both', async () => {
    const { alice, conversation } = await town()
    const both = [alice.chat.choose(conversation, { kept: true }), alice.chat.choose(conversation, { archived: true })]
    await Promise.all(both)
    expect(alice.chat.open(alice.chat.conversations()[0]?.with ?? ('' as never)).choices).toMatchObject({ kept: true, archived: true })
  })

  test('bring a third one what a fourth wrote that was given up since; from others it is not taken', async () => {
    const { alice, laptop, bea, clock, conversation, people, at, part } = await town()
    await laptop.chat.send(conversation, { text: 'before it was lost' })
    await eventually('all to have it', () => [alice, bea].every((one) => one.chat.conversations().some(({ last }) => last?.text === 'before it was lost')))
    await laptop.stop()
    people.remove(laptop.device)
    const phone = await at(await people.device(alice.device.account))
    part(phone, alice)
    phone.chat.open(bea.device.account)
    phone.chat.wake(bea.device.account)
    // Bea has it, and is not its author's account: what is refused costs her a point, as she may know less than the phone does.
    // Of two, the one of the lower id opens, and the other leaves it half a second.
    await clock.advance(SECOND)
    await eventually('Bea to have offered it', () => phone.offences.some(({ peerId }) => peerId === bea.device.peerId))
    expect(messagesWith(phone, bea.device.account)).toEqual([])
    const tablet = await at(await people.device(alice.device.account))
    part(tablet, bea)
    tablet.chat.wake(alice.device.account)
    await clock.advance(SECOND)
    await eventually('the history', () => messagesWith(tablet, bea.device.account).length === 1)
  })

  test('keep drafts each for itself, also over a restart', async () => {
    const { alice, laptop, bea, conversation } = await town()
    await alice.chat.choose(conversation, { draft: 'dear Bea' })
    await alice.restart()
    expect(alice.chat.open(bea.device.account).choices.draft).toBe('dear Bea')
    expect(laptop.chat.open(bea.device.account).choices.draft).toBe('')
    expect(whereIs(laptop.database, 'dear Bea')).toEqual([])
  })

  test('have the same notes, and none of them is unread', async () => {
    const { alice, laptop } = await town()
    const me = alice.device.account
    await alice.chat.send(alice.chat.open(me).id, { text: 'milk' })
    await eventually('the laptop', () => messagesWith(laptop, me).length === 1)
    await laptop.chat.send(laptop.chat.open(me).id, { text: 'bread' })
    await eventually('back', () => messagesWith(alice, me).length === 2)
    expect(messagesWith(alice, me).map(({ text, state }) => [text, state])).toEqual([
      ['milk', 'delivered'],
      ['bread', 'delivered'],
    ])
    expect(alice.chat.open(me)).toMatchObject({ kind: 'self', unread: 0, waiting: 0 })
  })

  test.each([true, false])('read once for both, where others are told of it: %s', async (told) => {
    const { alice, laptop, bea, conversation, agreed, clock } = await town({ parts: { readReceipts: () => told } })
    const { id } = await bea.chat.send(conversation, { text: 'have you seen it?' })
    await agreed()
    await alice.chat.markRead(conversation, 1_000)
    await eventually('the laptop knows', async () => {
      await clock.advance(SECOND)
      return laptop.chat.open(bea.device.account).unread === 0
    })
    await clock.advance(5 * SECOND)
    expect(bea.chat.message(id).state).toBe(told ? 'read' : 'delivered')
  })

  test('what was read on one is read on the other too when it comes there later', async () => {
    const { alice, laptop, bea, conversation, part, meet, clock } = await town({ parts: { readReceipts: () => false, mail } })
    part(laptop, bea)
    part(laptop, alice)
    await bea.chat.send(conversation, { text: 'one' })
    await bea.chat.send(conversation, { text: 'two' })
    await eventually('alice has them', () => allMessages(alice.chat, conversation).length === 2)
    await alice.chat.markRead(conversation, 1_000)
    await clock.advance(SECOND)
    const notes = alice.chat.open(alice.device.account).id
    // What was read comes before what it is about: only the notes go over at first.
    const self = alice.device.account
    const bytes = writeLetter({ v: 1, conversations: [{ members: [self, self] }], ...entriesOf(alice.database, notes) })
    expect(await laptop.chat.letter({ from: { device: alice.device.peerId, account: self }, bytes })).toBe('taken')
    await meet()
    await eventually('the laptop has them', () => allMessages(laptop.chat, conversation).length === 2)
    expect(laptop.chat.open(bea.device.account).unread).toBe(0)
  })
})

describe('receipts', () => {
  test('that are switched off are not written, and the next one after they are on again counts', async () => {
    let tells = false
    const { alice, laptop, bea, conversation, agreed, clock } = await town({ parts: { readReceipts: () => tells } })
    const first = await bea.chat.send(conversation, { text: 'one' })
    await agreed()
    await alice.chat.markRead(conversation, 1_000)
    await clock.advance(5 * SECOND)
    expect(bea.chat.message(first.id).state).toBe('delivered')
    tells = true
    await clock.advance(5 * SECOND)
    expect(bea.chat.message(first.id).state).toBe('delivered')
    const second = await bea.chat.send(conversation, { text: 'two' })
    await agreed()
    await alice.chat.markRead(conversation, 1_000)
    await eventually('it is told', async () => {
      await clock.advance(SECOND)
      return bea.chat.message(second.id).state === 'read'
    })
    expect(laptop.offences).toEqual([])
  })

  test('follow what was chosen for the conversation before what the settings say', async () => {
    const { alice, bea, conversation, agreed, clock } = await town({ parts: { readReceipts: () => true } })
    await alice.chat.choose(conversation, { readReceipts: false })
    const { id } = await bea.chat.send(conversation, { text: 'one' })
    await agreed()
    await alice.chat.markRead(conversation, 1_000)
    await clock.advance(5 * SECOND)
    expect(bea.chat.message(id).state).toBe('delivered')
  })
})

describe('that somebody types', () => {
  test('is told to others who are there, at most every few seconds, and by choice', async () => {
    const { alice, laptop, bea, conversation, clock } = await town({ parts: { typing: () => true } })
    await eventually('a stream', async () => {
      await bea.chat.send(conversation, { text: 'hello' })
      return allMessages(alice.chat, conversation).length > 0
    })
    const [heard, own] = [events(bea), events(laptop)]
    for (let times = 0; times < 5; times += 1) alice.chat.typing(conversation)
    const typing = (all: ChatEvent[]) => all.filter(({ event }) => event === 'typing')
    await eventually('bea sees it', () => typing(heard).length > 0)
    expect(typing(heard)).toHaveLength(1)
    expect(typing(heard)[0]).toMatchObject({ conversation, account: alice.device.account })
    await clock.advance(4 * SECOND)
    await alice.chat.choose(conversation, { typing: false })
    alice.chat.typing(conversation)
    await clock.advance(SECOND)
    expect(typing(heard)).toHaveLength(1)
    expect(typing(own)).toEqual([])
  })
})

describe('a third device', () => {
  test('knows what each of the others read, though they told of it in another order', async () => {
    const { alice, laptop, bea, conversation, people, at, part, meet, agreed, clock } = await town({ parts: { readReceipts: () => false } })
    const phone = await at(await people.device(bea.device.account))
    phone.chat.wake(alice.device.account)
    alice.chat.wake(bea.device.account)
    await bea.chat.send(conversation, { text: 'from the first' })
    await agreed()
    await alice.chat.markRead(conversation, 1_000)
    await clock.advance(2 * SECOND)
    await eventually('the laptop heard', () => laptop.chat.open(bea.device.account).unread === 0)
    await phone.chat.send(phone.chat.open(alice.device.account).id, { text: 'from the phone' })
    await eventually('it comes', () => allMessages(laptop.chat, conversation).length === 2)
    part(alice, laptop)
    await laptop.chat.markRead(conversation, 1_000)
    await clock.advance(2 * SECOND)
    await meet()
    const third = await at(await people.device(alice.device.account))
    for (const one of [alice, laptop, bea, phone]) one.chat.wake(alice.device.account)
    third.chat.wake(alice.device.account)
    third.chat.wake(bea.device.account)
    await eventually('all of it', async () => {
      await clock.advance(SECOND)
      return third.chat.conversations().some(({ id, unread }) => id === conversation && unread === 0) && allMessages(third.chat, conversation).length === 2
    })
    expect(third.chat.open(bea.device.account).unread).toBe(0)
  })
})
