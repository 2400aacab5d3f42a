import { afterEach, expect, test } from 'vitest'
import type { ConversationId } from '../../../src/shared/ids.ts'
import { eventually } from '../../helpers/eventually.ts'
import { allMessages } from '../../unit/chat/household.ts'
import { People } from '../../unit/chat/people.ts'
import { AddressBook, realHome, type RealHome } from './real-node.ts'

const homes: RealHome[] = []

afterEach(async () => {
  for (const one of homes.splice(0)) await one.close()
})

const WITHIN = { withinMs: 30_000 }

function texts(one: RealHome, id: ConversationId): string[] {
  return allMessages(one.chat, id).filter(({ kind }) => kind === 'text').map(({ text }) => text)
}

function joined(one: RealHome, id: ConversationId): number {
  const group = one.chat.conversations().find((conversation) => conversation.id === id)?.group
  return group?.members.filter(({ state }) => state === 'joined').length ?? 0
}

test('a group over real streams goes on when who made it is gone, and ends with the same for all', async () => {
  const proofs = new People()
  const book = new AddressBook()
  for (let count = 0; count < 4; count++) homes.push(await realHome(await proofs.person(), { proofs, book, transport: 'tcp' }))
  const [maker, ...others] = homes as [RealHome, ...RealHome[]]
  const members = others.map(({ device }) => device.account)
  const id = await maker.chat.groups.create({ title: 'Hiking', picture: null, history: 'from-joining', members })
  for (const one of others) {
    await eventually('an invitation', () => one.chat.conversations().some((conversation) => conversation.id === id), WITHIN)
    await one.chat.groups.answer(id, true)
  }
  await eventually('all to know of all', () => homes.every((one) => joined(one, id) === homes.length), WITHIN)
  await maker.chat.groups.setRole(id, members[0] as never, 'moderator')
  await maker.chat.send(id, { text: 'goodbye' })
  await eventually('it to come', () => others.every((one) => texts(one, id).length === 1), WITHIN)
  await maker.close()
  homes.shift()
  await Promise.all(others.map((one, index) => one.chat.send(id, { text: `still here ${index}` })))
  await eventually('all to have all', () => others.every((one) => texts(one, id).length === 4), WITHIN)
  const [mod, rude, last] = others as [RealHome, RealHome, RealHome]
  await mod.chat.groups.remove(id, rude.device.account, true)
  await eventually('what was said to be gone', () => [mod, last].every((one) => texts(one, id).length === 3), WITHIN)
  expect(texts(last, id)).toEqual(texts(mod, id))
  await eventually('who was removed to know', () => joined(rude, id) === 3 && rude.chat.conversation(id).group?.state === 'removed', WITHIN)
  expect(others.flatMap(({ offences }) => offences)).toEqual([])
}, 120_000)
