import { expect, test, vi } from 'vitest'
import type { ConversationId } from '../../../../src/shared/ids.ts'
import type { Home } from '../household.ts'
import { accountOf, groupIn, stateOf, textsOf, town } from './town.ts'

// Hundreds of messages are signed, carried and taken.
vi.setConfig({ testTimeout: 60_000 })

const count = (one: Home, sql: string): number => one.database.prepare<[], { count: number }>(sql).get()?.count ?? 0

/** Content blocks that somebody wrote and that are here, and messages of theirs in the index of words. */
function keptOf(one: Home, author: Home): { contents: number; words: number } {
  const all = one.database.prepare<[], { n: number; account: string }>('SELECT m.n, m.account FROM chat_messages m WHERE m.is_notice = 0').all()
  const numbers = all.filter(({ account }) => account === accountOf(author)).map(({ n }) => n).join(',') || '0'
  return {
    contents: count(one, `SELECT count(*) AS count FROM chat_contents WHERE n IN (${numbers})`),
    words: count(one, `SELECT count(*) AS count FROM chat_words WHERE n IN (${numbers})`),
  }
}

async function spam(around: Awaited<ReturnType<typeof town>>, id: ConversationId, by: Home, many: number): Promise<void> {
  await Promise.all(Array.from({ length: many }, (_, at) => by.chat.send(id, { text: `spam number ${at}` })))
  await around.until('all to have it', () => around.all.every((one) => textsOf(one, id).length === many))
}

test('what somebody wrote is erased for good with their removal, on every device, with its words in the index', async () => {
  const around = await town(3)
  const { id, maker, others } = await groupIn(around)
  const [bea, cem] = others as [Home, Home]
  await spam(around, id, bea, 300)
  expect((await cem.chat.find({ text: 'spam' }, { limit: 5 })).hits).toHaveLength(5)
  await around.until('the index to hold them', () => keptOf(cem, bea).words === 300)
  expect(keptOf(cem, bea).contents).toBe(300)
  await maker.chat.groups.remove(id, accountOf(bea), true)
  await around.until('it to be gone', () => around.all.every((one) => textsOf(one, id).length === 0))
  await around.until('all of it to be erased', () => around.all.every((one) => keptOf(one, bea).contents === 0))
  expect(keptOf(cem, bea).words).toBe(0)
  expect((await cem.chat.find({ text: 'spam' }, { limit: 5 })).hits).toEqual([])
  for (const one of around.all) expect(count(one, 'SELECT count(*) AS count FROM chat_missing')).toBe(0)
  expect(cem.chat.conversations().find((one) => one.id === id)?.unread).toBe(0)
  expect(around.all.flatMap((one) => one.offences)).toEqual([])
})

test('a process that ends before all of it is erased goes on with that when it begins again', async () => {
  const around = await town(2)
  const { id, maker, others } = await groupIn(around)
  const [bea] = others as [Home]
  await spam(around, id, bea, 300)
  await maker.chat.groups.remove(id, accountOf(bea), true)
  await maker.restart()
  await around.until('it to be gone', () => textsOf(maker, id).length === 0)
  await around.until('all of it to be erased', () => keptOf(maker, bea).contents === 0)
  expect(stateOf(maker, id, bea)).toBe('removed')
})

test('nothing is kept of what comes later and was taken back before', async () => {
  const around = await town(3)
  const { id, maker, others } = await groupIn(around, 'all')
  const [bea, cem] = others as [Home, Home]
  await spam(around, id, bea, 5)
  await maker.chat.groups.remove(id, accountOf(bea), true)
  await around.until('all of it to be erased', () => around.all.every((one) => keptOf(one, bea).contents === 0))
  const device = await around.people.device(accountOf(cem))
  const laptop = await around.at(device)
  laptop.chat.wake(accountOf(cem))
  cem.chat.wake(accountOf(cem))
  await around.until('the other device to know the group', () => stateOf(laptop, id, bea) === 'removed')
  expect(textsOf(laptop, id)).toEqual([])
  expect(keptOf(laptop, bea).contents).toBe(0)
  expect(count(laptop, 'SELECT count(*) AS count FROM chat_missing')).toBe(0)
})

test('what was erased by a removal that turns out to be none comes back from who has it', async () => {
  const around = await town(4)
  const { id, maker, others } = await groupIn(around)
  const [mod, bea, cem] = others as [Home, Home, Home]
  await maker.chat.groups.setRole(id, accountOf(mod), 'moderator')
  await spam(around, id, bea, 3)
  await around.until('all to know the moderator', () => around.all.every((one) => one.chat.conversations().find((it) => it.id === id)?.group?.members.find(({ account }) => account === accountOf(mod))?.role === 'moderator'))
  const away = new Set([maker.device.peerId, bea.device.peerId])
  around.wire.connected = (one, other) => away.has(one) === away.has(other)
  for (const one of [maker, bea]) for (const other of [mod, cem]) around.wire.cut(one.device.peerId, other.device.peerId)
  await maker.chat.groups.setRole(id, accountOf(mod), 'member')
  await mod.chat.groups.remove(id, accountOf(bea), true)
  await around.until('Cem to have erased it', () => keptOf(cem, bea).contents === 0)
  expect(keptOf(maker, bea).contents).toBe(3)
  around.wire.connected = () => true
  for (const one of around.all) for (const other of around.all) one.chat.wake(accountOf(other))
  await around.until('Cem to have it again', () => textsOf(cem, id).filter((text) => text.startsWith('spam')).length === 3)
  expect(stateOf(cem, id, bea)).toBe('joined')
  expect(stateOf(maker, id, bea)).toBe('joined')
})
