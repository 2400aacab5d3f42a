import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readFlags, usage, type Flags } from '../../../src/main/headless/flags.ts'

function flags(...args: string[]): Flags {
  const read = readFlags(args)
  if (read.read !== 'flags') throw new Error(JSON.stringify(read))
  return read.flags
}

test('nothing said is everything on, on every network, at any port', () => {
  expect(flags()).toEqual({
    dataFolder: null,
    listen: null,
    bootstrap: [],
    introducers: [],
    port: 0,
    name: null,
    passphraseFile: null,
    lan: true,
    upnp: true,
    webrtc: true,
    demo: true,
    json: false,
    verbose: false,
  })
})

test('what is said is what is read', () => {
  const listen = ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/4002/ws']
  const introducers = ['latch://introducer/AbC-_', '/ip4/1.2.3.4/tcp/4100']
  const said = ['--data', 'here', '--name', ' Ana ', '--port=8080', '--no-lan', '--no-demo', '--json']
  const named = introducers.flatMap((one) => ['--introducer', one])
  const addresses = [...named, ...listen.flatMap((one) => ['--listen', one]), '--bootstrap', '/dns4/example.org/tcp/1']
  const read = flags(...said, ...addresses)
  expect(read).toMatchObject({
    dataFolder: resolve('here'),
    name: 'Ana',
    port: 8080,
    lan: false,
    demo: false,
    upnp: true,
    json: true,
    listen,
    bootstrap: ['/dns4/example.org/tcp/1'],
    introducers,
  })
})

test.each([
  [['--port', 'x'], /--port is a number/],
  [['--port', '65536'], /--port is a number/],
  [['--port', '-1'], /port/],
  [['--listen', '127.0.0.1:4001'], /"127.0.0.1:4001" is no multiaddr/],
  [['--introducer', 'latch://invite/x'], /is no introducer/],
  [['--bootstrap', '/ip4/1.2.3'], /is no multiaddr/],
  [['--name', '   '], /--name has 1 to 64 characters/],
  [['--name', 'a\u202Eb'], /--name has 1 to 64 characters/],
  [['--name', 'x'.repeat(65)], /--name has 1 to 64 characters/],
  [['--data', ''], /--data is empty/],
  [['--data'], /--data/],
  [['--dta', 'x'], /Unknown option '--dta'/],
  [['start'], /start/],
  [['--lan=yes'], /lan/],
])('%j is told in one line', (args, why) => {
  const read = readFlags(args)
  expect(read.read).toBe('wrong')
  if (read.read !== 'wrong') return
  expect(read.why).toMatch(why)
  expect(read.why).not.toContain('\n')
  expect(read.why).toMatch(/\.$/)
})

test('help and version win over everything that can be read', () => {
  expect(readFlags(['--port', '1', '--help']).read).toBe('help')
  expect(readFlags(['-h']).read).toBe('help')
  expect(readFlags(['--version']).read).toBe('version')
})

test('every flag is in the help', () => {
  const values = ['data', 'name', 'passphrase-file', 'listen', 'bootstrap', 'port']
  const switches = ['no-lan', 'no-upnp', 'no-webrtc', 'no-demo', 'json', 'verbose', 'help', 'version']
  for (const flag of [...values, ...switches]) expect(usage).toContain(`--${flag}`)
})
