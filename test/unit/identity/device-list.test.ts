import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PeerId } from '../../../src/shared/ids.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { seal } from '../../../src/main/platform/envelope.ts'
import {
  acceptDeviceList,
  DEVICE_LIST,
  firstDeviceList,
  joinDeviceLists,
  openDeviceList,
  signDeviceList,
  type Device,
  type DeviceList,
} from '../../../src/main/features/identity/device-list.ts'
import { MAX_DEVICE_LIST_BYTES, MAX_DEVICES } from '../../../src/main/features/identity/limits.ts'
import { somebody, type Somebody } from './parts.ts'

const ada = await somebody('ada')
const bea = await somebody('bea')
const devices = await Promise.all(['first', 'second', 'third', 'fourth'].map(async (name) => somebody('ada', name)))

/** Golden: added to, never edited. */
const GOLDEN = [
  '0a2408011220d64842c5b7b48cd06fdba1bf4965303212abcc9579df0be33fbeaa8ef49c72a712142f6c617463682f646576',
  '6963652d6c6973742f311aef01a4637365711b0000019b76daa800676163636f756e74783e6b3531717a693575717535646c',
  '69757531626f626c69726a773269326935716d657567653639346b336866336f646d316f7073337562637a62323972716667',
  '6465766963657381a4656c6162656c6b6164612773206669727374667065657249647834313244334b6f6f5747696f535a65',
  '674236755431377763593131316e35505769515359444e693432676353513244505850585a70676d61696c4b657958205bc5',
  'd4bd0a694930b868ce30e32854daf3e5b850be45769f95b694941c04ce6269616464656441744d731903e8677265766f6b65',
  '64802a407950a04ecd3b53ad381d3e592e968c0b5e968b751e01bc5f6190cec2b4de4fbc097ebaa99419be3cd83988963a7a',
  '8ebaf57e6e96ea04660d33cc304213038804',
].join('')

async function signed(list: DeviceList, by: Somebody = ada): Promise<Uint8Array> {
  const built = await signDeviceList(list, by.keyring.accountKey)
  if (built.outcome !== 'signed') throw new Error(built.why)
  return built.signed.envelope
}

/** Signed without a look at what it says, as a stranger's program would. */
function signedAnyhow(list: unknown, by: Somebody = ada): Promise<Uint8Array> {
  return seal(DEVICE_LIST, encode(list), by.keyring.accountKey)
}

function listOf(seq: number, members: readonly Somebody[], revoked: readonly Somebody[] = []): DeviceList {
  return {
    account: ada.account,
    seq,
    devices: members.map(({ device }) => device).toSorted((a, b) => (a.peerId < b.peerId ? -1 : 1)),
    revoked: revoked.map(({ peerId }) => peerId).toSorted(),
  }
}

function withDevice(list: DeviceList, change: object): object {
  return { ...list, devices: [{ ...list.devices[0], ...change }] }
}

describe('a device list', () => {
  it('signed is these bytes, for good', async () => {
    const list = firstDeviceList(ada.account, ada.device, 1_767_225_600_000)
    expect(Buffer.from(await signed(list)).toString('hex')).toBe(GOLDEN)
    expect(await openDeviceList(Buffer.from(GOLDEN, 'hex'))).toMatchObject({ outcome: 'valid', signed: { list } })
  })

  it('with fields of a later Latch is read without them', async () => {
    const opened = await openDeviceList(await signedAnyhow({ ...listOf(1, [ada]), later: true }))
    expect(opened).toMatchObject({ outcome: 'valid', signed: { list: listOf(1, [ada]) } })
  })

  it('signed by another account is forged', async () => {
    expect(await openDeviceList(await signedAnyhow(listOf(1, [ada]), bea))).toMatchObject({ outcome: 'forged' })
  })

  it('changed after it was signed is refused, or says the same', async () => {
    const list = listOf(1, [ada])
    const envelope = await signed(list)
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: envelope.byteLength * 8 - 1 }), async (bit) => {
        const changed = new Uint8Array(envelope)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const opened = await openDeviceList(changed)
        // A few bits of the envelope's own framing mean nothing; none of what is signed is among them.
        if (opened.outcome === 'valid') expect(opened.signed.list).toEqual(list)
      }),
      { verbose: true },
    )
  })

  it('signed for another purpose is refused', async () => {
    const kind = { domain: 'latch-invitation', type: DEVICE_LIST.type }
    const other = await seal(kind, encode(listOf(1, [ada])), ada.keyring.accountKey)
    expect(await openDeviceList(other)).toMatchObject({ outcome: 'malformed' })
  })

  it.each([
    ['too large', (list: DeviceList) => ({ ...list, padding: new Uint8Array(MAX_DEVICE_LIST_BYTES) })],
    ['of too many devices', (list: DeviceList) => ({ ...list, devices: Array(MAX_DEVICES + 1).fill(list.devices[0]) })],
    ['with a device twice', (list: DeviceList) => ({ ...list, devices: [list.devices[0], list.devices[0]] })],
    ['with a device that it revokes', (list: DeviceList) => ({ ...list, revoked: [list.devices[0]?.peerId] })],
    ['with a number that is none', (list: DeviceList) => ({ ...list, seq: -1 })],
    ['with a mail key of another length', (list: DeviceList) => withDevice(list, { mailKey: new Uint8Array(31) })],
    ['with a peer id that is none', (list: DeviceList) => withDevice(list, { peerId: 'x'.repeat(52) })],
    ['of nothing', () => ({})],
    ['that is no map', () => [1, 2, 3]],
  ])('%s is refused with why', async (_, change) => {
    const opened = await openDeviceList(await signedAnyhow(change(listOf(1, [ada]))))
    expect(opened).toMatchObject({ outcome: 'malformed', why: expect.stringMatching(/./) })
  })

  it('loses direction and control characters from its labels', async () => {
    const device = { ...ada.device, label: 'Ada\u202Egnp.\u0000exe' }
    const opened = await openDeviceList(await signedAnyhow({ ...listOf(1, []), devices: [device] }))
    expect(opened).toMatchObject({ outcome: 'valid', signed: { list: { devices: [{ label: 'Adagnp.exe' }] } } })
  })

  it('too large is refused before anything else is looked at', async () => {
    const opened = await openDeviceList(new Uint8Array(MAX_DEVICE_LIST_BYTES + 1))
    expect(opened).toEqual({ outcome: 'malformed', why: 'a device list of 8193 bytes; at most 8192 are taken' })
  })

  it('whatever the bytes, is opened or refused and never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        expect((await openDeviceList(bytes)).outcome).toBe('malformed')
      }),
      { verbose: true },
    )
  })

  it('of 32 devices with long labels still fits', async () => {
    const many: Device[] = Array.from({ length: MAX_DEVICES }, (_, index) => ({
      ...ada.device,
      peerId: `12D3KooW${String(index + 11).replaceAll('0', 'z').padStart(44, 'A')}` as PeerId,
      label: 'L'.repeat(64),
    }))
    const { accountKey } = ada.keyring
    expect(await signDeviceList({ ...listOf(1, []), devices: many }, accountKey)).toMatchObject({ outcome: 'signed' })
    const wide = many.map((device) => ({ ...device, label: '語'.repeat(64) }))
    const tooWide = await signDeviceList({ ...listOf(1, []), devices: wide }, accountKey)
    expect(tooWide).toMatchObject({ outcome: 'too-large' })
  })
})

describe('of two lists of an account', () => {
  it.each([
    ['the first is newer than none', null, listOf(5, [ada]), 'newer'],
    ['the one of a higher number is newer', listOf(5, [ada]), listOf(6, [ada]), 'newer'],
    ['the one of a lower number is older', listOf(5, [ada]), listOf(4, [ada]), 'older'],
    ['equal ones are the same', listOf(5, [ada]), listOf(5, [ada]), 'same'],
    ['different ones of one number are a conflict', listOf(5, [ada]), listOf(5, []), 'conflict'],
  ])('%s', (_, known, offered, verdict) => {
    expect(acceptDeviceList(known, offered).verdict).toBe(verdict)
    expect(acceptDeviceList(known, offered).why).not.toBe('')
  })
})

describe('joining two lists', () => {
  const [first, second, third] = devices as [Somebody, Somebody, Somebody, Somebody]

  it('takes the newer one as it is when it says all that both say', () => {
    const joined = joinDeviceLists(listOf(5, [first]), listOf(6, [first, second]), first.device, 100)
    expect(joined).toEqual({ outcome: 'adopt' })
  })

  it('adds this device to a newer list that lacks it, with a higher number', () => {
    const joined = joinDeviceLists(listOf(5, [first]), listOf(600, [second]), first.device, 100)
    expect(joined).toEqual({ outcome: 'sign', list: listOf(601, [first, second]) })
  })

  it('numbers by the clock when that is ahead', () => {
    const joined = joinDeviceLists(listOf(5, [first]), listOf(6, [second]), first.device, 1_000)
    expect(joined).toMatchObject({ outcome: 'sign', list: { seq: 1_000 } })
  })

  it('keeps what the older one holds beside this device', () => {
    const joined = joinDeviceLists(listOf(5, [first, third]), listOf(6, [second]), first.device, 7)
    expect(joined).toEqual({ outcome: 'sign', list: listOf(7, [first, second, third]) })
  })

  it('never brings back a revoked device, not even this one', () => {
    const revokedHere = joinDeviceLists(listOf(5, [first, second]), listOf(6, [second], [first]), first.device, 7)
    expect(revokedHere).toEqual({ outcome: 'adopt' })
    expect(joinDeviceLists(listOf(5, [], [second]), listOf(6, [second]), first.device, 7)).toEqual({
      outcome: 'sign',
      list: listOf(7, [first], [second]),
    })
  })

  it('ends at one list on every device, in whichever order they hear of each other', () => {
    const device = fc.nat({ max: devices.length - 1 })
    fc.assert(
      fc.property(fc.array(fc.tuple(device, device), { maxLength: 60 }), (meetings) => {
        let nowMs = 1_000
        const lists = devices.map((mine, index) => listOf(index % 2, [mine]))
        const hears = (listener: number, speaker: number): void => {
          const known = lists[listener]
          const offered = lists[speaker]
          const mine = devices[listener]?.device
          if (known === undefined || offered === undefined || mine === undefined) throw new Error('no such device')
          const { verdict } = acceptDeviceList(known, offered)
          if (verdict !== 'newer' && verdict !== 'conflict') return
          const joined = joinDeviceLists(known, offered, mine, (nowMs += 1))
          lists[listener] = joined.outcome === 'adopt' ? offered : joined.list
        }
        for (const [listener, speaker] of meetings) hears(listener, speaker)
        // Then everybody meets everybody, a few times: this has to come to rest.
        for (let round = 0; round < 4; round += 1) {
          for (const listener of devices.keys()) for (const speaker of devices.keys()) hears(listener, speaker)
        }
        for (const list of lists) expect(list).toEqual(lists[0])
        expect(lists[0]?.devices).toHaveLength(devices.length)
      }),
      { verbose: true },
    )
  })
})
