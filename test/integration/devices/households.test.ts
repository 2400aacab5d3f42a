import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { Household } from '../../../src/main/node/types.ts'
import { HOUR } from '../../../src/shared/units.ts'
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

  // What somebody is to the account, and what was chosen for it, is the same on both, whichever says it.
  phone.contacts.rename(bea.me.account, 'Beatrice')
  phone.settings.set({ readReceipts: false })
  await eventually('the name', () => ada.contacts.get(bea.me.account)?.petname === 'Beatrice')
  await eventually('the choice', () => !ada.settings.get().readReceipts)
  ada.door.block(bea.me.account, true, '')
  await eventually('the block', () => phone.door.blocked().includes(bea.me.account))

  const peerId = fresh.node.identity.me().peerId
  await phone.devices.rename(ada.me.peerId, 'kitchen')
  await eventually('a name', () => ada.devices.list().some(({ label }) => label === 'kitchen'))
  await ada.devices.revoke(peerId)
  expect(ada.devices.list()).toHaveLength(1)
  await expect(ada.devices.revoke(ada.me.peerId)).rejects.toMatchObject({ code: 'BAD_INPUT' })
})

it('a whole node is backed up, and restored as another device of the same account, which goes on by itself', { timeout: 60_000 }, async () => {
  const ada = await household('Ada')
  await ada.chat.send(ada.chat.open(ada.me.account).id, { text: 'written before' })
  const path = join(ada.dataFolder, 'ada.latchbackup')
  expect(await ada.backup.make(path, 'a passphrase of words')).toMatchObject({ lastPath: path, why: null })

  const fresh = await openNode()
  closing.push(() => fresh.close())
  expect(await fresh.node.restoring.read(path, 'a passphrase of words')).toMatchObject({ name: 'Ada', conversations: 1, messages: 1, revocation: true })
  const me = await fresh.node.restoring.restore(path, 'a passphrase of words')
  expect(me.account).toBe(ada.me.account)
  expect(me.peerId).not.toBe(ada.me.peerId)
  const restored = fresh.node.household()
  expect(noteOf(restored, 'written before')).toBe(true)
  expect(restored.devices.list().map(({ peerId }) => peerId).toSorted()).toEqual([ada.me.peerId, me.peerId].toSorted())

  await restored.peers.connect(ada.address)
  await restored.chat.send(restored.chat.open(me.account).id, { text: 'written since' })
  await eventually('what was written since', () => noteOf(ada, 'written since'), { withinMs: 20_000 })
  await ada.chat.send(ada.chat.open(me.account).id, { text: 'and the other way' })
  await eventually('the other way', () => noteOf(restored, 'and the other way'), { withinMs: 20_000 })
})

it('a device restored from the phrase and its sibling become one account when they meet', { timeout: 60_000 }, async () => {
  const ada = await household('Ada')
  await ada.chat.send(ada.chat.open(ada.me.account).id, { text: 'written before' })
  const fresh = await openNode()
  closing.push(() => fresh.close())
  await fresh.node.identity.restore('Ada', ada.node.identity.phrase().join(' '))
  const restored = fresh.node.household()
  await restored.peers.connect(ada.address)
  await eventually('two devices on both', () => [ada, restored].every((one) => one.devices.list().length === 2))
  await eventually('what was written before', () => noteOf(restored, 'written before'), { withinMs: 20_000 })
})

it('a device restored from the phrase has what others wrote, of whose devices it never heard, while they are away', { timeout: 60_000 }, async () => {
  const [ada, bea] = [await household('Ada'), await openHousehold({ name: 'Bea' })]
  const wordsOf = (house: Household): string[] => {
    const talk = house.chat.conversations().find((one) => one.with === bea.me.account)
    return talk === undefined ? [] : house.chat.messages(talk.id, {}, 50).messages.map(({ text }) => text)
  }
  try {
    await bea.peers.connect((await ada.peers.invite(HOUR)).link)
    await bea.chat.send(bea.chat.open(ada.me.account).id, { text: 'before I leave' })
    await eventually('what Bea wrote', () => wordsOf(ada).includes('before I leave'), { withinMs: 20_000 })
  } finally {
    await bea.close()
  }
  const fresh = await openNode()
  closing.push(() => fresh.close())
  await fresh.node.identity.restore('Ada', ada.node.identity.phrase().join(' '))
  const restored = fresh.node.household()
  await restored.peers.connect(ada.address)
  await eventually('it, on the other device', () => wordsOf(restored).includes('before I leave'), { withinMs: 20_000 })
})

it('an account that is revoked by whoever holds that is revoked for its contacts, and nobody reaches it', { timeout: 60_000 }, async () => {
  const [ada, bea, cleo] = [await household('Ada'), await household('Bea'), await household('Cleo')]
  const path = join(ada.dataFolder, 'revocation')
  await ada.backup.revocation(path)
  await bea.peers.connect(ada.address)
  await bea.peers.connect(cleo.address)
  await eventually('who they are', () => [ada, cleo].every(({ me }) => bea.contacts.get(me.account) !== null))
  bea.contacts.add(ada.me.account)
  await eventually('Bea, at Cleo', () => cleo.contacts.get(bea.me.account))
  expect(await cleo.backup.publishRevocation(path)).toMatchObject({ account: ada.me.account })
  await eventually('that it is revoked', () => bea.contacts.get(ada.me.account)?.trust === 'revoked')
  expect(bea.peers.list().some(({ account, state }) => account === ada.me.account && state === 'connected')).toBe(false)
})
