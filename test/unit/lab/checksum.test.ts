import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fillChecksum } from '../../lab/checksum.ts'

/** Ethernet, IPv4, then UDP or TCP with a wrong sum. */
function frame(protocol: number, payload: Uint8Array): Buffer {
  const header = protocol === 17 ? 8 : 20
  const bytes = Buffer.alloc(14 + 20 + header + payload.length)
  bytes.writeUInt16BE(0x0800, 12)
  bytes.writeUInt8(0x45, 14)
  bytes.writeUInt16BE(20 + header + payload.length, 16)
  bytes.writeUInt8(protocol, 23)
  bytes.set([10, 1, 0, 2, 5, 2, 0, 1], 26)
  bytes.set(payload, 34 + header)
  bytes.writeUInt16BE(0xbeef, 34 + (protocol === 17 ? 6 : 16))
  return bytes
}

/** What a receiver does: all words, the sum among them, add up to 0xffff. */
function addsUp(bytes: Buffer, protocol: number): number {
  const segment = bytes.subarray(34)
  const { length } = segment
  const rest = [Buffer.from([0, protocol, length >> 8, length & 255]), segment, Buffer.alloc(length % 2)]
  const padded = Buffer.concat([bytes.subarray(26, 34), ...rest])
  let sum = 0
  for (let at = 0; at < padded.length; at += 2) sum += padded.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum
}

describe('the sum of a packet', () => {
  test('holds for any UDP and TCP', () => {
    fc.assert(
      fc.property(fc.constantFrom(6, 17), fc.uint8Array({ maxLength: 1_480 }), (protocol, payload) => {
        const bytes = frame(protocol, payload)
        fillChecksum(bytes, 0)
        expect(addsUp(bytes, protocol)).toBe(0xffff)
      }),
    )
  })

  test('whatever else passes is left as it is, and nothing throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        fillChecksum(Buffer.from(bytes), 0)
      }),
    )
    const arp = frame(17, new Uint8Array(4))
    arp.writeUInt16BE(0x0806, 12)
    const before = Buffer.from(arp)
    fillChecksum(arp, 0)
    expect(arp).toEqual(before)
  })
})
