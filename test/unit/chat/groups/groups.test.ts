import { afterEach, describe, expect, test } from 'vitest'
import type { ConversationId } from '../../../../src/shared/ids.ts'
import type { Group } from '../../../../src/shared/model/groups.ts'
import { SECOND } from '../../../../src/shared/units.ts'
import { eventually } from '../../../helpers/eventually.ts'
import { FakeClock } from '../../../helpers/fake-clock.ts'
import { allMessages, home, type Home, type HomeOptions } from '../household.ts'
import { People, type Device } from '../people.ts'
import { Wire } from '../wire.ts'

const homes: Home[] = []

afterEach(async () => {
  for (const one of homes.splice(0)) await one.stop()
})

async function world(count: number) {
  const people = new People()
  const wire = new Wire()
  const clock = new FakeClock()
  const at = async (device: Device, options: Partial<HomeOptions> = {}): Promise<Home> => {
    const made = await home(device, { people, wire, clock, ...options })
    homes.push(made)
    return made
  }
  const all: Home[] = []
  for (let index = 0; index < count; index++) all.push(await at(await people.person()))
  return { people, wire, clock, at, all }
}

type World = Awaited<ReturnType<typeof world>>

const account = (one: Home) => one.device.account
const groupOf = (one: Home, id: ConversationId): Group | null =>
  one.chat.conversations().find((conversation) => conversation.id === id)?.group ?? null
const texts = (one: Home, id: ConversationId): string[] =>
  allMessages(one.chat, id).filter(({ kind }) => kind === 'text').map(({ text }) => text)
const notices = (one: Home, id: ConversationId): string[] =>
  allMessages(one.chat, id).flatMap(({ notice }) => (notice === null ? [] : [notice.what]))
const states = (one: Home, id: ConversationId): string[] =>
  (groupOf(one, id)?.members ?? []).map(({ role, state }) => `${role} ${state}`)

async function until({ clock }: World, what: string, isSo: () => boolean): Promise<void> {
  await eventually(what, async () => {
    await clock.advance(5 * SECOND)
    return isSo()
  })
}

async function made(around: World, history: 'all' | 'from-joining' = 'from-joining') {
  const [maker, ...others] = around.all as [Home, ...Home[]]
  const id = await maker.chat.groups.create({ title: 'Hiking', picture: null, history, members: others.map(account) })
  for (const one of others) {
    await until(around, 'an invitation', () => groupOf(one, id)?.state === 'invited')
    await one.chat.groups.answer(id, true)
  }
  await until(around, 'all to know of all', () => around.all.every((one) => states(one, id).filter((state) => state.endsWith('joined')).length === around.all.length))
  return { id, maker, others }
}

describe('a group', () => {
  test('is made, joined and written in, and is the same for all', async () => {
    const around = await world(3)
    const { id, maker, others: [bea, cem] } = await made(around)
    if (bea === undefined || cem === undefined) throw new Error('three were asked for')
    await maker.chat.send(id, { text: 'Saturday?' })
    await bea.chat.send(id, { text: 'yes' })
    await cem.chat.send(id, { text: 'no' })
    await until(around, 'all to have all', () => around.all.every((one) => texts(one, id).length === 3))
    expect(texts(bea, id)).toEqual(texts(maker, id))
    expect(notices(cem, id)).toEqual(notices(maker, id))
    expect(notices(maker, id)).toEqual(['created', 'added', 'added', 'joined', 'joined'])
    await until(around, 'everything delivered', () => around.all.every((one) => one.chat.conversations().every(({ waiting }) => waiting === 0)))
    expect(allMessages(maker.chat, id).find(({ text }) => text === 'Saturday?')).toMatchObject({ reach: { of: 2, delivered: 2 }, state: 'delivered' })
    expect(around.all.flatMap((one) => one.offences)).toEqual([])
  })

  test('shows a newcomer what is written from joining on, or all of it, as it is set', async () => {
    for (const history of ['from-joining', 'all'] as const) {
      const around = await world(3)
      const late = around.all.pop() as Home
      const { id, maker, others: [bea] } = await made(around, history)
      await maker.chat.send(id, { text: 'before' })
      await until(around, 'it to come', () => texts(bea as Home, id).length === 1)
      await maker.chat.groups.add(id, [account(late)])
      await until(around, 'an invitation', () => groupOf(late, id)?.state === 'invited')
      expect(texts(late, id)).toEqual([])
      await expect(late.chat.send(id, { text: 'x' })).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
      await late.chat.groups.answer(id, true)
      await until(around, 'it to be known', () => groupOf(bea as Home, id)?.members.every(({ state }) => state === 'joined') === true)
      await (bea as Home).chat.send(id, { text: 'after' })
      await late.chat.send(id, { text: 'mine' })
      const expected = history === 'all' ? ['before', 'after', 'mine'] : ['after', 'mine']
      await until(around, 'all of it', () => texts(late, id).length === expected.length && texts(maker, id).length === 3)
      expect(texts(late, id).toSorted()).toEqual(expected.toSorted())
      expect([...around.all, late].flatMap((one) => one.offences)).toEqual([])
    }
  })
})
