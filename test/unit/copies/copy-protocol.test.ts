import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decode, DecodeError, encode } from '../../../src/main/platform/cbor.ts'
import { StreamCutError, type FrameStream } from '../../../src/main/platform/streams.ts'
import {
  ANSWER_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  MAX_PIECE_BYTES,
  MAX_WANTS_WAITING,
  OPENING_TIMEOUT_MS,
  WRITE_TIMEOUT_MS,
} from '../../../src/main/protocols/copy/constants.ts'
import {
  type BlockId,
  COPY_TERMS,
  type CopyChannel,
  type CopyHandlers,
  type CopyProtocol,
  CopyProtocolError,
  CopyRefusedError,
  createCopyProtocol,
  MAX_BLOCK_BYTES,
} from '../../../src/main/protocols/copy/index.ts'
import {
  decodeAnswer,
  decodeOpening,
  decodeReply,
  decodeRequest,
  encodeAnswer,
  encodeOpening,
  encodeReply,
  encodeRequest,
} from '../../../src/main/protocols/copy/messages.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { z } from 'zod'
import { idOf } from '../../helpers/bad-trees.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { twoNodes, type TwoNodes } from '../../helpers/two-nodes.ts'

const site = SiteName.parse('alice.peer')
const root = `01701220${'ab'.repeat(32)}`
const asked = { site, root }
const id = (at: number): BlockId => idOf('raw', Buffer.from(`block ${at}`))
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('what is said, byte for byte', () => {
  const cid = `582401701220${'ab'.repeat(32)}`
  const holder = PeerId.parse('12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp')

  test.each([
    ['blocks', { as: 'blocks', ...asked } as const, `a3626173 66626c6f636b73 64726f6f74 ${cid} 6473697465 6a616c6963652e70656572`],
    ['provide', { as: 'provide', root } as const, `a2626173 6770726f76696465 64726f6f74 ${cid}`],
    ['who', { as: 'who', root } as const, `a2626173 6377686f 64726f6f74 ${cid}`],
  ])('an opening: %s', (_, opening, bytes) => {
    expect(hex(encodeOpening(opening))).toBe(bytes.replaceAll(' ', ''))
    expect(decodeOpening(Buffer.from(bytes.replaceAll(' ', ''), 'hex'))).toEqual(opening)
  })

  test('answers to it', () => {
    expect(hex(encodeAnswer('open'))).toBe('a166737461747573646f70656e')
    expect(hex(encodeAnswer('none'))).toBe('a166737461747573646e6f6e65')
    const told = `a2 657065657273 81 7834 ${hex(Buffer.from(holder))} 66737461747573 64746f6c64`
    expect(hex(encodeAnswer('told', [holder]))).toBe(told.replaceAll(' ', ''))
    expect(decodeAnswer(encodeAnswer('told', [holder]))).toEqual({ status: 'told', peers: [holder] })
    expect(decodeAnswer(encode({ status: 'a word of later' }))).toMatchObject({ status: 'denied' })
  })

  test('wants and their withdrawal', () => {
    const want = `a3646369647381${cid}646b696e646477616e7465666972737407`
    expect(hex(encodeRequest({ kind: 'want', first: 7, cids: [root] }))).toBe(want)
    expect(decodeRequest(Buffer.from(want, 'hex'))).toEqual({ kind: 'want', first: 7, cids: [root] })
    expect(hex(encodeRequest({ kind: 'cancel', numbers: [7, 300] }))).toBe('a2646b696e646663616e63656c676e756d62657273820719012c')
  })

  test('pieces of blocks', () => {
    expect(hex(encodeReply({ kind: 'last', number: 7, bytes: Buffer.from('abc') }))).toBe('0000000007616263')
    expect(hex(encodeReply({ kind: 'more', number: 300, bytes: Buffer.from('a') }))).toBe('010000012c61')
    expect(hex(encodeReply({ kind: 'none', number: 7 }))).toBe('0200000007')
    expect(hex(encodeReply({ kind: 'last', number: 1, bytes: new Uint8Array() }))).toBe('0000000001')
  })

  test.each(['', '00', '0300000001', '0000000000', '020000000161', '0100000001'])('%j is no answer', (bytes) => {
    expect(() => decodeReply(Buffer.from(bytes, 'hex'))).toThrow(CopyProtocolError)
  })

  test('other bytes are refused in one way', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        for (const read of [decodeOpening, decodeAnswer, decodeRequest]) {
          try {
            read(bytes)
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError)
          }
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

let clock: FakeClock
let nodes: TwoNodes
let asking: CopyProtocol
let blocks: CopyHandlers['blocks']
let given: BlockId[]

beforeEach(async () => {
  clock = new FakeClock()
  given = []
  nodes = await twoNodes({ clock })
  const { a, b } = nodes
  asking = createCopyProtocol({ streams: a.streams, clock, offence: a.offence })
  blocks = () => Promise.resolve({ give, over: () => {} })
  const handlers: CopyHandlers = {
    blocks: (...all) => blocks(...all),
    provide: () => 'told',
    who: () => [b.peerId],
  }
  await createCopyProtocol({ streams: b.streams, clock, offence: b.offence }).serve(handlers)
})
afterEach(() => nodes.close())

const give = (wanted: BlockId): Promise<Uint8Array | null> => {
  given.push(wanted)
  const at = Array.from({ length: 2_000 }, (_, one) => one).find((one) => id(one) === wanted)
  return Promise.resolve(at === undefined ? null : Buffer.from(`block ${at}`))
}
const open = (): Promise<CopyChannel> => asking.open(nodes.b.peerId, asked)
/** The other side, saying what it likes. */
async function serveBadly(say: (stream: FrameStream) => Promise<void>): Promise<void> {
  await nodes.b.libp2p.unhandle(COPY_TERMS.protocol)
  await nodes.b.streams.serve(COPY_TERMS, say)
}

describe('blocks of a tree', () => {
  test('come as they are, many wanted at once', async () => {
    const channel = await open()
    const wanted = Array.from({ length: 200 }, (_, at) => at)
    const came = await Promise.all(wanted.map((at) => channel.want(id(at))))
    expect(came.map((block) => Buffer.from(block ?? []).toString())).toEqual(wanted.map((at) => `block ${at}`))
  })

  test('that are not there are said not to be', async () => {
    const channel = await open()
    expect(await channel.want(idOf('raw', Buffer.from('something else')))).toBeNull()
    expect(Buffer.from((await channel.want(id(1))) ?? []).toString()).toBe('block 1')
  })

  test.each([0, 1, MAX_PIECE_BYTES - 1, MAX_PIECE_BYTES, MAX_PIECE_BYTES + 1, MAX_BLOCK_BYTES])('of %i bytes come whole', async (bytes) => {
    const block = new Uint8Array(bytes).fill(7)
    blocks = () => Promise.resolve({ give: () => Promise.resolve(block), over: () => {} })
    const channel = await open()
    const came = await channel.want(id(1))
    expect(came?.byteLength).toBe(bytes)
    expect(Buffer.compare(came ?? new Uint8Array(), block)).toBe(0)
  })

  test('that are too large to be given are said not to be there', async () => {
    blocks = () => Promise.resolve({ give: () => Promise.resolve(new Uint8Array(MAX_BLOCK_BYTES + 1)), over: () => {} })
    expect(await (await open()).want(id(1))).toBeNull()
  })

  test('that nobody wants any more are not read', async () => {
    const first = Promise.withResolvers<Uint8Array | null>()
    let isFirst = true
    blocks = () =>
      Promise.resolve({
        give: (wanted) => {
          given.push(wanted)
          if (!isFirst) return give(wanted)
          isFirst = false
          return first.promise
        },
        over: () => {},
      })
    const channel = await open()
    const one = channel.want(id(0))
    const gone = new AbortController()
    const unwanted = Array.from({ length: 50 }, (_, at) => channel.want(id(at + 1), gone.signal).catch(() => 'gone'))
    const last = channel.want(id(99))
    await eventually('the first is asked for', () => given.length > 0)
    gone.abort(new Error('enough'))
    expect(await Promise.all(unwanted)).toEqual(unwanted.map(() => 'gone'))
    // A block that was asked for after the withdrawal: by then it was read.
    const after = channel.want(id(100))
    await eventually('they are withdrawn', async () => {
      first.resolve(Buffer.from('block 0'))
      return (await after) !== undefined
    })
    expect(Buffer.from((await last) ?? []).toString()).toBe('block 99')
    expect(Buffer.from((await one) ?? []).toString()).toBe('block 0')
    expect(new Set(given).size).toBeLessThan(10)
  })

  test('are not read ahead of one who takes none', async () => {
    const big = new Uint8Array(256 * 1024)
    blocks = () =>
      Promise.resolve({
        give: (wanted) => {
          given.push(wanted)
          return Promise.resolve(big)
        },
        over: () => {},
      })
    const stream = await nodes.a.streams.open(nodes.b.peerId, COPY_TERMS)
    await stream.write(encodeOpening({ as: 'blocks', ...asked }))
    await stream.write(encodeRequest({ kind: 'want', first: 1, cids: Array.from({ length: 64 }, (_, at) => id(at)) }))
    await eventually('the first is read', () => given.length >= 2)
    await clock.advance(WRITE_TIMEOUT_MS / 2)
    expect(given.length).toBe(2)
    await clock.advance(WRITE_TIMEOUT_MS)
    await expect(stream.over).resolves.toMatchObject({ how: 'cut' })
  })

  test('that are large are not read ahead at all: one is held for each stream', async () => {
    blocks = () =>
      Promise.resolve({
        give: (wanted) => {
          given.push(wanted)
          return Promise.resolve(new Uint8Array(MAX_BLOCK_BYTES))
        },
        over: () => {},
      })
    const stream = await nodes.a.streams.open(nodes.b.peerId, COPY_TERMS)
    await stream.write(encodeOpening({ as: 'blocks', ...asked }))
    await stream.write(encodeRequest({ kind: 'want', first: 1, cids: Array.from({ length: 64 }, (_, at) => id(at)) }))
    await eventually('the first is read', () => given.length >= 1)
    await clock.advance(WRITE_TIMEOUT_MS / 2)
    expect(given.length).toBe(1)
  })

  test('that come in many small pieces are put together, wherever they are cut', async () => {
    const block = Buffer.from(Array.from({ length: 70_000 }, (_, at) => at % 251))
    await serveBadly(async (stream) => {
      await stream.read()
      await stream.write(encodeAnswer('open'))
      await stream.read()
      const cuts = [1, 2, 3, 5, 40_000, 40_001, 66_000]
      let at = 0
      for (const cut of cuts) {
        await stream.write(encodeReply({ kind: 'more', number: 1, bytes: block.subarray(at, cut) }))
        at = cut
      }
      await stream.write(encodeReply({ kind: 'last', number: 1, bytes: block.subarray(at) }))
      await stream.over
    })
    const channel = await open()
    const came = await channel.want(id(1))
    expect(came !== null && Buffer.compare(came, block)).toBe(0)
    channel.close(new Error('over'))
  })

  test('of whoever asks for too many at once are asked for no further', async () => {
    const never = Promise.withResolvers<Uint8Array | null>()
    blocks = () => Promise.resolve({ give: () => never.promise, over: () => {} })
    const channel = await open()
    const wants = Array.from({ length: MAX_WANTS_WAITING }, (_, at) => channel.want(id(at)).catch((error: unknown) => error))
    await expect(channel.want(id(999))).rejects.toThrow(RangeError)
    channel.close(new Error('enough'))
    expect(await Promise.all(wants)).toHaveLength(MAX_WANTS_WAITING)
  })
})

describe('whoever asks badly', () => {
  const offences = (): string[] => nodes.b.offences.map(({ why, points }) => `${points} ${why}`)
  const sent = async (frames: readonly Uint8Array[]): Promise<string> => {
    const stream = await nodes.a.streams.open(nodes.b.peerId, COPY_TERMS)
    for (const frame of frames) await stream.write(frame)
    const answer = await stream.read().catch(() => null)
    if (answer === null) return 'cut'
    const { status } = decode(answer, z.object({ status: z.string() }), 1_000)
    if (status !== 'open') return status
    return stream.read().then(() => 'open', () => 'open, then cut')
  }

  test.each([
    ['not of the schema', encode({ as: 'blocks', site: 'Alice', root: Buffer.alloc(36) })],
    ['a CID of another kind', encode({ as: 'who', root: Buffer.from(`01711220${'ab'.repeat(32)}`, 'hex') })],
    ['a CID that is too long', encode({ as: 'who', root: Buffer.alloc(37) })],
    ['no map', Buffer.from('ff', 'hex')],
    ['too long', new Uint8Array(9_000)],
  ])('%s: is told so, and pays', async (_, opening) => {
    expect(await sent([opening])).toBe('malformed')
    expect(offences()).toEqual([expect.stringMatching(/^10 copy/)])
  })

  test('what only a newer Latch knows costs nothing', async () => {
    expect(await sent([encode({ as: 'ranges', root: 'whatever' })])).toBe('unsupported')
    expect(offences()).toEqual([])
  })

  test('nothing at all: pays a little', async () => {
    const stream = await nodes.a.streams.open(nodes.b.peerId, { ...COPY_TERMS, eager: undefined as never })
    await clock.advance(OPENING_TIMEOUT_MS)
    await expect(stream.over).resolves.toMatchObject({ how: 'cut' })
    expect(offences()).toEqual([expect.stringMatching(/^5 /)])
  })

  test('wants that are none: the end, and they pay', async () => {
    const opening = encodeOpening({ as: 'blocks', ...asked })
    expect(await sent([opening, encode({ kind: 'want', first: 0, cids: [] })])).toBe('open, then cut')
    await eventually('an offence', () => offences().length === 1)
  })

  test('wants without end of what is not there: the end, and they pay', async () => {
    const stream = await nodes.a.streams.open(nodes.b.peerId, COPY_TERMS)
    await stream.write(encodeOpening({ as: 'blocks', ...asked }))
    const wants = Array.from({ length: 20 }, (_, frame) =>
      encodeRequest({ kind: 'want', first: 1 + frame * 64, cids: Array.from({ length: 64 }, (_, at) => idOf('raw', Buffer.from(`none ${frame} ${at}`))) }),
    )
    const writing = Promise.all(wants.map((want) => stream.write(want).catch(() => {})))
    let answers = 0
    for (;;) {
      const frame = await stream.read().catch(() => null)
      if (frame === null) break
      answers += 1
    }
    await writing
    expect(answers).toBeLessThan(300)
    await eventually('they pay', () => offences().some((one) => one.startsWith('10 ')))
  })

  test('nothing wanted for two minutes: is let go', async () => {
    const channel = await open()
    await channel.want(id(1))
    await clock.advance(IDLE_TIMEOUT_MS - 1_000)
    await channel.want(id(2))
    await clock.advance(IDLE_TIMEOUT_MS)
    await expect(channel.over).resolves.toBeInstanceOf(StreamCutError)
  })

  test('a door that says no is heard, in its own words', async () => {
    for (const word of ['knock-first', 'denied', 'unproven', 'none', 'busy'] as const) {
      blocks = () => Promise.resolve(word)
      await expect(open()).rejects.toMatchObject({ name: 'CopyRefusedError', code: word })
    }
    blocks = () => Promise.resolve('silent')
    await expect(open()).rejects.toThrow()
  })

  test('whoever is gone is known to be', async () => {
    let isGone = false
    const letIn = Promise.withResolvers<void>()
    blocks = async (_peer, _asked, gone) => {
      gone.addEventListener('abort', () => (isGone = true))
      await letIn.promise
      return 'none'
    }
    const stop = new AbortController()
    const opening = asking.open(nodes.b.peerId, asked, stop.signal).catch((error: unknown) => error)
    await eventually('asked', () => nodes.b.libp2p.getConnections()[0]?.streams.some(({ protocol }) => protocol === COPY_TERMS.protocol))
    stop.abort(new Error('never mind'))
    expect(await opening).toMatchObject({ message: 'never mind' })
    await eventually('known', () => isGone)
    letIn.resolve()
  })
})

describe('whoever answers badly', () => {
  const badly = async (frames: readonly Uint8Array[]): Promise<unknown> => {
    await serveBadly(async (stream) => {
      await stream.read()
      for (const frame of frames) await stream.write(frame)
      await stream.over
    })
    const channel = await open()
    const came = await channel.want(id(1)).catch((error: unknown) => error)
    channel.close(new Error('over'))
    return came
  }
  const opened = encodeAnswer('open')

  test.each([
    ['an answer to nothing', [opened, encodeReply({ kind: 'none', number: 9 })]],
    ['a frame that is none', [opened, Buffer.from('ff00000001', 'hex')]],
    ['a block in the middle of another', [opened, encodeReply({ kind: 'more', number: 1, bytes: Buffer.from('a') }), encodeReply({ kind: 'last', number: 2, bytes: Buffer.from('b') })]],
    ['a none in the middle of a block', [opened, encodeReply({ kind: 'more', number: 1, bytes: Buffer.from('a') }), encodeReply({ kind: 'none', number: 1 })]],
    ['a block without end', [opened, ...Array.from({ length: 40 }, () => encodeReply({ kind: 'more', number: 1, bytes: new Uint8Array(MAX_PIECE_BYTES) }))]],
  ])('%s: is found out', async (_, frames) => {
    expect(await badly(frames)).toBeInstanceOf(CopyProtocolError)
  })

  test('an answer to what was answered already, again and again: is found out', async () => {
    const none = encodeReply({ kind: 'none', number: 1 })
    await serveBadly(async (stream) => {
      await stream.read()
      await stream.write(opened)
      await stream.read()
      for (let times = 0; times < 3; times++) await stream.write(none)
      await stream.over
    })
    const channel = await open()
    expect(await channel.want(id(1))).toBeNull()
    expect(await channel.over).toBeInstanceOf(CopyProtocolError)
  })

  test('an answer that crossed a withdrawal on its way is fine, once', async () => {
    const go = Promise.withResolvers<void>()
    await serveBadly(async (stream) => {
      await stream.read()
      await stream.write(opened)
      await stream.read()
      await go.promise
      await stream.write(encodeReply({ kind: 'last', number: 1, bytes: Buffer.from('late') }))
      await stream.write(encodeReply({ kind: 'last', number: 2, bytes: Buffer.from('two') }))
      await stream.write(encodeReply({ kind: 'last', number: 1, bytes: Buffer.from('late') }))
      await stream.over
    })
    const channel = await open()
    const gone = new AbortController()
    const one = channel.want(id(1), gone.signal).catch(() => 'gone')
    const two = channel.want(id(2))
    await eventually('both were asked', () => nodes.b.libp2p.getConnections()[0]?.streams.some(({ protocol }) => protocol === COPY_TERMS.protocol))
    await Promise.resolve()
    gone.abort(new Error('gone'))
    expect(await one).toBe('gone')
    go.resolve()
    expect(Buffer.from((await two) ?? []).toString()).toBe('two')
    expect(await channel.over).toBeInstanceOf(CopyProtocolError)
  })

  test('another word, something else, nothing in time: is not open', async () => {
    await serveBadly(async (stream) => {
      await stream.read()
      await stream.write(encode({ status: 'a later word' }))
      await stream.end()
    })
    await expect(open()).rejects.toBeInstanceOf(CopyRefusedError)
    await serveBadly(async (stream) => {
      await stream.read()
      await stream.write(encodeAnswer('told', []))
    })
    await expect(open()).rejects.toBeInstanceOf(CopyProtocolError)
    await serveBadly(async (stream) => {
      await stream.read()
      await stream.over
    })
    const late = open().catch((error: unknown) => error)
    await eventually('asked', () => nodes.b.libp2p.getConnections()[0]?.streams.some(({ protocol }) => protocol === COPY_TERMS.protocol))
    await clock.advance(ANSWER_TIMEOUT_MS)
    expect(await late).toBeInstanceOf(StreamCutError)
  })
})

describe('who has it', () => {
  test('is told and asked in one round trip each', async () => {
    await asking.provide(nodes.b.peerId, root)
    expect(await asking.who(nodes.b.peerId, root)).toEqual([nodes.b.peerId])
  })

  test('leaves no stream open, whatever the other side goes on with', async () => {
    await serveBadly(async (stream) => {
      await stream.read()
      await stream.write(encodeAnswer('told', []))
      await stream.over
    })
    const open = (): number => nodes.a.libp2p.getConnections()[0]?.streams.filter(({ protocol }) => protocol === COPY_TERMS.protocol).length ?? 0
    for (let times = 0; times < 5; times++) await asking.who(nodes.b.peerId, root)
    await eventually('none is left', () => open() === 0, { withinMs: 2_000 })
  })

  test('more peers than are asked for are no answer', async () => {
    await serveBadly(async (stream) => {
      await stream.read()
      await stream.write(encode({ status: 'told', peers: Array.from({ length: 21 }, () => nodes.b.peerId) }))
      await stream.end()
    })
    await expect(asking.who(nodes.b.peerId, root)).rejects.toBeInstanceOf(CopyProtocolError)
  })
})
