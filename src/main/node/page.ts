import type { PeerId } from '../../shared/ids.ts'
import type { Capability } from '../../shared/model/door.ts'
import type { DoorFeature } from '../features/door/types.ts'
import type { Guard } from '../platform/streams.ts'
import { APP_TERMS } from '../protocols/app/index.ts'
import { CHAT_TERMS } from '../protocols/chat/index.ts'
import { CONSENSUS_TERMS } from '../protocols/consensus/index.ts'
import { COPY_TERMS } from '../protocols/copy/index.ts'
import { EXIT_TERMS } from '../protocols/exit/index.ts'
import { FILE_TERMS } from '../protocols/file/index.ts'
import { HELLO_TERMS } from '../protocols/hello/index.ts'
import { INTRODUCTION_TERMS } from '../protocols/introduction/index.ts'
import { KNOCK_TERMS } from '../protocols/knock/index.ts'
import { LEDGER_TERMS } from '../protocols/ledger/index.ts'
import { LINK_TERMS } from '../protocols/link/index.ts'
import { MAIL_KEYS_TERMS, MAILBOX_TERMS } from '../protocols/mailbox/index.ts'
import { NAMES_TERMS } from '../protocols/names/index.ts'
import { SITE_TERMS } from '../protocols/site/index.ts'
import { SQUARE_TERMS } from '../protocols/square/index.ts'
import { KAD_PROTOCOL } from './services.ts'

/*
 * Every protocol that this node serves, who may reach it, and why. What is not here is not served: ours ask this page
 * for their guard, and a test holds what libp2p serves against it.
 */

/**
 * Ours. `isValidator`: whether a device decides on blocks of the active network. `isMate`: whether a device proves to be of
 * somebody who is in a group with this account; waits for the proof.
 */
export function guardsOf(
  door: DoorFeature,
  isValidator: (peerId: PeerId) => boolean,
  isMate: (peerId: PeerId, signal: AbortSignal) => Promise<boolean>,
): ReadonlyMap<string, Guard> {
  const open = (protocol: string, why: string): [string, Guard] => [protocol, door.openToStrangers(why, protocol)]
  const needs = (protocol: string, what: Capability): [string, Guard] => [protocol, door.guard(what, protocol)]
  return new Map([
    open(HELLO_TERMS.protocol, 'who somebody is must be said before anything can be decided'),
    open(KNOCK_TERMS.protocol, 'it is the door'),
    matesToo(CHAT_TERMS.protocol),
    open(APP_TERMS.protocol, 'the door is asked for each program, once the first frame names it'),
    needs(INTRODUCTION_TERMS.protocol, 'relay'),
    needs(LEDGER_TERMS.protocol, 'lookup'),
    needs(NAMES_TERMS.protocol, 'lookup'),
    needs(SQUARE_TERMS.protocol, 'lookup'),
    open(SITE_TERMS.protocol, 'the door is asked for each page, once the first frame names the site'),
    open(COPY_TERMS.protocol, 'the door is asked for each site, once the first frame names it; only blocks of what is shown'),
    open(EXIT_TERMS.protocol, 'the door is asked for each host, once the first frame names it; nobody but a contact gets out'),
    open(FILE_TERMS.protocol, 'whoever asks must be in a conversation where the file is offered, once the first frame names it'),
    open(MAILBOX_TERMS.protocol, 'letters are handed in by whoever has an address for them; the door is asked about whose are kept'),
    open(MAIL_KEYS_TERMS.protocol, 'keys to seal letters with are given to contacts, fellow members and own devices alone'),
    open(LINK_TERMS.protocol, 'a device that is being linked is nobody yet; it has to know the secret of the code that is shown'),
    validatorsOnly(CONSENSUS_TERMS.protocol),
  ])

  /** Who is in a group with us may bring what is said there, and nothing else: what is between two is the door's. */
  function matesToo(protocol: string): [string, Guard] {
    const contacts = door.guard('contact', protocol)
    const mates = door.openToStrangers('somebody in a group brings what is said in it', protocol)
    return [protocol, async (peer, signal) => ((await isMate(peer.peerId, signal)) ? mates(peer, signal) : contacts(peer, signal))]
  }

  /** Noise proved the device, and the roster names devices: no account is asked for. */
  function validatorsOnly(protocol: string): [string, Guard] {
    const guard = door.openToStrangers('the roster of the active network says who votes', protocol)
    const why = 'no validator of the active network'
    return [protocol, (peer, signal) => (isValidator(peer.peerId) ? guard(peer, signal) : { verdict: 'refuse', code: 'denied', why })]
  }
}

/**
 * libp2p's own, open to whoever may connect at all (the door refuses banned peers and blocked accounts before), as
 * libp2p has no guard for them. Each says what it tells a stranger, and what a stranger can make this node do.
 */
export const libp2pServes: readonly { readonly protocol: string; readonly why: string }[] = [
  { protocol: '/ipfs/id/1.0.0', why: 'identify: tells the program, its protocols and announced addresses' },
  { protocol: '/ipfs/id/push/1.0.0', why: 'identify push: hears of new addresses of a connected peer; 8 KiB' },
  { protocol: '/ipfs/ping/1.0.0', why: 'ping: echoes 32 bytes; four streams at once' },
  { protocol: '/libp2p/circuit/relay/0.2.0/hop', why: 'relaying, while a rule allows it; the door is asked for whom' },
  { protocol: '/libp2p/circuit/relay/0.2.0/stop', why: 'connections through a relay; the door is asked who comes' },
  { protocol: '/webrtc-signaling/0.0.1', why: 'two behind NATs exchange addresses; a stranger learns ours by it' },
  { protocol: '/libp2p/dcutr', why: 'a relayed peer proposes direct addresses; this node then dials them' },
  { protocol: '/libp2p/autonat/1.0.0', why: 'a peer asks to be dialled back, at the address it came from only' },
  { protocol: KAD_PROTOCOL, why: 'the DHT: who is near a key; zones and device lists, each judged whole; no provider records' },
  { protocol: '/meshsub/1.0.0', why: 'gossip: topics that this node entered; each asks before anything is passed on' },
  { protocol: '/meshsub/1.1.0', why: 'the same, one version on' },
  { protocol: '/meshsub/1.2.0', why: 'the same, two versions on' },
]
