import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MAX_CALLS_OF_APP, MAX_CALLS_TO_PEER } from '../../../src/main/features/apps/limits.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import type { FrameStream } from '../../../src/main/platform/streams.ts'
import { APP_TERMS } from '../../../src/main/protocols/app/index.ts'
import { AppId, ExchangeId, MAX_WHOLE_BYTES } from '../../../src/shared/model/apps.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { asking, echo, json, Listening, method, notes, twoDesks, valueOf, type Desk, type TwoDesks } from './two-desks.ts'

let clock: FakeClock
let desks: TwoDesks
let ada: Desk
let bea: Desk
let token: string

beforeEach(async () => {
  clock = new FakeClock()
  desks = await twoDesks(clock)
  ;({ ada, bea } = desks)
  token = bea.apps.register(notes, 'Sticky notes').token
})
afterEach(() => desks.close())

const connected = async (program: Listening): Promise<Listening> => {
  await eventually('it is connected', () => program.isConnected)
  return program
}
const serving = (onRequest?: ConstructorParameters<typeof Listening>[2]): Promise<Listening> =>
  connected(new Listening(bea.apps, notes, onRequest))

describe('a request', () => {
  test('is heard by the program with who asks, and its answer comes back', async () => {
    const program = await connected(echo(bea, notes))
    const answer = await ada.apps.request(notes, asking(bea, { sending: { content: json({ text: 'Lunch?' }) } }))
    expect(answer).toMatchObject({ status: 'ok', why: '', more: false, call: null })
    expect(valueOf(answer)).toEqual({ text: 'Lunch?' })
    const [request] = program.requests
    expect(request).toMatchObject({ method, more: false, untilMs: clock.nowMs() + 60_000 })
    expect(request?.from).toEqual({ account: ada.account, peerId: ada.node.peerId, name: 'Friend', isContact: true })
    expect(valueOf(request ?? { content: undefined })).toEqual({ text: 'Lunch?' })
  })

  test('carries bytes as bytes, and nothing as nothing', async () => {
    await connected(echo(bea, notes))
    const content = { as: 'bytes', bytes: Buffer.from([0, 255, 1]) } as const
    const answer = await ada.apps.request(notes, asking(bea, { sending: { content } }))
    expect(answer.content).toEqual({ as: 'bytes', bytes: new Uint8Array([0, 255, 1]) })
    expect((await ada.apps.request(notes, asking(bea))).content).toBeUndefined()
  })

  test('in one piece is as large as one piece may be, and no larger', async () => {
    await connected(echo(bea, notes))
    const bytes = Buffer.alloc(MAX_WHOLE_BYTES, 7)
    const answer = await ada.apps.request(notes, asking(bea, { sending: { content: { as: 'bytes', bytes } } }))
    expect(answer.bytes).toBe(MAX_WHOLE_BYTES)
    expect(bytes.equals(answer.content?.bytes ?? Buffer.of())).toBe(true)
    const larger = Buffer.alloc(MAX_WHOLE_BYTES + 1)
    const outcome = ada.apps.request(notes, asking(bea, { sending: { content: { as: 'bytes', bytes: larger } } }))
    await expect(outcome).rejects.toMatchObject({ code: 'TOO_LARGE' })
  })

  test('to a program that fails says so, with what it says of it', async () => {
    await serving(({ id }) => void bea.apps.reply(notes, id, 'failed', { content: json('no paper left') }))
    const answer = await ada.apps.request(notes, asking(bea))
    expect(answer.status).toBe('failed')
    expect(valueOf(answer)).toBe('no paper left')
  })

  test('is answered once', async () => {
    const program = await serving()
    const answering = ada.apps.request(notes, asking(bea))
    const { id } = await program.next()
    await bea.apps.reply(notes, id, 'ok', { content: undefined })
    expect((await answering).status).toBe('ok')
    await expect(bea.apps.reply(notes, id, 'ok', { content: undefined })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('belongs to its program alone', async () => {
    const other = AppId.parse('other')
    bea.apps.register(other, 'Other')
    const program = await serving()
    const answering = ada.apps.request(notes, asking(bea))
    const { id } = await program.next()
    await expect(bea.apps.reply(other, id, 'ok', { content: undefined })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(() => bea.apps.cancel(other, id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
    await bea.apps.reply(notes, id, 'ok', { content: undefined })
    expect((await answering).status).toBe('ok')
  })
})

describe('the door', () => {
  test('is told the program, the method and the size, before the program hears anything', async () => {
    const program = await serving()
    const asked: unknown[] = []
    bea.door = (capability, about) => {
      asked.push({ capability, about, heard: program.requests.length })
      return { verdict: 'refuse', code: 'denied', why: 'a test' }
    }
    expect((await ada.apps.request(notes, asking(bea, { sending: { content: json('hi') } }))).status).toBe('denied')
    expect(asked).toEqual([{ capability: 'app:notes', about: { name: null, bytes: 4, path: 'stick' }, heard: 0 }])
    expect(program.requests).toEqual([])
  })

  test.each([
    ['denied', 'denied'],
    ['unproven', 'denied'],
    ['busy', 'busy'],
    ['silent', 'unanswered'],
    ['knock-first', 'knock-first'],
  ] as const)('that says %s is heard as %s', async (code, status) => {
    await serving()
    bea.door = () => ({ verdict: 'refuse', code, why: 'a test' })
    expect((await ada.apps.request(notes, asking(bea, { knock: false }))).status).toBe(status)
  })

  test('says the same of programs that are there and of those that are not', async () => {
    await serving()
    bea.door = () => ({ verdict: 'refuse', code: 'knock-first', why: 'a test' })
    const nowhere = AppId.parse('nowhere')
    const answers = await Promise.all([notes, nowhere].map((app) => ada.apps.request(app, asking(bea, { knock: false }))))
    expect(answers[0]).toEqual(answers[1])
    bea.door = () => ({ verdict: 'allow', why: 'a test' })
    expect((await ada.apps.request(nowhere, asking(bea))).status).toBe('no-program')
  })

  test('that fails lets nobody in', async () => {
    const program = await serving()
    bea.door = () => Promise.reject(new Error('a defect'))
    expect((await ada.apps.request(notes, asking(bea))).status).toBe('busy')
    expect(program.requests).toEqual([])
  })
})

describe('a knock', () => {
  beforeEach(async () => {
    await connected(echo(bea, notes))
    bea.door = () => ({ verdict: 'refuse', code: 'knock-first', why: 'a test' })
  })

  test('that is answered with yes lets the request through', async () => {
    ada.knocks = async (capability, about) => {
      expect([capability, about]).toEqual(['app:notes', { name: null, bytes: 0, path: 'stick' }])
      bea.door = () => ({ verdict: 'allow', why: 'a test' })
      return { state: 'allowed', why: '' }
    }
    expect((await ada.apps.request(notes, asking(bea))).status).toBe('ok')
  })

  test.each([
    ['denied', 'denied'],
    ['unanswered', 'unanswered'],
    ['silent', 'unanswered'],
    ['busy', 'busy'],
    ['unreachable', 'unreachable'],
  ] as const)('that ends as %s ends the request as %s', async (state, status) => {
    ada.knocks = async () => ({ state, why: 'so it is' })
    expect(await ada.apps.request(notes, asking(bea))).toMatchObject({ status, why: 'so it is' })
  })

  test('is not made where it is not wanted', async () => {
    ada.knocks = () => Promise.reject(new Error('nobody is to knock'))
    expect((await ada.apps.request(notes, asking(bea, { knock: false }))).status).toBe('knock-first')
  })

  test('is waited for until the deadline', async () => {
    let signal: AbortSignal | null = null
    ada.knocks = (_capability, _about, given) => {
      signal = given
      return new Promise((_, reject) => given.addEventListener('abort', () => reject(given.reason)))
    }
    const answering = ada.apps.request(notes, asking(bea, { deadlineMs: 20 * SECOND }))
    await eventually('it knocks', () => signal)
    await clock.advance(20 * SECOND)
    expect((await answering).status).toBe('timeout')
  })
})

describe('time', () => {
  test('that runs out ends a request on both sides', async () => {
    const program = await serving()
    const answering = ada.apps.request(notes, asking(bea, { deadlineMs: 5 * SECOND }))
    const { id } = await program.next()
    await clock.advance(5 * SECOND)
    expect((await answering).status).toBe('timeout')
    await eventually('the program is told', () => program.cancelled.length > 0)
    expect(program.cancelled[0]?.id).toBe(id)
    await expect(bea.apps.reply(notes, id, 'ok', { content: undefined })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('is asked to be so long by who asks, and held to by who is asked', async () => {
    const program = await serving()
    const stream = await raw()
    await stream.write(encode({ app: 'notes', method, bytes: 0, as: 'bytes', deadlineMs: 3_000 }))
    await stream.end()
    await program.next()
    await clock.advance(3_000)
    expect(await stream.read()).toEqual(encode({ status: 'timeout', bytes: 0, as: 'bytes' }))
    await eventually('the program is told', () => program.cancelled[0]?.why === 'timeout')
  })
})

describe('a request that is taken back', () => {
  test('is gone for the program at once', async () => {
    const program = await serving()
    const stop = new AbortController()
    const answering = ada.apps.request(notes, asking(bea), stop.signal)
    const { id } = await program.next()
    stop.abort()
    expect((await answering).status).toBe('cancelled')
    await eventually('the program is told', () => program.cancelled.length > 0)
    expect(program.cancelled).toEqual([{ event: 'cancelled', id, why: 'gone' }])
  })

  test('before the program heard of it is never heard of', async () => {
    bea.apps.register(AppId.parse('slow'), 'Slow')
    const slow = AppId.parse('slow')
    const items = bea.apps.serve(slow)[Symbol.asyncIterator]()
    await items.next()
    const stop = new AbortController()
    const first = ada.apps.request(slow, asking(bea), stop.signal)
    await eventually('the stream is there', () => desks.nodes.b.libp2p.getConnections()[0]?.streams.some(({ protocol }) => protocol === APP_TERMS.protocol))
    stop.abort()
    await first
    const second = ada.apps.request(slow, asking(bea, { sending: { content: json('second') } }))
    const item = await eventually('something to hear', async () => (await items.next()).value ?? null)
    if (item.kind !== 'event' || item.event.event !== 'request') throw new Error('something else came')
    expect(valueOf(item.event.request)).toBe('second')
    await bea.apps.reply(slow, item.event.request.id, 'ok', { content: undefined })
    expect((await second).status).toBe('ok')
  })

  test('by the other side’s program fails', async () => {
    const program = await serving()
    const answering = ada.apps.request(notes, asking(bea))
    bea.apps.cancel(notes, (await program.next()).id)
    expect((await answering).status).toBe('failed')
  })
})

describe('a program that goes away', () => {
  test('with a request in its hands fails it', async () => {
    const program = await serving()
    const answering = ada.apps.request(notes, asking(bea))
    await program.next()
    program.leave()
    expect((await answering).status).toBe('failed')
  })

  test('before it took the request leaves it to be asked again', async () => {
    const items = bea.apps.serve(notes)[Symbol.asyncIterator]()
    await items.next()
    const answering = ada.apps.request(notes, asking(bea))
    await eventually('it waits', () => desks.nodes.b.libp2p.getConnections()[0]?.streams.some(({ protocol }) => protocol === APP_TERMS.protocol))
    // The line is closed by the next that comes, as a program that was killed never says goodbye.
    const next = await serving()
    expect((await answering).status).toBe('no-program')
    expect(next.requests).toEqual([])
  })

  test('in the middle of an answer breaks it off', async () => {
    const program = await serving(({ id }) => {
      void bea.apps.reply(notes, id, 'ok', { bytes: null }).then(() => bea.apps.write(notes, id, Buffer.from('half'), false))
    })
    const answer = await ada.apps.request(notes, asking(bea))
    expect(answer).toMatchObject({ status: 'ok', more: true, bytes: null })
    if (answer.call === null) throw new Error('nothing to read')
    expect(Buffer.from((await ada.apps.read(notes, answer.call)).chunk).toString()).toBe('half')
    program.leave()
    await expect(ada.apps.read(notes, answer.call)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    await expect(ada.apps.read(notes, answer.call)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('because it is removed loses all that it had open, at once', async () => {
    const program = await serving()
    const answering = ada.apps.request(notes, asking(bea))
    await program.next()
    expect(bea.apps.opens(token)?.app).toBe('notes')
    bea.apps.remove(notes)
    expect((await answering).status).toBe('failed')
    expect(await program.ended).toMatchObject({ code: 'UNAUTHORIZED' })
    expect(bea.apps.opens(token)).toBeNull()
    expect((await ada.apps.request(notes, asking(bea))).status).toBe('no-program')
  })

  test('takes what it asked of others with it', async () => {
    ada.apps.register(notes, 'Sticky notes')
    const program = await serving()
    const answering = ada.apps.request(notes, asking(bea))
    await program.next()
    ada.apps.renew(notes)
    expect((await answering).status).toBe('cancelled')
    await eventually('the other side hears of it', () => program.cancelled.length === 1)
  })
})

const raw = (): Promise<FrameStream> => ada.node.streams.open(bea.node.peerId, APP_TERMS)
async function emptyRequest(): Promise<FrameStream> {
  const stream = await raw()
  // Whoever is cut off hears of it when they read.
  await stream.write(header({})).then(
    () => stream.end(),
    () => {},
  )
  return stream
}
const header = (over: object): Uint8Array => encode({ app: 'notes', method, bytes: 0, as: 'bytes', deadlineMs: 60_000, ...over })

describe('a peer that keeps no rule', () => {
  test('with half a body is waited for, and its program hears nothing', async () => {
    const program = await serving()
    const stream = await raw()
    await stream.write(header({ bytes: 100 }))
    await stream.write(Buffer.alloc(50))
    let answer: Uint8Array | null = null
    void stream.read().then((frame) => (answer = frame))
    await eventually('the time for it is over', async () => {
      await clock.advance(SECOND)
      return answer
    })
    expect(answer).toEqual(encode({ status: 'timeout', bytes: 0, as: 'bytes' }))
    expect(program.requests).toEqual([])
  })

  test.each([
    ['that is none', 'nonsense'],
    ['too deep', '['.repeat(10_000)],
    ['that is two', '{} {}'],
  ])('with JSON %s hears malformed, and its program nothing', async (_what, text) => {
    const program = await serving()
    const stream = await raw()
    await stream.write(header({ bytes: text.length, as: 'json' }))
    await stream.write(Buffer.from(text))
    await stream.end()
    expect(await stream.read()).toEqual(encode({ status: 'malformed', bytes: 0, as: 'bytes' }))
    expect(program.requests).toEqual([])
  })

  test('with more in one piece than there may be hears malformed, before any of it is kept', async () => {
    await serving()
    const stream = await raw()
    await stream.write(header({ bytes: MAX_WHOLE_BYTES + 1 }))
    expect(await stream.read()).toEqual(encode({ status: 'malformed', bytes: 0, as: 'bytes' }))
  })

  test('with more than it said is cut off, and loses points', async () => {
    const program = await serving()
    const stream = await raw()
    await stream.write(header({ bytes: 2 }))
    await stream.write(Buffer.from('three'))
    await expect(stream.read()).rejects.toThrow()
    await eventually('an offence', () => bea.node.offences.length > 0)
    expect(program.requests).toEqual([])
  })

  test('has so many requests open on a connection, and the next is not heard', async () => {
    const program = await serving()
    for (let open = 1; open <= APP_TERMS.maxInboundStreams; open += 1) {
      await emptyRequest()
      await eventually('it is heard', () => program.requests.length === open)
    }
    const stream = await emptyRequest()
    await expect(stream.read()).rejects.toThrow()
    expect(program.requests).toHaveLength(APP_TERMS.maxInboundStreams)
  })

  test('with a thousand requests at once is not served more than others, and others are', async () => {
    const program = await serving()
    const streams = await Promise.all(Array.from({ length: 1_000 }, emptyRequest))
    await eventually('some are heard', () => program.requests.length > 0)
    expect(program.requests.length).toBeLessThanOrEqual(APP_TERMS.maxInboundStreams)
    for (const stream of streams) stream.abort(new Error('enough'))
    const answering = ada.apps.request(notes, asking(bea, { sending: { content: json('next') } }))
    const { id } = await eventually('one more is heard', () => program.requests.find((one) => valueOf(one) === 'next'))
    await bea.apps.reply(notes, id, 'ok', { content: undefined })
    expect((await answering).status).toBe('ok')
  })

  test('that proves no account waits in a line of its own, and is heard by no program', async () => {
    const program = await serving()
    bea.hasProof = false
    expect(await ada.apps.request(notes, asking(bea))).toMatchObject({ status: 'denied', why: expect.stringContaining('who') })
    expect(program.requests).toEqual([])
  })
})

describe('a thousand calls at once', () => {
  test('are refused here, but for so many', async () => {
    const program = await serving()
    const stop = new AbortController()
    const outcomes = Array.from({ length: 1_000 }, () =>
      ada.apps.request(notes, asking(bea), stop.signal).then(
        ({ status }) => status as string,
        (error: { code: string }) => error.code,
      ),
    )
    await eventually('as many as may are heard', () => program.requests.length === MAX_CALLS_TO_PEER)
    stop.abort()
    const counts = Map.groupBy(await Promise.all(outcomes), (outcome) => outcome)
    expect(counts.get('cancelled')).toHaveLength(MAX_CALLS_TO_PEER)
    expect(counts.get('busy')).toHaveLength(MAX_CALLS_OF_APP - MAX_CALLS_TO_PEER)
    expect(counts.get('BUSY')).toHaveLength(1_000 - MAX_CALLS_OF_APP)
    await eventually('room again', async () => (await ada.apps.request(notes, asking(bea, { knock: false }), AbortSignal.abort())).status === 'cancelled')
  })
})

test('what is not open is not found', async () => {
  const id = ExchangeId.parse('a'.repeat(26))
  for (const call of [
    async () => ada.apps.read(notes, id),
    async () => ada.apps.write(notes, id, Buffer.of(), true),
    async () => ada.apps.response(notes, id),
    async () => ada.apps.reply(notes, id, 'ok', { content: undefined }),
    async () => ada.apps.cancel(notes, id),
  ]) {
    await expect(call()).rejects.toMatchObject({ code: 'NOT_FOUND' })
  }
})
