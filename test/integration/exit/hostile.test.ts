import { once } from 'node:events'
import { connect } from 'node:net'
import { finished } from 'node:stream/promises'
import { afterEach, describe, expect, test } from 'vitest'
import {
  MAX_LOOK_UPS_OF_CONTACT,
  MAX_STREAMS_OF_PEER,
  MAX_UNPROVEN_OF_PEER,
  UNPROVEN_MS,
} from '../../../src/main/features/exit/limits.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import type { FrameStream } from '../../../src/main/platform/streams.ts'
import { createExitProtocol, EXIT_TERMS } from '../../../src/main/protocols/exit/index.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { bea, farServer, keptIn, OUTSIDE, peerOf, twoExits, type Far, type TwoExits } from './two-exits.ts'

let two: TwoExits
let far: Far

afterEach(async () => {
  await two.close()
  await far.close()
})

async function houses(options: Partial<Parameters<typeof twoExits>[0]> = {}): Promise<void> {
  far = await farServer((socket) => socket.write('hello'))
  two = await twoExits({ port: far.port, ...options })
}

/** What the exit answers to an opening that no Latch would write for this host: what Latch itself asks is judged before. */
async function answerTo(host: string, port = 443): Promise<string> {
  const stream = await raw({ host, port })
  const frame = await stream.read()
  stream.abort(new Error('done'))
  return frame === null ? 'nothing' : (/status.(.*)$/s.exec(Buffer.from(frame).toString('latin1'))?.[1] ?? 'nonsense')
}

async function raw(opening: unknown): Promise<FrameStream> {
  const stream = await two.nodes.a.streams.open(peerOf(two), EXIT_TERMS)
  await stream.write(encode(opening))
  return stream
}

describe('a contact who is let out does not get in', () => {
  test('by what can only mean somebody’s own machine or network', async () => {
    await houses()
    for (const host of ['127.0.0.1', '127.8.8.8', '10.0.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '224.0.0.1', '0.0.0.0', '::1', '::', '::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::7f00:1', '2002:7f00:1::', 'fe80::1', 'fe80::1%lo', 'fd00::1', 'localhost', 'LOCALHOST.', 'a.localhost', 'router.local', 'printer', 'nas.lan', 'alice.peer', 'metadata.google.internal']) {
      expect([host, await answerTo(host)]).toEqual([host, 'private-address'])
    }
    expect(two.house.dialled).toEqual([])
  })

  test('by a host that is none, whatever a resolver would make of it', async () => {
    await houses()
    two.house.resolve = async () => ['127.0.0.1']
    for (const host of ['127.1', '0x7f.1', '0177.0.0.1', '127.0.0.1.', '[::1]', '[::ffff:127.0.0.1]', 'user@127.0.0.1', 'example.org@127.0.0.1', '127.0.0.1:443', 'example.org\u0000.evil', 'ｌocalhost', 'example.org/..', ' 127.0.0.1', '127。0。0。1', '①②⑦.0.0.1']) {
      expect([host, await answerTo(host)]).toEqual([host, 'no-address'])
    }
    expect(two.house.dialled).toEqual([])
  })

  test('by a number', async () => {
    await houses()
    for (const host of ['0x7f000001', '2130706433', '017700000001']) {
      expect(['no-address', 'private-address']).toContain(await answerTo(host))
    }
    expect(two.house.dialled).toEqual([])
  })

  test('by a name, if any of its addresses leads home', async () => {
    await houses()
    const resolved = [
      ['loopback', ['127.0.0.1']],
    ['the router', ['192.168.0.1']],
    ['loopback among others', [OUTSIDE, '8.8.8.8', '127.0.0.1']],
    ['loopback in IPv6', [OUTSIDE, '::1']],
    ['loopback within IPv6', ['::ffff:127.0.0.1']],
    ['a link', ['fe80::1']],
    ['what is no address at all', ['localhost']],
    ] as const
    for (const [what, addresses] of resolved) {
      two.house.resolve = async () => addresses
      expect([what, await answerTo('rebind.example')]).toEqual([what, 'private-address'])
    }
    expect(two.house.dialled).toEqual([])
  })

  test('by a public address of its own network', async () => {
    await houses()
    two.house.networks = ['93.184.216.1/24', '2a02:8070:1:2::1/64']
    expect(await answerTo('example.org')).toBe('private-address')
    two.house.resolve = async () => ['2a02:8070:1:2::7']
    expect(await answerTo('example.org')).toBe('private-address')
    expect(two.house.dialled).toEqual([])
  })

  test('by the address at which others see this device, however it is written', async () => {
    await houses()
    two.house.seenAs = ['93.184.216.34', '2a02:8070:9:9::1']
    for (const host of ['93.184.216.34', '::ffff:93.184.216.34', '2a02:8070:9:9:0:0:0:1', 'example.org']) {
      expect([host, await answerTo(host)]).toEqual([host, 'private-address'])
    }
    expect(await answerTo('93.184.216.35')).toBe('open')
    expect(two.house.dialled).toEqual(['93.184.216.35'])
  })

  test('by a name that is another the second time: it is resolved once, and that address is dialled', async () => {
    await houses()
    let lookups = 0
    two.house.resolve = async () => (lookups++ === 0 ? [OUTSIDE] : ['127.0.0.1'])
    expect(await answerTo('rebind.example')).toBe('open')
    expect(lookups).toBe(1)
    expect(two.house.dialled).toEqual([OUTSIDE])
    expect(await answerTo('rebind.example')).toBe('private-address')
    expect(two.house.dialled).toEqual([OUTSIDE])
  })

  test('by another port', async () => {
    await houses()
    for (const port of [1, 22, 25, 80, 445, 3000, 8443, 65_535]) {
      expect([port, await answerTo('example.org', port)]).toEqual([port, 'port'])
    }
    expect(two.house.dialled).toEqual([])
  })

  test('and is told nothing of all this before the door let them out', async () => {
    await houses()
    two.house.admits = () => ({ verdict: 'refuse', code: 'denied', why: 'a test' })
    const hosts = ['127.0.0.1', 'nonsense..', 'example.org', 'printer']
    expect(await Promise.all(hosts.map((host) => answerTo(host)))).toEqual(hosts.map(() => 'denied'))
    expect(await answerTo('example.org', 22)).toBe('denied')
  })
})

describe('whoever is not known yet', () => {
  test('waits beside the places of contacts, no longer than a while, and is let out once they are known', async () => {
    const clock = new FakeClock()
    await houses({ clock })
    two.house.isKnown = false
    const proof = Promise.withResolvers<void>()
    two.house.proven = () => proof.promise
    const waiting = Array.from({ length: MAX_UNPROVEN_OF_PEER }, () => answerTo('example.org'))
    await eventually('they wait', () => two.house.asked.length === MAX_UNPROVEN_OF_PEER)
    expect(await answerTo('example.org')).toBe('busy')
    Object.assign(two.house, { isKnown: true, proven: async () => {} })
    expect(await answerTo('127.0.0.1')).toBe('private-address')
    proof.resolve()
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['open']))
  })

  test('and never is, hears so, and their place is another’s', async () => {
    const clock = new FakeClock()
    await houses({ clock })
    two.house.isKnown = false
    two.house.proven = () => new Promise(() => {})
    const first = answerTo('example.org')
    await eventually('it waits', () => two.house.asked.length === 1)
    await clock.advance(UNPROVEN_MS)
    expect(await first).toBe('unproven')
    two.house.proven = async () => {}
    two.house.admits = () => keptIn('unproven')
    for (let n = 0; n <= MAX_UNPROVEN_OF_PEER; n++) expect(await answerTo('example.org')).toBe('unproven')
    expect(two.house.dialled).toEqual([])
  })
})

describe('whoever is let out and does it harm', () => {
  test('with a thousand streams gets as many as one device has, and few of them look anything up', async () => {
    const never = new Promise<never>(() => {})
    await houses({ dial: () => never })
    let isHeld = 0
    two.house.resolve = () => (isHeld++, never)
    const streams: FrameStream[] = []
    let refused = 0
    for (let n = 0; n < 1_000; n++) {
      const stream = await two.nodes.a.streams.open(peerOf(two), EXIT_TERMS).catch(() => null)
      if (stream === null) {
        refused++
        continue
      }
      streams.push(stream)
      await stream.write(encode({ host: `host-${n}.example`, port: 443 })).catch(() => refused++)
    }
    await eventually('as many as may', () => two.house.asked.length >= MAX_STREAMS_OF_PEER - 1)
    expect(refused).toBeGreaterThan(0)
    expect(isHeld).toBe(MAX_LOOK_UPS_OF_CONTACT)
    for (const stream of streams) stream.abort(new Error('done'))
    await eventually('all places are free again', async () => (await answerTo('127.0.0.1').catch(() => 'cut')) === 'private-address')
  })

  test('with names that are never answered holds no more than a few look-ups, and nobody else’s', async () => {
    const clock = new FakeClock()
    await houses({ clock })
    const held: string[] = []
    two.house.resolve = (host) => (held.push(host), host.startsWith('slow') ? new Promise(() => {}) : Promise.resolve([OUTSIDE]))
    const slow = Array.from({ length: 10 }, (_, n) => answerTo(`slow-${n}.example`))
    await eventually('they are let out', () => two.house.asked.length === 10)
    await clock.advance(5 * SECOND)
    expect(await Promise.all(slow)).toEqual(slow.map(() => 'no-address'))
    expect(held).toHaveLength(MAX_LOOK_UPS_OF_CONTACT)
    const theirs = answerTo('quick.example')
    await eventually('it waits', () => two.house.asked.length === 11)
    two.house.account = bea
    expect(await answerTo('quick.example')).toBe('open')
    await clock.advance(5 * SECOND)
    expect(await theirs).toBe('no-address')
  })

  test('with one half of an opening is given up, and costs', async () => {
    const clock = new FakeClock()
    await houses({ clock })
    const stream = await two.nodes.a.streams.open(peerOf(two), EXIT_TERMS)
    await clock.advance(5 * SECOND)
    await expect(stream.read()).rejects.toThrow()
    await eventually('it costs', () => two.nodes.b.offences.length === 1)
  })

  test('with data without end, to a host that takes it and says nothing, is carried and no more than that', async () => {
    await houses()
    const gone = new AbortController()
    const socket = await two.asking.open(peerOf(two), 'example.org', 443, gone.signal)
    const [taken] = await eventually('connected', () => (far.sockets.length > 0 ? far.sockets : null))
    let gotBytes = 0
    taken?.on('data', (chunk: Buffer) => (gotBytes += chunk.byteLength))
    const endless = setInterval(() => void (socket.destroyed || socket.write(Buffer.alloc(65_536))), 1)
    await eventually('eight mebibytes', () => gotBytes > 8 * 1024 * 1024)
    clearInterval(endless)
    socket.destroy()
    await eventually('the host sees the end of it', () => taken?.destroyed === true || taken?.readableEnded === true)
    await eventually('nothing is open', () => two.exit.uses().every(({ open }) => open === 0))
  })

  test('with a connection that nothing moves on loses it', async () => {
    const clock = new FakeClock()
    await houses({ clock })
    const socket = await two.asking.open(peerOf(two), 'example.org', 443)
    await once(socket, 'data')
    const over = finished(socket.resume()).then(() => 'ended', () => 'cut')
    await clock.advance(299 * SECOND)
    expect(socket.destroyed).toBe(false)
    await clock.advance(2 * SECOND)
    expect(await over).toBe('cut')
  })

  test('with hosts that take no connection, or a resolver that never answers, waits no longer than a while', async () => {
    const clock = new FakeClock()
    let dials = 0
    await houses({ clock, dial: () => (dials++, new Promise(() => {})) })
    two.house.resolve = async () => [OUTSIDE, '1.1.1.1', '8.8.8.8', '9.9.9.9', '8.8.4.4']
    const answer = answerTo('slow.example')
    for (let tries = 1; tries <= 3; tries++) {
      await eventually('a try', () => dials === tries)
      await clock.advance(5 * SECOND)
    }
    expect(await answer).toBe('unreachable')
    two.house.resolve = () => new Promise(() => {})
    const other = answerTo('slow.example')
    await eventually('it is asked', () => two.house.asked.length === 2)
    await clock.advance(5 * SECOND)
    expect(await other).toBe('no-address')
  })

  test('with a connection that came too late leaves none open behind it', async () => {
    const clock = new FakeClock()
    const late = Promise.withResolvers<void>()
    await houses({
      clock,
      dial: async () => {
        await late.promise
        const socket = connect(far.port, '127.0.0.1')
        await once(socket, 'connect')
        return socket
      },
    })
    let answer = ''
    void answerTo('late.example').then((said) => (answer = said))
    await eventually('it is given up', async () => (await clock.advance(1 * SECOND), answer !== ''))
    expect(answer).toBe('unreachable')
    late.resolve()
    const [socket] = await eventually('it came', () => (far.sockets.length > 0 ? far.sockets : null))
    socket?.resume()
    await eventually('and is closed', () => socket?.readableEnded === true || socket?.destroyed)
  })

  test('who goes away while the host is dialled leaves nothing open', async () => {
    const dialling = Promise.withResolvers<void>()
    let isAborted = false
    await houses({
      dial: (_ip, _port, signal) => {
        dialling.resolve()
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            isAborted = true
            reject(new Error('given up'))
          }),
        )
      },
    })
    const stream = await raw({ host: 'example.org', port: 443 })
    await dialling.promise
    stream.abort(new Error('gone'))
    await eventually('the dial is given up', () => isAborted)
  })

  test('with ten thousand hosts is counted, in a hundred lines', async () => {
    await houses()
    two.house.resolve = async () => []
    const protocol = createExitProtocol({ streams: two.nodes.a.streams, clock: new FakeClock(), offence: () => {} })
    for (let n = 0; n < 400; n++) await protocol.open(peerOf(two), `host-${n}.example`, 443).catch(() => {})
    const uses = two.exit.uses()
    expect(uses.length).toBeLessThanOrEqual(101)
    expect(uses.reduce((sum, { refused }) => sum + refused, 0)).toBe(400)
    expect(uses.find(({ host }) => host === '*')).toMatchObject({ called: 'Al', refused: 400 - uses.length + 1 })
  })
})

describe('what an exit says is not believed', () => {
  test('an exit that opens and resets at once ends that connection, and nothing else', async () => {
    await houses()
    await two.exit.stop()
    await two.nodes.b.libp2p.unhandle(EXIT_TERMS.protocol)
    await two.nodes.b.streams.serve(EXIT_TERMS, async (stream) => {
      await stream.read()
      await stream.write(encode({ status: 'open' }))
      stream.abort(new Error('reset'))
    })
    for (let n = 0; n < 10; n++) {
      const socket = await two.asking.open(peerOf(two), 'example.org', 443)
      // Nobody listens yet when it breaks off.
      await eventually('it is over', () => socket.resume().destroyed)
    }
  })

  test('our own private names and other ports are not even asked for', async () => {
    await houses()
    for (const host of ['127.0.0.1', 'localhost', 'alice.peer', '[::1]', 'printer', '１２７.0.0.1', 'ｌocalhost']) {
      await expect(two.asking.open(peerOf(two), host, 443)).rejects.toMatchObject({ code: 'private-address' })
    }
    await expect(two.asking.open(peerOf(two), 'example.org', 80)).rejects.toMatchObject({ code: 'port' })
    for (const host of ['', '127.1', 'user@example.org', 'https://example.org', '[example.org]', 'ex ample.org', 'bücher..example']) {
      await expect(two.asking.open(peerOf(two), host, 443)).rejects.toMatchObject({ name: 'LatchError', code: 'BAD_INPUT' })
    }
    expect(two.house.asked).toEqual([])
  })
})
