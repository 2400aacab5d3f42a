import type { Connection } from '@libp2p/interface'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { APP_TERMS } from '../../../src/main/protocols/app/index.ts'
import { HELLO_TERMS } from '../../../src/main/protocols/hello/index.ts'
import { HOUR } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { end, frame, helloOf, hostilePeer, newKey, say, type HostilePeer } from '../../helpers/hostile.ts'
import { openHousehold, type OpenHousehold } from '../../helpers/households.ts'
import { asking, json, Listening, notes, valueOf } from '../../unit/apps/two-desks.ts'
import { anyMatch } from '../../../src/shared/model/door.ts'

/*
 * A peer that keeps no rule, against a whole node over real TCP: it learns nothing of the programs there, costs its own
 * standing, and friends are served meanwhile.
 */

const APP = APP_TERMS.protocol
let bea: OpenHousehold
let ada: OpenHousehold
let program: Listening
const opened: HostilePeer[] = []

beforeAll(async () => {
  bea = await openHousehold({ name: 'Bea' })
  ada = await openHousehold({ name: 'Ada' })
  await ada.peers.connect((await bea.peers.invite(HOUR)).link)
  await eventually('a contact', () => bea.contacts.isContact(ada.me.account))
  bea.apps.register(notes, 'Sticky notes')
  const rule = { who: { kind: 'contact' }, capability: 'app:notes', verdict: 'allow', until: { kind: 'forever' }, priority: 0, note: '' } as const
  bea.door.addRule({ ...rule, match: anyMatch }, 'person')
  program = new Listening(bea.apps, notes, ({ id, content }) => void bea.apps.reply(notes, id, 'ok', { content }).catch(() => {}))
  await eventually('it is connected', () => program.isConnected)
})
afterAll(async () => {
  program.leave()
  await ada.close()
  await bea.close()
})
afterEach(async () => {
  for (const peer of opened.splice(0)) await peer.close()
})

async function stranger({ proven }: { proven: boolean }): Promise<{ peer: HostilePeer; connection: Connection }> {
  const peer = await hostilePeer()
  opened.push(peer)
  const connection = await peer.dial(bea.address)
  if (proven) {
    const keys = { account: await newKey() }
    await say(connection, HELLO_TERMS.protocol, [frame(await helloOf(peer.peerId, keys)), frame({ status: 'ok' }), end])
  }
  return { peer, connection }
}

const request = (app: string, over: object = {}): Uint8Array =>
  frame({ app, method: 'stick', bytes: 0, as: 'bytes', deadlineMs: 10_000, ...over })

const friendly = async (value: unknown): Promise<unknown> =>
  valueOf(await ada.apps.request(notes, asking({ account: bea.me.account } as Parameters<typeof asking>[0], { sending: { content: json(value) } })))

test('whoever proves no account is told so, whatever program they name, and nobody is asked', async () => {
  const { connection } = await stranger({ proven: false })
  const answers = await Promise.all(['notes', 'nowhere'].map((app) => say(connection, APP, [request(app), end])))
  expect(answers.map(({ bytes }) => bytes.includes('unproven'))).toEqual([true, true])
  expect(answers[0]?.bytes).toEqual(answers[1]?.bytes)
  expect(bea.door.pending()).toEqual([])
  expect(program.requests).toEqual([])
})

test('a stranger who proves an account hears the same of every program', async () => {
  const { connection } = await stranger({ proven: true })
  const answers = await Promise.all(['notes', 'nowhere'].map((app) => say(connection, APP, [request(app), end])))
  expect(answers.map(({ bytes }) => bytes.includes('knock-first'))).toEqual([true, true])
  expect(answers[0]?.bytes).toEqual(answers[1]?.bytes)
  expect(program.requests).toEqual([])
})

test.each([
  ['nonsense', [frame(Buffer.from('hello world')), end], /malformed/],
  ['a header of 5 KiB', [request('notes', { padding: 'x'.repeat(5_000) }), end], /malformed/],
  ['a header of a mebibyte', [request('notes', { padding: 'x'.repeat(1_048_576) })], /^/],
  ['no app', [request('../etc'), end], /malformed/],
  ['no header', [end], /malformed/],
  ['half a header, and then nothing', [request('notes').subarray(0, 20)], /^/],
])('%s gets a status or a reset, and costs its standing', async (_what, chunks, answer) => {
  const { peer, connection } = await stranger({ proven: false })
  const heard = await say(connection, APP, chunks)
  expect(heard.bytes.toString('latin1')).toMatch(answer)
  expect(heard.how).not.toBe('open')
  await eventually('a lower standing', () => bea.door.standing(peer.peerId).score < 100)
  expect(program.requests).toEqual([])
})

test('a thousand requests at once leave a stranger with next to nothing, and a friend is served meanwhile', async () => {
  const { connection } = await stranger({ proven: true })
  const flood = Array.from({ length: 1_000 }, () => say(connection, APP, [request('notes'), end], 1_000).catch(() => {}))
  expect(await friendly('meanwhile')).toBe('meanwhile')
  await Promise.all(flood)
  expect(bea.door.pending()).toEqual([])
  expect(await friendly('after')).toBe('after')
  expect(program.requests.map((one) => valueOf(one))).toEqual(['meanwhile', 'after'])
})

test('requests without end cost a stranger its standing', async () => {
  const { peer, connection } = await stranger({ proven: true })
  const standing = () => bea.door.standing(peer.peerId)
  for (let asked = 0; asked < 1_000 && standing().score > 90; asked += 10) {
    await Promise.allSettled(Array.from({ length: 10 }, () => say(connection, APP, [request('notes'), end], 500)))
  }
  expect(standing().lowered[0]?.why).toBe('more streams than its rate')
  expect(bea.door.pending()).toEqual([])
  expect(await friendly('still there')).toBe('still there')
})
