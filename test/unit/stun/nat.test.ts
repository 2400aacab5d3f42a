import { describe, expect, test } from 'vitest'
import { classify, type Findings } from '../../../src/main/protocols/stun/nat.ts'

const at = (address: string, port: number) => ({ address, port })
const a1 = at('5.5.5.10', 3478)
const a2 = at('5.5.5.10', 3479)
const b1 = at('5.5.5.20', 3478)
const mapped = at('5.5.5.101', 40_000)

const findings = (over: Partial<Findings> = {}): Findings => ({
  asked: 3,
  seen: [a1, a2, b1].map((server) => ({ server, mapped })),
  otherPort: 'untested',
  otherAddress: 'untested',
  own: ['127.0.0.1', '10.1.0.2'],
  ...over,
})

describe('the kind of NAT', () => {
  test.each([
    ['came', 'came', 'full-cone'],
    ['silent', 'came', 'full-cone'],
    ['untested', 'came', 'full-cone'],
    ['came', 'silent', 'address-restricted'],
    ['came', 'untested', 'address-restricted'],
    ['silent', 'silent', 'port-restricted'],
    ['silent', 'untested', 'port-restricted'],
    ['untested', 'silent', 'port-restricted'],
    ['untested', 'untested', 'port-restricted'],
  ] as const)('where from another port it %s, from another address it %s: %s', (otherPort, otherAddress, kind) => {
    const told = classify(findings({ otherPort, otherAddress }))
    expect(told).toMatchObject({ kind, seenAs: '5.5.5.101:40000' })
    expect(told.why).toMatch(/^[A-Z0-9].*\.$/)
  })

  test('is symmetric where two destinations see two addresses, whatever came from elsewhere', () => {
    const seen = [
      { server: a1, mapped },
      { server: a2, mapped: at('5.5.5.101', 40_001) },
    ]
    expect(classify(findings({ seen, otherPort: 'came', otherAddress: 'came' }))).toMatchObject({ kind: 'symmetric' })
  })

  test('says where the strictest is assumed, and where it may be more open', () => {
    expect(classify(findings()).why).toMatch(/the strictest is assumed/)
    expect(classify(findings({ otherPort: 'came' })).why).toMatch(/may be more open/)
  })

  test('is open where others see an address of this machine', () => {
    expect(classify(findings({ own: ['5.5.5.101'] }))).toMatchObject({ kind: 'open', seenAs: '5.5.5.101:40000' })
  })

  test('is not taken for open by a server on this side of it', () => {
    const seen = [
      { server: at('10.1.0.9', 3478), mapped: at('10.1.0.2', 40_000) },
      { server: a1, mapped },
      { server: a2, mapped },
    ]
    expect(classify(findings({ seen, otherPort: 'silent' }))).toMatchObject({ kind: 'port-restricted' })
  })

  test('stays unknown with one port of one server, and with nobody to ask', () => {
    const seen = [{ server: a1, mapped }]
    const told = classify(findings({ seen, otherPort: 'came' }))
    expect(told).toMatchObject({ kind: 'unknown', seenAs: '5.5.5.101:40000' })
    expect(classify(findings({ asked: 0, seen: [] }))).toMatchObject({ kind: 'unknown', seenAs: null })
  })

  test('cannot be told where no answer comes at all: UDP is blocked', () => {
    expect(classify(findings({ asked: 1, seen: [] }))).toMatchObject({ kind: 'udp-blocked', seenAs: null })
    expect(classify(findings({ asked: 4, seen: [] })).why).toMatch(/^Each of 4 servers was silent/)
  })

  test('an IPv6 address is told in brackets', () => {
    const seen = [{ server: at('2001:db8::1', 3478), mapped: at('2001:db8::7', 4_000) }]
    expect(classify(findings({ seen, own: ['2001:db8::7'] })).seenAs).toBe('[2001:db8::7]:4000')
  })
})
