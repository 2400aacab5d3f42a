import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FILE_BUFFER_BYTES } from '../../../src/main/features/sites/limits.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { DeadlineError } from '../../../src/main/platform/clock.ts'
import { HEADER_BYTES } from '../../../src/main/platform/frame-codec.ts'
import { StreamCutError } from '../../../src/main/platform/streams.ts'
import { ANSWER_TIMEOUT_MS, HALF_CLOSED_MS, OPENING_TIMEOUT_MS } from '../../../src/main/protocols/site/constants.ts'
import {
  createSiteProtocol,
  SENT_PIECE_BYTES,
  SITE_TERMS,
  SiteProtocolError,
  SiteRefusedError,
  type Opening,
  type SiteProtocol,
  type SiteStream,
  type Visit,
} from '../../../src/main/protocols/site/index.ts'
import { pieces } from '../../../src/main/protocols/site/site-stream.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { KiB, MiB, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { twoNodes, type TwoNodes } from '../../helpers/two-nodes.ts'

const opening: Opening = { site: SiteName.parse('alice.peer'), as: 'http', path: '/' }

let clock: FakeClock
let nodes: TwoNodes
let asking: SiteProtocol
let handler: (visit: Visit) => void | Promise<void>
let served: SiteStream | null

beforeEach(async () => {
  clock = new FakeClock()
  served = null
  nodes = await twoNodes({ clock })
  const { a, b } = nodes
  asking = createSiteProtocol({ streams: a.streams, clock, offence: () => {} })
  handler = (visit) => void (served = visit.open())
  await createSiteProtocol({ streams: b.streams, clock, offence: b.offence }).serve((visit) => handler(visit))
})
afterEach(() => nodes.close())

const ask = (over: Partial<Opening> = {}): SiteStream => asking.ask(nodes.b.peerId, { ...opening, ...over })
const opened = (): Promise<SiteStream> => eventually('a visit', () => served)
/** With what it was destroyed; null for an end. */
async function fate(stream: SiteStream): Promise<unknown> {
  stream.resume()
  return finished(stream).then(
    () => null,
    (error: unknown) => error,
  )
}
async function all(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

describe('a stream to a site', () => {
  test('carries bytes both ways, each to its own end', async () => {
    const mine = ask()
    mine.end('a question')
    const theirs = await opened()
    expect((await all(theirs)).toString()).toBe('a question')
    theirs.end('an answer')
    expect((await all(mine)).toString()).toBe('an answer')
    expect(theirs.bytesRead).toBe(10)
    expect(theirs.bytesWritten).toBe(9)
  })

  test('hears what is wanted, and sends nothing back before it is let in', async () => {
    let seen: Opening | null = null
    const letIn = Promise.withResolvers<void>()
    handler = async (visit) => {
      seen = visit.opening
      await letIn.promise
      served = visit.open()
    }
    const mine = ask({ path: '/notes' })
    mine.write('early')
    await eventually('the opening', () => seen)
    expect(seen).toEqual({ ...opening, path: '/notes' })
    expect(mine.bytesRead).toBe(0)
    letIn.resolve()
    const theirs = await opened()
    expect(String((await once(theirs, 'data'))[0])).toBe('early')
  })

  test('stops a writer whose reader takes nothing, and goes on where it stopped', async () => {
    const mine = ask()
    const theirs = await opened()
    let writtenBytes = 0
    const pump = (async () => {
      for (; writtenBytes < 8 * MiB; writtenBytes += 64 * KiB) {
        if (!theirs.write(Buffer.alloc(64 * KiB, writtenBytes / 65_536))) await once(theirs, 'drain')
      }
      theirs.end()
    })()
    // The stream's first credit, what the two Duplexes hold, and what is in between: far from all of it.
    await eventually('the writer waits', () => theirs.writableNeedDrain && writtenBytes > 0)
    await clock.advance(1 * SECOND)
    expect(writtenBytes).toBeLessThan(1 * MiB)
    const got = await all(mine)
    await pump
    expect(got.byteLength).toBe(8 * MiB)
    for (let at = 0; at < 128; at++) expect(got[at * 65_536]).toBe(at)
  })

  test.each([
    ['whoever asked', 0],
    ['whoever serves', 1],
  ])('is destroyed with an error where %s drops it in the middle, and never ends', async (_who, which) => {
    const mine = ask()
    const both = [mine, await opened()] as const
    const [dropping, other] = which === 0 ? both : [both[1], both[0]]
    const over = fate(other)
    dropping.write('half of some')
    await eventually('the first half', () => other.bytesRead === 12)
    dropping.destroy()
    expect(await over).toBeInstanceOf(StreamCutError)
  })

  test('gives what came before the cut to whoever asked', async () => {
    const mine = ask()
    const theirs = await opened()
    theirs.write('before the cut')
    await eventually('handed over', () => theirs.bytesWritten === 14)
    theirs.destroy()
    const got: string[] = []
    mine.on('data', (chunk) => got.push(String(chunk)))
    expect(await fate(mine)).toBeInstanceOf(StreamCutError)
    expect(got.join('')).toBe('before the cut')
  })

  test('is cut where the connection drops', async () => {
    const mine = ask()
    const theirs = await opened()
    const both = Promise.all([fate(mine), fate(theirs)])
    for (const connection of nodes.a.libp2p.getConnections()) connection.abort(new Error('cut by the test'))
    for (const error of await both) expect(error).toBeInstanceOf(StreamCutError)
  })

  test('tells that nothing moved for as long as was set, and anew after something did', async () => {
    const mine = ask()
    const theirs = await opened()
    let timeouts = 0
    theirs.on('timeout', () => timeouts++)
    theirs.setTimeout(10 * SECOND)
    await clock.advance(9 * SECOND)
    mine.write('still here')
    await once(theirs, 'data')
    await clock.advance(9 * SECOND)
    expect(timeouts).toBe(0)
    await clock.advance(1 * SECOND)
    expect(timeouts).toBe(1)
    theirs.setTimeout(0)
    await clock.advance(60 * SECOND)
    expect(timeouts).toBe(1)
  })

  test('waits for the other end after its own, and not for ever', async () => {
    const mine = ask()
    const theirs = await opened()
    mine.on('error', () => {})
    // The other side does not read, so it never hears the end that it would answer.
    mine.pause()
    const over = fate(theirs)
    theirs.end(Buffer.alloc(100 * KiB))
    await eventually('all was said', () => theirs.writableFinished)
    await clock.advance(HALF_CLOSED_MS)
    expect(await over).toBeInstanceOf(StreamCutError)
  })
})

describe('an opening', () => {
  test.each(['knock-first', 'denied', 'unproven', 'no-site', 'busy'] as const)('is refused as %s, in a sentence', async (code) => {
    handler = (visit) => visit.refuse(code)
    const error = await fate(ask())
    expect(error).toBeInstanceOf(SiteRefusedError)
    expect(error).toMatchObject({ code, message: expect.stringMatching(/^The owner.*\.$/) as string })
  })

  test('refused by the guard is refused too', async () => {
    await nodes.close()
    nodes = await twoNodes({ clock, guards: () => () => ({ verdict: 'refuse', code: 'knock-first', why: 'a test' }) })
    asking = createSiteProtocol({ streams: nodes.a.streams, clock, offence: () => {} })
    await createSiteProtocol({ streams: nodes.b.streams, clock, offence: () => {} }).serve(() => {})
    expect(await fate(ask())).toMatchObject({ name: 'SiteRefusedError', code: 'knock-first' })
  })

  test('for a use that only a newer Latch knows is unsupported', async () => {
    expect(await fate(ask({ as: 'quic' }))).toMatchObject({ code: 'unsupported' })
    expect(nodes.b.offences).toEqual([])
  })

  test('that nobody answers is dropped', async () => {
    handler = () => {}
    expect(await fate(ask())).toBeInstanceOf(StreamCutError)
  })

  test('says no more of a drop than that there was one', async () => {
    handler = (visit) => visit.drop(new Error('secret reasons'))
    expect(String(await fate(ask()))).not.toContain('secret')
  })

  test('whose answer does not come is given up', async () => {
    let isHeard = false
    handler = () => new Promise(() => (isHeard = true))
    const over = fate(ask())
    await eventually('the opening', () => isHeard)
    await clock.advance(ANSWER_TIMEOUT_MS)
    expect(await over).toBeInstanceOf(DeadlineError)
  })

  test.each([
    ['a CBOR of something else', encode({ hello: 1 })],
    ['a name that is none', encode({ site: '../etc', as: 'http', path: null })],
    ['no CBOR', new Uint8Array([0xff, 0xff])],
    ['five kibibytes', encode({ site: 'alice.peer', as: 'http', path: null, more: 'x'.repeat(5 * KiB) })],
  ])('that is %s is malformed, and costs', async (_what, bytes) => {
    const stream = await nodes.a.streams.open(nodes.b.peerId, SITE_TERMS)
    await stream.write(bytes)
    expect(await stream.read()).toEqual(encode({ status: 'malformed' }))
    expect(nodes.b.offences).toMatchObject([{ points: 10 }])
    stream.abort(new Error('done'))
  })

  test('with fields that a newer Latch added opens', async () => {
    const stream = await nodes.a.streams.open(nodes.b.peerId, SITE_TERMS)
    await stream.write(encode({ ...opening, since: 7 }))
    expect(await stream.read()).toEqual(encode({ status: 'open' }))
    stream.abort(new Error('done'))
  })

  test('that never comes is waited for, and not for ever', async () => {
    // Otherwise nothing says that the other side waits already.
    const stream = await nodes.a.streams.open(nodes.b.peerId, { ...SITE_TERMS, eager: undefined as never })
    await clock.advance(OPENING_TIMEOUT_MS)
    await expect(stream.read()).rejects.toBeInstanceOf(StreamCutError)
    await eventually('it costs', () => nodes.b.offences.length === 1)
    expect(nodes.b.offences).toMatchObject([{ points: 5 }])
  })

  test('answered with a status that only a newer Latch knows did not open; with nonsense, is an error', async () => {
    const answers = [encode({ status: 'moved' }), encode({ hello: 1 })]
    await nodes.close()
    nodes = await twoNodes({ clock })
    asking = createSiteProtocol({ streams: nodes.a.streams, clock, offence: () => {} })
    await nodes.b.streams.serve(SITE_TERMS, async (stream) => {
      await stream.read()
      await stream.write(answers.shift() ?? encode({}))
      await stream.end()
    })
    expect(await fate(ask())).toMatchObject({ name: 'SiteRefusedError', code: 'denied' })
    expect(await fate(ask())).toBeInstanceOf(SiteProtocolError)
  })
})

test('the bytes of the messages are as they are drawn', () => {
  const hex = (value: unknown): string => Buffer.from(encode(value)).toString('hex')
  expect(hex({ site: 'alice.peer', as: 'http', path: '/' })).toBe('a362617364687474706470617468612f64736974656a616c6963652e70656572')
  expect(hex({ status: 'open' })).toBe('a166737461747573646f70656e')
  expect(hex({ status: 'knock-first' })).toBe('a1667374617475736b6b6e6f636b2d6669727374')
})

test('chunks of any sizes become pieces of the same bytes, none too large and none that could have been one', () => {
  const bytes = fc.array(fc.nat({ max: 3 * SENT_PIECE_BYTES }), { maxLength: 8 })
  fc.assert(
    fc.property(bytes, (sizes) => {
      const chunks = sizes.map((size, i) => new Uint8Array(size).fill(i))
      const out = [...pieces(chunks)]
      expect(Buffer.concat(out).equals(Buffer.concat(chunks))).toBe(true)
      for (const [i, piece] of out.entries()) {
        expect(piece.byteLength).toBeGreaterThan(0)
        expect(piece.byteLength + (out[i + 1]?.byteLength ?? SENT_PIECE_BYTES)).toBeGreaterThan(SENT_PIECE_BYTES)
        expect(piece.byteLength).toBeLessThanOrEqual(SENT_PIECE_BYTES)
      }
    }),
    { numRuns: 50, verbose: true },
  )
})

test('a piece with all that is put around it is one message of Noise, and a file is read in whole pieces', () => {
  const [yamuxHeaderBytes, tagBytes, noiseMaxBytes] = [12, 16, 65_535]
  expect(HEADER_BYTES + SENT_PIECE_BYTES + yamuxHeaderBytes + tagBytes).toBeLessThanOrEqual(noiseMaxBytes)
  expect(SENT_PIECE_BYTES).toBeLessThanOrEqual(SITE_TERMS.maxFrameBytes)
  expect(FILE_BUFFER_BYTES % SENT_PIECE_BYTES).toBe(0)
})

test.each([
  ['alice.peer', true],
  ['app.alice.peer', true],
  ['a-b.alice.peer', true],
  ['alice', false],
  ['Alice.peer', false],
  ['xn--80ak6aa92e.peer', false],
  ['-a.peer', false],
  ['a..peer', false],
  ['alice.peer.', false],
  ['alice_b.peer', false],
  ['127.0.0.1', false],
  ['alice.peer:80', false],
  [`${'a'.repeat(64)}.peer`, false],
])('%s is the name of a site: %s', (name, is) => {
  expect(SiteName.safeParse(name).success).toBe(is)
})

describe('a stream that is being opened', () => {
  test('waits for its turn, and sends then what was written meanwhile', async () => {
    const turn = Promise.withResolvers<void>()
    const mine = asking.ask(nodes.b.peerId, opening, () => turn.promise)
    mine.end('written early')
    await clock.advance(1 * SECOND)
    expect([served, mine.peer]).toEqual([null, null])
    turn.resolve()
    expect((await all(await opened())).toString()).toBe('written early')
    expect(mine.peer?.peerId).toBe(nodes.b.peerId)
  })

  test('that is given up does not open', async () => {
    let given: AbortSignal | null = null
    const mine = asking.ask(nodes.b.peerId, opening, (signal) => {
      given = signal
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    })
    mine.destroy()
    expect(given).toMatchObject({ aborted: true })
    expect(served).toBeNull()
  })

  test('to one who serves no sites is refused as to another version', async () => {
    const theirs = createSiteProtocol({ streams: nodes.b.streams, clock, offence: () => {} })
    expect(await fate(theirs.ask(nodes.a.peerId, opening))).toMatchObject({ name: 'SiteRefusedError', code: 'version' })
  })

  test('to nobody is destroyed with why', async () => {
    await nodes.b.close()
    expect(await fate(ask())).toMatchObject({ name: 'LatchError', code: 'UNREACHABLE' })
  })
})
