/*
 * The kernel leaves the sum of a TCP or UDP packet to the network card, and virtual cards never make it: a packet that
 * a program takes off the wire has none.
 */

const ETHERNET_BYTES = 14
const IPV4 = 0x0800
/** Where the sum lies, from the start of the TCP or UDP header. */
const SUM_AT: Readonly<Record<number, number>> = { 6: 16, 17: 6 }

/** Writes the sum of the TCP or UDP packet in the Ethernet frame that begins at `start`; leaves other frames alone. */
export function fillChecksum(bytes: Buffer, start: number): void {
  const ip = start + ETHERNET_BYTES
  if (bytes.length < ip + 20 || bytes.readUInt16BE(ip - 2) !== IPV4) return
  const protocol = bytes.readUInt8(ip + 9)
  const sumAt = SUM_AT[protocol]
  const isFragment = (bytes.readUInt16BE(ip + 6) & 0x3fff) !== 0
  const inner = ip + (bytes.readUInt8(ip) & 15) * 4
  const end = ip + bytes.readUInt16BE(ip + 2)
  if (sumAt === undefined || isFragment || end > bytes.length || inner + sumAt + 2 > end) return
  bytes.writeUInt16BE(0, inner + sumAt)
  const sum = add(bytes, inner, end, add(bytes, ip + 12, ip + 20, protocol + end - inner))
  // In UDP zero means that there is no sum.
  bytes.writeUInt16BE(~sum & 0xffff || 0xffff, inner + sumAt)
}

/** The one's complement sum of 16-bit words, RFC 1071. */
function add(bytes: Buffer, from: number, to: number, before: number): number {
  let sum = before
  for (let at = from; at + 1 < to; at += 2) sum += bytes.readUInt16BE(at)
  if ((to - from) % 2 === 1) sum += bytes.readUInt8(to - 1) << 8
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
  return sum
}
