import { afterEach, expect, test } from 'vitest'
import { lackingOf } from '../../../src/main/features/chat/heads.ts'
import { CHAT_TERMS, conversationIdOf, membersOf } from '../../../src/main/protocols/chat/index.ts'
import { eventually } from '../../helpers/eventually.ts'
import { home, type Home } from './household.ts'
import { People } from './people.ts'
import { speak } from './visitor.ts'
import { Wire } from './wire.ts'

const homes: Home[] = []
afterEach(async () => {
  for (const one of homes.splice(0)) await one.stop()
})

/** A device with so many messages to Bea, and a stream with another one of the same account, driven by hand. */
async function scene(messages: number) {
  const [people, wire] = [new People(), new Wire()]
  const [me, bea] = [await people.person(), await people.person()]
  const host = await home(me, { people, wire })
  homes.push(host)
  const { id } = host.chat.open(bea.account)
  for (let at = 0; at < messages; at++) await host.chat.send(id, { text: `${at}` })
  const laptop = await people.device(me.account)
  const stream = speak(await wire.streamsOf(laptop.peerId).open(me.peerId, CHAT_TERMS), laptop, me)
  const members = [...membersOf(me.account, bea.account)] as [typeof me.account, typeof me.account]
  return { ...stream, host, me, bea, laptop, members, conversation: conversationIdOf(membersOf(me.account, bea.account)) }
}

test('what another device of this account lacks is said by its heads, and gets less with each acknowledgement', async () => {
  const { host, me, bea, laptop, members, conversation, say, hear } = await scene(5)
  expect(host.chat.behind(laptop.peerId)).toBeNull()
  await say({ kind: 'heads', conversations: [{ members, logs: [{ device: me.peerId, seq: 2 }, { device: bea.peerId, seq: 7 }] }], more: false })
  await eventually('its heads to be heard', () => host.chat.behind(laptop.peerId) !== null)
  expect(host.chat.behind(laptop.peerId)).toEqual({ here: 7, there: 3 })
  expect(await hear('entries')).not.toBeNull()
  await say({ kind: 'ack', stored: [{ conversation, device: me.peerId, seq: 4 }] })
  await eventually('the acknowledgement', () => host.chat.behind(laptop.peerId)?.there === 1)
  await say({ kind: 'ack', stored: [{ conversation, device: me.peerId, seq: 5 }] })
  await eventually('the last of them', () => host.chat.behind(laptop.peerId)?.there === 0)
  expect(host.chat.behind(bea.peerId)).toBeNull()
})

test('nothing is said of a device with which there is no stream any more', async () => {
  const { host, laptop, members, say, channel } = await scene(1)
  await say({ kind: 'heads', conversations: [{ members, logs: [] }], more: false })
  await eventually('its heads to be heard', () => host.chat.behind(laptop.peerId)?.there === 1)
  channel.abort(new Error('it went away'))
  await eventually('it to be gone', () => host.chat.behind(laptop.peerId) === null)
  expect(host.chat.behind(laptop.peerId)).toBeNull()
})

test('what lies before the beginning of a log is on its way to nobody', () => {
  const held = (begins: number) => [{ id: 'talk', about: null, logs: [{ key: 1, device: 'one', seq: 9, begins }] }] as never
  const has = (seq: number) => [{ conversation: 'talk', device: 'one', seq }] as never
  expect(lackingOf(held(0), has(4))).toEqual({ here: 0, there: 5 })
  expect(lackingOf(held(6), has(4))).toEqual({ here: 0, there: 0 })
  expect(lackingOf(held(6), has(12))).toEqual({ here: 3, there: 0 })
  expect(lackingOf([], has(12))).toEqual({ here: 12, there: 0 })
})
