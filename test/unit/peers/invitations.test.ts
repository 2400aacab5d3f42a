import { generateKeyPair } from '@libp2p/crypto/keys'
import { beforeEach, expect, test } from 'vitest'
import { accountIdOf, openDeviceList, peerIdOf, signDeviceList } from '../../../src/main/features/identity/index.ts'
import { createPeers, type Inviter, type PeersParts } from '../../../src/main/features/peers/index.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { nothingMore, type SentKnock } from '../../../src/shared/model/door.ts'
import { KnockId } from '../../../src/shared/ids.ts'
import { NetworkId } from '../../../src/shared/model/ledger.ts'
import type { PendingInvitation } from '../../../src/shared/model/peers.ts'
import { HOUR } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { FakeNetwork, remote } from './fake-network.ts'

const records = [new Uint8Array(200).fill(1), new Uint8Array(200).fill(2)]

let clock: FakeClock
let network: FakeNetwork
let bea: Inviter
let al: Inviter
/** What happened, in its order. */
let happened: string[]
let learn: PeersParts['introducers']['learn']

beforeEach(async () => {
  clock = new FakeClock(Date.UTC(2026, 10, 20))
  network = new FakeNetwork()
  bea = await someone('Bea')
  al = await someone('Al')
  happened = []
  learn = async (given) => void happened.push(`learnt ${given.length}`)
  network.answer = () => {
    happened.push('dialled')
    return remote(bea.peerId)
  }
})

async function someone(name: string): Promise<Inviter> {
  const [accountKey, deviceKey] = [await generateKeyPair('Ed25519'), await generateKeyPair('Ed25519')]
  const [account, peerId] = [accountIdOf(accountKey.publicKey), peerIdOf(deviceKey.publicKey)]
  const device = { peerId, label: 'laptop', addedAtMs: 1, mailKey: new Uint8Array(32) }
  const built = await signDeviceList({ account, seq: 1, devices: [device], revoked: [] }, accountKey)
  if (built.outcome !== 'signed') throw new Error(built.why)
  return { account, name, peerId, deviceKey, deviceList: built.signed.envelope }
}

function peersOf(me: Inviter, door: Partial<PeersParts['door']> = {}, over: Partial<PeersParts> = {}) {
  return createPeers({
    network,
    database: openMemoryDatabase(),
    clock,
    log: silentLog,
    random: () => 1,
    me: () => me,
    people: {
      accountOf: () => null,
      devicesOf: () => [],
      find: async () => [],
      prove: async () => ({ account: bea.account }),
      readDeviceList: async (envelope) => {
        const opened = await openDeviceList(envelope)
        if (opened.outcome !== 'valid') throw new Error(opened.why)
        const { account, devices } = opened.signed.list
        return { account, devices: devices.map(({ peerId }) => peerId) }
      },
      onProof: () => () => {},
    },
    door: {
      standing: () => ({ score: 100, standing: 'good', lowered: [], goodAtMs: null, rates: [] }),
      mintToken: () => ({ token: new Uint8Array(16), id: '00000000aa' }),
      tokens: () => [],
      revokeToken: () => {},
      knockWithToken: async () => {
        happened.push('knocked')
        return Promise.reject(new LatchError('UNREACHABLE'))
      },
      ...door,
    },
    introducers: { records: (max) => records.slice(0, max), learn: (given) => learn(given), places: () => [] },
    interfaces: () => '',
    tried: () => [],
    bootstrap: [],
    ...over,
  })
}

async function invitation(): Promise<string> {
  const { link } = await peersOf(bea).invite(HOUR)
  return link
}

test('the introducers that come with an invitation are learnt before the inviter is dialled', async () => {
  const link = await invitation()
  const peers = peersOf(al)
  await peers.start()
  await expect(peers.connect(link)).rejects.toThrow(LatchError)
  expect(happened).toEqual(['learnt 1', 'dialled', 'knocked'])
})

test('an invitation is used although its introducers cannot be learnt', async () => {
  learn = () => Promise.reject(new Error('the disk is full'))
  const peers = peersOf(al)
  await peers.start()
  await expect(peers.connect(await invitation())).rejects.toThrow(LatchError)
  expect(happened).toEqual(['dialled', 'knocked'])
})

test('reading an invitation changes nothing, and gives neither its token nor its introducers', async () => {
  const said = await peersOf(al).readInvitation(await invitation())
  expect(Object.keys(said).toSorted()).toEqual(['account', 'addresses', 'expiresMs', 'name', 'network', 'peerId'])
  expect(happened).toEqual([])
})

const river = { id: NetworkId.parse(`bafyrei${'a'.repeat(52)}`), label: 'River street' }

/** What comes of an invitation of Bea's that says `network`, where her door answers `state`. */
async function used(network: typeof river | null, state: SentKnock['state']) {
  const { link } = await peersOf(bea, {}, { follows: () => network }).invite(HOUR)
  const told: unknown[] = []
  const answered: SentKnock = {
    id: KnockId.parse('a'.repeat(26)),
    peerId: bea.peerId,
    account: bea.account,
    capability: 'contact',
    about: nothingMore,
    greeting: '',
    sentMs: 0,
    state,
    untilMs: null,
    quiet: false,
    workBits: null,
    why: '',
  }
  const invited: PeersParts['invited'] = (...said) => void told.push(said)
  const peers = peersOf(al, { knockWithToken: async () => answered }, { invited })
  await peers.start()
  await peers.connect(link)
  return { told, read: (await peers.readInvitation(link)).network }
}

test('whoever is let in by an invitation hears of the network of its maker', async () => {
  expect(await used(river, 'allowed')).toEqual({ told: [[river, bea.peerId]], read: river })
})

test('whoever is not let in by an invitation, as it was used before, joins no network by it', async () => {
  expect(await used(river, 'asked')).toEqual({ told: [], read: river })
})

test('an invitation of somebody who follows no network leads to none', async () => {
  expect(await used(null, 'allowed')).toEqual({ told: [], read: null })
})

test('an invitation that was made is named as in the list of open ones', async () => {
  expect((await peersOf(bea).invite(HOUR)).id).toBe('00000000aa')
})

test('open invitations are listed, and one that is taken back is not', () => {
  const one = (id: string): PendingInvitation => ({ id, createdMs: 1, expiresMs: 2 })
  let open = [one('00000000aa'), one('00000000bb')]
  const peers = peersOf(bea, {
    tokens: () => open,
    revokeToken(id) {
      open = open.filter((token) => token.id !== id)
    },
  })
  expect(peers.invitations()).toEqual([one('00000000aa'), one('00000000bb')])
  expect(peers.revokeInvitation('00000000aa')).toEqual([one('00000000bb')])
})

test('an invitation that is not open cannot be taken back', () => {
  const refuse = (): never => {
    throw new LatchError('NOT_FOUND')
  }
  const peers = peersOf(bea, { revokeToken: refuse })
  expect(() => peers.revokeInvitation('00000000aa')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
})
