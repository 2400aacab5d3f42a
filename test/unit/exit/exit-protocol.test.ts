import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import fc from 'fast-check'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ByteStream } from '../../../src/main/platform/byte-stream.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { DeadlineError } from '../../../src/main/platform/clock.ts'
import { StreamCutError } from '../../../src/main/platform/streams.ts'
import { ANSWER_TIMEOUT_MS, OPENING_TIMEOUT_MS } from '../../../src/main/protocols/exit/constants.ts'
import {
  createExitProtocol,
  EXIT_TERMS,
  ExitProtocolError,
  ExitRefusedError,
  RefusedStatus,
  type AskedOut,
  type ExitProtocol,
} from '../../../src/main/protocols/exit/index.ts'
import { KiB } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { twoNodes, type TwoNodes } from '../../helpers/two-nodes.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
afterAll(() => console.info(`exit: properties with seed ${seed}`))

let clock: FakeClock
let nodes: TwoNodes
let asking: ExitProtocol
let handler: (asked: AskedOut) => void | Promise<void>
let served: ByteStream | null

beforeEach(async () => {
  clock = new FakeClock()
  served = null
  nodes = await twoNodes({ clock })
  asking = createExitProtocol({ streams: nodes.a.streams, clock, offence: () => {} })
  handler = (asked) => void (served = asked.open())
  await createExitProtocol({ streams: nodes.b.streams, clock, offence: nodes.b.offence }).serve((asked) => handler(asked))
})
afterEach(() => nodes.close())

const open = (signal?: AbortSignal): Promise<ByteStream> => asking.open(nodes.b.peerId, 'example.org', 443, signal)
const why = (made: Promise<unknown>): Promise<unknown> => made.then(() => null, (error: unknown) => error)

test('an opening names the host and port, and bytes go both ways, each to its own end', async () => {
  let seen: unknown = null
  handler = (asked) => {
    seen = asked.opening
    served = asked.open()
  }
  const mine = await open()
  expect(seen).toEqual({ host: 'example.org', port: 443 })
  mine.end('a question')
  const theirs = await eventually('opened', () => served)
  expect(String(await theirs.toArray())).toBe('a question')
  theirs.end('an answer')
  expect(String(await mine.toArray())).toBe('an answer')
})

test('whether one would be let out is asked without opening anything', async () => {
  handler = (asked) => {
    expect(asked.opening).toEqual({ check: true })
    return asked.wouldOpen()
  }
  await asking.check(nodes.b.peerId)
  handler = (asked) => asked.refuse('knock-first')
  expect(await why(asking.check(nodes.b.peerId))).toMatchObject({ code: 'knock-first' })
})

test('of one host is asked by its name, and of none in particular whether some are an exception', async () => {
  const seen: unknown[] = []
  handler = (asked) => (seen.push(asked.opening), asked.wouldOpen(true))
  expect(await asking.check(nodes.b.peerId, undefined, 'example.org')).toEqual({ exceptions: true })
  handler = (asked) => asked.refuse('denied', true)
  expect(await why(asking.check(nodes.b.peerId))).toMatchObject({ code: 'denied', exceptions: true })
  handler = (asked) => asked.wouldOpen()
  expect(await asking.check(nodes.b.peerId)).toEqual({ exceptions: false })
  expect(seen).toEqual([{ check: true, host: 'example.org' }])
})

describe('a refusal', () => {
  test.each(RefusedStatus.options)('as %s is told in a sentence of ours', async (status) => {
    handler = (asked) => asked.refuse(status)
    const error = await why(open())
    expect(error).toBeInstanceOf(ExitRefusedError)
    expect(error).toMatchObject({ code: status, message: expect.stringMatching(/^[A-Z].*\.$/) as string })
  })

  test('of the guard is one too', async () => {
    await nodes.close()
    nodes = await twoNodes({ clock, guards: () => () => ({ verdict: 'refuse', code: 'busy', why: 'a test' }) })
    asking = createExitProtocol({ streams: nodes.a.streams, clock, offence: () => {} })
    await createExitProtocol({ streams: nodes.b.streams, clock, offence: () => {} }).serve(() => {})
    expect(await why(open())).toMatchObject({ name: 'ExitRefusedError', code: 'busy' })
  })

  test('by silence says no more than that', async () => {
    handler = (asked) => asked.drop(new Error('secret reasons'))
    expect(String(await why(open()))).not.toContain('secret')
  })

  test('in words that only a newer Latch knows is a no, and nonsense is an error', async () => {
    const answers = [encode({ status: 'tomorrow' }), encode({ hello: 1 }), new Uint8Array([0xff])]
    await nodes.close()
    nodes = await twoNodes({ clock })
    asking = createExitProtocol({ streams: nodes.a.streams, clock, offence: () => {} })
    await nodes.b.streams.serve(EXIT_TERMS, async (stream) => {
      await stream.read()
      await stream.write(answers.shift() ?? encode({}))
      await stream.end()
    })
    expect(await why(open())).toMatchObject({ code: 'denied' })
    expect(await why(open())).toBeInstanceOf(ExitProtocolError)
    expect(await why(open())).toBeInstanceOf(ExitProtocolError)
  })
})

test('an answer that does not come is given up, and so is one that nobody waits for any more', async () => {
  let gone = 0
  let asked = 0
  handler = (one) => {
    asked++
    one.gone.addEventListener('abort', () => gone++)
    return new Promise(() => {})
  }
  const late = why(open())
  await eventually('the opening', () => asked === 1)
  await clock.advance(ANSWER_TIMEOUT_MS)
  expect(await late).toBeInstanceOf(DeadlineError)
  const giving = new AbortController()
  const given = why(open(giving.signal))
  await eventually('the next opening', () => asked === 2)
  giving.abort(new Error('closed the tab'))
  expect(await given).toMatchObject({ message: 'closed the tab' })
  await eventually('both are gone there', () => gone === 2)
})

describe('an opening that no Latch writes', () => {
  test.each([
    ['something else', encode({ hello: 1 })],
    ['no host', encode({ host: '', port: 443 })],
    ['a host of half a kibibyte', encode({ host: 'a'.repeat(512), port: 443 })],
    ['no port', encode({ host: 'example.org' })],
    ['a port that is none', encode({ host: 'example.org', port: 70_000 })],
    ['no CBOR', new Uint8Array([0xff, 0xff])],
    ['two kibibytes', encode({ host: 'example.org', port: 443, more: 'x'.repeat(2 * KiB) })],
  ])('%s is malformed, and costs', async (_what, bytes) => {
    const stream = await nodes.a.streams.open(nodes.b.peerId, EXIT_TERMS)
    await stream.write(bytes)
    expect(await stream.read()).toEqual(encode({ status: 'malformed' }))
    expect(nodes.b.offences).toMatchObject([{ points: 10 }])
    stream.abort(new Error('done'))
  })

  test('half sent is waited for, and not for ever', async () => {
    const stream = await nodes.a.streams.open(nodes.b.peerId, EXIT_TERMS)
    await clock.advance(OPENING_TIMEOUT_MS)
    await expect(stream.read()).rejects.toBeInstanceOf(StreamCutError)
    await eventually('it costs', () => nodes.b.offences.length === 1)
    expect(nodes.b.offences).toMatchObject([{ points: 5 }])
  })

  test('whatever its bytes are, opens nothing', async () => {
    let opened = 0
    handler = (asked) => {
      opened++
      return asked.refuse('denied')
    }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        const stream = await nodes.a.streams.open(nodes.b.peerId, EXIT_TERMS)
        await stream.write(bytes)
        expect(await stream.read()).toEqual(encode({ status: 'malformed' }))
        stream.abort(new Error('done'))
      }),
      { seed, numRuns: 100 },
    )
    expect(opened).toBe(0)
  })
})

test('an opening with fields that a newer Latch added opens', async () => {
  const stream = await nodes.a.streams.open(nodes.b.peerId, EXIT_TERMS)
  await stream.write(encode({ host: 'example.org', port: 443, over: 'quic' }))
  expect(await stream.read()).toEqual(encode({ status: 'open' }))
  stream.abort(new Error('done'))
})

test('a connection that is cut is cut, and never ends', async () => {
  const mine = await open()
  const theirs = await eventually('opened', () => served)
  theirs.write('half')
  expect(String((await once(mine, 'data'))[0])).toBe('half')
  theirs.destroy()
  expect(await why(finished(mine))).toBeInstanceOf(StreamCutError)
})

test('the bytes of the messages are as they are drawn', () => {
  const hex = (value: unknown): string => Buffer.from(encode(value)).toString('hex')
  expect(hex({ host: 'example.org', port: 443 })).toBe('a264686f73746b6578616d706c652e6f726764706f72741901bb')
  expect(hex({ check: true })).toBe('a165636865636bf5')
  expect(hex({ check: true, host: 'example.org' })).toBe('a264686f73746b6578616d706c652e6f726765636865636bf5')
  expect(hex({ status: 'open', exceptions: true })).toBe('a266737461747573646f70656e6a657863657074696f6e73f5')
  expect(hex({ status: 'open' })).toBe('a166737461747573646f70656e')
  expect(hex({ status: 'private-address' })).toBe('a1667374617475736f707269766174652d61646472657373')
})
