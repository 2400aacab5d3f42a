import { describe, expect, test } from 'vitest'
import { MAX_ACTS_OF_A_LOG, ENTRIES_BURST, ENTRIES_PER_SECOND } from '../../../src/main/features/chat/limits.ts'
import { Pace } from '../../../src/main/features/chat/pace.ts'
import { sourceFor } from '../../../src/main/features/chat/source.ts'
import { LogStore } from '../../../src/main/features/chat/store.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { makeContent, signEntry, type Said, type SaidMessage } from '../../../src/main/protocols/chat/index.ts'
import type { AccountId } from '../../../src/shared/ids.ts'
import { GiB, HOUR, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { messagesWith, textsWith, type Home } from './household.ts'
import { whereIs } from './leftovers.ts'
import { Pen, sealAnything } from './entries.ts'
import { openRaw, stopAfterEach, visitor } from './visitor.ts'

stopAfterEach()

const message = (text: string, more: Partial<SaidMessage> = {}): Said => ({
  kind: 'message',
  text,
  mentions: [],
  reply: null,
  forwarded: false,
  files: [],
  ...more,
})

const count = (one: Home, table: string): number =>
  one.database.prepare<[], { count: number }>(`SELECT count(*) AS count FROM ${table}`).get()?.count ?? 0

/** A guest whose heads were said, and who knows what the host wrote last. */
async function guestAt() {
  const around = await visitor()
  const pen = new Pen(around.guest, around.host.device.account)
  await around.greet()
  const taken = (many: number) => eventually('all is stored', () => count(around.host, 'chat_entries') === many)
  return { ...around, pen, taken }
}

describe("somebody else's message", () => {
  test('is not changed, taken back or made to say anything, and what they wanted it to say is not kept', async () => {
    const { host, guest, pen, taken, post, send, conversation } = await guestAt()
    const { id } = await host.chat.send(host.chat.open(guest.account).id, { text: 'I owe you nothing' })
    await post(pen, { kind: 'edit', of: id, text: 'I owe you a house', mentions: [] })
    await send(await pen.write({ kind: 'delete', of: [id] }))
    await taken(3)
    expect(messagesWith(host, guest.account)).toMatchObject([{ id, conversation, text: 'I owe you nothing', editedMs: null }])
    expect(whereIs(host.database, 'I owe you a house')).toEqual([])
  })

  test('is not changed before it comes either', async () => {
    const { host, guest, people, pen, taken, post, send } = await guestAt()
    const theirs = new Pen(await people.device(guest.account), host.device.account)
    const made = makeContent(message('the words'), new Uint8Array(16))
    const signed = await theirs.write(made.body)
    await post(pen, { kind: 'edit', of: signed.id, text: 'of the same account', mentions: [] })
    await taken(1)
    expect(textsWith(host, guest.account)).toEqual([])
    await send(await pen.write({ kind: 'delete', of: [signed.id] }))
    await taken(2)
    expect(whereIs(host.database, 'of the same account')).toEqual([])
    await send(signed)
    await taken(3)
    expect(messagesWith(host, guest.account)).toMatchObject([{ kind: 'deleted', text: '' }])
  })

  test('is not touched from another conversation, whoever knows its id', async () => {
    const { host, guest, people, wire, pen, taken, post } = await guestAt()
    const secret = await host.chat.send(host.chat.open(guest.account).id, { text: 'between us' })
    const carl = await people.person()
    const stranger = await openRaw(wire, carl, host.device)
    const theirs = new Pen(carl, host.device.account)
    await stranger.greet()
    await stranger.post(theirs, { kind: 'reaction', to: secret.id, emoji: '👍', on: true }, { kind: 'edit', of: secret.id, text: 'no', mentions: [] })
    await stranger.send(await theirs.write({ kind: 'pin', of: secret.id, on: true }), await theirs.write({ kind: 'delete', of: [secret.id] }))
    await taken(5)
    await post(pen, { kind: 'reaction', to: secret.id, emoji: '🎂', on: true })
    await taken(6)
    expect(host.chat.message(secret.id)).toMatchObject({ text: 'between us', pinned: false, reactions: [{ emoji: '🎂' }] })
    expect(host.chat.open(guest.account).pinned).toEqual([])
  })
})

describe("whose somebody else's devices are", () => {
  test('says a device of the same account, and nobody else with whom no group is shared', async () => {
    const learned: AccountId[] = []
    const { people, wire, host, guest, greet, say, post } = await visitor({ learnDevices: async (_list, account) => void learned.push(account) })
    const list = new Uint8Array(100)
    await greet()
    await say({ kind: 'devices', account: (await people.person()).account, list })
    await say({ kind: 'devices', account: guest.account, list })
    await post(new Pen(guest, host.device.account), message('after it'))
    await eventually('what came after it', () => textsWith(host, guest.account).includes('after it'))
    expect(learned).toEqual([])

    const sibling = await openRaw(wire, await people.device(host.device.account), host.device)
    await sibling.say({ kind: 'heads', conversations: [], more: false })
    await sibling.say({ kind: 'devices', account: guest.account, list })
    await sibling.say({ kind: 'devices', account: host.device.account, list })
    await sibling.say({ kind: 'devices', account: guest.account, list })
    await eventually('all that it said', () => learned.length === 2)
    expect(learned).toEqual([guest.account, guest.account])
  })
})

describe('a message', () => {
  test('that says to be of 1 GiB, or brings more than a block may hold, ends the stream', async () => {
    const first = await visitor()
    await first.greet()
    const pen = new Pen(first.guest, first.host.device.account)
    const { body } = makeContent(message('small'), new Uint8Array(16))
    const lie = await sealAnything(pen.next({ ...body, sizeBytes: GiB }), first.guest.deviceKey)
    await first.say({ kind: 'entries', entries: [lie], contents: [null] })
    expect(await first.hear('nack')).toMatchObject({ status: 'malformed', log: null })
    expect(first.host.chat.conversations()).toEqual([])
    await first.host.stop()
    const second = await visitor()
    await second.greet()
    const large = new Uint8Array(70_000)
    await second.raw.write(encode({ kind: 'entries', entries: [lie], contents: [large] }))
    expect(await second.hear('nack')).toMatchObject({ status: 'malformed', log: null })
  })

  test('whose content lies about what it is, or names 10,000 people, shows no words', async () => {
    const { host, guest, pen, taken, post, say } = await guestAt()
    const edit = makeContent({ kind: 'edit', of: (await pen.say('x')).id, text: 'not what it says', mentions: [] }, new Uint8Array(16))
    const other = new Pen(guest, host.device.account)
    const lie = await other.write({ ...edit.body, says: 'message' })
    await say({ kind: 'entries', entries: [lie.envelope], contents: [edit.block] })
    const mentions = Array.from({ length: 900 }, () => guest.account)
    await post(other, message('hello all', { mentions }))
    await taken(2)
    expect(messagesWith(host, guest.account).map(({ kind, text }) => [kind, text])).toEqual([
      ['missing', ''],
      ['missing', ''],
    ])
    expect(count(host, 'chat_missing')).toBe(0)
    expect(host.chat.open(guest.account).unreadMentions).toBe(0)
  })

  test('keeps its bidi and zero-width tricks as what they are: text', async () => {
    const { host, guest, pen, taken, post } = await guestAt()
    const text = 'a\u{202e}txt.exe\u{200b}\u{2066}<script>alert(1)</script>[x](javascript:alert(1))'
    await post(pen, message(text))
    await taken(1)
    expect(textsWith(host, guest.account)).toEqual([text])
  })

  test('of a kind that is not known is kept with what it says, for a Latch that knows it', async () => {
    const { host, guest, pen, taken, say } = await guestAt()
    const poll = makeContent({ kind: 'poll', question: 'pizza?' } as never, new Uint8Array(16))
    const entry = await pen.write(poll.body)
    await say({ kind: 'entries', entries: [entry.envelope], contents: [poll.block] })
    await taken(1)
    expect(messagesWith(host, guest.account)).toEqual([])
    expect(whereIs(host.database, 'pizza?')).toEqual(['chat_contents.block'])
  })

  test('with a time a century ahead, or none, is shown in its order all the same', async () => {
    const { host, guest, pen, taken, send } = await guestAt()
    const hundredYearsMs = 100 * 365 * 24 * HOUR
    await send(await pen.say('one', { sentAtMs: 1_767_225_600_000 + hundredYearsMs }), await pen.say('two', { sentAtMs: 0 }))
    await taken(2)
    expect(textsWith(host, guest.account)).toEqual(['one', 'two'])
  })
})

describe('a flood', () => {
  test('of reactions to one message leaves a few, and the message as it was', async () => {
    const { host, guest, pen, taken, post } = await guestAt()
    const { id } = await host.chat.send(host.chat.open(guest.account).id, { text: 'go on' })
    const flood = Array.from({ length: 3 * MAX_ACTS_OF_A_LOG }, (_, n): Said => ({ kind: 'reaction', to: id, emoji: '👍', on: n % 2 === 0 }))
    await post(pen, ...flood)
    await taken(flood.length + 1)
    expect(count(host, 'chat_acts')).toBe(MAX_ACTS_OF_A_LOG)
    expect(count(host, 'chat_contents')).toBe(MAX_ACTS_OF_A_LOG + 1)
    expect(host.chat.message(id)).toMatchObject({ text: 'go on', reactions: [] })
  })

  test('of deletions of the same messages costs one line each', async () => {
    const { host, pen, taken, send } = await guestAt()
    const ids = [(await new Pen(host.device, host.device.account).say('1')).id]
    for (let n = 0; n < 20; n += 1) await send(await pen.write({ kind: 'delete', of: ids }))
    await taken(20)
    expect(count(host, 'chat_acts')).toBe(1)
  })

  test('of a million entries takes hours, whoever brings them', () => {
    const pace = new Pace()
    const author = 'k51flood' as AccountId
    let nowMs = 0
    let taken = 0
    while (taken < 1_000_000) {
      nowMs += pace.stored(author, 64, nowMs)
      taken += 64
    }
    expect(nowMs / HOUR).toBeGreaterThan(2)
    expect(pace.stored('k51other' as AccountId, 64, nowMs)).toBe(0)
    expect(new Pace().stored(author, ENTRIES_BURST + ENTRIES_PER_SECOND, 0)).toBe(SECOND)
  })

  test('of wishes for contents ends the stream, and nothing waits in memory for it', async () => {
    const { host, guest, say, hear, conversation } = await guestAt()
    const { id } = host.chat.open(guest.account)
    for (let n = 0; n < 4; n += 1) await host.chat.send(id, { text: 'x'.repeat(16_000) })
    const of = Array.from({ length: 64 }, (_, n) => ({ conversation, device: host.device.peerId, seq: 1 + (n % 4) }))
    for (let times = 0; times < 12; times += 1) await say({ kind: 'want', of }).catch(() => {})
    await eventually('the end', async () => {
      const nack = await hear('nack').catch(() => null)
      return nack === null || nack.status === 'too-many'
    })
    expect(host.offences.length).toBeLessThanOrEqual(1)
  })

  test('of typing is one line a second', async () => {
    const { host, say, conversation, guest } = await guestAt()
    host.chat.open(guest.account)
    const heard: string[] = []
    const controller = new AbortController()
    const watching = (async () => {
      for await (const item of host.chat.watch(controller.signal)) if (item.kind === 'event') heard.push(item.event.event)
    })()
    for (let times = 0; times < 50; times += 1) await say({ kind: 'typing', conversation })
    await eventually('one is heard', () => heard.includes('typing'))
    controller.abort()
    await watching.catch(() => {})
    expect(heard.filter((event) => event === 'typing')).toHaveLength(1)
  })
})

describe('what is not theirs to say or to have', () => {
  test('what this account chose is not said by another one', async () => {
    const { host, pen, taken, post, conversation } = await guestAt()
    await post(pen, { kind: 'state', key: `choices:${conversation}`, value: { archived: true }, atMs: 1 }, message('hello'))
    await post(pen, { kind: 'state', key: `cleared:${conversation}`, value: { [pen.device.peerId]: 9 }, atMs: 1 })
    await taken(3)
    expect(count(host, 'chat_state')).toBe(0)
    expect(textsWith(host, pen.device.account)).toEqual(['hello'])
    expect(host.chat.conversations()[0]?.choices.archived).toBe(false)
  })

  test('words that are held back are not given to who asks for them, those that they have are', async () => {
    const { host, guest, people } = await visitor()
    const me = host.device.account
    const store = new LogStore(openMemoryDatabase(), me)
    const { id } = store.transaction(() => store.openConversation(guest.account, 1))
    const pen = new Pen(host.device, guest.account)
    for (const text of ['sent', 'held back']) {
      const { body, block } = makeContent(message(text), new Uint8Array(16))
      const signed = await pen.write(body)
      store.transaction(() => store.append(id, { signed, block }, 1))
    }
    const milestone = { step: 'delivered', account: guest.account, atMs: 1, sentMs: null, route: null } as const
    const at = (seq: number) => ({ conversation: id, device: host.device.peerId, seq })
    store.transaction(() => store.advance(at(1), milestone))
    const sharing = { sharedWith: () => [], shares: () => false, isMate: () => false, takesGroup: () => false, rangeOf: () => null }
    const source = (account: AccountId, isHeld: boolean) => sourceFor({ store, me, account, isHeldBack: () => isHeld, sharing })
    expect(source(guest.account, true).blockAt(at(1))).not.toBeNull()
    expect(source(guest.account, true).blockAt(at(2))).toBeNull()
    expect(source(guest.account, false).blockAt(at(2))).not.toBeNull()
    expect(source((await people.person()).account, false).blockAt(at(1))).toBeNull()
  })

  test('a late content is taken only where one is missing, and only the one that the entry names', async () => {
    const { host, guest, pen, taken, say, conversation } = await guestAt()
    const made = makeContent(message('late, but here'), new Uint8Array(16))
    const entry = await signEntry(pen.next(made.body), guest.deviceKey)
    await say({ kind: 'entries', entries: [entry.envelope], contents: [null] })
    await taken(1)
    expect(messagesWith(host, guest.account)).toMatchObject([{ kind: 'missing', text: '' }])
    const position = { conversation, device: guest.peerId, seq: 1 }
    const false1 = makeContent(message('something else'), new Uint8Array(16)).block
    await say({ kind: 'contents', contents: [{ ...position, block: false1 }, { ...position, seq: 7, block: false1 }] })
    await say({ kind: 'contents', contents: [{ ...position, block: made.block }] })
    await eventually('it is there', () => textsWith(host, guest.account)[0] === 'late, but here')
    expect(whereIs(host.database, 'something else')).toEqual([])
    expect(host.chat.open(guest.account).unread).toBe(1)
    expect(host.offences).toEqual([])
  })
})
