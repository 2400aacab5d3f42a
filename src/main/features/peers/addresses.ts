import { isLoopback, isPrivate } from '@libp2p/utils'
import { CODE_P2P, multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { Circuit } from '@multiformats/multiaddr-matcher'
import { PeerId } from '../../../shared/ids.ts'
import { MAX_ADDRESS_CHARACTERS } from './limits.ts'

/** Where an address leads, for choosing and for the lamp. */
export type Reach = 'public' | 'private' | 'loopback' | 'relayed'

export interface ParsedAddress {
  /** Without the peer id at its end. */
  readonly address: string
  /** The peer it names at its end, if it does. */
  readonly peerId: PeerId | null
  readonly reach: Reach
}

/** What a text says as a multiaddr, or null where it is none to dial: too long, nonsense, only a peer id. */
export function parseAddress(text: string): ParsedAddress | null {
  if (text.length > MAX_ADDRESS_CHARACTERS || !text.startsWith('/')) return null
  let whole: Multiaddr
  try {
    whole = multiaddr(text)
  } catch {
    return null
  }
  const last = whole.getComponents().at(-1)
  const named = last?.code === CODE_P2P ? PeerId.safeParse(last.value) : null
  if (named?.success === false) return null
  const address = named === null ? whole : whole.decapsulateCode(CODE_P2P)
  if (address.getComponents().length === 0) return null
  return { address: address.toString(), peerId: named?.data ?? null, reach: reachOf(address) }
}

/** Those of `addresses` that could be dialled, without the peer id at their end. */
export function dialable(addresses: readonly string[]): string[] {
  return addresses.map(parseAddress).filter((parsed) => parsed !== null).map((parsed) => parsed.address)
}

/** An address at which a dial asks for one peer and no other. */
export function addressOf(peerId: PeerId, address: string): string {
  return `${address}/p2p/${peerId}`
}

/**
 * The addresses worth telling somebody elsewhere: public ones first, then relayed, then private ones of our own
 * networks; loopback only where there is nothing else. At most `max`.
 */
export function worthTelling(addresses: readonly string[], max: number): string[] {
  const parsed = addresses.map(parseAddress).filter((one) => one !== null)
  const of = (reach: Reach): string[] => parsed.filter((one) => one.reach === reach).map((one) => one.address)
  const elsewhere = [...of('public'), ...of('relayed'), ...of('private')]
  return [...new Set(elsewhere.length > 0 ? elsewhere : of('loopback'))].slice(0, max)
}

function reachOf(address: Multiaddr): Reach {
  if (Circuit.matches(address)) return 'relayed'
  if (isLoopback(address)) return 'loopback'
  return isPrivate(address) ? 'private' : 'public'
}
