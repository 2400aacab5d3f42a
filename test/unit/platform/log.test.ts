import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LatchError } from '../../../src/shared/errors.ts'
import { createLog, libp2pLogger, type LogOptions, silentLog } from '../../../src/main/platform/log.ts'
import { maskText } from '../../../src/main/platform/redact.ts'
import { RotatingFile } from '../../../src/main/platform/rotating-file.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'latch-log-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const peer = '12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp'

function written(use: (log: ReturnType<typeof createLog>) => void, options: Partial<LogOptions> = {}): string {
  const log = createLog({ folder, level: 'debug', ...options })
  use(log)
  log.close()
  try {
    return readFileSync(join(folder, 'latch.log'), 'utf8')
  } catch {
    return ''
  }
}

describe('the log', () => {
  it('writes a line of JSON with its time, level, area, fields and message', () => {
    const line = written((log) => log.child('door').child('store').warn({ peer, waiting: 3 }, 'a knock was refused'))
    expect(JSON.parse(line)).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      area: 'door/store',
      peer,
      waiting: 3,
      msg: 'a knock was refused',
    })
  })

  it('leaves out what is below its level, and says nothing when silent', () => {
    expect(written((log) => log.debug({}, 'detail'), { level: 'info' })).toBe('')
    expect(() => silentLog.child('x').error({}, 'y')).not.toThrow()
  })

  it.skipIf(process.platform === 'win32')('is readable by its owner alone', () => {
    written((log) => log.info({}, 'hello'))
    expect(statSync(join(folder, 'latch.log')).mode & 0o777).toBe(0o600)
  })

  const words = ['text', 'body', 'greeting', 'petname', 'query', 'name', 'filename', 'messageText']
  const secrets = ['phrase', 'entropy', 'key', 'privateKey', 'mail_key', 'databaseKey', 'token', 'ticket']
  const more = ['accessToken', 'passphrase', 'password', 'secret', 'invitation', 'inviteLink', 'link', 'safetyWords']
  it.each([...words, ...secrets, ...more])('never shows the value of a field called %s, at any depth', (field) => {
    const lines = written((log) => {
      log.info({ [field]: 'swordfish' }, 'one')
      log.info({ request: { deeper: [{ [field]: 'swordfish' }] } }, 'two')
      log.info({ [field]: { inner: 'swordfish' } }, 'three')
    })
    expect(lines.split('\n')).toHaveLength(4)
    expect(lines).not.toContain('swordfish')
  })

  it('shows sizes of bytes, never bytes', () => {
    const line = written((log) => log.info({ a: new Uint8Array([222, 173]), b: Buffer.from('swordfish') }, 'x'))
    expect(JSON.parse(line)).toMatchObject({ a: '[2 bytes]', b: '[9 bytes]' })
  })

  it('keeps an error with its cause and code, masked', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED 203.0.113.9:4001'), { code: 'ECONNREFUSED' })
    const error = new LatchError('UNREACHABLE', 'No way to /ip4/203.0.113.9/tcp/4001', { cause })
    const line = written((log) => log.error({ error }, 'x'))
    expect(line).not.toContain('203.0.113')
    expect(JSON.parse(line).error).toMatchObject({
      type: 'LatchError',
      code: 'UNREACHABLE',
      message: 'No way to /ip4/[ip]/tcp/4001',
      stack: expect.arrayContaining([expect.stringMatching(/^at /)]),
      cause: { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED [ip]:4001' },
    })
  })

  it('masks addresses in the message and inside objects that say what they are', () => {
    const address = multiaddr(`/ip4/198.51.100.4/tcp/1/p2p/${peer}`)
    const line = written((log) => log.info({ address }, 'dialled 198.51.100.4'))
    expect(line).not.toContain('198.51.100')
    expect(JSON.parse(line).address).toBe(`/ip4/[ip]/tcp/1/p2p/${peer}`)
  })

  it('bounds what a stranger can put in one line', () => {
    const long = 'x'.repeat(1_000_000)
    const list = Array.from({ length: 100_000 }, () => 'y')
    const wide = Object.fromEntries(list.slice(0, 1_000).map((_, index) => [`f${index}`, 'z'.repeat(100)]))
    const line = written((log) => log.info({ long, list, wide, deep: deeply(50) }, 'm'.repeat(100_000)))
    expect(line.length).toBeLessThan(10_000)
  })

  it('survives what cannot be written: a loop, a getter that throws, a full disk', () => {
    const loop: Record<string, unknown> = {}
    loop['self'] = loop
    const bad = Object.defineProperty({}, 'boom', {
      enumerable: true,
      get: () => {
        throw new Error('getter')
      },
    })
    writeFileSync(join(folder, 'file'), '')
    const log = createLog({ folder: join(folder, 'file', 'below'), level: 'debug' })
    expect(() => log.info(loop, 'loop')).not.toThrow()
    expect(() => log.info(bad, 'bad')).not.toThrow()
    log.close()
  })
})

function deeply(levels: number): unknown {
  return levels === 0 ? 'bottom' : { next: deeply(levels - 1), text: 'swordfish' }
}

describe('masking', () => {
  it.each([
    ['/ip4/203.0.113.7/tcp/4001', '/ip4/[ip]/tcp/4001'],
    ['/ip6/2001:db8::7/udp/1/webrtc-direct', '/ip6/[ip]/udp/1/webrtc-direct'],
    ['/ip6/fe80::1ff:fe23:4567:890a/tcp/1', '/ip6/[ip]/tcp/1'],
    ['/dns4/bea.example.org/tcp/443', '/dns4/[host]/tcp/443'],
    ['/dnsaddr/bootstrap.example.org', '/dnsaddr/[host]'],
    ['192.168.1.20 and 10.0.0.1.', '[ip] and [ip].'],
    ['[2001:db8::1]:443', '[[ip]]:443'],
    ['::ffff:203.0.113.7', /^(?!.*203)/],
    ['open latch://invite/abc?t=def now', 'open latch://[link] now'],
    ['Authorization: Bearer abc.def', 'Authorization: Bearer [token]'],
    [`key ${'ab'.repeat(32)}`, 'key [hex]'],
  ])('hides what is in %s', (text, expected) => {
    if (typeof expected === 'string') expect(maskText(text)).toBe(expected)
    else expect(maskText(text)).toMatch(expected)
  })

  it.each([
    '/ip4/127.0.0.1/tcp/4001',
    '/ip6/::1/tcp/4001',
    '/ip4/0.0.0.0/tcp/0',
    `/p2p/${peer}/p2p-circuit`,
    '/latch/chat/1.0.0',
    'at 12:30:45 for 0.25 ms',
    'version 1.2.3',
    'node:internal/process:12:3',
    'file:///srv/latch/out/main.js:10:20',
  ])('leaves %s as it is', (text) => {
    expect(maskText(text)).toBe(text)
  })
})

describe('a rotating file', () => {
  it('keeps four files, and never more than their bound', () => {
    const file = new RotatingFile(join(folder, 'a.log'), 1_000)
    for (let line = 0; line < 200; line++) file.write(`${line} ${'x'.repeat(95)}\n`)
    file.close()
    expect(readdirSync(folder).toSorted()).toEqual(['a.log', 'a.log.1', 'a.log.2', 'a.log.3'])
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(1_000)
    expect(readFileSync(join(folder, 'a.log'), 'utf8')).toContain('199 x')
  })

  it('goes on where an earlier run stopped', () => {
    for (const line of ['one\n', 'two\n']) {
      const file = new RotatingFile(join(folder, 'a.log'))
      file.write(line)
      file.close()
    }
    expect(readFileSync(join(folder, 'a.log'), 'utf8')).toBe('one\ntwo\n')
  })
})

describe('libp2p’s own logging', () => {
  it('forwards errors at debug level, formatted and masked, and nothing else', () => {
    const lines = written((log) => {
      const logger = libp2pLogger(log).forComponent('libp2p:tcp')
      logger('chatter')
      logger.trace('more chatter')
      const address = multiaddr('/ip4/198.51.100.4/tcp/1')
      logger.newScope('dial').error('could not dial %a - %e', address, new Error('no route'))
      logger.error(new Error('bare'))
    })
    const [first, second, ...rest] = lines.trim().split('\n').map((line) => JSON.parse(line))
    expect(rest).toEqual([])
    expect(first).toMatchObject({ level: 'debug', component: 'libp2p:tcp:dial' })
    expect(first).toMatchObject({ msg: 'could not dial /ip4/[ip]/tcp/1 - Error: no route' })
    expect(second).toMatchObject({ msg: 'Error: bare', error: { message: 'bare' } })
  })
})
