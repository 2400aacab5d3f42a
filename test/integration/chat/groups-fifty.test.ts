import { expect, test } from 'vitest'
import type { PeerId } from '../../../src/shared/ids.ts'
import { allMessages, type Home } from '../../unit/chat/household.ts'
import { accountOf, groupOf, stateOf, textsOf, town } from '../../unit/chat/groups/town.ts'

const MEMBERS = 50

test('a group of 50: all join and write, are parted, lose who made it, and end with the same', async () => {
  const around = await town(MEMBERS)
  const [maker, ...others] = around.all as [Home, ...Home[]]
  const id = await maker.chat.groups.create({ title: 'Fifty', picture: null, history: 'all', members: others.map(accountOf) })
  await around.until('all to be invited', () => others.every((one) => groupOf(one, id)?.state === 'invited'))
  await Promise.all(others.map((one) => one.chat.groups.answer(id, true)))
  const isJoined = (one: Home): boolean => groupOf(one, id)?.members.filter(({ state }) => state === 'joined').length === MEMBERS
  await around.until('all to know of all', () => around.all.every(isJoined))

  await Promise.all(around.all.map((one, index) => one.chat.send(id, { text: `first ${index}` })))
  await around.until('all to have all', () => around.all.every((one) => textsOf(one, id).length === MEMBERS))

  const [mod, spammer] = others as [Home, Home]
  await maker.chat.groups.setRole(id, accountOf(mod), 'moderator')
  await around.until('all to know the moderator', () => others.every((one) => groupOf(one, id)?.members.some(({ role }) => role === 'moderator')))
  const half = new Map<PeerId, number>(around.all.map((one, index) => [one.device.peerId, index % 2]))
  around.wire.connected = (one, other) => half.get(one) === half.get(other)
  for (const one of around.all) {
    for (const other of around.all) {
      const [here, there] = [one.device.peerId, other.device.peerId]
      if (half.get(here) !== half.get(there)) around.wire.cut(here, there)
    }
  }
  await maker.stop()
  await Promise.all(others.slice(0, 10).map((one, index) => one.chat.send(id, { text: `second ${index}` })))
  await mod.chat.groups.remove(id, accountOf(spammer), true)
  around.wire.connected = () => true
  for (const one of others) for (const other of others) one.chat.wake(accountOf(other))

  const members = others.filter((one) => one !== spammer)
  const expected = MEMBERS - 1 + 9
  await around.until('all to hold the same', () =>
    members.every((one) => stateOf(one, id, spammer) === 'removed' && textsOf(one, id).length === expected),
  )
  const shown = (one: Home): string[] => allMessages(one.chat, id).map((message) => message.id)
  for (const one of members) expect(shown(one)).toEqual(shown(mod))
  expect(groupOf(spammer, id)?.state).toBe('removed')
  expect(others.flatMap((one) => one.offences)).toEqual([])
}, 400_000)
