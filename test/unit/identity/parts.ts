import { createHash } from 'node:crypto'
import { base36 } from 'multiformats/bases/base36'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { LatchError } from '../../../src/shared/errors.ts'
import type { Device } from '../../../src/main/features/identity/device-list.ts'
import { accountIdOf, keyringFrom, peerIdOf, type Random } from '../../../src/main/features/identity/keys.ts'
import type { Keyring, Vault } from '../../../src/main/features/identity/types.ts'
import { AccountId, type PeerId } from '../../../src/shared/ids.ts'

/** Bytes that follow from `seed` alone: what is made with them is the same on every machine. */
export function seededRandom(seed: string): Random {
  let count = 0
  return (bytes) => {
    const out = createHash('sha512').update(`${seed} ${count++}`).digest()
    return new Uint8Array(out.subarray(0, bytes))
  }
}

/** Seals by turning every bit; refuses to open when told to. */
export function testVault(
  options: { backend?: string; protection?: Vault['protection']; refuses?: string } = {},
): Vault {
  const turn = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0xff)
  return {
    protection: options.protection ?? 'key-file',
    backend: options.backend ?? 'test',
    seal: async (plain) => turn(plain),
    open: async (sealed) => {
      if (options.refuses !== undefined) throw new LatchError('LOCKED', options.refuses)
      return turn(sealed)
    },
  }
}

export interface Somebody {
  readonly keyring: Keyring
  readonly account: AccountId
  readonly peerId: PeerId
  readonly device: Device
}

/** An account and one device of it. The same `account` with another `device` is another device of that account. */
export async function somebody(account: string, device = 'first'): Promise<Somebody> {
  const random = seededRandom(`${account} ${device}`)
  const keyring = await keyringFrom({
    entropy: seededRandom(account)(16),
    device: random(32),
    mail: random(32),
    database: random(32),
  })
  const peerId = peerIdOf(keyring.deviceKey.publicKey)
  const label = `${account}'s ${device}`
  return {
    keyring,
    account: accountIdOf(keyring.accountKey.publicKey),
    peerId,
    device: { peerId, label, addedAtMs: 1_000, mailKey: keyring.mailKey.publicKey },
  }
}

/** Ids of that many different accounts; nobody holds their keys. */
export function accountIds(count: number): AccountId[] {
  return Array.from({ length: count }, (_, index) => {
    const raw = createHash('sha256').update(`account ${index}`).digest()
    const publicKey = Buffer.concat([Buffer.from('08011220', 'hex'), raw])
    return AccountId.parse(CID.createV1(LIBP2P_KEY, Digest.create(IDENTITY_HASH, publicKey)).toString(base36))
  })
}

const LIBP2P_KEY = 0x72
const IDENTITY_HASH = 0x00
