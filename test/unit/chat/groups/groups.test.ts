import { describe, expect, test } from 'vitest'
import type { ChatEvent } from '../../../../src/main/features/chat/index.ts'
import type { Guard } from '../../../../src/main/platform/streams.ts'
import type { AccountId, PeerId } from '../../../../src/shared/ids.ts'
import { allMessages, type Home } from '../household.ts'
import { accountOf, groupIn, groupOf, join, noticesOf, stateOf, textsOf, town } from './town.ts'

describe('a group', () => {
  test('is made, joined and written in, and is the same for all', async () => {
    const around = await town(3)
    const { id, maker, others } = await groupIn(around)
    const [bea, cem] = others as [Home, Home]
    await maker.chat.send(id, { text: 'Saturday?' })
    await bea.chat.send(id, { text: 'yes' })
    await cem.chat.send(id, { text: 'no' })
    await around.until('all to have all', () => around.all.every((one) => textsOf(one, id).length === 3))
    expect(textsOf(bea, id)).toEqual(textsOf(maker, id))
    expect(noticesOf(cem, id)).toEqual(noticesOf(maker, id))
    expect(noticesOf(maker, id)).toEqual(['created', 'added', 'added', 'joined', 'joined'])
    await around.until('everything delivered', () => around.all.every((one) => one.chat.conversations().every(({ waiting }) => waiting === 0)))
    const asked = allMessages(maker.chat, id).find(({ text }) => text === 'Saturday?')
    expect(asked).toMatchObject({ reach: { of: 2, delivered: 2 }, state: 'delivered' })
    expect(around.all.flatMap((one) => one.offences)).toEqual([])
  })

  test.each(['from-joining', 'all'] as const)('shows a newcomer what its setting says: %s', async (history) => {
    const around = await town(3)
    const late = around.all.pop() as Home
    const { id, maker, others } = await groupIn(around, history)
    const [bea] = others as [Home]
    await maker.chat.send(id, { text: 'before' })
    await around.until('it to come', () => textsOf(bea, id).length === 1)
    await maker.chat.groups.add(id, [accountOf(late)])
    await around.until('an invitation', () => groupOf(late, id)?.state === 'invited')
    expect(textsOf(late, id)).toEqual([])
    await expect(late.chat.send(id, { text: 'x' })).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await join(around, id, [late], around.all)
    await bea.chat.send(id, { text: 'after' })
    await late.chat.send(id, { text: 'mine' })
    const expected = history === 'all' ? ['after', 'before', 'mine'] : ['after', 'mine']
    await around.until('all of it', () => textsOf(late, id).length === expected.length && textsOf(maker, id).length === 3)
    expect(textsOf(late, id).toSorted()).toEqual(expected)
    expect([...around.all, late].flatMap((one) => one.offences)).toEqual([])
  })

  test('gives somebody who was removed nothing more, and takes nothing more of them; and has them again', async () => {
    const around = await town(3)
    const { id, maker, others } = await groupIn(around)
    const [bea, cem] = others as [Home, Home]
    await bea.chat.send(id, { text: 'one' })
    await around.until('all to have it', () => around.all.every((one) => textsOf(one, id).length === 1))
    around.wire.connected = (one, other) => ![one, other].includes(bea.device.peerId)
    around.wire.cut(bea.device.peerId)
    await bea.chat.send(id, { text: 'unseen' })
    await maker.chat.groups.remove(id, accountOf(bea), false)
    await maker.chat.send(id, { text: 'without her' })
    await around.until('the removal', () => stateOf(cem, id, bea) === 'removed' && textsOf(cem, id).length === 2)
    around.wire.connected = () => true
    for (const one of around.all) for (const other of around.all) one.chat.wake(accountOf(other))
    await around.until('her to hear of it', () => groupOf(bea, id)?.state === 'removed')
    await expect(bea.chat.send(id, { text: 'x' })).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    expect(textsOf(bea, id)).toEqual(['one'])
    for (const one of [maker, cem]) expect(textsOf(one, id).toSorted()).toEqual(['one', 'without her'])

    await maker.chat.groups.add(id, [accountOf(bea)])
    await join(around, id, [bea], around.all)
    await maker.chat.send(id, { text: 'welcome' })
    await bea.chat.send(id, { text: 'back' })
    await around.until('all to have it', () => around.all.every((one) => textsOf(one, id).includes('welcome') && textsOf(one, id).includes('back')))
    expect(textsOf(bea, id)).not.toContain('without her')
    expect(textsOf(maker, id)).toEqual(textsOf(cem, id))
    expect(around.all.flatMap((one) => one.offences)).toEqual([])
  })

  test('goes on without who made it: a moderator adds and removes, takes messages back, and all hold to it', async () => {
    const around = await town(5)
    const late = around.all.pop() as Home
    const { id, maker, others } = await groupIn(around)
    const [mod, bea, cem] = others as [Home, Home, Home]
    await maker.chat.groups.setRole(id, accountOf(mod), 'moderator')
    await around.until('all to know', () => others.every((one) => groupOf(one, id)?.members.some(({ role }) => role === 'moderator')))
    await maker.stop()
    await bea.chat.send(id, { text: 'spam' })
    const rude = await cem.chat.send(id, { text: 'rude' })
    await around.until('all to have it', () => others.every((one) => textsOf(one, id).length === 2))
    await mod.chat.remove(rude.id, 'everyone')
    await mod.chat.groups.remove(id, accountOf(bea), true)
    await around.until('both to be gone', () => [mod, cem].every((one) => textsOf(one, id).length === 0))
    expect(allMessages(cem.chat, id).find(({ id: one }) => one === rude.id)).toMatchObject({ kind: 'deleted', deletedBy: accountOf(mod) })
    await expect(cem.chat.groups.remove(id, accountOf(mod), false)).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await mod.chat.groups.add(id, [accountOf(late)])
    await join(around, id, [late], [mod, cem])
    await late.chat.send(id, { text: 'hello' })
    await around.until('it to come', () => [mod, cem].every((one) => textsOf(one, id).length === 1))
    expect([mod, bea, cem, late].flatMap((one) => one.offences)).toEqual([])
  })

  test('is declined and left by a word of one’s own, and an owner hands it on first', async () => {
    const around = await town(3)
    const [maker, bea, cem] = around.all as [Home, Home, Home]
    const id = await maker.chat.groups.create({ title: 'Hiking', picture: null, history: 'all', members: [bea, cem].map(accountOf) })
    await around.until('an invitation', () => groupOf(cem, id)?.state === 'invited')
    await cem.chat.groups.answer(id, false)
    await join(around, id, [bea], [maker])
    await around.until('it to be declined', () => stateOf(maker, id, cem) === 'left')
    await expect(maker.chat.groups.leave(id)).rejects.toMatchObject({ code: 'CONFLICT' })
    await maker.chat.groups.setRole(id, accountOf(bea), 'owner')
    expect(await maker.chat.groups.leave(id)).toMatchObject({ state: 'left', role: 'member' })
    await around.until('it to be known', () => stateOf(bea, id, maker) === 'left')
    expect(groupOf(bea, id)).toMatchObject({ role: 'owner' })
    expect(await bea.chat.groups.set(id, { title: 'Sailing', whoAdds: 'members' })).toMatchObject({ title: 'Sailing', whoAdds: 'members' })
    expect(await bea.chat.groups.leave(id)).toMatchObject({ state: 'left' })
  })

  test('comes back after a restart as it was, with what waits for others', async () => {
    const around = await town(3)
    const { id, maker, others } = await groupIn(around)
    const [bea, cem] = others as [Home, Home]
    around.wire.connected = () => false
    for (const one of around.all) around.wire.cut(one.device.peerId)
    await bea.chat.send(id, { text: 'while away' })
    const before = { bea: groupOf(bea, id), maker: groupOf(maker, id) }
    await bea.restart()
    await maker.restart()
    expect({ bea: groupOf(bea, id), maker: groupOf(maker, id) }).toEqual(before)
    around.wire.connected = () => true
    for (const one of around.all) for (const other of around.all) one.chat.wake(accountOf(other))
    await around.until('it to come', () => [maker, cem].every((one) => textsOf(one, id).length === 1))
  })

  test('is the same on another device of a member, which comes later', async () => {
    const around = await town(2)
    const { id, maker, others } = await groupIn(around)
    const [bea] = others as [Home]
    await maker.chat.send(id, { text: 'hello' })
    await around.until('it to come', () => textsOf(bea, id).length === 1)
    const second = await around.at(await around.people.device(accountOf(bea)))
    for (const one of [bea, second]) one.chat.wake(accountOf(bea))
    await around.until('the group to be there too', () => groupOf(second, id)?.state === 'joined' && textsOf(second, id).length === 1)
    await second.chat.send(id, { text: 'from the second' })
    await around.until('it to come', () => textsOf(maker, id).length === 2)
    expect([maker, bea, second].flatMap((one) => one.offences)).toEqual([])
  })

  test('tells windows what is seen no more once somebody was removed', async () => {
    const around = await town(3)
    const { id, maker, others } = await groupIn(around)
    const [bea, cem] = others as [Home, Home]
    const events: ChatEvent[] = []
    const controller = new AbortController()
    const watching = (async () => {
      for await (const item of cem.chat.watch(controller.signal)) if (item.kind === 'event') events.push(item.event)
    })()
    const { id: message } = await bea.chat.send(id, { text: 'spam' })
    await around.until('all to have it', () => around.all.every((one) => textsOf(one, id).length === 1))
    expect(cem.chat.conversations().find((one) => one.id === id)?.unread).toBe(1)
    await maker.chat.groups.remove(id, accountOf(bea), true)
    await around.until('it to be gone', () => textsOf(cem, id).length === 0)
    expect(events).toContainEqual({ event: 'messages-removed', conversation: id, ids: [message] })
    expect(cem.chat.conversations().find((one) => one.id === id)?.unread).toBe(0)
    controller.abort()
    await watching
  })
})

describe('who is no contact', () => {
  /** Only those named may write to a device. */
  const only = (around: Awaited<ReturnType<typeof town>>, contacts: () => readonly Home[]): Guard => (peer) => {
    const account = around.people.of(peer.peerId)?.account
    return contacts().some((one) => accountOf(one) === account)
      ? { verdict: 'allow', why: 'a contact' }
      : { verdict: 'refuse', code: 'denied', why: 'no contact' }
  }

  test('invites nobody', async () => {
    const around = await town(1)
    const [stranger] = around.all as [Home]
    const bea = await around.at(await around.people.person(), { parts: { admits: only(around, () => []) } })
    around.wire.door = (at) => (at === bea.device.peerId ? 'denied' : null)
    const id = await stranger.chat.groups.create({ title: 'Win money', picture: null, history: 'all', members: [accountOf(bea)] })
    // She opens a stream to them for a reason of her own.
    await bea.chat.send(bea.chat.open(accountOf(stranger)).id, { text: 'who are you?' })
    await around.until('her words to come', () => bea.chat.open(accountOf(stranger)).waiting === 0)
    expect(bea.chat.conversations().some((one) => one.id === id)).toBe(false)
    expect(stranger.offences.concat(bea.offences)).toEqual([])
  })

  test('is heard in a group both are in, and nowhere else; whose device it is the roster says', async () => {
    const around = await town(1)
    const [maker] = around.all as [Home]
    const contactsOf = new Map<PeerId, Home[]>()
    const learnt: [PeerId, AccountId][] = []
    const place = async (): Promise<Home> => {
      const device = await around.people.person()
      const one = await around.at(device, {
        parts: {
          admits: only(around, () => contactsOf.get(device.peerId) ?? []),
          ownDevices: () => new TextEncoder().encode(`devices of ${device.account}`),
          learnDevices: async (envelope, account) => {
            if (new TextDecoder().decode(envelope) === `devices of ${account}`) learnt.push([device.peerId, account])
          },
        },
      })
      contactsOf.set(device.peerId, [maker])
      return one
    }
    const [bea, cem] = [await place(), await place()]
    around.wire.door = (at, from) => {
      const host = [maker, bea, cem].find((one) => one.device.peerId === at)
      const guest = [maker, bea, cem].find((one) => one.device.peerId === from)
      if (host === undefined || guest === undefined || host === maker || guest === maker) return null
      return host.chat.isMate(accountOf(guest)) ? null : 'denied'
    }
    const { id } = await groupIn(around, 'all', [maker, bea, cem])
    expect(learnt).toContainEqual([bea.device.peerId, accountOf(cem)])
    await maker.stop()
    await bea.chat.send(id, { text: 'hello, all' })
    await bea.chat.send(bea.chat.open(accountOf(cem)).id, { text: 'hello, you' })
    await around.until('what was said in the group', () => textsOf(cem, id).length === 1)
    await around.until('what was said to her alone to be refused', () => bea.chat.open(accountOf(cem)).waitingFor === 'door')
    expect(textsOf(cem, cem.chat.open(accountOf(bea)).id)).toEqual([])
    expect([bea, cem].flatMap((one) => one.offences)).toEqual([])
  })
})
