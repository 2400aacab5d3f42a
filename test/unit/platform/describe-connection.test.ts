import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { describeConnection } from '../../../src/main/platform/describe-connection.ts'

const peer = '12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp'
const relay = '12D3KooWAAZZnfLC6U76vmiRkQtbS6vj5iTUP5eoG5hhH3aHydUu'
const certhash = 'uEiDikp5KVUgkLta1EjUN-IKbHk-dUBg8VzKgf5nXxLK46w'

const described = (address: string, limits?: { bytes: bigint }) =>
  describeConnection({
    id: 'c1',
    remotePeer: peerIdFromString(peer),
    remoteAddr: multiaddr(address),
    direction: 'inbound',
    ...(limits === undefined ? {} : { limits }),
  })

describe('a connection', () => {
  it.each([
    ['/ip4/127.0.0.1/tcp/4001', 'local', 'tcp'],
    ['/ip6/::1/tcp/4001', 'local', 'tcp'],
    ['/ip4/192.168.1.9/tcp/4001', 'lan', 'tcp'],
    ['/ip4/10.1.2.3/tcp/4001/ws', 'lan', 'ws'],
    ['/ip4/169.254.3.4/tcp/4001', 'lan', 'tcp'],
    ['/ip6/fe80::1/tcp/4001', 'lan', 'tcp'],
    ['/ip6/fd00::1/tcp/4001', 'lan', 'tcp'],
    ['/ip4/5.5.5.5/tcp/4001', 'direct', 'tcp'],
    ['/ip6/2600::1/tcp/4001', 'direct', 'tcp'],
    ['/dns4/example.org/tcp/443/tls/ws', 'direct', 'ws'],
    [`/ip4/5.5.5.5/udp/4001/webrtc-direct/certhash/${certhash}`, 'direct', 'webrtc-direct'],
    ['/ip4/192.168.1.9/udp/4001/webrtc-direct', 'lan', 'webrtc-direct'],
    ['/memory/one', 'local', 'memory'],
    [`/ip4/127.0.0.1/tcp/1/p2p/${relay}/p2p-circuit`, 'relayed', 'relay'],
    [`/ip4/5.5.5.5/tcp/1/tls/ws/p2p/${relay}/p2p-circuit/p2p/${peer}`, 'relayed', 'relay'],
    [`/p2p/${relay}/p2p-circuit`, 'relayed', 'relay'],
    [`/ip4/127.0.0.1/tcp/1/p2p/${relay}/p2p-circuit/webrtc/p2p/${peer}`, 'direct', 'webrtc'],
    [`/webrtc/p2p/${peer}`, 'direct', 'webrtc'],
  ])('at %s is %s, over %s', (address, route, transport) => {
    const same = { address, peerId: peer, connection: 'c1', direction: 'inbound' }
    const through = { dataBytes: null, leftBytes: null, durationMs: null, untilMs: null, through: relay }
    const circuit = transport === 'relay' ? through : null
    expect(described(address)).toEqual({ ...same, route, transport, circuit })
  })

  it('that is limited is relayed, whatever its address says', () => {
    expect(described('/ip4/127.0.0.1/tcp/4001', { bytes: 1n }).route).toBe('relayed')
  })
})
