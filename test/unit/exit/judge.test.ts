import { isIPv6 } from 'node:net'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { readHost } from '../../../src/main/features/exit/hosts.ts'
import { eachByItself, isOn, isPublicAddress } from '../../../src/main/features/exit/judge.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const runs = { seed, numRuns: 2_000, verbose: true }
afterAll(() => console.info(`exit addresses: properties with seed ${seed}`))

const outside4 = ['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '93.184.216.34', '100.63.255.255', '100.128.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '198.17.255.255', '198.20.0.0', '223.255.255.255']
const inside4 = ['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.255', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1', '198.19.255.255', '192.31.196.1', '192.175.48.6', '192.52.193.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255']
const outside6 = ['2606:2800:220:1:248:1893:25c8:1946', '2a00:1450:4001::200e', '2001:4860:4860::8888', '2620:fe::fe']
const inside6 = ['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd12:3456::1', 'fec0::1', 'ff02::1', '2001:db8::1', '2001::1', '2001:10::1', '3fff::1', '100::1', '100:0:0:1::1', '2001:0:5ef5:79fb::1', '2001:1::1', '2001:2::1', '2001:3::1', '2001:4:112::1', '2001:20::1', '2001:30::1', '2620:4f:8000::1', '64:ff9b:1::a00:1', '5f00::1', '4000::1', '::127.0.0.1', '::8.8.8.8']

/** The IPv6 forms of an IPv4 address. */
function formsOf(ip: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = ip.split('.').map(Number)
  const hex = (high: number, low: number): string => ((high << 8) | low).toString(16)
  return [
    `::ffff:${ip}`,
    `::ffff:${hex(a, b)}:${hex(c, d)}`,
    `0:0:0:0:0:FFFF:${ip}`,
    `64:ff9b::${ip}`,
    `64:ff9b::${hex(a, b)}:${hex(c, d)}`,
    `2002:${hex(a, b)}:${hex(c, d)}::1`,
    `2002:${hex(a, b)}:${hex(c, d)}:7:7:7:7:7`,
    `2a00:1450:4001:7:0:5efe:${hex(a, b)}:${hex(c, d)}`,
    `2a00:1450:4001:7:200:5efe:${ip}`,
  ]
}

/** All that the registries of the IANA hold: networks, of which the first and the last address are near, by a name of the registry. */
const registry4 = [
  ['0.0.0.0', '0.255.255.255', 'this network'],
  ['10.0.0.0', '10.255.255.255', 'private use'],
  ['100.64.0.0', '100.127.255.255', 'shared by a carrier’s customers'],
  ['127.0.0.0', '127.255.255.255', 'loopback'],
  ['169.254.0.0', '169.254.255.255', 'a link'],
  ['172.16.0.0', '172.31.255.255', 'private use'],
  ['192.0.0.0', '192.0.0.255', 'protocols of the IETF'],
  ['192.0.2.0', '192.0.2.255', 'documentation'],
  ['192.31.196.0', '192.31.196.255', 'AS112'],
  ['192.52.193.0', '192.52.193.255', 'AMT'],
  ['192.88.99.0', '192.88.99.255', 'relays of 6to4'],
  ['192.168.0.0', '192.168.255.255', 'private use'],
  ['192.175.48.0', '192.175.48.255', 'AS112 by delegation'],
  ['198.18.0.0', '198.19.255.255', 'benchmarks'],
  ['198.51.100.0', '198.51.100.255', 'documentation'],
  ['203.0.113.0', '203.0.113.255', 'documentation'],
  ['224.0.0.0', '239.255.255.255', 'groups'],
  ['240.0.0.0', '255.255.255.255', 'never given out, and the broadcast'],
] as const
const registry6 = [
  ['::', '::1', 'none, and loopback'],
  ['::ffff:0:0', '::ffff:0.255.255.255', 'mapped'],
  ['64:ff9b::', '64:ff9b::0.255.255.255', 'NAT64, of what is special itself'],
  ['64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff', 'NAT64 of one’s own'],
  ['100::', '100::ffff:ffff:ffff:ffff', 'what is thrown away'],
  ['100:0:0:1::', '100:0:0:1:ffff:ffff:ffff:ffff', 'a dummy'],
  ['2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff', 'Teredo'],
  ['2001:1::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', 'protocols of the IETF'],
  ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', 'documentation'],
  ['2002::', '2002:ff:ffff:ffff:ffff:ffff:ffff:ffff', '6to4, of what is special itself'],
  ['2620:4f:8000::', '2620:4f:8000:ffff:ffff:ffff:ffff:ffff', 'AS112 by delegation'],
  ['3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff', 'documentation'],
  ['5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'segments of a route'],
  ['fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'private use'],
  ['fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'a link'],
  ['ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'groups'],
] as const

describe('an address is on the outside web', () => {
  test.each([...registry4, ...registry6])('not what is special: %s to %s, %s', (first, last) => {
    expect([first, last].map(isPublicAddress)).toEqual([false, false])
  })

  test.each([...outside4, ...outside6])('%s', (ip) => expect(isPublicAddress(ip)).toBe(true))
  test.each([...inside4, ...inside6])('not %s', (ip) => expect(isPublicAddress(ip)).toBe(false))

  test.each(inside4)('no more in any form of IPv6 than by itself: %s', (ip) => {
    for (const form of formsOf(ip)) expect([form, isPublicAddress(form)]).toEqual([form, false])
  })

  test('in every form of IPv6 as by itself, whatever it is', () => {
    fc.assert(
      fc.property(fc.ipV4(), (ip) => {
        for (const form of formsOf(ip)) expect(isPublicAddress(form)).toBe(isPublicAddress(ip))
      }),
      runs,
    )
  })

  test('never outside of what was given out, however it is written', () => {
    fc.assert(
      fc.property(fc.ipV6(), (ip) => {
        if (!isIPv6(ip) || !isPublicAddress(ip)) return
        const first = new URL(`http://[${ip}]`).hostname.slice(1).split(':')[0] ?? ''
        const stands = ip.includes('.') || first === '' || first === '64' || first === '2002'
        expect(stands || /^[23][0-9a-f]{3}$/.test(first)).toBe(true)
      }),
      runs,
    )
  })

  test.each(['', 'localhost', '1.2.3', '1.2.3.4.5', '01.2.3.4', '0x7f.0.0.1', '[::1]', '1.1.1.1 ', 'example.org'])(
    'not %j, which is none',
    (text) => expect(isPublicAddress(text)).toBe(false),
  )
})

test('what is on a network of this machine is near, whatever its address', () => {
  const near = isOn(['93.184.216.7/24', '2a02:8070:1:2::5/64', 'nonsense', '1.2.3.4/77', '10.0.0.1/8'])
  const all = ['93.184.216.34', '93.184.217.1', '2a02:8070:1:2:3::1', '2a02:8070:1:3::1', '::ffff:93.184.216.1', '2002:5db8:d801::1']
  expect(all.map(near)).toEqual([true, false, true, false, true, true])
  expect(isOn([])('93.184.216.34')).toBe(false)
})

test('an address by which this device is seen is near, and none beside it', () => {
  const near = isOn(eachByItself(['93.184.216.34', '2a02:8070:1:2::5', 'nonsense', '']))
  const all = ['93.184.216.34', '93.184.216.35', '::ffff:93.184.216.34', '64:ff9b::93.184.216.34', '2a02:8070:1:2:0:0:0:5', '2a02:8070:1:2::6']
  expect(all.map(near)).toEqual([true, false, true, true, true, false])
})

describe('a host', () => {
  const read = (text: string): unknown => readHost(text, ['peer'])

  test.each([
    ['example.org', 'example.org'],
    ['EXAMPLE.Org', 'example.org'],
    ['example.org.', 'example.org'],
    ['a-b.c-d.example', 'a-b.c-d.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['1and1.example', '1and1.example'],
    ['127.0.0.1.example', '127.0.0.1.example'],
  ])('%s is the name %s', (text, name) => expect(read(text)).toEqual({ kind: 'name', text: name }))

  test.each([
    ['93.184.216.34', '93.184.216.34'],
    ['2606:2800:0:0::1', '2606:2800::1'],
    ['2A00:1450:4001:0000::200E', '2a00:1450:4001::200e'],
  ])('%s is the address %s', (text, ip) => expect(read(text)).toEqual({ kind: 'ip', text: ip }))

  test.each(['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'printer', 'printer.local', 'router.lan', 'nas.home.arpa', 'metadata.google.internal', 'alice.peer', 'app.alice.peer', 'peer', '127.0.0.1', '::1', '::ffff:127.0.0.1', '169.254.169.254', 'fe80::1%eth0', '10.0.0.1'])(
    '%s is somebody’s own',
    (text) => expect(read(text)).toBe('private'),
  )

  test.each(['', '.', '..', 'a..b', '.example.org', 'example.org..', '127.1', '0x7f000001.1', '0x7f.1', '2130706433.0', '0177.0.0.1', '127.0.0.1.', '[::1]', '[93.184.216.34]', 'user@example.org', 'user:pass@example.org', 'example.org:443', 'example.org/path', 'example.org#x', 'example.org?x', 'exa mple.org', 'example.org\n', 'example\0.org', 'a_b.example', '-a.example', 'a-.example', 'bücher.example', 'ｅxample.org', 'example。org', '１２７.0.0.1', 'example.0x1', `${'a'.repeat(64)}.org`, `${'a.'.repeat(127)}org`, '1.2.3.4/32', '%6c%6f'])(
    '%j is none',
    (text) => expect(read(text)).toBe('none'),
  )

  test.each(['0x7f000001', '2130706433', '017700000001'])('%s, a number to a resolver, is not let through', (text) => {
    expect(['private', 'none']).toContain(read(text))
  })

  test('that is read is one that a URL reads as itself: nobody resolves another one than was judged', () => {
    const letters = fc.constantFrom(...'ab0127.-_:[]@x%／。ß'.split(''))
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 20 }), (text) => {
        const host = readHost(text.join(''), ['peer'])
        if (typeof host === 'string') return
        const asUrl = host.text.includes(':') ? `[${host.text}]` : host.text
        expect(new URL(`https://${asUrl}/`).hostname).toBe(asUrl)
      }),
      runs,
    )
  })
})
