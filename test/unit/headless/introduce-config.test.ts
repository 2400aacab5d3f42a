import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { parse } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/main/features/introduction/index.ts'
import { printConfig, readConfig, type Config } from '../../../src/main/headless/introduce-config.ts'
import {
  flagOf,
  introducerConfig,
  type Key,
  keys,
  type Setting,
  settings,
  variableOf,
} from '../../../src/main/headless/introduce-settings.ts'
import { GiB, HOUR, KiB, MiB, MINUTE, SECOND } from '../../../src/shared/units.ts'

const machine = { hostname: 'example', dataFolder: '/var/lib/latch-introducer' }
const example = readFileSync(resolve(import.meta.dirname, '../../../packaging/introducer.toml'), 'utf8')
const link = `latch://introducer/${'A'.repeat(40)}`
const peerId = '12D3KooWCFTMuCb1T4RJpbkGAfwGoiyFJ71pjgHotFM8QWEqVuEA'

interface From {
  readonly toml?: string
  readonly env?: Record<string, string>
  readonly flags?: Partial<Record<Key, string[]>>
}

function read({ toml, env = {}, flags = {} }: From) {
  const file = toml === undefined ? null : { path: '/etc/i.toml', text: toml }
  return readConfig({ machine, file, env, flags: new Map(Object.entries(flags)) as Map<Key, string[]> })
}

function config(from: From = {}): Config {
  const found = read(from)
  if (found.read !== 'config') throw new Error(found.why)
  return found.config
}

function wrong(from: From): string {
  const found = read(from)
  if (found.read !== 'wrong') throw new Error('it was taken')
  return found.why
}

describe('the example that ships', () => {
  test('says what holds without it, and names every key', () => {
    expect(config({ toml: example }).values).toEqual(config().values)
    const asked = example.replaceAll(/^# (name|data) =/gm, '$1 =')
    const values = config({ toml: asked })
    expect(values.values).toEqual(config().values)
    expect([...values.origins.values()].every((origin) => origin === 'file')).toBe(true)
  })
})

describe('a value', () => {
  test('is the default, unless the file, a variable or a flag says otherwise, the later the stronger', () => {
    const toml = '[relay]\nttl = "2h"\n'
    const env = { LATCH_INTRODUCE_RELAY_TTL: '3h' }
    const flags = { 'relay.ttl': ['4h'] }
    const ttl = (from: From) => {
      const { values, origins } = config(from)
      return [values['relay.ttl'] / HOUR, origins.get('relay.ttl')]
    }
    expect(ttl({})).toEqual([1, 'default'])
    expect(ttl({ toml })).toEqual([2, 'file'])
    expect(ttl({ toml, env })).toEqual([3, 'variable'])
    expect(ttl({ toml, env, flags })).toEqual([4, 'flag'])
    // An empty variable is one that is not set: compose files and units have those.
    expect(ttl({ toml, env: { LATCH_INTRODUCE_RELAY_TTL: '' } })).toEqual([2, 'file'])
  })

  test.each([
    ['"90s"', 90 * SECOND],
    ['"1h30m"', 90 * MINUTE],
    ['"none"', null],
  ])('of time is %s', (given, ms) => {
    expect(config({ toml: `[relay.known]\nduration = ${given}` }).values['relay.known.duration']).toBe(ms)
  })

  test.each([
    ['"64 KiB"', 64 * KiB],
    ['"100000B"', 100_000],
    ['"64MiB"', 64 * MiB],
    ['"2 GiB"', 2 * GiB],
    ['"none"', null],
  ])('of size is %s', (given, bytes) => {
    expect(config({ toml: `[relay.known]\ndata = ${given}` }).values['relay.known.data']).toBe(bytes)
  })

  test('that is a list is repeated as a flag, and stands between spaces or commas in a variable', () => {
    const listen = ['/ip4/127.0.0.1/tcp/1', '/ip6/::1/tcp/2/ws']
    expect(config({ flags: { listen } }).values.listen).toEqual(listen)
    expect(config({ env: { LATCH_INTRODUCE_LISTEN: listen.join(' ') } }).values.listen).toEqual(listen)
    expect(config({ env: { LATCH_INTRODUCE_LISTEN: listen.join(',') } }).values.listen).toEqual(listen)
  })

  test('that is off is off wherever it is said', () => {
    expect(config({ toml: '[stun]\nlisten = "off"' }).values['stun.listen']).toEqual([])
    expect(config({ toml: '[stun]\nlisten = []' }).values['stun.listen']).toEqual([])
    expect(config({ env: { LATCH_INTRODUCE_STUN_LISTEN: 'off' } }).values['stun.listen']).toEqual([])
    expect(config({ flags: { 'http.listen': ['off'] } }).values['http.listen']).toBeNull()
  })
})

describe('what is wrong is told in one sentence that says where', () => {
  test.each([
    [{ toml: 'name = ""' }, /^name in \/etc\/i\.toml is "", and must be a name of 1 to 64 characters\.$/],
    [{ toml: '[relay]\nreservations = "many"' }, /^relay\.reservations in \S+ is "many", and must be a whole number/],
    [{ toml: '[relay]\nreservations = 1.5' }, /^relay\.reservations in .* is 1\.5, and/],
    [{ toml: '[relay]\nreservations = -1' }, /is -1, and must be a whole number from 0 to/],
    [{ toml: '[relay]\nttl = 3600' }, /^relay\.ttl in .* is 3600, and must be a time from 10m to 1d, as in/],
    [{ toml: '[relay.known]\ndata = "64 MB"' }, /is "64 MB", and must be a size of 64 KiB or more, as in/],
    [{ toml: '[relay.known]\ndata = "1 KiB"' }, /is "1 KiB"/],
    [{ toml: '[relay.known]\nduration = "25h"' }, /is "25h"/],
    [{ toml: '[relay.known]\nduration = "30 m x"' }, /is "30 m x"/],
    [{ toml: 'relay = 5' }, /^\/etc\/i\.toml has a key "relay", which is none; at the top there are name, data,/],
    [{ toml: 'listen = "/ip4/0.0.0.0/tcp/1"' }, /^listen in .* must be multiaddrs of TCP or WebSocket/],
    [{ toml: 'listen = ["0.0.0.0:4100"]' }, /^listen in .* is \["0\.0\.0\.0:4100"\], and must/],
    [{ toml: 'listen = ["/ip4/0.0.0.0/udp/1/quic-v1"]' }, /^listen/],
    [{ toml: 'listen = ["/dns4/example.org/tcp/1"]' }, /^listen/],
    [{ toml: 'allow = ["everybody"]' }, /^allow in .* must be peer ids, account ids, IP addresses or networks/],
    [{ toml: 'allow = ["203.0.113.0/33"]' }, /^allow/],
    [{ toml: 'introducers = ["latch://invite/AAAA"]' }, /^introducers in .* must be links/],
    [{ toml: 'introducers = ["/ip4/1.2.3.4/tcp/1"]' }, /^introducers/],
    [{ toml: '[stun]\nlisten = ["3478"]' }, /^stun\.listen in .* or "off"\.$/],
    [{ toml: '[http]\nlisten = "localhost:9464"' }, /^http\.listen in .* must be an address with a port/],
    [{ toml: '[http]\nlisten = "127.0.0.1:99999"' }, /^http\.listen/],
    [{ toml: 'drain = "11m"' }, /^drain in .* must be a time from 0s to 10m/],
    [{ toml: '[relay]\nreservation = 5' }, /has a key "relay\.reservation", which is none; in \[relay\] there are /],
    [{ toml: 'colour = 1979-05-27' }, /has a key "colour", which is none/],
    [{ toml: 'name = ' }, /^\/etc\/i\.toml is no TOML: .* \(line 1, column \d+\)\.$/],
    [{ toml: 'name = "a"\nname = "b"' }, /is no TOML: .* \(line 2,/],
    [{ env: { LATCH_INTRODUCE_DRAIN: 'soon' } }, /^LATCH_INTRODUCE_DRAIN is "soon", and must be a time/],
    [{ env: { LATCH_INTRODUCE_DRIAN: '5s' } }, /^There is no variable LATCH_INTRODUCE_DRIAN; /],
    [{ flags: { 'limits.connections': ['few'] } }, /^--limits-connections is "few", and must be a whole number/],
    [{ flags: { drain: ['5s', '6s'] } }, /^--drain is \["5s","6s"\], and must be a time/],
    [{ flags: { name: ['a\u202eb'] } }, /^--name is/],
  ] as [From, RegExp][])('%j', (from, sentence) => {
    const why = wrong(from)
    expect(why).toMatch(sentence)
    expect(why).not.toContain('\n')
    expect(why).toMatch(/\.$/)
  })

  test('no file ends it in any other way', () => {
    const some = ['name = "x"', '[relay]', '[[relay]]', 'relay.ttl = "1h"', 'a.b.c = {}', '__proto__ = 1']
    const lines = fc.constantFrom(...some)
    const property = fc.property(fc.array(fc.oneof(lines, fc.string())), (all) => {
      const found = read({ toml: all.join('\n') })
      if (found.read === 'wrong') expect(found.why).not.toContain('\n')
    })
    fc.assert(property)
  })
})

describe('what is printed', () => {
  const flags = { drain: ['5s'], allow: [peerId, '203.0.113.0/24'], introducers: [link], 'http.listen': ['[::1]:1'] }
  const toml = 'name = "A \\"quoted\\" name"\n[relay.known]\ndata = "none"\n[stun]\nlisten = "off"\n'
  const env = { LATCH_INTRODUCE_RELAY_STRANGERS_DURATION: '90s' }

  test('is TOML that says the same again', () => {
    const { values } = config({ toml, env, flags })
    const printed = printConfig(config({ toml, env, flags }))
    expect(config({ toml: printed }).values).toEqual(values)
    expect(Object.keys(parse(printed))).toEqual(expect.arrayContaining(['name', 'stun', 'relay', 'limits', 'http']))
  })

  test('says where each value is from', () => {
    const printed = printConfig(config({ toml, env, flags }))
    expect(printed).toContain('drain = "5s" # flag --drain')
    expect(printed).toContain('data = "none" # file /etc/i.toml')
    expect(printed).toContain('duration = "1m30s" # variable LATCH_INTRODUCE_RELAY_STRANGERS_DURATION')
    expect(printed).toContain('connections = 1000 # default')
  })
})

test('every default is one of its own kind, in every way it can be said', () => {
  for (const key of keys) {
    const { kind, fallback } = settings[key] as Setting<unknown>
    const value = fallback(machine)
    const toml = kind.toToml(value)
    expect(kind.fromToml(toml)).toEqual({ value })
    expect(kind.fromText((Array.isArray(toml) ? toml : [toml]).map(String))).toEqual({ value })
  }
})

test('no two keys are the same flag or variable', () => {
  expect(new Set(keys.map(flagOf)).size).toBe(keys.length)
  expect(new Set(keys.map(variableOf)).size).toBe(keys.length)
})

test('the node gets the defaults of introduction where nothing says otherwise, and all that is said', () => {
  const { limits, stun, maxConnections } = introducerConfig(config().values)
  expect(limits).toEqual(DEFAULT_LIMITS)
  expect(stun).toContainEqual({ address: '0.0.0.0', port: 3479 })
  expect(maxConnections).toBe(1_000)
  const said = introducerConfig(
    config({
      toml: `name = "N"
        announce = ["/dns4/i.example.org/tcp/443/ws"]
        deny = ["${peerId}"]
        [relay]
        reservations = 1
        per-address = 2
        per-subnet = 3
        ttl = "20m"
        [relay.strangers]
        duration = "none"
        [limits]
        registrations = 4
        per-address = 5
        per-subnet = 6`,
    }).values,
  )
  expect(said).toMatchObject({
    name: 'N',
    announce: ['/dns4/i.example.org/tcp/443/ws'],
    lists: { allow: [], deny: [peerId] },
    limits: {
      reservations: 1,
      reservationsPerAddress: 2,
      reservationsPerSubnet: 3,
      reservationTtlMs: 20 * MINUTE,
      registrations: 4,
      registrationsPerAddress: 5,
      registrationsPerSubnet: 6,
      strangers: { durationMs: null, dataBytes: DEFAULT_LIMITS.strangers.dataBytes },
    },
  })
})
