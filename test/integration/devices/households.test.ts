import { afterEach, expect, it } from 'vitest'
import type { Household } from '../../../src/main/node/types.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold, openNode } from '../../helpers/households.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function household(name: string): ReturnType<typeof openHousehold> {
  const opened = await openHousehold({ name })
  closing.push(() => opened.close())
  return opened
}

const noteOf = (house: Household, text: string): boolean =>
  house.chat.conversations().some(({ kind, id }) => kind === 'self' && house.chat.messages(id, {}, 50).messages.some((message) => message.text === text))

it('two whole nodes become one account: linked by a code, connected, with contacts, and notes that each wrote', { timeout: 60_000 }, async () => {
  const [ada, bea] = [await household('Ada'), await household('Bea')]
  ada.contacts.add(bea.me.account)
  ada.contacts.rename(bea.me.account, 'Bea from next door')
  const notes = ada.chat.open(ada.me.account)
  await ada.chat.send(notes.id, { text: 'written before' })

  const fresh = await openNode()
  closing.push(() => fresh.close())
  const { code } = ada.devices.link()
  fresh.node.joining.join(code, 'phone')
  await eventually('a question', () => ada.devices.linking()?.state === 'asking')
  expect(fresh.node.identity.current().state).toBe('none')
  ada.devices.answerLink(true)
  await eventually('the end', () => fresh.node.joining.current().state === 'done', { withinMs: 20_000 })
  const phone = fresh.node.household()
  expect(fresh.node.identity.me()).toMatchObject({ account: ada.me.account, name: 'Ada' })
  expect(phone.contacts.get(bea.me.account)?.petname).toBe('Bea from next door')
  expect(phone.devices.list()).toHaveLength(2)

  await ada.peers.connect(phone.peers.reachability().listening.find((one) => one.includes('/tcp/')) ?? '')
  await eventually('the other', () => ada.devices.list().every(({ connected }) => connected))
  await eventually('what was written before', () => noteOf(phone, 'written before'), { withinMs: 20_000 })
  await phone.chat.send(phone.chat.open(ada.me.account).id, { text: 'written on the phone' })
  await eventually('what was written on the phone', () => noteOf(ada, 'written on the phone'), { withinMs: 20_000 })

  const peerId = fresh.node.identity.me().peerId
  await phone.devices.rename(ada.me.peerId, 'kitchen')
  await eventually('a name', () => ada.devices.list().some(({ label }) => label === 'kitchen'))
  await ada.devices.revoke(peerId)
  expect(ada.devices.list()).toHaveLength(1)
  await expect(ada.devices.revoke(ada.me.peerId)).rejects.toMatchObject({ code: 'BAD_INPUT' })
})
