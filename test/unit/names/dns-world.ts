import dnsPacket, { type DecodedPacket, type Packet } from 'dns-packet'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { resolve } from '../../../src/main/features/names/resolver.ts'
import type { ResponderParts } from '../../../src/main/features/names/dns/index.ts'
import { alice, onLedger, record, signed, world, type World } from './resolver-world.ts'

/** A name with a bit of everything. */
export const records = [
  record({ label: '@', kind: 'address', ip: '192.0.2.7', port: 80 }),
  record({ label: '@', kind: 'address', ip: '192.0.2.8', port: null }),
  record({ label: '@', kind: 'address', ip: '2001:db8::7', port: null }),
  record({ label: '@', kind: 'text', text: 'Grüße von Alice' }),
  record({ label: '@', kind: 'service', service: '_http._tcp', port: 8_080, target: 'www' }),
  record({ label: 'mail.office', kind: 'address', ip: '192.0.2.9', port: null }),
  record({ label: 'mail.office', kind: 'service', service: '_imap._tcp', port: 143, target: 'mail.office' }),
  record({ label: 'mail.office', kind: 'service', service: '_smtp._tcp', port: 25, target: 'mail.example' }),
  record({ label: 'long', kind: 'text', text: 'x'.repeat(1_024) }),
  record({ label: 'www', kind: 'text', text: '' }),
  record({ label: 'here', kind: 'address', ip: '127.0.0.1', port: null }),
  record({ label: 'here', kind: 'address', ip: '::ffff:127.0.0.1', port: null }),
  record({ label: 'here', kind: 'address', ip: '169.254.169.254', port: null }),
  record({ label: 'here', kind: 'address', ip: '0.0.0.0', port: null }),
  record({ label: 'here', kind: 'address', ip: '::1', port: null }),
]

/** The look-ups of a network in which Alice has put all that into her zone, and Bob nothing. */
export async function named(): Promise<World> {
  const at = world()
  at.cache.put(await signed(alice, 'alice', 1, { records }))
  at.names.set('empty', onLedger('empty', alice))
  return at
}

export function partsOf(at: World, change: Partial<ResponderParts> = {}): ResponderParts {
  return {
    tld: () => 'peer',
    resolve: (fullName, signal) => resolve(fullName, at.parts, { signal }),
    clock: { ...systemClock, nowMs: () => at.clock.nowMs() },
    log: silentLog,
    ...change,
  }
}

export function question(name: string, type: string, more: Partial<Packet> = {}): Buffer {
  return dnsPacket.encode({
    type: 'query',
    id: 4_711,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ name, type: type as 'A' }],
    ...more,
  })
}

export const EDNS: Packet['additionals'] = [
  { name: '.', type: 'OPT', udpPayloadSize: 4_096, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] },
]

export function read(bytes: Buffer | null): DecodedPacket & { rcode: string } {
  if (bytes === null) throw new Error('there is no answer')
  return dnsPacket.decode(bytes) as DecodedPacket & { rcode: string }
}
