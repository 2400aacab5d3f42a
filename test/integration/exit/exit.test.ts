import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { LatchError } from '../../../src/shared/errors.ts'
import type { Admission } from '../../../src/main/platform/streams.ts'
import type { ExitEvent } from '../../../src/main/features/exit/types.ts'
import { KiB, MiB } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { bea, al, farServer, farTlsServer, keptIn, OUTSIDE, peerOf, tlsOver, twoExits, type Far, type TwoExits } from './two-exits.ts'

let two: TwoExits
let far: Far

afterEach(async () => {
  await two.close()
  await far.close()
})

const open = (host = 'example.org'): ReturnType<TwoExits['asking']['open']> => two.asking.open(peerOf(two), host, 443)
const code = (made: Promise<unknown>): Promise<unknown> => made.then(() => 'open', (error: { code?: string }) => error.code)

describe('through a device of a contact', () => {
  test('TLS reaches a host that the exit cannot read, and is counted on both sides', async () => {
    far = await farTlsServer((socket) => socket.end('hello from outside'))
    two = await twoExits({ port: far.port })
    const socket = await open()
    const tls = await tlsOver(socket)
    expect(tls.getCipher().name).toContain('PSK')
    expect(String(await tls.toArray())).toBe('hello from outside')
    tls.destroy()
    expect(two.house.asked).toEqual(['example.org'])
    expect(two.house.dialled).toEqual([OUTSIDE])
    const ours = await eventually('ours is over', () => two.asking.uses().find((use) => use.open === 0))
    expect(ours).toMatchObject({ whose: 'ours', account: bea, called: 'Bea', host: 'example.org', port: 443, connections: 1, refused: 0 })
    const theirs = await eventually('theirs is over', () => two.exit.uses().find((use) => use.open === 0))
    expect(theirs).toMatchObject({ whose: 'theirs', account: al, called: 'Al', host: 'example.org', connections: 1 })
    expect([theirs.sentBytes, theirs.receivedBytes]).toEqual([ours.sentBytes, ours.receivedBytes])
    expect(ours.sentBytes).toBeGreaterThan(100)
  })

  test('many mebibytes go both ways at once, and come whole', async () => {
    far = await farServer((socket) => socket.pipe(socket))
    two = await twoExits({ port: far.port })
    const socket = await open()
    const sent = randomBytes(8 * MiB)
    const back = socket.toArray()
    socket.end(sent)
    const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
    expect(digest(Buffer.concat((await back) as Buffer[]))).toBe(digest(sent))
    const use = await eventually('all is counted', () => two.exit.uses().find(({ open }) => open === 0))
    expect([use.sentBytes, use.receivedBytes]).toEqual([8 * MiB, 8 * MiB])
  })

  test('an end is passed on, and what comes after it from the other side too', async () => {
    far = await farServer((socket) => {
      socket.resume()
      socket.once('end', () => socket.end('you said all'))
    })
    two = await twoExits({ port: far.port })
    const socket = await open()
    socket.end('my last word')
    expect(String(await socket.toArray())).toBe('you said all')
  })

  test('a host that breaks off in the middle is an error, and never an end', async () => {
    far = await farServer((socket) => {
      socket.write('half')
      socket.once('data', () => socket.resetAndDestroy())
    })
    two = await twoExits({ port: far.port })
    const socket = await open()
    expect(String((await once(socket, 'data'))[0])).toBe('half')
    const over = finished(socket)
    socket.write('go')
    await expect(over).rejects.toThrow()
  })

  test('whoever goes away takes the connection along', async () => {
    far = await farServer((socket) => socket.write('hello'))
    two = await twoExits({ port: far.port })
    const socket = await open()
    const [taken] = await eventually('connected', () => (far.sockets.length > 0 ? far.sockets : null))
    socket.destroy()
    await eventually('the host sees it', () => taken?.destroyed === true || taken?.readableEnded === true || taken?.closed === true)
    await eventually('nothing is open', () => two.exit.uses().every((use) => use.open === 0))
  })

  test('the first address that answers is taken, of those that were judged', async () => {
    far = await farServer((socket) => socket.end('the third'))
    const tried: string[] = []
    two = await twoExits({
      port: far.port,
      dial: async (ip, _port, signal) => {
        tried.push(ip)
        if (tried.length < 3) throw new Error('no route')
        const { connect } = await import('node:net')
        const socket = connect(far.port, '127.0.0.1')
        await once(socket, 'connect', { signal })
        return socket
      },
    })
    two.house.resolve = async () => ['2606:2800::1', '1.1.1.1', OUTSIDE, '8.8.8.8']
    expect(String(await (await open()).toArray())).toBe('the third')
    expect(tried).toEqual(['2606:2800::1', '1.1.1.1', OUTSIDE])
  })

  test('an address is opened without asking the DNS', async () => {
    far = await farServer((socket) => socket.end('hello'))
    two = await twoExits({ port: far.port })
    two.house.resolve = () => Promise.reject(new Error('nobody is asked'))
    expect(String(await (await open('93.184.216.34')).toArray())).toBe('hello')
    expect(String(await (await open('[2606:2800::1]')).toArray())).toBe('hello')
    expect(two.house.dialled).toEqual([OUTSIDE, '2606:2800::1'])
  })

  test('a name beyond ASCII goes out in its ASCII form', async () => {
    far = await farServer((socket) => socket.end('hello'))
    two = await twoExits({ port: far.port })
    await (await open('bücher.example')).toArray()
    expect(two.house.asked).toEqual(['xn--bcher-kva.example'])
  })

  test('a host that answers nothing is unreachable, one that has no address has none', async () => {
    far = await farServer(() => {})
    two = await twoExits({ port: far.port, dial: () => Promise.reject(new Error('refused')) })
    expect(await code(open())).toBe('unreachable')
    two.house.resolve = async () => []
    expect(await code(open())).toBe('no-address')
    two.house.resolve = () => Promise.reject(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }))
    expect(await code(open())).toBe('no-address')
    expect(two.asking.uses()).toMatchObject([{ refused: 3, connections: 0 }])
    expect(two.exit.uses()).toMatchObject([{ refused: 3, connections: 0 }])
  })
})

describe('the door of the exit', () => {
  test.each(['denied', 'knock-first', 'unproven', 'silent'] as const)('says %s, and nothing is looked up', async (said) => {
    far = await farServer(() => {})
    two = await twoExits({ port: far.port })
    two.house.admits = () => keptIn(said)
    two.house.resolve = () => Promise.reject(new Error('looked up'))
    const refused = await open().catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Error)
    expect(refused).not.toMatchObject({ message: 'looked up' })
    if (said !== 'silent') expect(refused).toMatchObject({ code: said })
    expect(two.house.dialled).toEqual([])
    expect(two.exit.uses()).toEqual([])
  })

  test('that lets a stranger out by a rule for anyone does not do so', async () => {
    far = await farServer((socket) => socket.end('hello'))
    two = await twoExits({ port: far.port })
    two.house.isContact = false
    expect(await code(open())).toBe('denied')
    expect(await code(two.asking.check(peerOf(two)))).toBe('open')
    expect(two.asking.list()).toMatchObject([{ state: 'off' }])
    expect(two.house.dialled).toEqual([])
  })

  test('is asked about the host, and about none where only whether is asked', async () => {
    far = await farServer((socket) => socket.end('hello'))
    two = await twoExits({ port: far.port })
    two.house.stays = () => keptIn('denied')
    await two.asking.check(peerOf(two))
    two.house.stays = () => two.house.admits('')
    await (await open('Example.ORG.')).toArray()
    // A yes to who only asks whether uses nothing up.
    await two.asking.check(peerOf(two))
    expect(two.house.asked).toEqual(['*', 'example.org'])
    expect(two.house.dialled).toHaveLength(1)
  })

  test('says of a host what it would say of that, and of none in particular that there are exceptions', async () => {
    far = await farServer((socket) => socket.end('hello'))
    two = await twoExits({ port: far.port })
    const says = (host: string): Admission => (host === 'a.example' ? keptIn('denied') : { verdict: 'allow', why: 'a test' })
    Object.assign(two.house, { named: ['a.example', 'b.example'], admits: says, stays: says })
    const check = (host?: string) => two.asking.check(peerOf(two), undefined, host)
    expect(await check()).toMatchObject({ state: 'open', exceptions: true })
    expect(two.asking.list()).toMatchObject([{ state: 'open', exceptions: true }])
    expect(await check('A.example')).toMatchObject({ state: 'open', host: { name: 'a.example', state: 'off' } })
    expect(await check('c.example')).toMatchObject({ host: { name: 'c.example', state: 'open' } })
    two.house.named = ['b.example']
    expect(await check()).not.toHaveProperty('exceptions')
    expect(two.house.dialled).toEqual([])
  })

  test('that lets out to one host alone says so too', async () => {
    far = await farServer((socket) => socket.end('hello'))
    two = await twoExits({ port: far.port })
    const says = (host: string): Admission => (host === 'a.example' ? { verdict: 'allow', why: 'a test' } : keptIn('denied'))
    Object.assign(two.house, { named: ['a.example'], admits: says, stays: says })
    expect(await two.asking.check(peerOf(two))).toMatchObject({ state: 'off', exceptions: true })
    expect(await two.asking.check(peerOf(two), undefined, 'a.example')).toMatchObject({ host: { state: 'open' } })
    await expect(two.asking.check(peerOf(two), undefined, '127.0.0.1')).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(two.asking.check(peerOf(two), undefined, 'not a host')).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  test('that changes its mind cuts off whoever is out', async () => {
    far = await farServer((socket) => socket.write('hello'))
    two = await twoExits({ port: far.port })
    const sockets = [await open('a.example'), await open('b.example')] as const
    const over = sockets.map((socket) => (socket.resume(), finished(socket).then(() => 'ended', () => 'cut')))
    two.house.stays = (host) => (host === 'a.example' ? keptIn('denied') : { verdict: 'allow', why: 'a test' })
    two.exit.reconsider()
    expect(await over[0]).toBe('cut')
    expect(sockets[1].destroyed).toBe(false)
    two.house.isContact = false
    two.exit.reconsider()
    expect(await over[1]).toBe('cut')
  })
})

describe('exits as they are listed', () => {
  test('say what they said when they were asked, until they go away', async () => {
    far = await farServer((socket) => socket.end('hello'))
    two = await twoExits({ port: far.port })
    const listed = (): unknown => two.asking.list()[0]?.state
    expect(listed()).toBe('unknown')
    expect(await two.asking.check(peerOf(two))).toMatchObject({ state: 'open', called: 'Bea', account: bea })
    two.house.stays = () => keptIn('denied')
    two.house.admits = () => keptIn('knock-first')
    expect(await two.asking.check(peerOf(two))).toMatchObject({ state: 'knock-first' })
    two.house.admits = () => keptIn('denied')
    expect(await two.asking.check(peerOf(two))).toMatchObject({ state: 'off' })
    two.isConnected = false
    expect(listed()).toBe('away')
    two.asking.disconnected(peerOf(two))
    two.isConnected = true
    two.asking.connected(peerOf(two))
    expect(listed()).toBe('unknown')
  })

  test('are open once one was opened, also where it does not let out to every host', async () => {
    far = await farServer((socket) => socket.end('hello'))
    two = await twoExits({ port: far.port })
    two.house.admits = (host) => (host === 'a.example' ? { verdict: 'allow', why: 'a test' } : keptIn('denied'))
    await (await open('a.example')).toArray()
    expect(await code(open('b.example'))).toBe('denied')
    expect(two.asking.list()).toMatchObject([{ state: 'open' }])
  })

  test('tell what changes, and whether this device offers a way out', async () => {
    far = await farServer((socket) => socket.end('hello'))
    two = await twoExits({ port: far.port })
    const ended = new AbortController()
    const [ours, theirs]: [ExitEvent[], ExitEvent[]] = [[], []]
    const follow = async (which: 'asking' | 'exit', into: ExitEvent[]): Promise<void> => {
      for await (const item of two[which].watch(ended.signal)) if (item.kind === 'event') into.push(item.event)
    }
    const both = [follow('asking', ours), follow('exit', theirs)]
    await (await open()).toArray()
    await eventually('it is told', () => ours.some((event) => event.event === 'use-changed'))
    expect(ours[0]).toMatchObject({ event: 'exit-changed', exit: { state: 'open' } })
    two.house.isOffered = false
    two.exit.reconsider()
    await eventually('it is off', () => theirs.find((event) => event.event === 'offered-changed'))
    two.asking.clear()
    expect(two.asking.uses()).toEqual([])
    await eventually('cleared', () => ours.some((event) => event.event === 'uses-cleared'))
    ended.abort()
    await Promise.all(both)
  })

  test('are devices of contacts, and of nobody else', async () => {
    far = await farServer(() => {})
    two = await twoExits({ port: far.port })
    const nobody = two.nodes.a.peerId
    await expect(two.asking.open(nobody, 'example.org', 443)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(two.asking.check(nobody)).rejects.toBeInstanceOf(LatchError)
  })

  test('that are not there are unreachable', async () => {
    far = await farServer(() => {})
    two = await twoExits({ port: far.port })
    await two.nodes.b.close()
    expect(await code(open())).toBe('UNREACHABLE')
    expect(await code(two.asking.check(peerOf(two)))).toBe('UNREACHABLE')
  })

  test('carry so much at once and no more: the rest waits for its turn', async () => {
    far = await farServer((socket) => socket.write('hello'))
    two = await twoExits({ port: far.port })
    const opened = await Promise.all(Array.from({ length: 40 }, (_, n) => open(`host-${n}.example`)))
    const next = open('one-more.example')
    await expect(Promise.race([next.then(() => 'opened'), once(opened[0] as never, 'data').then(() => 'waits')])).resolves.toBe('waits')
    expect(two.house.asked).not.toContain('one-more.example')
    opened[0]?.destroy()
    await next
    expect(two.house.asked).toContain('one-more.example')
  })
})

test('what is sent waits here while the host does not read, and does not pile up at the exit', async () => {
  far = await farServer((socket) => socket.pause())
  two = await twoExits({ port: far.port })
  const socket = await open()
  let sentBytes = 0
  const closed = once(socket, 'close')
  const pump = (async () => {
    for (; sentBytes < 256 * MiB && !socket.destroyed; sentBytes += 64 * KiB) {
      if (socket.write(Buffer.alloc(64 * KiB))) continue
      await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed])
    }
  })()
  let lastBytes = -1
  await eventually('the writer waits', async () => {
    const isStill = sentBytes === lastBytes && socket.writableNeedDrain
    lastBytes = sentBytes
    return isStill
  }, { everyMs: 250 })
  // What the sockets of the system hold on loopback is the larger part.
  expect(sentBytes).toBeLessThan(32 * MiB)
  socket.destroy()
  await pump
})
