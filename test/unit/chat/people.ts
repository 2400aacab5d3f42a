import { generateKeyPair, generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { base36 } from 'multiformats/bases/base36'
import { AccountId, PeerId } from '../../../src/shared/ids.ts'

export interface Device {
  readonly account: AccountId
  readonly peerId: PeerId
  readonly deviceKey: PrivateKey
}

/** Accounts and their devices, as if everybody had proven themselves to everybody. */
export class People {
  readonly #accountOf = new Map<PeerId, AccountId>()
  readonly #former = new Map<PeerId, AccountId>()

  async account(): Promise<AccountId> {
    const key = await generateKeyPair('Ed25519')
    return AccountId.parse(key.publicKey.toCID().toString(base36))
  }

  async device(account: AccountId): Promise<Device> {
    return this.add(await makeDevice(account))
  }

  add(device: Device): Device {
    this.#accountOf.set(device.peerId, device.account)
    return device
  }

  async person(): Promise<Device> {
    return this.device(await this.account())
  }

  /** The account's newest list holds it no more. */
  remove(device: Device): void {
    this.#accountOf.delete(device.peerId)
    this.#former.set(device.peerId, device.account)
  }

  formerDevicesOf(account: AccountId): PeerId[] {
    return [...this.#former].filter(([, owner]) => owner === account).map(([peerId]) => peerId)
  }

  of(peerId: PeerId): { account: AccountId } | null {
    const account = this.#accountOf.get(peerId)
    return account === undefined ? null : { account }
  }

  devicesOf(account: AccountId): PeerId[] {
    return [...this.#accountOf].filter(([, owner]) => owner === account).map(([peerId]) => peerId)
  }
}

/** The same device in every process that names the same seeds: bytes that nobody else uses. */
export async function seededDevice(accountSeed: number, deviceSeed: number): Promise<Device> {
  const key = (seed: number) => generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(seed))
  const account = AccountId.parse((await key(accountSeed)).publicKey.toCID().toString(base36))
  const deviceKey = await key(deviceSeed)
  return { account, deviceKey, peerId: PeerId.parse(peerIdFromPrivateKey(deviceKey).toString()) }
}

/** A device that nobody has proven anything about. */
export async function makeDevice(account: AccountId): Promise<Device> {
  const deviceKey = await generateKeyPair('Ed25519')
  return { account, deviceKey, peerId: PeerId.parse(peerIdFromPrivateKey(deviceKey).toString()) }
}
