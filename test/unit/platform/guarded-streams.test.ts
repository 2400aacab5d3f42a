import type { Connection, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { peerIdFromString } from '@libp2p/peer-id'
import { z } from 'zod'
import { afterEach, describe, expect, it } from 'vitest'
import { decode } from '../../../src/main/platform/cbor.ts'
import { createPeerStreams, type PeerStreamsParts } from '../../../src/main/platform/guarded-streams.ts'
import { type Log, silentLog } from '../../../src/main/platform/log.ts'
import {
  type Admission,
  type FrameStream,
  type Guard,
  type ProtocolTerms,
  RefusedError,
  type RemotePeer,
  StreamCutError,
} from '../../../src/main/platform/streams.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { twoNodes, type TwoNodesOptions } from '../../helpers/two-nodes.ts'

let nodes: Awaited<ReturnType<typeof twoNodes>> | undefined
afterEach(async () => {
  await nodes?.close()
  nodes = undefined
})

const PROTOCOL = '/test/guarded/1.0.0'
const terms: ProtocolTerms = {
  protocol: PROTOCOL,
  maxInboundStreams: 2,
  maxFrameBytes: 100,
  exchangeTimeoutMs: null,
  onRelay: false,
}
const frame = Uint8Array.of(1, 2, 3)

async function serve(handler: (stream: FrameStream) => Promise<void>, options: TwoNodesOptions = {}) {
  const { a, b } = (nodes = await twoNodes(options))
  await b.streams.serve(terms, handler)
  return { a, b, open: () => a.streams.open(b.peerId, terms) }
}

/** A log whose lines a test can look at. */
function listeningLog(): { log: Log; lines: { level: string; fields: object; message: string }[] } {
  const lines: { level: string; fields: object; message: string }[] = []
  const at = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message })
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: () => log }
  return { log, lines }
}

const echo = async (stream: FrameStream): Promise<void> => {
  for (let read = await stream.read(); read !== null; read = await stream.read()) await stream.write(read)
}

describe('the guard', () => {
  it('is asked before the handler runs, with who it is and how they are reached', async () => {
    const seen: RemotePeer[] = []
    const { a, open } = await serve(echo, {
      guards: () => (peer) => {
        seen.push(peer)
        return { verdict: 'allow', why: 'a test' }
      },
    })
    const stream = await open()
    await stream.write(frame)
    expect(await stream.read()).toEqual(frame)
    const way = { route: 'local', transport: 'memory', address: expect.stringMatching(/^\/memory\//), circuit: null }
    expect(seen).toEqual([{ peerId: a.peerId, connection: expect.any(String), direction: 'inbound', ...way }])
  })

  const codes = ['knock-first', 'denied', 'unproven', 'busy', 'version', 'silent'] as const
  it.each(codes)('refuses with %s, and the handler never runs', async (code) => {
    const { log, lines } = listeningLog()
    let ran = false
    const { b, open } = await serve(
      async () => {
        ran = true
      },
      { log, guards: () => () => ({ verdict: 'refuse', code, why: 'a test' }) },
    )
    const stream = await open()
    await stream.write(frame).catch(() => {})
    await expect(stream.read()).rejects.toMatchObject({ name: 'RefusedError', code })
    await expect(stream.write(frame)).rejects.toThrow(RefusedError)
    expect(await stream.over).toMatchObject({ how: 'cut', why: { code } })
    expect(ran).toBe(false)
    expect(b.offences).toEqual([])
    expect(lines).toMatchObject([{ level: 'info', fields: { code, why: 'a test', protocol: PROTOCOL } }])
    const left = (): unknown[] => b.libp2p.getConnections().flatMap((connection) => connection.streams)
    await eventually('no stream to be left', () => !left().some((each) => (each as Stream).protocol === PROTOCOL))
  })

  it('that refuses in silence says nothing for a second to a peer that says nothing, and then resets', async () => {
    const clock = new FakeClock()
    const { log, lines } = listeningLog()
    const refuse: Guard = () => ({ verdict: 'refuse', code: 'silent', why: 'a test' })
    const { open } = await serve(echo, { clock, log, guards: () => refuse })
    const stream = await open()
    await eventually('the refusal', () => lines.length > 0)
    let over = false
    void stream.over.then(() => (over = true))
    await clock.advance(999)
    expect(over).toBe(false)
    await clock.advance(1)
    await expect(stream.read()).rejects.toMatchObject({ code: 'silent' })
  })

  it('that throws refuses, and the log says why', async () => {
    const { log, lines } = listeningLog()
    const { open } = await serve(echo, {
      log,
      guards: () => () => {
        throw new Error('a defect')
      },
    })
    await expect((await open()).read()).rejects.toMatchObject({ code: 'busy' })
    expect(lines).toMatchObject([{ level: 'error', fields: { error: { message: 'a defect' } } }, { level: 'info' }])
  })

  it('that does not answer within 6 s refuses, and is told to stop', async () => {
    const clock = new FakeClock()
    let signal: AbortSignal | undefined
    const { open } = await serve(echo, {
      clock,
      guards: () => (_, given) => {
        signal = given
        return new Promise<Admission>(() => {})
      },
    })
    const reading = (await open()).read().catch((error: unknown) => error)
    await eventually('the guard to be asked', () => signal)
    await clock.advance(5_999)
    expect(signal?.aborted).toBe(false)
    await clock.advance(1)
    expect(signal?.aborted).toBe(true)
    expect(await reading).toMatchObject({ name: 'RefusedError', code: 'busy' })
  })

  it('may take its time: what the peer says meanwhile waits', async () => {
    const allowed = Promise.withResolvers<Admission>()
    const { open } = await serve(echo, { guards: () => () => allowed.promise })
    const stream = await open()
    await stream.write(frame)
    await stream.write(frame)
    allowed.resolve({ verdict: 'allow', why: 'a test' })
    expect(await stream.read()).toEqual(frame)
    expect(await stream.read()).toEqual(frame)
  })

  it('is missing on the page for a protocol: it is not served', async () => {
    const { a, b } = (nodes = await twoNodes({ guards: () => null }))
    await expect(b.streams.serve(terms, echo)).rejects.toThrow(`${PROTOCOL} has no guard on the page`)
    await expect(a.streams.open(b.peerId, terms)).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })
})

describe('a handler', () => {
  it('that returns ends the stream', async () => {
    const { open } = await serve(async (stream) => stream.write(frame))
    const stream = await open()
    expect(await stream.read()).toEqual(frame)
    expect(await stream.read()).toBeNull()
    await stream.end()
    expect(await stream.over).toEqual({ how: 'ended' })
  })

  it('that returns waits 5 s for the peer’s end, then cuts', async () => {
    const clock = new FakeClock()
    const { open } = await serve(async () => {}, { clock })
    const stream = await open()
    expect(await stream.read()).toBeNull()
    await clock.advance(5_000)
    expect(await stream.over).toMatchObject({ how: 'cut' })
  })

  it('that returns before all was taken waits 5 s for a peer that takes nothing, then cuts', async () => {
    const clock = new FakeClock()
    const ends: unknown[] = []
    const { b } = await serve(async () => {}, { clock })
    const large = { ...terms, protocol: `${PROTOCOL}/large`, maxFrameBytes: 2 ** 20 }
    await b.streams.serve(large, async (stream) => {
      stream.write(new Uint8Array(2 ** 20)).catch(() => {})
      void stream.over.then((over) => ends.push(over))
    })
    await nodes?.a.streams.open(b.peerId, large)
    await eventually('the handler has run', async () => {
      await clock.advance(5_000)
      return ends.length > 0
    }, { withinMs: 2_000 })
    expect(ends).toMatchObject([{ how: 'cut' }])
  })

  it('that throws cuts the stream, which is not taken for a refusal, and is logged once', async () => {
    const { log, lines } = listeningLog()
    const { b, open } = await serve(
      async (stream) => {
        await stream.read()
        throw new Error('a defect')
      },
      { log },
    )
    const stream = await open()
    await stream.write(frame)
    await expect(stream.read()).rejects.toThrow(StreamCutError)
    const fields = { protocol: PROTOCOL, error: { message: 'a defect' } }
    expect(lines).toMatchObject([{ level: 'error', message: 'a handler failed', fields }])
    expect(b.offences).toEqual([])
  })

  it('that was sent nonsense counts it against the peer', async () => {
    const { a, b, open } = await serve(async (stream) => {
      decode((await stream.read()) ?? frame, z.object({ text: z.string() }), 100)
    })
    const stream = await open()
    await stream.write(frame)
    await expect(stream.read()).rejects.toThrow(StreamCutError)
    expect(b.offences).toEqual([{ peerId: a.peerId, why: expect.stringContaining(PROTOCOL), points: 10 }])
  })

  it('whose peer went away is nobody’s fault', async () => {
    const { log, lines } = listeningLog()
    const { b, open } = await serve(echo, { log })
    ;(await open()).abort(new Error('changed my mind'))
    await eventually('a line', () => lines.length > 0)
    expect(lines).toMatchObject([{ level: 'debug' }])
    expect(b.offences).toEqual([])
  })

  it('runs for no more streams at once than the terms say; those that run go on', async () => {
    const { open } = await serve(echo)
    const streams = [await open(), await open()]
    for (const stream of streams) {
      await stream.write(frame)
      await stream.read()
    }
    const third = await open().then((stream) => stream.read()).catch((error: unknown) => error)
    expect(third).toBeInstanceOf(Error)
    for (const stream of streams) {
      await stream.write(frame)
      expect(await stream.read()).toEqual(frame)
      await stream.end()
    }
    await eventually('room for another', async () => {
      const stream = await open()
      return stream.write(frame).then(() => stream.read()).catch(() => null)
    })
  })
})

describe('opening', () => {
  const peer = PeerId.parse('12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp')

  it('dials a peer whose address is known', async () => {
    const { a, b } = (nodes = await twoNodes({ connected: false }))
    await b.streams.serve(terms, echo)
    await a.libp2p.peerStore.merge(b.libp2p.peerId, { multiaddrs: b.libp2p.getMultiaddrs() })
    const stream = await a.streams.open(b.peerId, terms)
    expect(stream.peer).toMatchObject({ peerId: b.peerId, direction: 'outbound' })
    expect(stream.protocol).toBe(PROTOCOL)
  })

  it('says in a sentence why it cannot', async () => {
    const { a, b } = (nodes = await twoNodes())
    const failure = (to: PeerId): Promise<unknown> => a.streams.open(to, terms).catch((error: unknown) => error)
    const saying = (message: RegExp): object => {
      return { code: 'UNREACHABLE', message: expect.stringMatching(message), cause: expect.any(Error) }
    }
    expect(await failure(b.peerId)).toMatchObject(saying(/another version/))
    expect(await failure(peer)).toMatchObject(saying(/No address/))
    expect(await failure(a.peerId)).toMatchObject(saying(/itself/))
  })

  /** Guarded streams over a libp2p that the test plays. */
  function played(libp2p: Partial<PeerStreamsParts['libp2p']>, clock = new FakeClock()) {
    const parts: PeerStreamsParts = {
      libp2p: { handle: async () => {}, dial: never, getConnections: () => [], ...libp2p },
      clock,
      log: silentLog,
      guards: () => null,
      offence: () => {},
    }
    return { streams: createPeerStreams(parts), clock }
  }

  function connection(address: string, newStream: () => Promise<Stream>, more: Partial<Connection> = {}): Connection {
    const remote = { remotePeer: peerIdFromString(peer), remoteAddr: multiaddr(address) }
    const state = { id: address, direction: 'outbound', status: 'open', timeline: { open: 1 } }
    return { ...remote, ...state, newStream, ...more } as unknown as Connection
  }

  const never = (_: unknown, options?: { signal?: AbortSignal }): Promise<never> =>
    new Promise((_resolve, reject) => options?.signal?.addEventListener('abort', () => reject(options.signal?.reason)))

  it('gives up after 15 s', async () => {
    const { streams, clock } = played({ dial: never })
    const opening = streams.open(peer, terms).catch((error: unknown) => error)
    await clock.advance(15_000)
    expect(await opening).toMatchObject({ code: 'UNREACHABLE', message: expect.stringMatching(/in time/) })
  })

  it('gives up when the caller does, with the caller’s reason', async () => {
    const { streams } = played({ dial: never })
    const controller = new AbortController()
    const opening = streams.open(peer, terms, controller.signal)
    controller.abort(new Error('enough'))
    await expect(opening).rejects.toThrow('enough')
  })

  it.each([
    ['/ip4/127.0.0.1/udp/1/webrtc-direct', 2],
    [`/webrtc/p2p/${peer}`, 2],
    ['/ip4/127.0.0.1/tcp/1', 1],
  ])('over %s tries %i times', async (address, tries) => {
    let tried = 0
    const { streams } = played({
      getConnections: () => [
        connection(address, () => {
          tried += 1
          return Promise.reject(new Error('failed'))
        }),
      ],
    })
    await expect(streams.open(peer, terms)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect(tried).toBe(tries)
  })

  it('takes the best of several connections, and a relayed one only where the terms let it', async () => {
    const opened: string[] = []
    const at = (address: string, more: Partial<Connection> = {}): Connection =>
      connection(
        address,
        () => {
          opened.push(address)
          return Promise.reject(new Error('failed'))
        },
        more,
      )
    const relayed = at(`/ip4/1.2.3.4/tcp/1/p2p/${peer}/p2p-circuit`, { limits: { bytes: 1n } })
    const direct = at('/ip4/1.2.3.4/udp/1/webrtc-direct')
    const tcp = at('/ip4/1.2.3.4/tcp/1')
    const closing = at('/memory/1', { status: 'closing' })
    const dial = async (): Promise<never> => {
      opened.push('dialled')
      throw new Error('failed')
    }
    const open = (connections: Connection[], onRelay: boolean): Promise<unknown> =>
      played({ getConnections: () => connections, dial })
        .streams.open(peer, { ...terms, onRelay })
        .catch(() => {})
    await open([closing, relayed, direct, tcp], true)
    await open([relayed, direct], false)
    await open([relayed], true)
    await open([relayed], false)
    const overWebRtc = '/ip4/1.2.3.4/udp/1/webrtc-direct'
    const overRelay = `/ip4/1.2.3.4/tcp/1/p2p/${peer}/p2p-circuit`
    expect(opened).toEqual(['/ip4/1.2.3.4/tcp/1', overWebRtc, overWebRtc, overRelay, 'dialled'])
  })
})
