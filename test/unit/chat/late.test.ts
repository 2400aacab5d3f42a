import { expect, test } from 'vitest'
import type { ArrivedOffer, ChatFiles } from '../../../src/main/features/chat/index.ts'
import { MAX_WANT_TRIES } from '../../../src/main/features/chat/limits.ts'
import { writeLetter } from '../../../src/main/protocols/chat/index.ts'
import { FileId, TransferId, type AccountId } from '../../../src/shared/ids.ts'
import type { FileOffer } from '../../../src/shared/model/files.ts'
import { HOUR, MINUTE } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { entriesOf, mail } from './by-hand.ts'
import { allMessages, type Home } from './household.ts'
import { whereIs } from './leftovers.ts'
import { stopAfterEach, town, type Town } from './town.ts'

stopAfterEach()

const offered: ArrivedOffer[] = []
const STAGED = TransferId.parse('b'.repeat(26))
const offer: FileOffer = {
  file: FileId.parse('a'.repeat(52)),
  name: 'plan.pdf',
  bytes: 12,
  type: 'application/pdf',
  kind: 'file',
  width: null,
  height: null,
  durationMs: null,
  wave: null,
  thumbnail: null,
  files: null,
}
const files: ChatFiles = {
  offerOf: () => offer,
  sent: () => {},
  offered: (one) => offered.push(one),
  withdrawn: () => {},
}

/** All that one device holds of the conversation, brought to another one without its words. */
async function withoutWords({ conversation, alice, bea }: Town, from: Home, to: Home): Promise<string> {
  const { entries } = entriesOf(from.database, conversation)
  const members = [alice.device.account, bea.device.account].toSorted() as [AccountId, AccountId]
  const bytes = writeLetter({ v: 1, conversations: [{ members }], entries, contents: entries.map(() => null) })
  return to.chat.letter({ from: { device: from.device.peerId, account: from.device.account }, bytes })
}

async function apart(parts: { files?: ChatFiles } = {}): Promise<Town> {
  const around = await town({ parts: { mail, ...parts } })
  around.part(around.alice, around.bea)
  around.part(around.laptop, around.bea)
  return around
}

test('words that came with no carrier are asked for, and everything about them is as if they had', async () => {
  const around = await apart()
  const { alice, bea, conversation, meet, agreed } = around
  const { id } = await alice.chat.send(conversation, { text: 'first', mentions: [bea.device.account] })
  await alice.chat.edit(id, 'second', [bea.device.account])
  await alice.chat.react(id, '🎂', true)
  expect(await withoutWords(around, alice, bea)).toBe('taken')
  expect(bea.chat.message(id)).toMatchObject({ kind: 'missing', text: '', reactions: [] })
  expect(bea.chat.open(alice.device.account)).toMatchObject({ unread: 1, unreadMentions: 0 })
  await meet()
  await agreed()
  expect(bea.chat.message(id)).toMatchObject({ kind: 'text', text: 'second', reactions: [{ emoji: '🎂' }] })
  expect(bea.chat.open(alice.device.account)).toMatchObject({ unread: 1, unreadMentions: 1 })
  expect(bea.database.prepare('SELECT n FROM chat_missing').all()).toEqual([])
})

test('what a message offers is offered when its words come', async () => {
  offered.length = 0
  const around = await apart({ files })
  const { alice, bea, conversation, meet } = around
  const { id } = await alice.chat.send(conversation, { text: '', files: [STAGED] })
  await eventually('the laptop is offered it', () => offered.length === 1)
  expect(await withoutWords(around, alice, bea)).toBe('taken')
  expect(offered).toHaveLength(1)
  await meet()
  await eventually('the words', () => bea.chat.message(id).kind === 'files')
  expect(offered).toHaveLength(2)
  expect(offered[1]).toMatchObject({ conversation, message: id, from: alice.device.account, offer })
  expect(bea.chat.mayFetch(offer.file, alice.device.account)).toBe(true)
})

test('a message whose words are missing disappears in its time too', async () => {
  const around = await apart()
  const { alice, bea, conversation, clock } = around
  await alice.chat.disappear(conversation, HOUR)
  await alice.chat.send(conversation, { text: 'for an hour' })
  expect(await withoutWords(around, alice, bea)).toBe('taken')
  expect(allMessages(bea.chat, conversation)).toMatchObject([{ kind: 'missing' }])
  await clock.advance(HOUR + MINUTE)
  expect(allMessages(bea.chat, conversation)).toEqual([])
  expect(bea.database.prepare('SELECT n FROM chat_missing').all()).toEqual([])
})

test('words that were taken back before they came never come', async () => {
  const around = await apart()
  const { alice, laptop, bea, conversation, part, meet, agreed } = around
  const { id } = await alice.chat.send(conversation, { text: 'quincunxial' })
  await eventually('the laptop', () => allMessages(laptop.chat, conversation).length === 1)
  expect(await withoutWords(around, laptop, bea)).toBe('taken')
  part(alice, laptop)
  await alice.chat.remove(id, 'everyone')
  expect(await withoutWords(around, alice, bea)).toBe('taken')
  expect(bea.chat.message(id).kind).toBe('deleted')
  await meet()
  await agreed()
  expect(whereIs(bea.database, 'quincunxial')).toEqual([])
})

test('words that nobody has any more are asked for some times, and then no more until the next start', async () => {
  const around = await apart()
  const { alice, laptop, bea, conversation, meet, wire, clock } = around
  await alice.chat.send(conversation, { text: 'lost' })
  await eventually('the laptop', () => allMessages(laptop.chat, conversation).length === 1)
  expect(await withoutWords(around, alice, bea)).toBe('taken')
  for (const one of [alice, laptop]) one.database.prepare('DELETE FROM chat_contents').run()
  const tries = () => bea.database.prepare<[], { tries: number }>('SELECT tries FROM chat_missing').get()?.tries ?? -1
  for (let stream = 0; stream < 2 * MAX_WANT_TRIES; stream += 1) {
    await meet()
    await clock.advance(10_000)
    wire.cut(bea.device.peerId)
  }
  expect(tries()).toBe(MAX_WANT_TRIES)
  expect(allMessages(bea.chat, conversation)).toMatchObject([{ kind: 'missing' }])
  wire.connected = () => false
  await bea.restart()
  expect(tries()).toBe(0)
})
