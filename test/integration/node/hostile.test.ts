import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Log } from '../../../src/main/platform/log.ts'
import { MAX_OF_ONE_PEER, MAX_STRANGERS_OF_ONE } from '../../../src/main/node/crowd.ts'
import { CHAT_TERMS } from '../../../src/main/protocols/chat/index.ts'
import { HELLO_TERMS } from '../../../src/main/protocols/hello/index.ts'
import { KNOCK_TERMS } from '../../../src/main/protocols/knock/index.ts'
import { MiB } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { deviceOf, end, frame, helloOf, hostilePeer, knockOf, newKey, say, type HostilePeer } from '../../helpers/hostile.ts'
import { openHousehold, type OpenHousehold } from '../../helpers/households.ts'

/*
 * A peer that keeps no rule, against a whole node over real TCP: whatever it does, it gets a status or a reset, the log
 * has a line with why, its standing falls, and others are served meanwhile.
 */

const KNOCK = KNOCK_TERMS.protocol
const HELLO = HELLO_TERMS.protocol
let victim: OpenHousehold
const lines: { message: string; fields: Record<string, unknown> }[] = []
const opened: (() => Promise<void>)[] = []

const at = (fields: object, message: string): void => void lines.push({ message, fields: { ...fields } })
const heardLog: Log = { debug() {}, info: at, warn: at, error: at, child: () => heardLog }

beforeAll(async () => {
  victim = await openHousehold({ name: 'Victim', log: heardLog })
})
afterAll(async () => victim.close())
afterEach(async () => {
  for (const close of opened.splice(0)) await close()
})

async function hostile(...key: Parameters<typeof hostilePeer>): Promise<HostilePeer> {
  const peer = await hostilePeer(...key)
  opened.push(() => peer.close())
  return peer
}

type Chunks = (peer: HostilePeer) => Uint8Array[] | Promise<Uint8Array[]>

async function offend(protocol: string, chunksOf: Chunks, listenMs = 8_000) {
  const peer = await hostile()
  const heard = await say(await peer.dial(victim.address), protocol, await chunksOf(peer), listenMs)
  return { peerId: peer.peerId, answer: heard.bytes.toString('latin1'), how: heard.how }
}

const offences: readonly { what: string; protocol: string; says: Chunks; answer: RegExp }[] = [
  { what: 'no frame', protocol: KNOCK, says: () => [Buffer.from('GET / HTTP/1.1\r\n\r\n')], answer: /^/ },
  { what: 'no message', protocol: KNOCK, says: () => [frame(Buffer.from('hello world')), end], answer: /malformed/ },
  {
    what: 'a greeting of a mebibyte',
    protocol: KNOCK,
    says: () => [frame(knockOf({ greeting: 'x'.repeat(MiB) }))],
    answer: /^/,
  },
  {
    what: 'a greeting that is only too long',
    protocol: KNOCK,
    says: () => [frame(knockOf({ greeting: 'x'.repeat(2_000) })), end],
    answer: /malformed/,
  },
  { what: 'half a frame', protocol: KNOCK, says: () => [frame(knockOf()).subarray(0, 20)], answer: /^/ },
  { what: 'nothing', protocol: KNOCK, says: () => [], answer: /^/ },
  {
    what: 'a verdict that nobody signed',
    protocol: KNOCK,
    says: () => [frame({ kind: 'verdict', envelope: new Uint8Array(300) }), end],
    answer: /forged/,
  },
  {
    what: 'an account that somebody else signed for',
    protocol: HELLO,
    says: async ({ peerId }) => {
      const keys = { account: await newKey(), signer: await newKey() }
      return [frame(await helloOf(peerId, keys)), end]
    },
    answer: /forged/,
  },
  {
    what: 'the hello of another device',
    protocol: HELLO,
    says: async () => [frame(await helloOf(deviceOf(await newKey()), { account: await newKey() })), end],
    answer: /not-in-list/,
  },
]

test('whatever breaks a protocol gets a status or a reset, a line with why, and costs its standing', async () => {
  const ran = await Promise.all(
    offences.map(async ({ what, protocol, says, answer }) => ({ what, answer, heard: await offend(protocol, says) })),
  )
  for (const { what, answer, heard } of ran) {
    expect(heard.answer, what).toMatch(answer)
    expect(heard.how, what).not.toBe('open')
    await eventually(`a lower standing for ${what}`, () => victim.door.standing(heard.peerId).score < 100)
    const line = lines.find(({ fields }) => fields['peer'] === heard.peerId && typeof fields['why'] === 'string')
    expect(line, what).toBeDefined()
  }
})

test('whoever proves no account is told so, and nobody is asked', async () => {
  const { answer } = await offend(KNOCK, () => [frame(knockOf()), end])
  expect(answer).toMatch(/unproven/)
  expect(victim.door.pending()).toEqual([])
  expect((await offend(CHAT_TERMS.protocol, () => [frame({})], 500)).answer).toMatch(/unproven/)
})

test('a thousand knocks of one account are one question, and cost its standing', async () => {
  const peer = await hostile()
  const connection = await peer.dial(victim.address)
  await say(connection, HELLO, [frame(await helloOf(peer.peerId, { account: await newKey() })), frame({ status: 'ok' }), end])
  const standing = () => victim.door.standing(peer.peerId)
  for (let knocks = 0; knocks < 1_000 && standing().score > 90; knocks += 4) {
    await Promise.allSettled(Array.from({ length: 4 }, () => say(connection, KNOCK, [frame(knockOf()), end], 500)))
  }
  expect(standing().lowered[0]?.why).toBe('more streams than its rate')
  expect(victim.door.pending()).toHaveLength(1)
})

test('silent sockets do not keep anybody out', async () => {
  const [, , host, , port] = victim.address.split('/')
  const sockets: Socket[] = []
  opened.push(async () => sockets.forEach((socket) => socket.destroy()))
  // As many as libp2p takes of one address in a second or two, held open in silence.
  await eventually('the places to be taken', async () => {
    const socket = connect(Number(port), host).on('error', () => {})
    sockets.push(socket)
    return sockets.length >= 80
  })
  await eventually('somebody honest to get in', async () => {
    const peer = await hostile()
    return peer.dial(victim.address).then(() => true, () => false)
  })
})

test('a crowd of strangers, and one with a crowd of connections, leave room', async () => {
  const one = await newKey()
  const crowd: HostilePeer[] = []
  const inside = (): HostilePeer[] => crowd.filter(({ libp2p }) => libp2p.getConnections().length > 0)
  for (let i = 0; i < MAX_STRANGERS_OF_ONE + 10; i += 1) {
    const peer = await hostile(i < 10 ? one : undefined)
    crowd.push(peer)
    await eventually('a connection', () => peer.dial(victim.address).then(() => true, () => false))
    if (i === 9) await eventually('the excess of one peer to go', () => inside().length === MAX_OF_ONE_PEER)
  }
  await eventually('the excess to go', () => inside().length <= MAX_STRANGERS_OF_ONE)
  expect(victim.node.status().connections).toBeLessThanOrEqual(MAX_STRANGERS_OF_ONE)
})
