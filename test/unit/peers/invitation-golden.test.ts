import { beforeAll, expect, test } from 'vitest'
import { openDeviceList, signDeviceList } from '../../../src/main/features/identity/index.ts'
import type { Inviter } from '../../../src/main/features/peers/index.ts'
import { readInvitation, writeInvitation } from '../../../src/main/features/peers/invitation.ts'
import { AccountId } from '../../../src/shared/ids.ts'
import { DAY } from '../../../src/shared/units.ts'
import { somebody } from '../identity/parts.ts'

/** Golden: added to, never edited. Without introducers, as the first Latch wrote it. */
const FIRST = [
  '0a24080112206694e64d32f73454b9e0cc4bc87ae978900eaf50272e3f986296ffd46b39ff3712132f6c617463682f696e76',
  '69746174696f6e2f311af604a8617601646e616d656341646165746f6b656e50070707070707070707070707070707076670',
  '65657249647834313244334b6f6f5747696f535a65674236755431377763593131316e35505769515359444e693432676353',
  '513244505850585a70676163636f756e74783e6b3531717a693575717535646c69757531626f626c69726a77326932693571',
  '6d657567653639346b336866336f646d316f7073337562637a6232397271666961646472657373657382752f6970342f382e',
  '382e382e382f7463702f3430303178192f6970342f3139322e3136382e312e322f7463702f3430303169657870697265734d',
  '731b000001a21a4d40006a6465766963654c6973745901700a2408011220d64842c5b7b48cd06fdba1bf4965303212abcc95',
  '79df0be33fbeaa8ef49c72a712142f6c617463682f6465766963652d6c6973742f311aef01a4637365711b000001a1f640bc',
  '00676163636f756e74783e6b3531717a693575717535646c69757531626f626c69726a773269326935716d65756765363934',
  '6b336866336f646d316f7073337562637a623239727166676465766963657381a4656c6162656c6b61646127732066697273',
  '74667065657249647834313244334b6f6f5747696f535a65674236755431377763593131316e35505769515359444e693432',
  '676353513244505850585a70676d61696c4b657958205bc5d4bd0a694930b868ce30e32854daf3e5b850be45769f95b69494',
  '1c04ce6269616464656441744d731903e8677265766f6b6564802a40a991ba48fc90bea437ce8cb8c9b2ee107484bac87d3a',
  '9fdc4087b355e2b2f58cb1b3a1d10599cd1b3e447315dbc08e3a5ded746fedfd0a30d95c676acd06560f2a403b98c4f1c653',
  'bef442a323ebd579cd4418e8b97fc656f8db3b1f768859bc4e35f7f0b2d343e8cc5b641048fcde12605cfdbac69e11ecfc4d',
  '274dadcdc3dc6704',
].join('')

/** With two introducers. */
const WITH_INTRODUCERS = [
  '0a24080112206694e64d32f73454b9e0cc4bc87ae978900eaf50272e3f986296ffd46b39ff3712132f6c617463682f696e76',
  '69746174696f6e2f311ac205a9617601646e616d656341646165746f6b656e50070707070707070707070707070707076670',
  '65657249647834313244334b6f6f5747696f535a65674236755431377763593131316e35505769515359444e693432676353',
  '513244505850585a70676163636f756e74783e6b3531717a693575717535646c69757531626f626c69726a77326932693571',
  '6d657567653639346b336866336f646d316f7073337562637a6232397271666961646472657373657382752f6970342f382e',
  '382e382e382f7463702f3430303178192f6970342f3139322e3136382e312e322f7463702f3430303169657870697265734d',
  '731b000001a21a4d40006a6465766963654c6973745901700a2408011220d64842c5b7b48cd06fdba1bf4965303212abcc95',
  '79df0be33fbeaa8ef49c72a712142f6c617463682f6465766963652d6c6973742f311aef01a4637365711b000001a1f640bc',
  '00676163636f756e74783e6b3531717a693575717535646c69757531626f626c69726a773269326935716d65756765363934',
  '6b336866336f646d316f7073337562637a623239727166676465766963657381a4656c6162656c6b61646127732066697273',
  '74667065657249647834313244334b6f6f5747696f535a65674236755431377763593131316e35505769515359444e693432',
  '676353513244505850585a70676d61696c4b657958205bc5d4bd0a694930b868ce30e32854daf3e5b850be45769f95b69494',
  '1c04ce6269616464656441744d731903e8677265766f6b6564802a40a991ba48fc90bea437ce8cb8c9b2ee107484bac87d3a',
  '9fdc4087b355e2b2f58cb1b3a1d10599cd1b3e447315dbc08e3a5ded746fedfd0a30d95c676acd06560f6b696e74726f6475',
  '6365727382582801010101010101010101010101010101010101010101010101010101010101010101010101010101540202',
  '0202020202020202020202020202020202022a40ef8f186097f01f3f02d64143fe326c43f942a5ff1c77dd0c0e05ad973d9c',
  'd01292234298a3cc2cce80b9e290991c222c64921dd5e72baa9d8baff859759b5e00',
].join('')

const issuedMs = Date.UTC(2026, 10, 20)
const expiresMs = issuedMs + 7 * DAY
const me = AccountId.parse(`k51${'q'.repeat(59)}`)
const addresses = ['/ip4/8.8.8.8/tcp/4001', '/ip4/192.168.1.2/tcp/4001']
const token = new Uint8Array(16).fill(7)
const introducers = [new Uint8Array(40).fill(1), new Uint8Array(20).fill(2)]

let ada: Inviter

beforeAll(async () => {
  const { account, peerId, keyring, device } = await somebody('ada')
  const built = await signDeviceList({ account, seq: issuedMs, devices: [device], revoked: [] }, keyring.accountKey)
  if (built.outcome !== 'signed') throw new Error(built.why)
  ada = { account, name: 'Ada', peerId, deviceKey: keyring.deviceKey, deviceList: built.signed.envelope }
})

async function readDeviceList(envelope: Uint8Array) {
  const opened = await openDeviceList(envelope)
  if (opened.outcome !== 'valid') throw new Error(opened.why)
  const { account, devices } = opened.signed.list
  return { account, devices: devices.map(({ peerId }) => peerId) }
}

const read = (hex: string) =>
  readInvitation(`latch://invite/${Buffer.from(hex, 'hex').toString('base64url')}`, {
    nowMs: issuedMs,
    me,
    readDeviceList,
  })

const bytesOf = (link: string): string => Buffer.from(link.slice('latch://invite/'.length), 'base64url').toString('hex')

test('an invitation without introducers is these bytes, for good', async () => {
  const { link } = await writeInvitation(ada, { addresses, introducers: [], token, expiresMs })
  expect(bytesOf(link)).toBe(FIRST)
  const { account, peerId } = ada
  expect(await read(FIRST)).toEqual({ account, name: 'Ada', peerId, addresses, token, expiresMs, introducers: [] })
})

test('an invitation with introducers is these bytes, for good', async () => {
  const { link } = await writeInvitation(ada, { addresses, introducers, token, expiresMs })
  expect(bytesOf(link)).toBe(WITH_INTRODUCERS)
  expect((await read(WITH_INTRODUCERS)).introducers).toEqual(introducers)
})
