import { crc32 } from 'node:zlib'
import { AddressError, plainAddress, readAddress, readXorAddress, xorAddress } from './address.ts'
import {
  ATTRIBUTE,
  CHANGE,
  FINGERPRINT_XOR,
  HEADER_BYTES,
  MAGIC_COOKIE,
  MAX_ATTRIBUTES,
  MAX_MESSAGE_BYTES,
  TRANSACTION_BYTES,
  TYPE,
  UNKNOWN_ATTRIBUTE,
} from './constants.ts'
import type { StunSocket } from './types.ts'

/** Which way an answer to CHANGE-REQUEST is to come. */
export interface Change {
  readonly address: boolean
  readonly port: boolean
}

export interface BindingRequest {
  readonly kind: 'request'
  /** 12 bytes that nobody can guess. */
  readonly transaction: Uint8Array
  readonly change: Change
  /** Attributes that must be understood and are not; the answer is an error that lists them. */
  readonly unknown: readonly number[]
}

export interface BindingSuccess {
  readonly kind: 'success'
  readonly transaction: Uint8Array
  /** Where the request came from, as the server saw it. */
  readonly mapped: StunSocket
  /** The socket that answers, and another one to ask; null where the server does not say. */
  readonly origin: StunSocket | null
  readonly other: StunSocket | null
}

export interface BindingError {
  readonly kind: 'error'
  readonly transaction: Uint8Array
  readonly code: number
  readonly unknown: readonly number[]
}

export type StunMessage = BindingRequest | BindingSuccess | BindingError
/** `foreign`: no STUN, or of a kind that is not spoken here. `malformed`: STUN that breaks the rules. */
export type Decoded = { read: 'message'; message: StunMessage } | { read: 'foreign' | 'malformed'; why: string }

/** Known, and of no meaning to a server that asks nobody for a password. */
const UNHEEDED: ReadonlySet<number> = new Set<number>([
  ATTRIBUTE.mappedAddress,
  ATTRIBUTE.xorMappedAddress,
  ATTRIBUTE.errorCode,
  ATTRIBUTE.unknownAttributes,
  ATTRIBUTE.username,
  ATTRIBUTE.messageIntegrity,
  ATTRIBUTE.realm,
  ATTRIBUTE.nonce,
  ATTRIBUTE.messageIntegritySha256,
  ATTRIBUTE.passwordAlgorithm,
  ATTRIBUTE.userhash,
  ATTRIBUTE.priority,
  ATTRIBUTE.useCandidate,
])

interface Attribute {
  readonly type: number
  readonly value: Buffer
}

class Malformed extends Error {}

/** Pure; never throws, whatever the bytes are. */
export function decode(bytes: Uint8Array): Decoded {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = buffer.byteLength
  if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) return foreign('not the length of STUN')
  if (buffer.readUInt32BE(4) !== MAGIC_COOKIE) return foreign('no magic cookie')
  const type = buffer.readUInt16BE(0)
  if (type !== TYPE.request && type !== TYPE.success && type !== TYPE.error) return foreign('not about binding')
  try {
    const attributes = attributesOf(buffer)
    const transaction = new Uint8Array(buffer.subarray(8, HEADER_BYTES))
    if (type === TYPE.request) return message(asRequest(transaction, attributes))
    if (type === TYPE.success) return message(asSuccess(transaction, attributes))
    return message(asError(transaction, attributes))
  } catch (error) {
    if (error instanceof Malformed || error instanceof AddressError) return { read: 'malformed', why: error.message }
    throw error
  }
}

/** `lengthBytes`: at least so long, by an attribute that says nothing; a multiple of 4. */
export function encodeRequest(
  { transaction, change }: Pick<BindingRequest, 'transaction' | 'change'>,
  lengthBytes = HEADER_BYTES,
): Uint8Array {
  const bits = (change.address ? CHANGE.address : 0) | (change.port ? CHANGE.port : 0)
  const flags = Buffer.alloc(4)
  flags.writeUInt32BE(bits)
  const attributes: Attribute[] = bits === 0 ? [] : [{ type: ATTRIBUTE.changeRequest, value: flags }]
  const roomBytes = lengthBytes - HEADER_BYTES - attributes.length * 8 - 8 - 4
  if (roomBytes >= 0) attributes.push({ type: ATTRIBUTE.room, value: Buffer.alloc(roomBytes) })
  return withFingerprint(assemble(TYPE.request, transaction, attributes))
}

/**
 * As much of the answer as `mostBytes` hold, what matters most first: the address, where the other socket is, which
 * socket answered, the fingerprint. The address is said always.
 */
export function encodeSuccess(success: Omit<BindingSuccess, 'kind'>, mostBytes: number): Uint8Array {
  const { transaction, mapped, origin, other } = success
  const attributes: Attribute[] = [{ type: ATTRIBUTE.xorMappedAddress, value: xorAddress(mapped, transaction) }]
  const wanted: Attribute[] = [
    ...(other === null ? [] : [{ type: ATTRIBUTE.otherAddress, value: plainAddress(other) }]),
    ...(origin === null ? [] : [{ type: ATTRIBUTE.responseOrigin, value: plainAddress(origin) }]),
  ]
  for (const attribute of wanted) {
    if (lengthOf([...attributes, attribute]) <= mostBytes) attributes.push(attribute)
  }
  return sealed(assemble(TYPE.success, transaction, attributes), mostBytes)
}

/** 420, with as many of the unknown attributes as fit. Without the words that nobody reads. */
export function encodeUnknown(transaction: Uint8Array, unknown: readonly number[], mostBytes: number): Uint8Array {
  const code = Buffer.from([0, 0, Math.floor(UNKNOWN_ATTRIBUTE / 100), UNKNOWN_ATTRIBUTE % 100])
  const attributes: Attribute[] = [{ type: ATTRIBUTE.errorCode, value: code }]
  const count = Math.max(0, Math.floor((mostBytes - lengthOf(attributes) - 4) / 4) * 2)
  const list = Buffer.alloc(Math.min(count, unknown.length) * 2)
  for (let at = 0; at < list.byteLength; at += 2) list.writeUInt16BE(unknown[at / 2] ?? 0, at)
  if (list.byteLength > 0) attributes.push({ type: ATTRIBUTE.unknownAttributes, value: list })
  return sealed(assemble(TYPE.error, transaction, attributes), mostBytes)
}

function asRequest(transaction: Uint8Array, attributes: readonly Attribute[]): BindingRequest {
  const flags = valueOf(attributes, ATTRIBUTE.changeRequest)
  if (flags !== null && flags.byteLength !== 4) throw new Malformed('CHANGE-REQUEST is four bytes')
  const bits = flags?.readUInt32BE() ?? 0
  const unknown = attributes
    .map(({ type }) => type)
    .filter((type) => type < 0x8000 && type !== ATTRIBUTE.changeRequest && !UNHEEDED.has(type))
  return {
    kind: 'request',
    transaction,
    change: { address: (bits & CHANGE.address) !== 0, port: (bits & CHANGE.port) !== 0 },
    unknown: [...new Set(unknown)],
  }
}

function asSuccess(transaction: Uint8Array, attributes: readonly Attribute[]): BindingSuccess {
  const xored = valueOf(attributes, ATTRIBUTE.xorMappedAddress)
  const plain = valueOf(attributes, ATTRIBUTE.mappedAddress)
  if (xored === null && plain === null) throw new Malformed('a success without an address')
  const origin = valueOf(attributes, ATTRIBUTE.responseOrigin)
  const other = valueOf(attributes, ATTRIBUTE.otherAddress)
  return {
    kind: 'success',
    transaction,
    mapped: xored === null ? readAddress(plain ?? Buffer.alloc(0)) : readXorAddress(xored, transaction),
    origin: origin === null ? null : readAddress(origin),
    other: other === null ? null : readAddress(other),
  }
}

function asError(transaction: Uint8Array, attributes: readonly Attribute[]): BindingError {
  const value = valueOf(attributes, ATTRIBUTE.errorCode)
  if (value === null || value.byteLength < 4) throw new Malformed('an error without a code')
  const list = valueOf(attributes, ATTRIBUTE.unknownAttributes) ?? Buffer.alloc(0)
  const unknown = Array.from({ length: Math.floor(list.byteLength / 2) }, (_, at) => list.readUInt16BE(at * 2))
  return { kind: 'error', transaction, code: ((value[2] ?? 0) & 7) * 100 + (value[3] ?? 0), unknown }
}

/** Errors: Malformed for a length, an order or a fingerprint that does not hold. */
function attributesOf(buffer: Buffer): Attribute[] {
  if (buffer.readUInt16BE(2) !== buffer.byteLength - HEADER_BYTES) throw new Malformed('a length that is not its own')
  const attributes: Attribute[] = []
  let at = HEADER_BYTES
  while (at < buffer.byteLength) {
    if (buffer.byteLength - at < 4) throw new Malformed('half an attribute')
    if (attributes.length === MAX_ATTRIBUTES) throw new Malformed('too many attributes')
    const type = buffer.readUInt16BE(at)
    const endsAt = at + 4 + buffer.readUInt16BE(at + 2)
    if (endsAt > buffer.byteLength) throw new Malformed('an attribute beyond the end')
    const value = buffer.subarray(at + 4, endsAt)
    if (type === ATTRIBUTE.fingerprint) checkFingerprint(buffer, at, value)
    attributes.push({ type, value })
    at = padded(endsAt)
  }
  if (at !== buffer.byteLength) throw new Malformed('an attribute without its padding')
  return attributes
}

function checkFingerprint(buffer: Buffer, at: number, value: Buffer): void {
  const isLast = value.byteLength === 4 && at + 8 === buffer.byteLength
  if (!isLast) throw new Malformed('a fingerprint is four bytes, and last')
  if (value.readUInt32BE() !== fingerprintOf(buffer.subarray(0, at))) throw new Malformed('the fingerprint is another')
}

/** Over the message before it, whose length counts the fingerprint already. */
function fingerprintOf(before: Buffer): number {
  return (crc32(before) ^ FINGERPRINT_XOR) >>> 0
}

function valueOf(attributes: readonly Attribute[], type: number): Buffer | null {
  return attributes.find((attribute) => attribute.type === type)?.value ?? null
}

function assemble(type: number, transaction: Uint8Array, attributes: readonly Attribute[]): Buffer {
  const buffer = Buffer.alloc(lengthOf(attributes))
  buffer.writeUInt16BE(type, 0)
  buffer.writeUInt16BE(buffer.byteLength - HEADER_BYTES, 2)
  buffer.writeUInt32BE(MAGIC_COOKIE, 4)
  buffer.set(transaction.subarray(0, TRANSACTION_BYTES), 8)
  let at = HEADER_BYTES
  for (const { type: of, value } of attributes) {
    buffer.writeUInt16BE(of, at)
    buffer.writeUInt16BE(value.byteLength, at + 2)
    buffer.set(value, at + 4)
    at = padded(at + 4 + value.byteLength)
  }
  return buffer
}

function lengthOf(attributes: readonly Attribute[]): number {
  return attributes.reduce((sum, { value }) => padded(sum + 4 + value.byteLength), HEADER_BYTES)
}

function sealed(buffer: Buffer, mostBytes: number): Uint8Array {
  return buffer.byteLength + 8 <= mostBytes ? withFingerprint(buffer) : buffer
}

function withFingerprint(buffer: Buffer): Uint8Array {
  const whole = Buffer.alloc(buffer.byteLength + 8)
  whole.set(buffer)
  whole.writeUInt16BE(whole.byteLength - HEADER_BYTES, 2)
  whole.writeUInt16BE(ATTRIBUTE.fingerprint, buffer.byteLength)
  whole.writeUInt16BE(4, buffer.byteLength + 2)
  whole.writeUInt32BE(fingerprintOf(whole.subarray(0, buffer.byteLength)), buffer.byteLength + 4)
  return whole
}

/** The next multiple of four. */
function padded(length: number): number {
  return (length + 3) & ~3
}

function message(said: StunMessage): Decoded {
  return { read: 'message', message: said }
}

function foreign(why: string): Decoded {
  return { read: 'foreign', why }
}
