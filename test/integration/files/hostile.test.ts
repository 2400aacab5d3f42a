import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { encode } from '../../../src/main/platform/cbor.ts'
import { fileIdOf, HashTree, leafOf } from '../../../src/main/platform/hash-tree.ts'
import { FILE_TERMS } from '../../../src/main/protocols/file/index.ts'
import { decodeAnswer, encodeMessage, encodeReply } from '../../../src/main/protocols/file/messages.ts'
import type { FrameStream } from '../../../src/main/platform/streams.ts'
import { eventually } from '../../helpers/eventually.ts'
import { comesTo, newMessage, noiseOf, town, transferOf, conversation, type Resident } from './file-town.ts'

async function two() {
  const where = await town()
  onTestFinished(() => where.close())
  const ada = await where.resident('a')
  const eve = await where.resident('e', { bare: true })
  await eve.libp2p.dial(ada.libp2p.getMultiaddrs())
  return { where, ada, eve }
}

async function staged(one: Resident, bytes: Uint8Array) {
  await writeFile(join(one.folder, 'x'), bytes)
  return one.files.stage(join(one.folder, 'x'), {})
}

async function opened(ada: Resident, eve: Resident, file: string): Promise<FrameStream> {
  const stream = await eve.streams.open(ada.peerId, FILE_TERMS)
  await stream.write(encode({ file }))
  return stream
}

const statusOf = async (stream: FrameStream): Promise<string> => decodeAnswer((await stream.read()) ?? new Uint8Array()).status

test('an opening that is none is answered with that, and counts', async () => {
  const { ada, eve } = await two()
  for (const frame of [encode({}), encode({ file: 'x' }), Buffer.from('GET /'), encode({ file: 'a'.repeat(900) })]) {
    const stream = await eve.streams.open(ada.peerId, FILE_TERMS)
    await stream.write(frame)
    expect(await statusOf(stream)).toBe('malformed')
  }
  expect(ada.offences.map(({ points }) => points)).toEqual([10, 10, 10, 10])
})

test('half-open streams are cut, and do not keep others out', async () => {
  const { where, ada, eve } = await two()
  const { id, offer } = await staged(ada, noiseOf(1_000, 1))
  const silent = await Promise.all(Array.from({ length: 6 }, () => eve.streams.open(ada.peerId, FILE_TERMS)))
  for (const stream of silent) stream.read().catch(() => {})
  const bea = await where.resident('b')
  bea.sources = [ada.peerId]
  bea.files.offered({ conversation, message: newMessage(), from: ada.account, offer, index: 0 })
  await eventually('it is here', () => bea.files.list()[0]?.state === 'done')
  await Promise.all(silent.map((stream) => stream.over))
  expect(ada.files.offerOf(id)).toEqual(offer)
})

test('more streams than any needs are told so', async () => {
  const { ada, eve } = await two()
  const { offer } = await staged(ada, noiseOf(1_000, 2))
  const streams: FrameStream[] = []
  for (let n = 0; n < 8; n++) {
    streams.push(await opened(ada, eve, offer.file))
    expect(await statusOf(streams[n] as FrameStream)).toBe('open')
  }
  expect(await statusOf(await opened(ada, eve, offer.file))).toBe('busy')
  streams[0]?.abort(new Error('enough'))
  await eventually('there is room again', async () => (await statusOf(await opened(ada, eve, offer.file))) === 'open')
})

test('whoever asks for parts that the file has not is cut off and named', async () => {
  const { ada, eve } = await two()
  const { offer } = await staged(ada, noiseOf(600_000, 3))
  const bad = [
    { want: 'chunks', first: 2, count: 2 },
    { want: 'chunks', first: 0, count: 0 },
    { want: 'chunks', first: 0, count: 17 },
    { want: 'chunks', first: -1, count: 1 },
    { want: 'leaves', group: 1 },
    { want: 'everything' },
  ]
  for (const request of bad) {
    const stream = await opened(ada, eve, offer.file)
    expect(await statusOf(stream)).toBe('open')
    await stream.write(encode(request))
    expect((await stream.over).how).toBe('cut')
  }
  await eventually('each is named', () => ada.offences.length === bad.length)
})

test('whoever asks for very much and reads nothing is read from no further', async () => {
  const { ada, eve } = await two()
  const { offer } = await staged(ada, noiseOf(8_000_000, 4))
  const stream = await opened(ada, eve, offer.file)
  expect(await statusOf(stream)).toBe('open')
  const before = process.memoryUsage().rss
  const writes = Array.from({ length: 5_000 }, () => stream.write(encode({ want: 'chunks', first: 0, count: 16 })))
  for (const write of writes) write.catch(() => {})
  let chunks = 0
  for (; chunks < 64; chunks++) await stream.read()
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000)
  stream.abort(new Error('enough'))
  await Promise.allSettled(writes)
})

/** Serves whatever it is told to. */
async function serving(eve: Resident, answer: (stream: FrameStream) => Promise<void>): Promise<void> {
  await eve.streams.serve(FILE_TERMS, async (stream) => {
    await stream.read()
    await answer(stream)
    await stream.over
  })
}

test('whoever gives another file, wrong lists, wrong lengths or nothing is named, and it is not believed', async () => {
  const bytes = noiseOf(600_000, 5)
  const leaves = Buffer.concat([0, 1, 2].map((at) => leafOf(bytes.subarray(at * 262_144, (at + 1) * 262_144))))
  const { head, groups } = HashTree.of(bytes.byteLength, 0, leaves)
  const open = encodeMessage({ status: 'open', bytes: head.bytes, manifest: 0, top: head.top })
  const lies: [string, (stream: FrameStream) => Promise<void>, number][] = [
    ['another file', (stream) => stream.write(encodeMessage({ status: 'open', bytes: head.bytes + 1, manifest: 0, top: head.top })), 25],
    ['wrong groups', (stream) => stream.write(open).then(() => stream.write(encodeReply('groups', 0, groups.map((byte) => byte ^ 1)))), 25],
    [
      'wrong leaves',
      async (stream) => {
        for (const frame of [open, encodeReply('groups', 0, groups), encodeReply('leaves', 0, leaves.map((byte) => byte ^ 1))]) await stream.write(frame)
      },
      25,
    ],
    [
      'a wrong chunk',
      async (stream) => {
        const chunk = Uint8Array.from(bytes.subarray(0, 262_144))
        chunk[262_143] = (chunk[262_143] ?? 0) ^ 1
        for (const frame of [open, encodeReply('groups', 0, groups), encodeReply('leaves', 0, leaves), encodeReply('chunk', 0, chunk)]) await stream.write(frame)
      },
      25,
    ],
    ['a short chunk', async (stream) => {
      for (const frame of [open, encodeReply('groups', 0, groups), encodeReply('leaves', 0, leaves), encodeReply('chunk', 0, bytes.subarray(0, 5))]) await stream.write(frame)
    }, 0],
    ['chunks in another order', async (stream) => {
      for (const frame of [open, encodeReply('groups', 0, groups), encodeReply('leaves', 0, leaves), encodeReply('chunk', 1, bytes.subarray(262_144, 524_288))]) await stream.write(frame)
    }, 0],
    ['an end', (stream) => stream.write(open).then(() => stream.end()), 0],
  ]
  for (const [what, lie, points] of lies) {
    const { ada, eve } = await two()
    await serving(eve, lie)
    ada.sources = [eve.peerId]
    const message = newMessage()
    const offer = { file: fileIdOf(head), name: 'x', bytes: head.bytes, type: 'text/plain', kind: 'file', width: null, height: null, durationMs: null, wave: null, thumbnail: null, files: null } as const
    ada.files.offered({ conversation, message, from: eve.account, offer, index: 0 })
    const waiting = await comesTo(ada, transferOf(ada, message), 'waiting')
    expect([what, waiting.doneBytes]).toEqual([what, 0])
    expect([what, ada.offences.map((offence) => offence.points)]).toEqual([what, points === 0 ? [] : [points]])
  }
})

test('of one account only so many open offers are kept', async () => {
  const { ada, eve } = await two()
  ada.door = () => ({ verdict: 'ask', answer: new Promise(() => {}) })
  const offer = { file: fileIdOf({ bytes: 1, manifestBytes: 0, top: new Uint8Array(32) }), name: 'x', bytes: 1, type: 'text/plain', kind: 'file', width: null, height: null, durationMs: null, wave: null, thumbnail: null, files: null } as const
  for (let n = 0; n < 600; n++) ada.files.offered({ conversation, message: newMessage(), from: eve.account, offer, index: 0 })
  expect(ada.files.list().length).toBe(500)
})
