import type { PrivateKey } from '@libp2p/interface'
import { z } from 'zod'
import { AccountId, PeerId, TimeMs } from '../../../shared/ids.ts'
import { decode, encode } from '../../platform/cbor.ts'
import { open, seal, type EnvelopeKind } from '../../platform/envelope.ts'
import { cleanText } from '../../protocols/hello/index.ts'
import { accountIdOf, KEY_BYTES } from './keys.ts'
import { MAX_DEVICE_LIST_BYTES, MAX_DEVICES, MAX_LABEL_LENGTH, MAX_REVOKED } from './limits.ts'

/*
 * The list of an account's devices, drawn in docs/wire/device-list.md. Everything here is pure: it signs, checks and
 * compares lists, and keeps none.
 */

export const DEVICE_LIST: EnvelopeKind = { domain: 'latch-device-list', type: '/latch/device-list/1' }

const MailKey = z.custom<Uint8Array>(
  (value) => value instanceof Uint8Array && value.byteLength === KEY_BYTES,
  `not ${KEY_BYTES} bytes`,
)

const Device = z.object({
  peerId: PeerId,
  label: z.string().max(MAX_LABEL_LENGTH).transform(cleanLabel),
  addedAtMs: TimeMs,
  mailKey: MailKey,
})
export type Device = z.infer<typeof Device>

const DeviceList = z
  .object({
    account: AccountId,
    seq: TimeMs,
    devices: z.array(Device).max(MAX_DEVICES),
    revoked: z.array(PeerId).max(MAX_REVOKED),
  })
  .refine(({ devices, revoked }) => {
    const ids = [...devices.map((device) => device.peerId), ...revoked]
    return new Set(ids).size === ids.length
  }, 'a device is listed twice')
export type DeviceList = z.infer<typeof DeviceList>

/** A list whose signature is its account's own, with the bytes that prove it. */
export interface SignedList {
  readonly list: DeviceList
  readonly envelope: Uint8Array
}

export type OpenedList =
  | { outcome: 'valid'; signed: SignedList }
  /** `malformed`: not a list of ours. `forged`: a list, signed by another key than its account's. */
  | { outcome: 'malformed' | 'forged'; why: string }

/** Size, then signature, then meaning. */
export async function openDeviceList(envelope: Uint8Array): Promise<OpenedList> {
  if (envelope.byteLength > MAX_DEVICE_LIST_BYTES) {
    const why = `a device list of ${envelope.byteLength} bytes; at most ${MAX_DEVICE_LIST_BYTES} are taken`
    return { outcome: 'malformed', why }
  }
  try {
    const { publicKey, payload } = await open(DEVICE_LIST, envelope)
    const list = readDeviceList(payload)
    if (publicKey.type !== 'Ed25519' || accountIdOf(publicKey) !== list.account) {
      return { outcome: 'forged', why: 'the device list is signed by another key than its account' }
    }
    return { outcome: 'valid', signed: { list, envelope } }
  } catch (error) {
    return { outcome: 'malformed', why: error instanceof Error ? error.message : String(error) }
  }
}

/** The list that an envelope's payload holds. Errors: DecodeError. */
export function readDeviceList(payload: Uint8Array): DeviceList {
  return decode(payload, DeviceList, MAX_DEVICE_LIST_BYTES)
}

export type BuiltList = { outcome: 'signed'; signed: SignedList } | { outcome: 'too-large'; why: string }

/** Signs `list` with its account's key. The same list gives the same bytes, as Ed25519 draws no random number. */
export async function signDeviceList(list: DeviceList, accountKey: PrivateKey): Promise<BuiltList> {
  const checked = DeviceList.safeParse(list)
  if (!checked.success) return { outcome: 'too-large', why: checked.error.issues[0]?.message ?? 'not a device list' }
  const envelope = await seal(DEVICE_LIST, encode(list), accountKey)
  if (envelope.byteLength > MAX_DEVICE_LIST_BYTES) {
    const why = `the list would take ${envelope.byteLength} bytes; ${MAX_DEVICE_LIST_BYTES} is the most`
    return { outcome: 'too-large', why }
  }
  return { outcome: 'signed', signed: { list, envelope } }
}

export type Comparison =
  /** Nothing was known, or an older one: keep what is offered. */
  | { verdict: 'newer'; why: string }
  | { verdict: 'same'; why: string }
  | { verdict: 'older'; why: string }
  /** The account signed two different lists with one number: keep what is known. */
  | { verdict: 'conflict'; why: string }

/** What `offered` is beside `known`, the newest list of the same account. Both were opened, so both are signed. */
export function acceptDeviceList(known: DeviceList | null, offered: DeviceList): Comparison {
  if (known === null) return { verdict: 'newer', why: 'the first list of this account' }
  if (offered.seq > known.seq) return { verdict: 'newer', why: `list ${offered.seq} follows ${known.seq}` }
  if (offered.seq < known.seq) return { verdict: 'older', why: `list ${offered.seq} is older than ${known.seq}` }
  if (Buffer.compare(encode(known), encode(offered)) === 0) return { verdict: 'same', why: 'the list that is known' }
  return { verdict: 'conflict', why: `two different lists carry the number ${known.seq}` }
}

export type Joined =
  /** `offered` says all that both say: take it as it is. */
  | { outcome: 'adopt' }
  /** Neither says all: this has to be signed. */
  | { outcome: 'sign'; list: DeviceList }

/**
 * What two lists of one account come to, seen from its device `mine`: the devices of both and `mine`, less what either
 * revokes. Devices leave a list by `revoked` alone, so joining in any order ends at the same devices. What a device is called, and
 * since when it is there, the later list says; its mail key, it says itself.
 */
export function joinDeviceLists(known: DeviceList, offered: DeviceList, mine: Device, nowMs: number): Joined {
  const [earlier, later] = offered.seq >= known.seq ? [known, offered] : [offered, known]
  const revoked = new Set([...earlier.revoked, ...later.revoked])
  const devices = new Map<PeerId, Device>()
  for (const device of [...earlier.devices, ...later.devices]) devices.set(device.peerId, device)
  devices.set(mine.peerId, { ...mine, ...pick(devices.get(mine.peerId)) })
  for (const peerId of revoked) devices.delete(peerId)

  const joined = listOf(later.account, later.seq, [...devices.values()], [...revoked])
  if (later === offered && Buffer.compare(encode(joined), encode(offered)) === 0) return { outcome: 'adopt' }
  return { outcome: 'sign', list: { ...joined, seq: nextSeq(joined.seq, nowMs) } }
}

/** The first list of a device that knows of no other: itself. */
export function firstDeviceList(account: AccountId, mine: Device, nowMs: number): DeviceList {
  return listOf(account, nowMs, [mine], [])
}

/** Numbers are times, so that a device that knows no earlier list still makes a later one; and they only grow. */
export function nextSeq(seq: number, nowMs: number): number {
  return Math.max(nowMs, seq + 1)
}

export function cleanLabel(label: string): string {
  return cleanText(label, MAX_LABEL_LENGTH)
}

export type ChangedList = { outcome: 'changed'; list: DeviceList } | { outcome: 'unknown-device' | 'full' }

/** The list in which that device has another label. */
export function withLabel(list: DeviceList, peerId: PeerId, label: string, nowMs: number): ChangedList {
  if (!list.devices.some((device) => device.peerId === peerId)) return { outcome: 'unknown-device' }
  const devices = list.devices.map((device) => (device.peerId === peerId ? { ...device, label: cleanLabel(label) } : device))
  return { outcome: 'changed', list: { ...listOf(list.account, list.seq, devices, list.revoked), seq: nextSeq(list.seq, nowMs) } }
}

/** The list without that device, for good. */
export function withRevoked(list: DeviceList, peerId: PeerId, nowMs: number): ChangedList {
  if (!list.devices.some((device) => device.peerId === peerId)) return { outcome: 'unknown-device' }
  if (list.revoked.length >= MAX_REVOKED) return { outcome: 'full' }
  const devices = list.devices.filter((device) => device.peerId !== peerId)
  return { outcome: 'changed', list: { ...listOf(list.account, list.seq, devices, [...list.revoked, peerId]), seq: nextSeq(list.seq, nowMs) } }
}

/** The list with one device more. */
export function withDevice(list: DeviceList, device: Device, nowMs: number): ChangedList {
  if (list.revoked.includes(device.peerId) || list.devices.length >= MAX_DEVICES) return { outcome: 'full' }
  const devices = [...list.devices.filter(({ peerId }) => peerId !== device.peerId), { ...device, label: cleanLabel(device.label) }]
  return { outcome: 'changed', list: { ...listOf(list.account, list.seq, devices, list.revoked), seq: nextSeq(list.seq, nowMs) } }
}

function pick(device: Device | undefined): Partial<Pick<Device, 'label' | 'addedAtMs'>> {
  return device === undefined ? {} : { label: device.label, addedAtMs: device.addedAtMs }
}

/** Sorted by peer id: the same devices give the same bytes, whoever signs. */
function listOf(account: AccountId, seq: number, devices: Device[], revoked: PeerId[]): DeviceList {
  const byPeerId = (a: Device, b: Device): number => (a.peerId < b.peerId ? -1 : 1)
  return { account, seq, devices: devices.toSorted(byPeerId), revoked: revoked.toSorted() }
}
