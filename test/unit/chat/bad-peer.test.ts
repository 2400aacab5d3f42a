import { describe, expect, test } from 'vitest'
import { encode } from '../../../src/main/platform/cbor.ts'
import {
  CHAT_TERMS,
  ChatChannel,
  conversationIdOf,
  membersOf,
  signEntry,
  type SignedEntry,
} from '../../../src/main/protocols/chat/index.ts'
import { eventually } from '../../helpers/eventually.ts'
import { Pen, sealAnything } from './entries.ts'
import { home, textsWith } from './household.ts'
import { makeDevice, type People, type Device } from './people.ts'
import { stopAfterEach, visitor } from './visitor.ts'

stopAfterEach()

const cut = expect.objectContaining({ name: 'StreamCutError' })

describe('what a bad peer sends is not stored, is answered with a status, and costs it', () => {
  type Case = {
    what: string
    entries: (guest: Pen, around: { host: Device; people: People }) => Promise<SignedEntry[]>
    status: string
    points: number
    stored?: string[]
  }
  const cases: Case[] = [
    {
      what: 'an entry in the name of the host',
      entries: async (pen, { host }) => [await pen.say('I owe you', { account: host.account, device: host.peerId })],
      status: 'bad-signature',
      points: 25,
    },
    {
      what: 'an entry of an account that is not in the conversation',
      entries: async (pen, { people }) => {
        const other = await people.person()
        return [await pen.say('x', { account: other.account, device: other.peerId }, other.deviceKey)]
      },
      status: 'wrong-account',
      points: 25,
    },
    {
      what: "an entry for somebody else's conversation",
      entries: async (pen, { host, people }) => {
        const members = membersOf(host.account, (await people.person()).account)
        return [await pen.say('x', { conversation: conversationIdOf(members) })]
      },
      status: 'wrong-conversation',
      points: 25,
    },
    {
      what: 'an entry of a device that is not in the list of its account',
      entries: async (pen) => {
        const unlisted = await makeDevice(pen.device.account)
        return [await pen.say('x', { device: unlisted.peerId }, unlisted.deviceKey)]
      },
      status: 'unknown-device',
      points: 1,
    },
    {
      what: 'two entries in one place',
      entries: async (pen) => {
        const first = await pen.say('yes')
        return [first, await signEntry({ ...first.entry, body: { kind: 'message', text: 'no' } }, pen.device.deviceKey)]
      },
      status: 'fork',
      points: 50,
      stored: ['yes'],
    },
    {
      what: 'a clock that would use up the numbers',
      entries: async (pen) => [await pen.say('x', { clock: Number.MAX_SAFE_INTEGER })],
      status: 'bad-clock',
      points: 10,
    },
  ]

  test.each(cases)('$what', async ({ entries, status, points, stored = [] }) => {
    const { host, guest, people, greet, send, hear } = await visitor()
    await greet()
    const sent = await entries(new Pen(guest, host.device.account), { host: host.device, people })
    await send(...sent)
    expect(await hear('nack')).toMatchObject({ status, log: { device: sent.at(-1)?.entry.device, seq: 1 } })
    expect(textsWith(host, guest.account)).toEqual(stored)
    expect(host.offences).toEqual([{ peerId: guest.peerId, why: expect.stringMatching(/^chat: /), points }])
  })

  test('and what comes before and after it in other logs is taken', async () => {
    const { host, guest, people, greet, send, hear } = await visitor()
    const second = new Pen(await people.device(guest.account), host.device.account)
    const first = new Pen(guest, host.device.account)
    await greet()
    const bad = await first.say('x', { clock: Number.MAX_SAFE_INTEGER })
    await send(await second.say('before'), bad, await first.say('after the bad one'), await second.say('after'))
    expect(await hear('nack')).toMatchObject({ status: 'bad-clock', log: { device: guest.peerId } })
    expect(await hear('ack')).toMatchObject({ stored: [{ device: second.device.peerId, seq: 2 }] })
    expect(textsWith(host, guest.account)).toEqual(['before', 'after'])
  })
})

describe('what breaks the protocol ends the stream, with a status', () => {
  type Around = Awaited<ReturnType<typeof visitor>>
  type Case = { what: string; frame: (around: Around) => Promise<Uint8Array>; status: string; points: number }
  const entriesOf = (...entries: Uint8Array[]): Uint8Array => encode({ kind: 'entries', entries, contents: entries.map(() => null) })
  const headsOf = (...conversations: object[]): Uint8Array => encode({ kind: 'heads', conversations, more: false })
  const pen = ({ guest, host }: Around): Pen => new Pen(guest, host.device.account)
  const cases: Case[] = [
    {
      what: 'a frame that is not DAG-CBOR',
      frame: async () => new Uint8Array([0xff, 0xff]),
      status: 'malformed',
      points: 10,
    },
    {
      what: 'a frame of an unknown kind',
      frame: async () => encode({ kind: 'dance' }),
      status: 'malformed',
      points: 10,
    },
    { what: 'a frame of no kind', frame: async () => encode([1, 2, 3]), status: 'malformed', points: 10 },
    { what: 'no entries', frame: async () => entriesOf(), status: 'malformed', points: 10 },
    {
      what: 'a thousand entries in one frame',
      frame: async () => entriesOf(...Array.from({ length: 1_000 }, () => new Uint8Array(1))),
      status: 'malformed',
      points: 10,
    },
    {
      what: 'an entry of 65 KiB',
      frame: async () => entriesOf(new Uint8Array(65 * 1024)),
      status: 'too-large',
      points: 10,
    },
    {
      what: 'an entry that is noise',
      frame: async () => entriesOf(new Uint8Array(300).fill(7)),
      status: 'bad-signature',
      points: 25,
    },
    {
      what: 'an entry changed after it was signed',
      frame: async (around) => {
        const { envelope } = await pen(around).say('x')
        envelope[envelope.length - 1] = (envelope.at(-1) ?? 0) ^ 1
        return entriesOf(envelope)
      },
      status: 'bad-signature',
      points: 25,
    },
    {
      what: 'a text of 17 KiB',
      frame: async (around) => {
        const long = pen(around).next({ kind: 'message', text: 'x'.repeat(17 * 1024) })
        return entriesOf(await sealAnything(long, around.guest.deviceKey))
      },
      status: 'malformed',
      points: 10,
    },
    {
      what: 'an entry without those before it',
      frame: async (around) => {
        const log = pen(around)
        await log.say('kept back')
        return entriesOf((await log.say('sent')).envelope)
      },
      status: 'gap',
      points: 5,
    },
    {
      what: 'an acknowledgement of what was never sent',
      frame: async ({ conversation, host }) => {
        return encode({ kind: 'ack', stored: [{ conversation, device: host.device.peerId, seq: 9 }] })
      },
      status: 'malformed',
      points: 10,
    },
    {
      what: 'heads of a conversation of others',
      frame: async ({ people }) => {
        const members = membersOf((await people.person()).account, (await people.person()).account)
        return headsOf({ members, logs: [] })
      },
      status: 'wrong-conversation',
      points: 25,
    },
    {
      what: 'a content that no entry names',
      frame: async (around) => {
        const { envelope } = await pen(around).say('x')
        return encode({ kind: 'entries', entries: [envelope], contents: [new Uint8Array(8)] })
      },
      status: 'malformed',
      points: 25,
    },
    {
      what: 'fewer contents than entries',
      frame: async (around) => encode({ kind: 'entries', entries: [(await pen(around).say('x')).envelope], contents: [] }),
      status: 'malformed',
      points: 10,
    },
    {
      what: 'too many conversations',
      frame: async ({ members }) => headsOf(...Array.from({ length: 300 }, () => ({ members, logs: [] }))),
      status: 'malformed',
      points: 10,
    },
    {
      what: 'heads with too many logs',
      frame: async ({ members, guest }) => {
        return headsOf({ members, logs: Array.from({ length: 300 }, () => ({ device: guest.peerId, seq: 1 })) })
      },
      status: 'malformed',
      points: 10,
    },
  ]

  test.each(cases)('$what', async ({ frame, status, points }) => {
    const around = await visitor()
    const { host, guest, greet, raw, hear } = around
    await greet()
    await raw.write(await frame(around))
    expect(await hear('nack')).toMatchObject({ status, log: null })
    expect(await hear('nack')).toBeNull()
    expect(textsWith(host, guest.account)).toEqual([])
    expect(host.offences).toEqual([{ peerId: guest.peerId, why: expect.stringMatching(/^chat: /), points }])
  })

  test('heads of a conversation of others, before anything else', async () => {
    const { host, guest, people, say, hear } = await visitor()
    const members = [...membersOf(guest.account, (await people.person()).account)] as const
    await say({ kind: 'heads', conversations: [{ members: [members[0], members[1]], logs: [] }], more: false })
    expect(await hear('nack')).toMatchObject({ status: 'wrong-conversation', log: null })
    expect(host.offences).toMatchObject([{ points: 25 }])
  })

  test('heads without end', async () => {
    const { host, members, say, hear } = await visitor()
    for (let frame = 0; frame < 8; frame++) await say({ kind: 'heads', conversations: [{ members, logs: [] }], more: true })
    expect(await hear('nack')).toMatchObject({ status: 'too-many', log: null })
    expect(host.offences).toHaveLength(1)
  })

  test('more refused logs than anybody has devices', async () => {
    const { host, guest, greet, send, hear } = await visitor()
    await greet()
    const entries: SignedEntry[] = []
    for (let index = 0; index < 20; index++) {
      const unlisted = await makeDevice(guest.account)
      entries.push(await new Pen(unlisted, host.device.account).say('x'))
    }
    await send(...entries)
    await eventually('the end', async () => (await hear('nack'))?.status === 'too-many')
    expect(host.offences.length).toBeLessThan(25)
  })

  test('after which whatever else it sends is not looked at, and the stream is cut if it does not end it', async () => {
    const { clock, host, guest, greet, raw, send, hear } = await visitor()
    await greet()
    await raw.write(new Uint8Array([0xff]))
    await send(await new Pen(guest, host.device.account).say('still here'))
    expect(await hear('nack')).toMatchObject({ status: 'malformed' })
    await clock.advance(3_000)
    await expect(raw.read()).rejects.toEqual(cut)
    expect(textsWith(host, guest.account)).toEqual([])
    expect(host.offences).toHaveLength(1)
  })
})

describe('who is slow', () => {
  test('to say anything is cut after ten seconds', async () => {
    const { clock, raw, hear } = await visitor()
    await hear('heads')
    await clock.advance(11_000)
    await expect(raw.read()).rejects.toEqual(cut)
  })

  test('to acknowledge is cut after ten seconds, and what it did not acknowledge still waits', async () => {
    const { clock, host, guest, greet, raw, hear, conversation } = await visitor()
    host.chat.open(guest.account)
    await host.chat.send(conversation, { text: 'hello' })
    await greet()
    await hear('entries')
    await clock.advance(11_000)
    await expect(raw.read()).rejects.toEqual(cut)
    expect(host.chat.conversations()[0]).toMatchObject({ waiting: 1 })
  })

  test('to read holds up nobody: nothing more is sent than one window', async () => {
    const { host, guest, greet, conversation, channel } = await visitor()
    host.chat.open(guest.account)
    for (let index = 0; index < 100; index++) await host.chat.send(conversation, { text: 'x'.repeat(16_000) })
    await greet()
    let receivedBytes = 0
    const receive = async (): Promise<void> => {
      for (;;) receivedBytes += (await channel.read())?.sizeBytes ?? 0
    }
    void receive().catch(() => {})
    await eventually('a window', () => receivedBytes > 400_000)
    await new Promise((resolve) => setImmediate(resolve))
    expect(receivedBytes).toBeLessThan(800_000)
  })
})

describe('who is newer', () => {
  test('sends a kind that is kept, acknowledged and carried on, and not shown', async () => {
    const { people, wire, clock, host, guest, greet, send, hear } = await visitor()
    const log = new Pen(guest, host.device.account)
    await greet()
    await send(await log.say('hello'), await log.write({ kind: 'reaction', to: 1, with: '👍' }), await log.say('bye'))
    expect(await hear('ack')).toMatchObject({ stored: [{ seq: 3 }] })
    expect(textsWith(host, guest.account)).toEqual(['hello', 'bye'])
    expect(host.chat.open(guest.account).unread).toBe(2)
    expect(host.offences).toEqual([])
    const second = await home(await people.device(host.device.account), { people, wire, clock })
    for (const one of [host, second]) one.chat.wake(host.device.account)
    await eventually('it on the second device', () => textsWith(second, guest.account).length === 2)
    expect(second.database.prepare('SELECT kind FROM chat_entries ORDER BY place').all()).toMatchObject([
      { kind: 'message' },
      { kind: 'reaction' },
      { kind: 'message' },
    ])
    await second.stop()
  })

  test('sends a version that is refused without offence, while other logs go on', async () => {
    const { people, host, guest, greet, say, hear } = await visitor()
    const older = new Pen(await people.device(guest.account), host.device.account)
    await greet()
    const newer = { ...new Pen(guest, host.device.account).next({ kind: 'message', text: 'x' }), v: 2 }
    const entries = [await sealAnything(newer, guest.deviceKey), (await older.say('hello')).envelope]
    await say({ kind: 'entries', entries, contents: [null, null] })
    expect(await hear('nack')).toMatchObject({ status: 'version', log: { device: guest.peerId, seq: 1 } })
    expect(await hear('ack')).toMatchObject({ stored: [{ device: older.device.peerId }] })
    expect(textsWith(host, guest.account)).toEqual(['hello'])
    expect(host.offences).toEqual([])
  })
})

describe('who sends again', () => {
  test('what is stored already gets it acknowledged again, and it is stored once', async () => {
    const { host, guest, greet, send, hear } = await visitor()
    const entry = await new Pen(guest, host.device.account).say('once')
    await greet()
    await send(entry, entry)
    await send(entry)
    expect(await hear('ack')).toMatchObject({ stored: [{ seq: 1 }] })
    await eventually('nothing more', () => textsWith(host, guest.account).length === 1)
    expect(host.offences).toEqual([])
  })
})

describe('whose device it is', () => {
  test('must be proven, or nothing is said', async () => {
    const { wire, host } = await visitor()
    const stranger = await makeDevice(host.device.account)
    const raw = await wire.streamsOf(stranger.peerId).open(host.device.peerId, CHAT_TERMS)
    expect(await new ChatChannel(raw).read()).toMatchObject({ frame: { kind: 'nack', status: 'unproven', log: null } })
    expect(await raw.read()).toBeNull()
  })

  test('must stay proven', async () => {
    const { people, host, guest, greet, send, hear } = await visitor()
    await greet()
    const log = new Pen(guest, host.device.account)
    await send(await log.say('in'))
    await hear('ack')
    people.remove(guest)
    await send(await log.say('out'))
    expect(await hear('nack')).toMatchObject({ status: 'unproven', log: null })
    expect(textsWith(host, guest.account)).toEqual(['in'])
    expect(host.offences).toEqual([])
  })
})

describe('a peer that refuses', () => {
  test("one of ours is not sent more of that log, and the message says so until they are met again", async () => {
    const { wire, host, guest, clock, greet, say, hear, conversation } = await visitor()
    host.chat.open(guest.account)
    const sent = await host.chat.send(conversation, { text: 'hello' })
    await greet()
    await hear('entries')
    await say({ kind: 'nack', status: 'unknown-device', log: { conversation, device: host.device.peerId, seq: 1 } })
    await eventually('the refusal', () => host.chat.conversations()[0]?.waitingWhy?.includes('unknown-device') === true)
    expect(host.chat.conversations()[0]).toMatchObject({ waiting: 1, waitingFor: 'nobody' })
    expect(host.chat.trace(sent.id).steps.at(-1)).toMatchObject({ step: 'failed' })
    await clock.advance(60_000)
    expect(wire.opened).toBe(1)
    let offered = 0
    await wire.streamsOf(guest.peerId).serve(CHAT_TERMS, async (stream) => {
      offered += 1
      await stream.over
    })
    host.chat.wake(guest.account)
    await clock.advance(60_000)
    expect(offered).toBeGreaterThan(0)
  })
})
