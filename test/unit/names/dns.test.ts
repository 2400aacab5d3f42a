import dnsPacket from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createResponder } from '../../../src/main/features/names/dns/responder.ts'
import { readQuery } from '../../../src/main/features/names/dns/wire.ts'
import { EDNS, named, partsOf, question, read } from './dns-world.ts'
import type { World } from './resolver-world.ts'

async function ask(at: World, bytes: Buffer, way: 'udp' | 'tcp' = 'udp') {
  return read(await createResponder(partsOf(at)).answer(bytes, way))
}

const dataOf = ({ answers = [] }: Awaited<ReturnType<typeof ask>>): unknown[] => answers.map((one) => ('data' in one ? one.data : null))

describe('questions about a name', () => {
  test('addresses come by family, for as long as the zone may be kept', async () => {
    const at = await named()
    const four = await ask(at, question('alice.peer', 'A'))
    expect(four).toMatchObject({ type: 'response', id: 4_711, rcode: 'NOERROR', flag_aa: true, flag_ra: false, flag_rd: true, flag_tc: false })
    expect(four.answers).toEqual([
      expect.objectContaining({ name: 'alice.peer', type: 'A', ttl: 300, data: '192.0.2.7' }),
      expect.objectContaining({ data: '192.0.2.8' }),
    ])
    expect(dataOf(await ask(at, question('alice.peer', 'AAAA')))).toEqual(['2001:db8::7'])
    expect(dataOf(await ask(at, question('mail.office.alice.peer', 'A')))).toEqual(['192.0.2.9'])
    await at.clock.advance(100_000)
    expect((await ask(at, question('alice.peer', 'A'))).answers?.[0]).toMatchObject({ ttl: 200 })
  })

  test('texts come whole, in pieces of 255 bytes', async () => {
    const at = await named()
    expect(dataOf(await ask(at, question('alice.peer', 'TXT')))).toEqual([[Buffer.from('Grüße von Alice')]])
    expect(dataOf(await ask(at, question('www.alice.peer', 'TXT')))).toEqual([[Buffer.alloc(0)]])
    const [pieces] = dataOf(await ask(at, question('long.alice.peer', 'TXT'), 'tcp')) as Buffer[][]
    expect(pieces?.map(({ byteLength }) => byteLength)).toEqual([255, 255, 255, 255, 4])
  })

  test('services point at labels of the name or at other hosts', async () => {
    const at = await named()
    expect(dataOf(await ask(at, question('_http._tcp.alice.peer', 'SRV')))).toEqual([{ priority: 0, weight: 0, port: 8_080, target: 'www.alice.peer' }])
    expect(dataOf(await ask(at, question('_imap._tcp.mail.office.alice.peer', 'SRV')))).toMatchObject([{ port: 143, target: 'mail.office.alice.peer' }])
    expect(dataOf(await ask(at, question('_smtp._tcp.mail.office.alice.peer', 'SRV')))).toMatchObject([{ port: 25, target: 'mail.example' }])
  })

  test('capitals are the same name, and are given back as they came', async () => {
    const answer = await ask(await named(), question('aLiCe.PeEr', 'A'))
    expect(answer.questions?.[0]?.name).toBe('aLiCe.PeEr')
    expect(answer.answers?.[0]?.name).toBe('aLiCe.PeEr')
  })

  test('"not of this kind" and "not at all" are two answers, both with how long they hold', async () => {
    const at = await named()
    const soa = { name: 'peer', type: 'SOA', ttl: 30 }
    for (const [name, type] of [['alice.peer', 'MX'], ['www.alice.peer', 'A'], ['office.alice.peer', 'A'], ['_tcp.alice.peer', 'A'], ['empty.peer', 'A']] as const) {
      const answer = await ask(at, question(name, type))
      // Nobody is connected who could know of the last one.
      if (name === 'empty.peer') expect(answer.rcode).toBe('SERVFAIL')
      else expect(answer).toMatchObject({ rcode: 'NOERROR', answers: [], authorities: [soa] })
    }
    for (const name of ['ftp.alice.peer', 'carol.peer', 'xn--80ak6aa92e.peer', 'al.peer', 'a b.peer']) {
      expect(await ask(at, question(name, 'A'))).toMatchObject({ rcode: 'NXDOMAIN', answers: [], authorities: [soa] })
    }
  })

  test('what a person may type beside a name is no name of DNS', async () => {
    const at = await named()
    for (const name of ['alice.peer/x.peer', '@alice.peer', 'alice:80.peer', 'peer://alice.peer']) {
      expect((await ask(at, question(name, 'A'))).rcode).toBe('NXDOMAIN')
    }
  })

  test('no name stands for this machine, its neighbours without a router, or no machine', async () => {
    const at = await named()
    for (const type of ['A', 'AAAA', 'ANY']) {
      expect(await ask(at, question('here.alice.peer', type))).toMatchObject({ rcode: 'NOERROR', answers: [] })
    }
  })

  test('while the ledger is behind, and where nobody could be asked, programs are told why', async () => {
    const at = await named()
    at.behind = { blocksLeft: 7 }
    const behind = await ask(at, question('alice.peer', 'A', { additionals: EDNS ?? [] }))
    expect(behind.rcode).toBe('SERVFAIL')
    expect(JSON.stringify(behind.additionals)).toContain(JSON.stringify(error(14, 'The ledger here is catching up: 7 blocks are left.')))
    // A program that does not know EDNS gets none.
    expect((await ask(at, question('alice.peer', 'A'))).additionals).toEqual([])
    at.behind = null
    const nowhere = await ask(at, question('empty.peer', 'A', { additionals: EDNS ?? [] }))
    expect(JSON.stringify(nowhere.additionals)).toContain(JSON.stringify(error(22, 'Nobody who could know is connected.')))
  })

  test('A and AAAA asked for together are looked up once', async () => {
    const at = await named()
    let lookups = 0
    const parts = partsOf(at)
    const responder = createResponder({
      ...parts,
      resolve: async (...args) => {
        lookups += 1
        await new Promise(setImmediate)
        return parts.resolve(...args)
      },
    })
    await Promise.all(['A', 'AAAA', 'TXT'].map((type) => responder.answer(question('alice.peer', type), 'udp')))
    expect(lookups).toBe(1)
  })

  test('a look-up that never ends is answered in time, as are those beyond what is looked up at once', async () => {
    const at = await named()
    const responder = createResponder(partsOf(at, { resolve: () => new Promise(() => {}), clock: at.clock }))
    const asked = Array.from({ length: 65 }, (_, index) => responder.answer(question(`name${index}.peer`, 'A'), 'udp'))
    expect(read((await asked[64]) ?? null).rcode).toBe('SERVFAIL')
    await at.clock.advance(4_500)
    expect((await Promise.all(asked)).map((bytes) => read(bytes).rcode)).toEqual(Array.from({ length: 65 }, () => 'SERVFAIL'))
  })
})

function error(code: number, why: string): { type: 'Buffer'; data: number[] } {
  return { type: 'Buffer', data: [0, code, ...Buffer.from(why)] }
}

describe('what is not answered', () => {
  test('other names, other classes and transfers are refused', async () => {
    const at = await named()
    for (const name of ['example.com', 'peer.example', 'alice.peerx', '.']) {
      expect(await ask(at, question(name, 'A'))).toMatchObject({ rcode: 'REFUSED', answers: [], flag_aa: false })
    }
    expect((await ask(at, question('alice.peer', 'AXFR'), 'tcp')).rcode).toBe('REFUSED')
    const chaos = question('alice.peer', 'TXT', { questions: [{ name: 'alice.peer', type: 'TXT', class: 'CH' }] })
    expect((await ask(at, chaos)).rcode).toBe('REFUSED')
    expect(at.asks).toEqual([])
  })

  test('the top level has its SOA and NS, and a server at loopback', async () => {
    const at = await named()
    expect(dataOf(await ask(at, question('peer', 'SOA')))).toMatchObject([{ mname: 'ns.peer', minimum: 30 }])
    expect(dataOf(await ask(at, question('peer', 'NS')))).toEqual(['ns.peer'])
    expect(dataOf(await ask(at, question('ns.peer', 'A')))).toEqual(['127.0.0.1'])
    expect(await ask(at, question('peer', 'A'))).toMatchObject({ rcode: 'NOERROR', answers: [] })
  })

  test('answers, and what is shorter than a header, get no answer', async () => {
    const responder = createResponder(partsOf(await named()))
    const response = question('alice.peer', 'A')
    response.writeUInt16BE(0x8000, 2)
    expect(await responder.answer(response, 'udp')).toBeNull()
    expect(await responder.answer(Buffer.alloc(11), 'udp')).toBeNull()
  })

  test('what is too big, cut off, or not one question, is said to be malformed', async () => {
    const at = await named()
    const two = question('alice.peer', 'A', { questions: [{ name: 'alice.peer', type: 'A' }, { name: 'bob.peer', type: 'A' }] })
    const none = question('alice.peer', 'A', { questions: [] })
    const cut = question('alice.peer', 'A').subarray(0, -2)
    const pointing = Buffer.concat([question('alice.peer', 'A').subarray(0, 12), Buffer.from([0xc0, 0x0c, 0, 1, 0, 1])])
    const big = Buffer.concat([question('alice.peer', 'A'), Buffer.alloc(2_000)])
    const many = question('alice.peer', 'A')
    many.writeUInt16BE(65_535, 10)
    const twice = question('alice.peer', 'A', { additionals: [...(EDNS ?? []), ...(EDNS ?? [])] })
    for (const bytes of [two, none, cut, pointing, big, many, twice]) {
      expect(await ask(at, bytes)).toMatchObject({ rcode: 'FORMERR', id: 4_711, questions: [] })
    }
  })

  test('other operations are not implemented, and later versions of EDNS are named as such', async () => {
    const at = await named()
    const update = question('alice.peer', 'A', { flags: 5 << 11 })
    expect((await ask(at, update)).rcode).toBe('NOTIMP')
    const later = question('alice.peer', 'A', { additionals: (EDNS ?? []).map((one) => ({ ...one, ednsVersion: 1 })) })
    expect((await ask(at, later)).additionals).toMatchObject([{ type: 'OPT', extendedRcode: 1 }])
  })
})

describe('sizes', () => {
  test('over UDP what does not fit is left out and said to be, over TCP it comes whole', async () => {
    const at = await named()
    const asked = question('long.alice.peer', 'TXT')
    expect(await ask(at, asked)).toMatchObject({ rcode: 'NOERROR', flag_tc: true, answers: [] })
    expect((await ask(at, asked, 'tcp')).answers).toHaveLength(1)
    // It has 1,100 bytes: with EDNS they fit.
    const wide = await ask(at, question('long.alice.peer', 'TXT', { additionals: EDNS ?? [] }))
    expect(wide).toMatchObject({ flag_tc: false, additionals: [{ type: 'OPT', udpPayloadSize: 1_232 }] })
    expect(wide.answers).toHaveLength(1)
  })

  test('whatever size a program names, no datagram has more than 1,232 bytes, and none is asked to have fewer than 512', () => {
    for (const [named, allowed] of [[0, 512], [100, 512], [800, 800], [65_535, 1_232]] as const) {
      const asked = question('alice.peer', 'A', { additionals: (EDNS ?? []).map((one) => ({ ...one, udpPayloadSize: named })) })
      // The library writes 4,096 for 0.
      if (named === 0) asked.writeUInt16BE(0, asked.byteLength - 8)
      expect(readQuery(asked)).toMatchObject({ outcome: 'query', query: { edns: { maxBytes: allowed } } })
    }
  })
})

describe('malformed input', () => {
  test('any bytes get an answer that can be read, or none', async () => {
    const at = await named()
    const responder = createResponder(partsOf(at))
    const whole = question('www.alice.peer', 'TXT', { additionals: EDNS ?? [] })
    const mutated = fc
      .array(fc.record({ at: fc.nat(whole.byteLength - 1), to: fc.nat(255) }), { maxLength: 6 })
      .chain((changes) => fc.nat(whole.byteLength).map((cutAt) => {
        const bytes = Buffer.from(whole)
        for (const change of changes) bytes[change.at] = change.to
        return cutAt % 3 === 0 ? bytes.subarray(0, cutAt) : bytes
      }))
    const anything = fc.oneof(mutated, fc.uint8Array({ maxLength: 1_100 }).map((bytes) => Buffer.from(bytes)))
    await fc.assert(
      fc.asyncProperty(anything, fc.constantFrom('udp', 'tcp'), async (bytes, way) => {
        const answer = await responder.answer(bytes, way)
        if (answer === null) return
        expect(answer.readUInt16BE(0)).toBe(bytes.readUInt16BE(0))
        expect(answer.readUInt16BE(2) & 0x8000).toBe(0x8000)
        if (way === 'udp') expect(answer.byteLength).toBeLessThanOrEqual(1_232)
        // The question is given back byte for byte, or not at all.
        if (answer.readUInt16BE(4) === 1) expect(bytes.subarray(12).indexOf(answer.subarray(12, 17))).toBe(0)
        else expect(dnsPacket.decode(answer).questions).toEqual([])
      }),
      { numRuns: 3_000 },
    )
  })
})
