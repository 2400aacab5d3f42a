import { CID } from 'multiformats/cid'
import { expect, test } from 'vitest'
import { CHAT_TERMS, makeContent, rosterIdOf, signEntry, talkIdOf, type KnownBody, type RosterOp, type SignedEntry } from '../../../../src/main/protocols/chat/index.ts'
import type { AccountId, ConversationId, MessageId } from '../../../../src/shared/ids.ts'
import { eventually } from '../../../helpers/eventually.ts'
import type { Home } from '../household.ts'
import type { Device } from '../people.ts'
import { speak } from '../visitor.ts'
import { accountOf, groupOf, stateOf, textsOf, town } from './town.ts'

/** Writes both halves of a group as somebody likes. */
class Quill {
  readonly #device: Device
  readonly #heads = new Map<ConversationId, { seq: number; id: MessageId }>()
  clock = 0

  constructor(device: Device) {
    this.#device = device
  }

  async write(conversation: ConversationId, body: KnownBody): Promise<SignedEntry> {
    const head = this.#heads.get(conversation) ?? null
    const { account, peerId: device, deviceKey } = this.#device
    this.clock += 1
    const prev = head === null ? null : CID.parse(head.id)
    const entry = { v: 1 as const, conversation, account, device, seq: (head?.seq ?? 0) + 1, prev, sentAtMs: 1_767_225_600_000, clock: this.clock, body }
    const signed = await signEntry(entry, deviceKey)
    this.#heads.set(conversation, { seq: entry.seq, id: signed.id })
    return signed
  }

  change(roster: ConversationId, change: RosterOp): Promise<SignedEntry> {
    return this.write(roster, { kind: 'roster', change })
  }
}

const SEED = new Uint8Array(32).fill(7)

/** A host who was invited by somebody with a program of their own, and joined. */
async function invited() {
  const around = await town(1)
  const [host] = around.all as [Home]
  const guest = await around.people.person()
  const talking = speak(await around.wire.streamsOf(guest.peerId).open(host.device.peerId, CHAT_TERMS), guest, host.device)
  const roster = rosterIdOf(guest.account, SEED)
  const quill = new Quill(guest)
  const heads = (...parts: ('roster' | 'talk')[]) =>
    talking.say({ kind: 'heads', conversations: parts.map((part) => ({ roster, part, logs: [] })), more: false })
  await talking.greet()
  await heads('roster')
  const create = await quill.change(roster, { op: 'create', seed: SEED, title: 'Trap', picture: null, history: 'all', devices: null })
  const add = (account: AccountId) => quill.change(roster, { op: 'add', account, undoes: [], base: [] })
  return { ...around, ...talking, host, guest, roster, talk: talkIdOf(roster), quill, heads, create, add }
}

async function joined() {
  const made = await invited()
  await made.send(made.create, await made.add(accountOf(made.host)))
  await eventually('the invitation', () => groupOf(made.host, made.talk)?.state === 'invited')
  await made.host.chat.groups.answer(made.talk, true)
  await made.heads('talk')
  return made
}

test('a roster that names this account nowhere is nothing to be seen', async () => {
  const { host, send, create, add, talk, hear, people } = await invited()
  await send(create, await add(await people.account()))
  expect(await hear('ack')).not.toBeNull()
  expect(host.chat.conversations().some(({ id }) => id === talk)).toBe(false)
})

test('a roster made up in the name of somebody else is not taken', async () => {
  const { host, talk, people, wire } = await invited()
  const forger = await people.person()
  const quill = new Quill(forger)
  const stream = speak(await wire.streamsOf(forger.peerId).open(host.device.peerId, CHAT_TERMS), forger, host.device)
  const roster = rosterIdOf(accountOf(host), SEED)
  await stream.say({ kind: 'heads', conversations: [{ roster, part: 'roster', logs: [] }], more: false })
  await stream.send(await quill.change(roster, { op: 'create', seed: SEED, title: 'Yours', picture: null, history: 'all', devices: null }))
  expect(await stream.hear('nack')).toMatchObject({ status: 'unknown-device', log: { conversation: roster } })
  expect(host.chat.conversations().some(({ id }) => id === talk || id === talkIdOf(roster))).toBe(false)
})

test('what somebody says who is in no roster is not taken, though a member carries it', async () => {
  const { host, send, talk, hear, people } = await joined()
  const stranger = new Quill(await people.person())
  stranger.clock = 50
  const { body } = makeContent({ kind: 'message', text: 'hello', mentions: [], reply: null, forwarded: false, files: [] }, new Uint8Array(16))
  await send(await stranger.write(talk, body))
  expect(await hear('nack')).toMatchObject({ status: 'unknown-device', log: { conversation: talk } })
  expect(textsOf(host, talk)).toEqual([])
  expect(host.offences.filter(({ points }) => points > 0)).toEqual([])
})

test('a message in the roster, and a change of it in the talk, are refused', async () => {
  const { send, talk, roster, hear, quill, host } = await joined()
  const { body } = makeContent({ kind: 'message', text: 'hello', mentions: [], reply: null, forwarded: false, files: [] }, new Uint8Array(16))
  quill.clock = 50
  await send(await quill.write(roster, body))
  expect(await hear('nack')).toMatchObject({ status: 'malformed', log: { conversation: roster } })
  await send(await quill.change(talk, { op: 'set', title: 'x' }))
  expect(await hear('nack')).toMatchObject({ status: 'malformed', log: { conversation: talk } })
  expect(host.offences).toHaveLength(2)
})

test('a log of the roster is full after so many changes', async () => {
  const { send, roster, hear, quill, host } = await joined()
  quill.clock = 50
  for (let at = 0; at < 1_030; at += 64) {
    const changes: SignedEntry[] = []
    for (let index = 0; index < 64; index++) changes.push(await quill.change(roster, { op: 'set', title: `title ${at + index}` }))
    await send(...changes)
  }
  expect(await hear('nack')).toMatchObject({ status: 'too-many', log: { conversation: roster, seq: 1_025 } })
  expect(host.offences).toMatchObject([{ points: 10 }])
}, 60_000)

test('a base that is not true costs nobody who told the truth a point', async () => {
  const { people, wire, host, send, create, quill, roster, talk, heads } = await invited()
  const honest = await people.person()
  const lie = [{ account: honest.account, device: honest.peerId, seq: 5, id: create.id, clock: 1 }]
  const add = (account: AccountId, base: typeof lie) => quill.change(roster, { op: 'add', account, undoes: [], base })
  await send(create, await add(honest.account, []), await add(accountOf(host), lie))
  await eventually('the invitation', () => groupOf(host, talk)?.state === 'invited')
  await host.chat.groups.answer(talk, true)
  await heads('talk')
  expect(stateOf(host, talk, host)).toBe('joined')
  const other = new Quill(honest)
  other.clock = 60
  const stream = speak(await wire.streamsOf(honest.peerId).open(host.device.peerId, CHAT_TERMS), honest, host.device)
  await stream.say({ kind: 'heads', conversations: [{ roster, part: 'talk', logs: [] }], more: false })
  const entries: SignedEntry[] = []
  for (let index = 0; index < 6; index++) {
    const { body } = makeContent({ kind: 'message', text: `${index}`, mentions: [], reply: null, forwarded: false, files: [] }, new Uint8Array(16))
    entries.push(await other.write(talk, body))
  }
  await stream.send(...entries)
  expect(await stream.hear('nack')).toMatchObject({ status: 'fork', log: { device: honest.peerId, seq: 6 } })
  expect(host.offences.filter(({ points }) => points > 0)).toEqual([])
})
