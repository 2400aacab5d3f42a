import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encode } from '../../../src/main/platform/cbor.ts'
import { DeadlineError } from '../../../src/main/platform/clock.ts'
import { StreamCutError, type FrameStream } from '../../../src/main/platform/streams.ts'
import {
  AppProtocolError,
  APP_TERMS,
  createAppProtocol,
  GoneError,
  HEADER_TIMEOUT_MS,
  type AppProtocol,
  type RequestHeader,
  type ServedRequest,
} from '../../../src/main/protocols/app/index.ts'
import { AppId, Method } from '../../../src/shared/model/apps.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { twoNodes, type TwoNodes } from '../../helpers/two-nodes.ts'

const header = (over: Partial<RequestHeader> = {}): RequestHeader => ({
  app: AppId.parse('notes'),
  method: Method.parse('stick'),
  bytes: 0,
  as: 'bytes',
  deadlineMs: 10 * SECOND,
  ...over,
})
const never = new AbortController().signal
const text = (words: string): Uint8Array => new TextEncoder().encode(words)

let clock: FakeClock
let nodes: TwoNodes
let asking: AppProtocol
let handler: (request: ServedRequest) => Promise<void>
/** The latest request that was served. */
let served: ServedRequest | null

beforeEach(async () => {
  clock = new FakeClock()
  served = null
  nodes = await twoNodes({ clock })
  const { a, b } = nodes
  const offence = (...[peerId, why, points]: [typeof a.peerId, string, number]): void =>
    void (b.offences as unknown[]).push({ peerId, why, points })
  asking = createAppProtocol({ streams: a.streams, clock, offence: () => {} })
  handler = (request) => request.refuse('no-program')
  await createAppProtocol({ streams: b.streams, clock, offence }).serve((request) => {
    served = request
    return handler(request)
  })
})
afterEach(() => nodes.close())

const ask = (over?: Partial<RequestHeader>, signal = never) => asking.ask(nodes.b.peerId, header(over), signal)

describe('one request', () => {
  test('carries a body and brings one back, each whole', async () => {
    handler = async (request) => {
      expect(request.header).toEqual(header({ bytes: 5 }))
      expect(new TextDecoder().decode(await request.body.whole())).toBe('hello')
      const body = await request.respond({ status: 'ok', bytes: 3, as: 'bytes' })
      await body.write(text('hi!'))
      await body.end()
    }
    const asked = await ask({ bytes: 5 })
    await asked.body.write(text('hello'))
    await asked.body.end()
    const answer = await asked.answer(never)
    if (answer === 'go-on') throw new Error('nothing was to go on')
    expect(answer.header).toEqual({ status: 'ok', bytes: 3, as: 'bytes' })
    expect(new TextDecoder().decode(await answer.body.whole())).toBe('hi!')
    expect(await asked.over).toEqual({ how: 'ended' })
  })

  test('is asked to go on, and both talk at once', async () => {
    handler = async (request) => {
      await request.goOn()
      const body = await request.respond({ status: 'ok', bytes: null, as: 'pieces' })
      for (let chunk = await request.body.read(); chunk !== null; chunk = await request.body.read()) await body.write(chunk)
      await body.end()
    }
    const asked = await ask({ bytes: null, as: 'pieces' })
    expect(await asked.answer(never)).toBe('go-on')
    const answer = await asked.answer(never)
    if (answer === 'go-on') throw new Error('twice')
    for (const word of ['one', 'two', 'three']) {
      await asked.body.write(text(word))
      expect(new TextDecoder().decode((await answer.body.read()) ?? undefined)).toBe(word)
    }
    await asked.body.end()
    expect(await answer.body.read()).toBeNull()
  })

  test('hears a refusal without having sent its body', async () => {
    handler = (request) => request.refuse('knock-first')
    const answer = await (await ask({ bytes: null, as: 'pieces' })).answer(never)
    expect(answer).toMatchObject({ header: { status: 'knock-first', bytes: 0 } })
  })

  test('that is taken back is gone at once on the other side', async () => {
    const seen = Promise.withResolvers<unknown>()
    handler = async (request) => {
      request.ended.addEventListener('abort', () => seen.resolve(request.ended.reason))
      await seen.promise
    }
    const asked = await ask({ bytes: null, as: 'pieces' })
    await eventually('it is served', () => served)
    asked.drop(new GoneError('never mind'))
    expect(await seen.promise).toBeInstanceOf(GoneError)
  })

  test('that is dropped is cut for who asked', async () => {
    handler = async (request) => request.drop(new Error('out'))
    await expect((await ask()).answer(never)).rejects.toBeInstanceOf(StreamCutError)
  })

  test('has its deadline on the other side too', async () => {
    const reason = Promise.withResolvers<unknown>()
    handler = async (request) => {
      request.ended.addEventListener('abort', () => reason.resolve(request.ended.reason))
      await reason.promise
      await request.refuse('timeout')
    }
    const asked = await ask({ deadlineMs: 7 * SECOND })
    await eventually('it is served', () => served)
    await clock.advance(7 * SECOND)
    expect(await reason.promise).toBeInstanceOf(DeadlineError)
    expect(await asked.answer(never)).toMatchObject({ header: { status: 'timeout' } })
  })

  test('keeps to the length it says, on the side that writes', async () => {
    const { body } = await ask({ bytes: 3 })
    await expect(body.write(text('four'))).rejects.toBeInstanceOf(RangeError)
    await body.write(text('no'))
    await expect(body.end()).rejects.toBeInstanceOf(RangeError)
    expect(body.left).toBe(1)
  })
})

const raw = (): Promise<FrameStream> => nodes.a.streams.open(nodes.b.peerId, APP_TERMS)

describe('who is asked', () => {
  test.each([
    ['nonsense', new Uint8Array([0xff, 0xff])],
    ['no method', encode({ ...header(), method: '' })],
    ['a header above 4 KiB', encode({ ...header(), padding: 'x'.repeat(5_000) })],
  ])('answers %s with a status, and the peer loses points', async (_what, frame) => {
    const stream = await raw()
    await stream.write(frame)
    expect(await stream.read()).toEqual(encode({ status: 'malformed', bytes: 0, as: 'bytes' }))
    expect(nodes.b.offences).toEqual([expect.objectContaining({ peerId: nodes.a.peerId, points: 10 })])
    expect(served).toBeNull()
  })

  test('does not wait for a header that never comes', async () => {
    const stream = await raw()
    await eventually('the stream is there', () => nodes.b.libp2p.getConnections()[0]?.streams.length)
    const read = stream.read().catch((error: unknown) => error)
    await eventually('it is dropped', async () => {
      await clock.advance(HEADER_TIMEOUT_MS)
      return nodes.b.offences.length > 0
    })
    expect(nodes.b.offences).toEqual([expect.objectContaining({ points: 5 })])
    expect(await read).toBeInstanceOf(Error)
  })

  test.each([
    ['longer', 'more than three'],
    ['shorter', '2!'],
  ])('does not take a body %s than was said, and the peer loses points', async (_what, words) => {
    const failed = Promise.withResolvers<unknown>()
    handler = async (request) => {
      await request.body.whole().catch((error: unknown) => {
        failed.resolve(error)
        throw error
      })
    }
    const stream = await raw()
    await stream.write(encode(header({ bytes: 3 })))
    await stream.write(text(words))
    await stream.end()
    expect(await failed.promise).toMatchObject({ name: 'DecodeError' })
    await eventually('an offence', () => nodes.b.offences.length > 0)
  })

  test('is cut off where a body is only half sent', async () => {
    const failed = Promise.withResolvers<unknown>()
    handler = async (request) => {
      await request.body.whole().catch(failed.resolve)
    }
    const stream = await raw()
    await stream.write(encode(header({ bytes: 300 })))
    await stream.write(text('half'))
    stream.abort(new Error('away'))
    expect(await failed.promise).toBeInstanceOf(StreamCutError)
    expect(nodes.b.offences).toEqual([])
  })
})

describe('who asks', () => {
  test.each([
    ['nonsense', new Uint8Array([1, 2, 3])],
    ['no status', encode({ bytes: 0 })],
    ['a header above 4 KiB', encode({ status: 'ok', bytes: 0, as: 'bytes', padding: 'x'.repeat(5_000) })],
  ])('takes %s for what it is', async (_what, frame) => {
    const { b } = nodes
    await b.libp2p.unhandle(APP_TERMS.protocol)
    await b.streams.serve(APP_TERMS, (stream) => stream.write(frame))
    await expect((await ask()).answer(never)).rejects.toBeInstanceOf(AppProtocolError)
  })

  test('takes an end for no answer', async () => {
    const { b } = nodes
    await b.libp2p.unhandle(APP_TERMS.protocol)
    await b.streams.serve(APP_TERMS, (stream) => stream.end())
    await expect((await ask()).answer(never)).rejects.toBeInstanceOf(AppProtocolError)
  })

  test('can stop waiting', async () => {
    handler = () => new Promise(() => {})
    const stop = new AbortController()
    const answer = (await ask()).answer(stop.signal)
    stop.abort(new Error('changed my mind'))
    await expect(answer).rejects.toThrow('changed my mind')
  })
})
