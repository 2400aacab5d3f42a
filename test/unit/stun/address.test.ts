import { describe, expect, test } from 'vitest'
import { leadsOn } from '../../../src/main/protocols/stun/address.ts'

const at = (address: string, port = 3478) => ({ address, port })

describe('a server that sends whoever asks it on', () => {
  test.each([
    ['5.5.5.10', at('5.5.5.10', 3479)],
    ['5.5.5.10', at('5.5.5.20')],
    ['2a00::1', at('2a00::2')],
    // A laboratory, a house with an introducer of its own.
    ['127.0.0.1', at('127.0.0.2')],
    ['10.1.0.2', at('10.1.0.3')],
    ['10.1.0.2', at('5.5.5.20')],
  ])('at %s may name %j', (server, other) => {
    expect(leadsOn(at(server), other)).toBe(true)
  })

  test.each([
    ['5.5.5.10', at('5.5.5.20', 0)],
    ['5.5.5.10', at('127.0.0.1', 53)],
    ['5.5.5.10', at('192.168.1.1', 1900)],
    ['5.5.5.10', at('169.254.169.254', 80)],
    ['5.5.5.10', at('0.0.0.0')],
    ['5.5.5.10', at('255.255.255.255')],
    ['5.5.5.10', at('239.255.255.250', 1900)],
    ['10.1.0.2', at('239.255.255.250', 1900)],
    ['5.5.5.10', at('2a00::2')],
    ['2a00::1', at('::1')],
    ['2a00::1', at('::ffff:7f00:1')],
    ['2a00::1', at('ff02::c', 1900)],
    ['2a00::1', at('fe80::1')],
  ])('at %s may not name %j', (server, other) => {
    expect(leadsOn(at(server), other)).toBe(false)
  })
})
