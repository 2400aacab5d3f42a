import { z } from 'zod'
import { TimeMs } from '../../../shared/ids.ts'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import { bytesUpTo, DIGEST_BYTES, digestHex, fromHex, type Hex, hexOf, KEY_BYTES } from './bytes.ts'
import { decodeEntry, type Entry } from './entry.ts'
import { type Genesis, leaderOf, networkOf, type Roster, slotStartMs } from './genesis.ts'
import { MAX_BLOCK_BYTES, MAX_CERTIFICATE_BYTES, MAX_ENTRY_BYTES, MAX_HEADER_BYTES } from './limits.ts'
import { listRoot } from './merkle.ts'

const Header = z.strictObject({
  network: hexOf(DIGEST_BYTES),
  height: z.int().positive(),
  slot: z.int().nonnegative(),
  parent: hexOf(DIGEST_BYTES),
  timestampMs: TimeMs,
  leader: hexOf(KEY_BYTES),
  entriesRoot: hexOf(DIGEST_BYTES),
  stateRoot: hexOf(DIGEST_BYTES),
})
export type Header = z.infer<typeof Header>

/** A header with its digest, which is the block's id: it vouches for the entries and for the state after them. */
export interface SealedHeader extends Header {
  readonly id: Hex
  readonly bytes: Uint8Array
}

export interface Block {
  readonly header: SealedHeader
  readonly entries: readonly Entry[]
}

/** A block with what the validators signed for it. */
export interface CertifiedBlock extends Block {
  /** Only consensus can read it. */
  readonly certificate: Uint8Array
}

const BlockForm = z.strictObject({
  header: bytesUpTo(MAX_HEADER_BYTES),
  entries: z.array(bytesUpTo(MAX_ENTRY_BYTES)).max(10_000),
  certificate: bytesUpTo(MAX_CERTIFICATE_BYTES),
})

export function encodeHeader(header: Header): Uint8Array<ArrayBuffer> {
  const { network, height, slot, parent, timestampMs, leader, entriesRoot, stateRoot } = header
  return encode({
    network: fromHex(network),
    height,
    slot,
    parent: fromHex(parent),
    timestampMs,
    leader: fromHex(leader),
    entriesRoot: fromHex(entriesRoot),
    stateRoot: fromHex(stateRoot),
  })
}

export function sealHeader(header: Header): SealedHeader {
  const bytes = encodeHeader(header)
  return { ...header, bytes, id: digestHex(bytes) }
}

/** *Errors*: DecodeError. */
export function decodeHeader(bytes: Uint8Array): SealedHeader {
  return { ...decode(bytes, Header, MAX_HEADER_BYTES), bytes, id: digestHex(bytes) }
}

export function encodeBlock({ header, entries, certificate }: CertifiedBlock): Uint8Array<ArrayBuffer> {
  return encode({ header: header.bytes, entries: entries.map(({ bytes }) => bytes), certificate })
}

/** Sizes, form, and that the entries are those of the header; nothing else. *Errors*: DecodeError. */
export function decodeBlock(bytes: Uint8Array): CertifiedBlock {
  const { header, entries, certificate } = openBlock(bytes)
  return { header, entries: entries.map(decodeEntry), certificate }
}

/**
 * The id of a block without its certificate, as validators pass it on before they have decided; null where it is none. Its
 * entries are bound to it and are not read: two that are not the same have two ids.
 */
export function proposalId(bytes: Uint8Array): Hex | null {
  try {
    const { header, certificate } = openBlock(bytes)
    return certificate.byteLength === 0 ? header.id : null
  } catch (error) {
    if (error instanceof DecodeError) return null
    throw error
  }
}

/** A block whose entries were not read yet; that they are those of the header is sure. */
export interface OpenBlock {
  readonly header: SealedHeader
  readonly entries: readonly Uint8Array[]
  readonly certificate: Uint8Array
}

/** The same as `decodeBlock` without reading the entries, which is most of the work. *Errors*: DecodeError. */
export function openBlock(bytes: Uint8Array): OpenBlock {
  const wire = decode(bytes, BlockForm, MAX_BLOCK_BYTES)
  const header = decodeHeader(wire.header)
  // Before any of them is looked at: two hashes each, where reading costs ten.
  if (listRoot(wire.entries) !== header.entriesRoot) throw new DecodeError('the entries are not those of the header')
  return { ...wire, header }
}

/** The block that a child must follow. Before the first one: the genesis itself, at height 0. */
export interface Parent {
  readonly id: Hex
  readonly height: number
  /** -1 before the first block. */
  readonly slot: number
  readonly timestampMs: number
}

export function genesisParent(genesis: Genesis): Parent {
  return { id: networkOf(genesis), height: 0, slot: -1, timestampMs: genesis.startMs }
}

export type HeaderCode = 'network' | 'parent' | 'height' | 'slot' | 'time' | 'leader'
export type HeaderCheck =
  | { readonly outcome: 'valid' }
  | { readonly outcome: 'refused'; readonly code: HeaderCode; readonly why: string }

/** Whether a header follows its parent, by rules that need no clock and no state but the roster. */
export function checkHeader(
  header: Header,
  parent: Parent,
  { genesis, network, roster }: { genesis: Genesis; network: Hex; roster: Roster },
): HeaderCheck {
  const refused = (code: HeaderCode, why: string): HeaderCheck => ({ outcome: 'refused', code, why })
  if (header.network !== network) return refused('network', 'it is of another network')
  if (header.parent !== parent.id) return refused('parent', 'it follows another block')
  if (header.height !== parent.height + 1) {
    return refused('height', `height ${header.height} after height ${parent.height}`)
  }
  if (header.slot <= parent.slot) return refused('slot', `slot ${header.slot} is not after slot ${parent.slot}`)
  const startsMs = slotStartMs(genesis, header.slot)
  if (header.timestampMs < startsMs || header.timestampMs >= startsMs + genesis.slotMs) {
    return refused('time', 'its time lies outside its slot')
  }
  if (header.leader !== leaderOf(roster, header.slot).key) return refused('leader', 'somebody else leads this slot')
  return { outcome: 'valid' }
}
