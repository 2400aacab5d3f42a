import { hkdfSync } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { PeerInfo } from '@libp2p/interface'
import type { Annex } from './annex.ts'
import { boundedHandshakes, closingNothing, staying } from './bounded.ts'
import type { DhtRoom } from './dht-room.ts'
import { MAX_CIRCUITS } from './dial-one.ts'
import type { GossipRoom } from './gossip.ts'
import type { Places } from './places.ts'

/*
 * The transports and services that join after the core, each loaded only if it is wanted. Who may reach which is said
 * in create-node.ts.
 */

export { KAD_PROTOCOL } from './dht-library.ts'

/** Ours, so that a local network full of other libp2p programs is not dialled. */
const LAN_SERVICE_TAG = '_latch._udp.local'

/**
 * Every browser says of which page a WebSocket is, and no Latch does. A page of the web that found this port would be a
 * stranger who comes from this machine itself, and a hello would tell it whose machine that is: so pages get no further.
 */
export async function joinWebSockets(annex: Annex, listen: readonly string[]): Promise<void> {
  const { webSockets } = await import('@libp2p/websockets')
  const http = { shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.origin === undefined }
  await annex.addTransport('websockets', webSockets({ http }), listen)
}

/** To be reached, and to reach others, through a relay; at which, `places` sees to. */
export async function joinRelayed(annex: Annex, listen: readonly string[], places: Places): Promise<void> {
  const { circuitRelayTransport, RELAY_V2_STOP_CODEC } = await import('@libp2p/circuit-relay-v2')
  const make = circuitRelayTransport({
    // Each circuit is a stream for as long as it lasts.
    maxInboundStopStreams: MAX_CIRCUITS,
    // None may wait for another: libp2p empties that queue when a place was given, and who waited in it waits for ever.
    reservationConcurrency: 64,
  })
  await annex.addTransport('relayed', (components) => places.attach(components, RELAY_V2_STOP_CODEC, make), listen)
}

/**
 * WebRTC between two behind NATs (introduced through a relay), and WebRTC straight to an address. The certificate of
 * the latter is part of the address, and survives a restart in libp2p's keychain, sealed under a key of the keyring.
 */
export async function joinWebRTC(
  annex: Annex,
  { listen, stun, databaseKey }: { listen: readonly string[]; stun: () => readonly string[]; databaseKey: Uint8Array },
): Promise<void> {
  // One after another: each holds this thread for as long as it loads, and what waits gets its turn in between.
  const { keychain } = await import('@libp2p/keychain')
  const webrtc = await import('@libp2p/webrtc')
  await annex.add(
    'keychain',
    keychain({
      pass: derived(databaseKey, 'latch keychain pass'),
      // The pass is as good as random: stretching it gains nothing. 1,000 rounds are the least the library takes.
      dek: { hash: 'sha2-512', salt: derived(databaseKey, 'latch keychain salt'), iterationCount: 1e3, keyLength: 64 },
    }),
  )
  // Made anew for each connection: introducers, with their STUN, come and go, and the library changes what it is given.
  // Never its own list, which is four companies' servers.
  const rtcConfiguration = (): RTCConfiguration => {
    const urls = [...stun()]
    return { iceServers: urls.length > 0 ? [{ urls }] : [] }
  }
  // One bound for both.
  const bounded = boundedHandshakes(annex.components)
  const [between, direct] = [webrtc.webRTC({ rtcConfiguration }), webrtc.webRTCDirect({ rtcConfiguration })]
  await annex.addTransport('webrtc', () => between(bounded), listen)
  await annex.addTransport('webrtcDirect', () => direct(bounded), listen)
}

/** Kademlia of our own network: who is near a key, and those records that features keep in `room`. */
export async function joinDht(annex: Annex, room: DhtRoom): Promise<void> {
  const { kadDHT } = await import('@libp2p/kad-dht')
  const { Libp2pRecord } = await import('@libp2p/record')
  await annex.add('dht', (components) => room.make({ kadDHT, Libp2pRecord }, components))
  room.begin()
}

/** The broadcast of the network's topics: those that features entered in `room`, and no others. */
export async function joinGossip(annex: Annex, room: GossipRoom): Promise<void> {
  const { gossipsub } = await import('@libp2p/gossipsub')
  const make = gossipsub(room.options)
  await annex.add('gossip', (components) => {
    const service = make(components)
    room.guard(service, components)
    return service
  })
  room.begin()
}

export async function joinDcutr(annex: Annex): Promise<void> {
  const { dcutr } = await import('@libp2p/dcutr')
  await annex.add('dcutr', (components) => Object(dcutr()(closingNothing(components))))
}

export async function joinAutonat(annex: Annex): Promise<void> {
  const { autoNAT } = await import('@libp2p/autonat')
  await annex.add('autonat', (components) => Object(autoNAT()(staying(components))))
}

export async function joinUpnp(annex: Annex): Promise<void> {
  const { uPnPNAT } = await import('@libp2p/upnp-nat')
  // AutoNAT takes four strangers to confirm an address; in a young network there are none. The description is shown
  // in the router's list, where the default would write the peer id.
  await annex.add('upnp', uPnPNAT({ autoConfirmAddress: true, portMappingDescription: 'Latch' }))
}

export async function joinLan(annex: Annex, found: (peer: PeerInfo) => void): Promise<void> {
  const { mdns } = await import('@libp2p/mdns')
  const lan = await annex.add('lan', mdns({ serviceTag: LAN_SERVICE_TAG }))
  lan.addEventListener('peer', ({ detail }) => found(detail))
}

function derived(databaseKey: Uint8Array, purpose: string): string {
  return Buffer.from(hkdfSync('sha256', databaseKey, new Uint8Array(), purpose, 32)).toString('base64')
}
