import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { PeerId } from '../../../../shared/ids.ts'
import type { ValidatorRef } from '../../../../shared/model/blocks.ts'
import type { KnownNetwork, NetworkPreview } from '../../../../shared/model/networks.ts'
import { fromHex, type Hex } from '../bytes.ts'
import type { Genesis } from '../genesis.ts'
import { shownLabel } from '../labels.ts'
import type { Remembered } from './store.ts'

/** The device whose Ed25519 key this is. */
export function deviceOf(key: Hex): PeerId {
  return PeerId.parse(peerIdFromPublicKey(publicKeyFromRaw(fromHex(key))).toString())
}

/** A network as others see it, on the device `me`. */
export function knownNetwork(
  { id, genesis, label, origin, knownMs }: Remembered,
  head: Pick<KnownNetwork, 'height' | 'headMs'>,
  { active, me }: { active: boolean; me: PeerId },
): KnownNetwork {
  return { id, label, active, origin, knownMs, ...head, ...rulesOf(genesis, me) }
}

/** What of a genesis is shown. */
export function rulesOf(
  { tld, validators, faults, slotMs, roundMs, startMs }: Genesis,
  me: PeerId,
): Omit<NetworkPreview, 'id' | 'label' | 'known'> {
  const refs = validators.map(({ key, label }): ValidatorRef => {
    const peerId = deviceOf(key)
    return { peerId, label: shownLabel(label), mine: peerId === me }
  })
  return { tld, validators: refs, faults, slotMs, roundMs, startMs }
}
