import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kindOf, KINDS, recordOf, saysIt, wordsOf, worthTelling } from '../../../src/cli/names/record-words.ts'
import { parted, withRecord } from '../../../src/cli/names/zone-edit.ts'
import { editIn } from '../../../src/cli/names/zone-file.ts'
import { short } from '../../../src/cli/short-id.ts'
import type { ZoneRecord } from '../../../src/shared/model/names.ts'
import { accountOf, peerIdOf } from '../../gallery/ids.ts'
import { at, label, records, zone } from './names-scene.ts'

const address = (ip: string, port: number | null = null, where = at): ZoneRecord => ({ label: where, kind: 'address', ip, port })

describe('the words of a record', () => {
  it.each(records)('make it again: $kind at $label', async (record) => {
    expect(await recordOf(record.label, record.kind, wordsOf(record))).toEqual(record)
  })

  it.each([
    [['192.0.2.7'], { ip: '192.0.2.7', port: null }],
    [['192.0.2.7:80'], { ip: '192.0.2.7', port: 80 }],
    [['2001:db8::7'], { ip: '2001:db8::7', port: null }],
    [['[2001:db8::7]'], { ip: '2001:db8::7', port: null }],
    [['[2001:db8::7]:80'], { ip: '2001:db8::7', port: 80 }],
  ])('%j are an address', async (words, fields) => {
    expect(await recordOf(at, 'address', words)).toEqual({ label: at, kind: 'address', ...fields })
  })

  it('of a service end at the name itself, and of a site at the devices of its owner', async () => {
    expect(await recordOf(at, 'service', ['_http._tcp', '80'])).toMatchObject({ port: 80, target: '@' })
    expect(await recordOf(at, 'site', [])).toMatchObject({ cid: null })
    expect(await recordOf(at, 'site', ['live'])).toMatchObject({ cid: null })
  })

  it.each([
    ['address', [], 'Such a record is written: address <ip[:port]>.'],
    ['address', ['here'], 'An address is one of IPv4 or IPv6.'],
    ['address', ['192.0.2.7:0'], 'A port is at least 1.'],
    ['address', ['192.0.2.7:65536'], 'A port is at most 65,535.'],
    ['address', ['[192.0.2.7'], 'An address is one of IPv4 or IPv6.'],
    ['text', ['Open', 'on', 'Sundays'], 'Such a record is written: text <text>. Put a text of several words in quotes.'],
    ['text', ['one\ntwo'], 'A text is one line, without control characters and marks that turn its direction.'],
    ['text', ['x\u202ey'], 'A text is one line, without control characters and marks that turn its direction.'],
    ['service', ['http', '80'], 'A service is written as _http._tcp is, its name at most 15 characters long.'],
    ['service', ['_http._tcp', 'eighty'], 'A port is a whole number.'],
    ['service', ['_http._tcp', '80', 'Host.example'], /^A service points at a label of this name or at a host, /],
    ['service', ['_http._tcp'], 'Such a record is written: service <_http._tcp> <port> [target].'],
    ['site', ['Qm123'], 'A copy of a site is named by its CID, version 1 in base32.'],
    ['delegate', ['somebody'], 'Such a record is written: delegate <who>.'],
    ['peer', ['nobody'], 'Such a record is written: peer [device [address…]].'],
    ['peer', [peerIdOf('Bea'), ...Array.from({ length: 9 }, () => '/ip4/192.0.2.7/tcp/1')], 'A device has at most 8 addresses.'],
  ] as const)('that are wrong have a sentence: %s %j', async (kind, words, sentence) => {
    const failed = recordOf(at, kind, words)
    await expect(failed).rejects.toThrow(sentence)
    await expect(failed).rejects.toMatchObject({ exitCode: 2 })
  })

  it('never fail but with a sentence, whatever they are', async () => {
    const words = fc.array(fc.string({ unit: 'grapheme', maxLength: 24 }), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...KINDS), words, async (kind, given) => {
        const made = await recordOf(at, kind, given).catch((error: Error) => error)
        if (made instanceof Error) expect(made.message).toMatch(/^[A-Z].*\.$/s)
        else expect(await recordOf(at, kind, wordsOf(made))).toEqual(made)
      }),
    )
  })

  it('of no kind name those there are', () => {
    expect(() => kindOf('A')).toThrow('"A" is no kind of record: peer, site, address, text, service, delegate.')
    expect(() => kindOf('toString')).toThrow('is no kind of record')
  })

  it('say the record that they begin, ids as lists show them', () => {
    const [peer, , , , text] = records
    if (peer === undefined || text === undefined) throw new Error('the scene has both')
    expect(saysIt(peer, [])).toBe(true)
    expect(saysIt(peer, [short(peerIdOf('Bea'))])).toBe(true)
    expect(saysIt(peer, [peerIdOf('Bea'), '/ip4/192.0.2.7/tcp/4001'])).toBe(true)
    expect(saysIt(peer, [short(peerIdOf('Cyd'))])).toBe(false)
    expect(saysIt(text, ['Open on Sundays', 'and more'])).toBe(false)
  })
})

describe('addresses of this device that are worth telling', () => {
  it('are those that the world can dial, at most eight', () => {
    const told = ['/ip4/198.51.100.7/tcp/4001', '/ip6/2001:db8::7/udp/1', '/dns4/host.example/tcp/443', '/ip4/172.32.0.1/tcp/1', '/ip4/100.128.0.1/tcp/1']
    const kept = '127.0.0.1 10.0.0.1 192.168.1.7 172.16.0.1 172.31.9.9 169.254.1.1 100.64.0.1 100.127.1.1 0.0.0.0'
      .split(' ')
      .map((ip) => `/ip4/${ip}/tcp/4001`)
    const kept6 = ['::1', 'fe80::1', 'fd00::1', 'FC00::1', '::ffff:10.0.0.1'].map((ip) => `/ip6/${ip}/tcp/4001`)
    expect(worthTelling([...kept, ...told, ...kept6])).toEqual(told)
    expect(worthTelling(Array.from({ length: 12 }, (_none, index) => `/ip4/192.0.2.${index}/tcp/1`))).toHaveLength(8)
  })
})

describe('a zone with one record more', () => {
  const [first, second] = [address('192.0.2.1'), address('192.0.2.2')]

  it('has it behind the others, and once however often it is added', () => {
    expect(withRecord([first], second, false)).toEqual([first, second])
    expect(withRecord([first, second], first, false)).toEqual([first, second])
  })

  it('has it in place of all of its kind at its label, where that is meant', () => {
    const elsewhere = address('192.0.2.3', null, label('www'))
    const text: ZoneRecord = { label: at, kind: 'text', text: 'x' }
    expect(withRecord([text, first, elsewhere, second], address('192.0.2.9'), true)).toEqual([text, address('192.0.2.9'), elsewhere])
  })

  it('has one site and one delegate at a label, and one record for each device', () => {
    const site = (cid: string | null): ZoneRecord => ({ label: at, kind: 'site', cid })
    expect(withRecord([site(null), first], site(`b${'a'.repeat(58)}`), false)).toEqual([site(`b${'a'.repeat(58)}`), first])
    const peer = (name: string, ...addresses: string[]): ZoneRecord => ({ label: at, kind: 'peer', peerId: peerIdOf(name), addresses })
    expect(withRecord([peer('a', '/x'), peer('b')], peer('a', '/y'), false)).toEqual([peer('a', '/y'), peer('b')])
    const delegate = (who: string): ZoneRecord => ({ label: label('team'), kind: 'delegate', account: accountOf(who) })
    expect(withRecord([delegate('Bea')], delegate('Cyd'), false)).toEqual([delegate('Cyd')])
  })

  it('is parted by label, kind and words', () => {
    const all = [first, second, address('192.0.2.1', null, label('www'))]
    expect(parted(all, at, null, [])).toEqual({ gone: [first, second], left: [all[2]] })
    expect(parted(all, at, 'address', ['192.0.2.1']).gone).toEqual([first])
    expect(parted(all, at, 'text', []).gone).toEqual([])
    expect(parted(all, label('mail'), null, []).left).toEqual(all)
  })
})

describe('a file of a zone', () => {
  it('is what --json prints, and its number guards it', () => {
    const printed = zone()
    const edit = { records: printed.records, ttlMs: printed.ttlMs, after: printed.seq }
    expect(editIn(JSON.stringify(printed), 'zone.json', 'alice')).toEqual(edit)
  })

  it('is a list of records as well', () => {
    expect(editIn('[{"kind":"new"}]', '-', 'alice')).toEqual({ records: [{ kind: 'new' }] })
    expect(editIn('{"records":[]}', '-', 'alice')).toEqual({ records: [] })
  })

  it.each([
    ['', 'zone.json is not JSON.'],
    ['null', 'zone.json is no zone: it has no list of records.'],
    ['{"records":7}', 'zone.json is no zone: it has no list of records.'],
    ['{"records":[],"ttlMs":-1}', 'zone.json is no zone: ttlMs is a number of milliseconds above 0.'],
    ['{"records":[],"seq":"7"}', 'zone.json is no zone: seq is a whole number.'],
    [JSON.stringify(Array.from({ length: 257 }, () => 0)), 'zone.json is no zone: A zone has at most 128 records.'],
    ['{"records":[],"name":"bob\\u001b[2J"}', /^zone\.json is the zone of bob, not of alice; /],
  ])('that is none says why: %s', (text, sentence) => {
    expect(() => editIn(text, 'zone.json', 'alice')).toThrow(sentence)
  })
})
