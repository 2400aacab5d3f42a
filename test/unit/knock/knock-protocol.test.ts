import { beforeEach, describe, expect, test } from 'vitest'
import { encode } from '../../../src/main/platform/cbor.ts'
import {
  RefusedError,
  type FrameStream,
  type PeerStreams,
  type RemotePeer,
} from '../../../src/main/platform/streams.ts'
import {
  createKnockProtocol,
  KNOCK_PROTOCOL,
  KNOCK_TERMS,
  KnockProtocolError,
  SilenceError,
  type KnockHandlers,
  type KnockProtocol,
} from '../../../src/main/protocols/knock/index.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { KnockId, PeerId } from '../../../src/shared/ids.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { streamPair } from './wire.ts'

const id = KnockId.parse('a'.repeat(26))
const knock = { id, capability: 'contact', greeting: 'hello' } as const
const peer = (letter: string): RemotePeer => ({
  peerId: PeerId.parse(`12D3KooW${letter.repeat(44)}`),
  connection: 'one',
  route: 'local',
  transport: 'memory',
  address: '/memory/x',
  direction: 'inbound',
  circuit: null,
})
const [al, bea] = [peer('A'), peer('B')]

let clock: FakeClock
let offences: { peerId: PeerId; points: number }[]
/** The server's end of the newest stream. */
let served: FrameStream
let serve: (stream: FrameStream) => Promise<void>
let protocol: KnockProtocol
let failure: Error | null

const streams: PeerStreams = {
  serve: async (_terms, handler) => {
    serve = handler
  },
  open: async () => {
    if (failure !== null) throw failure
    const pair = streamPair(KNOCK_PROTOCOL, bea, al)
    served = pair.b
    serve(pair.b).catch((error: Error) => pair.b.abort(error))
    return pair.a
  },
}

beforeEach(() => {
  clock = new FakeClock()
  offences = []
  failure = null
  serve = async () => {}
  protocol = createKnockProtocol({
    streams,
    clock,
    offence: (peerId, _why, points) => offences.push({ peerId, points }),
  })
})

const handlers: KnockHandlers = {
  knocked: async (from, request) => ({
    status: 'denied',
    code: from.peerId === al.peerId && request.id === id ? 'door' : 'unproven',
  }),
  judged: async (_from, envelope) =>
    envelope.byteLength === 3 ? { status: 'taken' } : { status: 'refused', code: 'forged' },
  withdrawn: (_from, given) => (given === id ? { status: 'taken' } : { status: 'refused', code: 'unknown' }),
}

describe('one exchange', () => {
  beforeEach(() => protocol.serve(handlers))

  test('carries a knock and its reply', async () => {
    expect(await protocol.knock(bea.peerId, knock)).toEqual({ status: 'denied', code: 'door' })
  })

  test('carries a verdict and a withdrawal, and their receipts', async () => {
    expect(await protocol.tell(bea.peerId, new Uint8Array(3))).toEqual({ status: 'taken' })
    expect(await protocol.withdraw(bea.peerId, KnockId.parse('b'.repeat(26)))).toEqual({
      status: 'refused',
      code: 'unknown',
    })
  })
})

describe('who asks', () => {
  test('hears silence as silence, whether the stream is reset, refused without a word, or ended', async () => {
    await protocol.serve({ ...handlers, knocked: async () => 'silence' })
    await expect(protocol.knock(bea.peerId, knock)).rejects.toBeInstanceOf(SilenceError)
    serve = async (stream) => stream.abort(new RefusedError('silent'))
    await expect(protocol.knock(bea.peerId, knock)).rejects.toBeInstanceOf(SilenceError)
    serve = (stream) => stream.end()
    await expect(protocol.knock(bea.peerId, knock)).rejects.toBeInstanceOf(SilenceError)
  })

  test('waits five seconds for an answer and no longer', async () => {
    serve = () => new Promise(() => {})
    const outcome = protocol.knock(bea.peerId, knock).catch((error: unknown) => error)
    await clock.advance(5 * SECOND)
    expect(await outcome).toBeInstanceOf(SilenceError)
  })

  test('takes nonsense for what it is', async () => {
    for (const nonsense of [
      encode({ status: 'maybe' }),
      new Uint8Array([1, 2, 3]),
      encode({ status: 'pending', remainingMs: 1e9, shown: true }),
    ]) {
      serve = (stream) => stream.write(nonsense)
      await expect(protocol.knock(bea.peerId, knock)).rejects.toBeInstanceOf(KnockProtocolError)
    }
  })

  test('hears a refusal with its code, and an unreachable peer as such', async () => {
    serve = async (stream) => stream.abort(new RefusedError('busy'))
    await expect(protocol.knock(bea.peerId, knock)).rejects.toMatchObject({ name: 'RefusedError', code: 'busy' })
    failure = new LatchError('UNREACHABLE')
    await expect(protocol.knock(bea.peerId, knock)).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })

  test('can stop waiting', async () => {
    serve = () => new Promise(() => {})
    const stop = new AbortController()
    const outcome = protocol.knock(bea.peerId, knock, stop.signal).catch((error: unknown) => error)
    stop.abort(new Error('changed my mind'))
    expect(await outcome).toMatchObject({ message: 'changed my mind' })
  })
})

describe('who is asked', () => {
  beforeEach(() => protocol.serve(handlers))

  test.each([
    ['that is not DAG-CBOR', new Uint8Array([0xff, 0xff])],
    ['of another kind', encode({ kind: 'kick' })],
    ['with a greeting too long', encode({ kind: 'knock', ...knock, greeting: 'x'.repeat(281) })],
  ])('answers a request %s with a status, and the peer loses points', async (_what, frame) => {
    const stream = await streams.open(bea.peerId, KNOCK_TERMS)
    await stream.write(frame)
    expect(await stream.read()).toEqual(encode({ status: 'malformed' }))
    expect(offences).toEqual([{ peerId: al.peerId, points: 10 }])
  })

  test('drops a stream that ends before a request', async () => {
    const stream = await streams.open(bea.peerId, KNOCK_TERMS)
    await stream.end()
    expect(await served.over).toMatchObject({ how: 'cut' })
    await eventually('the reset arrives', () =>
      stream.read().then(
        () => false,
        () => true,
      ),
    )
    expect(offences).toEqual([])
  })
})
