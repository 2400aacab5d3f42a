import { randomBytes } from 'node:crypto'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  accountIdOf, openDeviceList, peerIdOf, signDeviceList,
} from '../../../src/main/features/identity/index.ts'
import type { Inviter } from '../../../src/main/features/peers/index.ts'
import { readInvitation, writeInvitation, type InvitationContents } from '../../../src/main/features/peers/invitation.ts'
import { cidOf, encode } from '../../../src/main/platform/cbor.ts'
import { seal } from '../../../src/main/platform/envelope.ts'
import type { AccountId } from '../../../src/shared/ids.ts'
import { NetworkId } from '../../../src/shared/model/ledger.ts'
import { InvitationLink } from '../../../src/shared/model/peers.ts'
import { DAY, HOUR } from '../../../src/shared/units.ts'

const nowMs = Date.UTC(2026, 10, 20)
const addresses = ['/ip4/8.8.8.8/tcp/4001', '/ip4/192.168.1.2/tcp/4001']
const token = new Uint8Array(randomBytes(16))
const expiresMs = nowMs + DAY

interface Someone extends Inviter {
  readonly accountKey: PrivateKey
}

async function someone(name: string): Promise<Someone> {
  const [accountKey, deviceKey] = [await generateKeyPair('Ed25519'), await generateKeyPair('Ed25519')]
  const account = accountIdOf(accountKey.publicKey)
  const peerId = peerIdOf(deviceKey.publicKey)
  const device = { peerId, label: 'laptop', addedAtMs: 1, mailKey: new Uint8Array(32) }
  const built = await signDeviceList({ account, seq: 1, devices: [device], revoked: [] }, accountKey)
  if (built.outcome !== 'signed') throw new Error(built.why)
  return { account, name, peerId, accountKey, deviceKey, deviceList: built.signed.envelope }
}

async function readDeviceList(envelope: Uint8Array) {
  const opened = await openDeviceList(envelope)
  if (opened.outcome !== 'valid') throw new Error(opened.why)
  const { account, devices } = opened.signed.list
  return { account, devices: devices.map(({ peerId }) => peerId) }
}

let bea: Someone
let mallory: Someone
let me: AccountId

beforeAll(async () => {
  bea = await someone('Bea')
  mallory = await someone('Mallory')
  me = (await someone('Me')).account
})

const read = (link: string, over: { nowMs?: number; me?: AccountId } = {}) =>
  readInvitation(link, { nowMs, me, readDeviceList, ...over })

const write = (over: Partial<InvitationContents> = {}) =>
  writeInvitation(bea, { addresses, introducers: [], network: null, token, expiresMs, ...over })

/** An invitation whose payload was changed by whoever holds `signer`'s device key. */
async function forged(signer: Someone, change: Record<string, unknown>): Promise<string> {
  const { account, name, peerId, deviceList } = signer
  const payload = { v: 1, account, name, peerId, addresses, token, expiresMs, deviceList, ...change }
  const kind = { domain: 'latch-invitation', type: '/latch/invitation/1' }
  return `latch://invite/${Buffer.from(await seal(kind, encode(payload), signer.deviceKey)).toString('base64url')}`
}

test('an invitation says what it was made of, and is a link of the contract', async () => {
  const { link, invitation } = await write()
  expect(InvitationLink.safeParse(link).success).toBe(true)
  expect(invitation).toEqual({ account: bea.account, name: 'Bea', peerId: bea.peerId, addresses, expiresMs, network: null })
  expect(await read(`  ${link}\n`)).toEqual({ ...invitation, token, introducers: [] })
})

test('addresses are left out before the link grows beyond its bound', async () => {
  const host = 'a'.repeat(180)
  const many = Array.from({ length: 30 }, (_, at) => `/dns4/${host}${at}.example.org/tcp/4001`)
  const { link, invitation } = await write({ addresses: many })
  expect(invitation.addresses.length).toBeGreaterThan(0)
  expect(link.length).toBeLessThanOrEqual(Math.ceil((2_048 * 4) / 3) + 'latch://invite/'.length)
  expect((await read(link)).addresses).toEqual(invitation.addresses)
})

const relayed = (port: number) =>
  `/dns4/introducer.example.org/tcp/${port}/p2p/12D3KooWNFd3jaHxc7ofbBQtqhEc9W9SreNvpmLRRdm6hH3zhcpT/p2p-circuit`
const record = (bytes: number) => new Uint8Array(randomBytes(bytes))

describe('what leads to the inviter', () => {
  test('is addresses of each kind, so that one of each stays longest', async () => {
    const publicOnes = Array.from({ length: 12 }, (_, at) => `/ip4/8.8.8.8/tcp/${at + 1}`)
    const { invitation } = await write({ addresses: [...publicOnes, '/ip4/192.168.1.2/tcp/1', relayed(1), relayed(2)] })
    expect(invitation.addresses).toEqual([
      ...publicOnes.slice(0, 5), relayed(1), relayed(2), '/ip4/192.168.1.2/tcp/1',
    ])
  })

  test('is no address by which a relayed connection becomes direct: that happens by itself', async () => {
    const { invitation } = await write({
      addresses: [`${relayed(1)}/webrtc`, `${relayed(1)}/webrtc/p2p/${bea.peerId}`, relayed(1), '/ip4/8.8.8.8/udp/1/webrtc-direct'],
    })
    expect(invitation.addresses).toEqual(['/ip4/8.8.8.8/udp/1/webrtc-direct', relayed(1)])
  })

  test('is one introducer, as it was signed', async () => {
    const records = [record(300), record(300), record(300)]
    const { link, invitation } = await write({ introducers: records })
    expect((await read(link)).introducers).toEqual(records.slice(0, 1))
    expect(invitation).not.toHaveProperty('introducers')
  })

  test('is two introducers where another Latch wrote so many', async () => {
    const introducers = [record(300), record(300)]
    expect((await read(await forged(bea, { introducers }))).introducers).toEqual(introducers)
  })

  test('is no introducer whose record is larger than any that Latch makes', async () => {
    const fits = record(600)
    const { link } = await write({ introducers: [record(601), fits] })
    expect((await read(link)).introducers).toEqual([fits])
  })

  test('is first short of addresses, down to three, then of the introducer, then of the other addresses', async () => {
    const long = Array.from({ length: 8 }, (_, at) => `/dns4/${'a'.repeat(120)}${at}.example.org/tcp/4001`)
    const small = await write({ addresses: long, introducers: [record(100)] })
    expect(small.invitation.addresses.length).toBeGreaterThan(3)
    expect((await read(small.link)).introducers).toHaveLength(1)

    const longer = Array.from({ length: 8 }, (_, at) => `/dns4/${'a'.repeat(200)}${at}.example.org/tcp/4001`)
    const large = await write({ addresses: longer, introducers: [record(600)] })
    expect(large.invitation.addresses).toHaveLength(3)
    expect((await read(large.link)).introducers).toHaveLength(1)

    const longest = Array.from({ length: 8 }, (_, at) => `/dns4/${'a'.repeat(450)}${at}.example.org/tcp/4001`)
    const none = await write({ addresses: longest, introducers: [record(600)] })
    expect(none.invitation.addresses).toHaveLength(2)
    expect((await read(none.link)).introducers).toHaveLength(0)
  })
})

describe('the network of the inviter', () => {
  const network = { id: NetworkId.parse(cidOf(encode('a genesis'))), label: 'River street' }

  test('is said by its id and by what they call it', async () => {
    const { link, invitation } = await write({ network })
    expect(invitation.network).toEqual(network)
    expect((await read(link)).network).toEqual(network)
  })

  test('is none in an invitation of a Latch that knew of no networks', async () => {
    expect((await read(await forged(bea, {}))).network).toBeNull()
  })

  test('stays where addresses and the introducer are left out', async () => {
    const label = 'ö'.repeat(64)
    const longest = Array.from({ length: 8 }, (_, at) => `/dns4/${'a'.repeat(450)}${at}.example.org/tcp/4001`)
    const { link } = await write({ network: { ...network, label }, addresses: longest, introducers: [record(600)] })
    const said = await read(link)
    expect(said.network).toEqual({ ...network, label })
    expect(said.introducers).toHaveLength(0)
    expect(said.addresses.length).toBeLessThan(3)
  })
})

test('fields of a later Latch are ignored', async () => {
  expect(await read(await forged(bea, { colour: 'brass' }))).toMatchObject({ name: 'Bea', introducers: [] })
})

describe('a link is refused, with a sentence that says why,', () => {
  test('when a letter of it was changed, anywhere', async () => {
    const { link } = await write()
    for (let at = 'latch://invite/'.length; at < link.length - 2; at += 7) {
      const other = link[at] === 'A' ? 'B' : 'A'
      await expect(read(link.slice(0, at) + other + link.slice(at + 1))).rejects.toMatchObject({ code: 'BAD_INPUT' })
    }
  })

  test.each([
    ['it was cut short', (link: string) => link.slice(0, -40), /tampered with or cut short/],
    ['a mail program broke it', (link: string) => `${link.slice(0, 90)}\n${link.slice(90)}`, /copy all of it/],
    ['it is another kind of link', () => 'https://example.org', /not an invitation link/],
    ['it is empty', () => 'latch://invite/', /not an invitation link/],
    ['it is endless', () => `latch://invite/${'A'.repeat(4_000)}`, /longer than any/],
    ['it is random', () => `latch://invite/${randomBytes(900).toString('base64url')}`, /tampered with or cut short/],
  ])('when %s', async (_when, change, why) => {
    const { link } = await write()
    await expect(read(change(link))).rejects.toThrow(why)
  })

  test('when it has expired, at the very millisecond', async () => {
    const { link } = await write()
    await expect(read(link, { nowMs: expiresMs })).rejects.toThrow('This invitation has expired: ask for a new one.')
    await expect(read(link, { nowMs: expiresMs - 1 })).resolves.toMatchObject({ name: 'Bea' })
  })

  test('when it ends further ahead than any that Latch makes', async () => {
    await expect(read(await forged(bea, { expiresMs: nowMs + 400 * DAY }))).rejects.toThrow(/too far ahead/)
  })

  test('when it is your own', async () => {
    const { link } = await write()
    await expect(read(link, { me: bea.account })).rejects.toThrow(/is your own/)
  })

  test('when it is of another version', async () => {
    await expect(read(await forged(bea, { v: 2, new: HOUR }))).rejects.toThrow(/another version/)
  })

  test.each([
    ['a token of another length', { token: new Uint8Array(15) }],
    ['too many addresses', { addresses: Array.from({ length: 9 }, () => '/ip4/8.8.8.8/tcp/1') }],
    ['a name that holds line breaks', { name: 'Bea\nis here' }],
    ['no peer id', { peerId: 'nobody' }],
    ['too many introducers', { introducers: [1, 2, 3].map(() => new Uint8Array(9)) }],
    ['an introducer of another length than any', { introducers: [new Uint8Array(601)] }],
    ['introducers that are no bytes', { introducers: ['latch://introducer/abc'] }],
    ['a network without its label', { network: { id: new Uint8Array(32) } }],
    ['a network of a shorter id', { network: { id: new Uint8Array(31), label: 'River' } }],
    ['a network whose id is text', { network: { id: 'bafyrei', label: 'River' } }],
    ['a network of a longer label than any', { network: { id: new Uint8Array(32), label: 'a'.repeat(65) } }],
    ['a network whose label holds line breaks', { network: { id: new Uint8Array(32), label: 'River\nstreet' } }],
  ])('when it holds %s', async (_what, change) => {
    await expect(read(await forged(bea, change))).rejects.toThrow(/damaged/)
  })

  test('when somebody puts their device under the account of another', async () => {
    const stolen = await forged(mallory, { account: bea.account, name: 'Bea', deviceList: bea.deviceList })
    await expect(read(stolen)).rejects.toThrow(/do not belong together/)
  })

  test('when somebody names the device of another, and signs with their own', async () => {
    await expect(read(await forged(mallory, { peerId: bea.peerId }))).rejects.toThrow(/do not belong together/)
  })

  test('when its account is another than the one that signed the device list', async () => {
    await expect(read(await forged(mallory, { account: bea.account }))).rejects.toThrow(/do not belong together/)
  })

  test('when its device list is signed by nobody', async () => {
    await expect(read(await forged(bea, { deviceList: new Uint8Array(200) }))).rejects.toThrow(/did not sign it/)
  })

  test('when it was signed as something else', async () => {
    const payload = encode({ v: 1, account: bea.account })
    const bytes = await seal({ domain: 'latch-device-list', type: '/latch/device-list/1' }, payload, bea.deviceKey)
    const link = `latch://invite/${Buffer.from(bytes).toString('base64url')}`
    await expect(read(link)).rejects.toThrow(/tampered with/)
  })
})
