import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { PeerId } from '../../../../shared/ids.ts'
import type { ValidatorRef } from '../../../../shared/model/blocks.ts'
import { fromHex, type Hex } from '../bytes.ts'
import type { Roster } from '../genesis.ts'
import { shownLabel } from '../labels.ts'

/** Those of several rosters; each costs 0.05 ms to work out. */
const MAX_KNOWN = 1_024
const known = new Map<Hex, PeerId>()

/** The device whose key this is. */
export function peerIdOf(key: Hex): PeerId {
  const before = known.get(key)
  if (before !== undefined) return before
  const peerId = PeerId.parse(peerIdFromPublicKey(publicKeyFromRaw(fromHex(key))).toString())
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(key, peerId)
  return peerId
}

/** A validator as a person sees it; one that is not in the roster has no label. */
export function validatorRef(key: Hex, { validators }: Roster, me: PeerId): ValidatorRef {
  const peerId = peerIdOf(key)
  const label = shownLabel(validators.find((one) => one.key === key)?.label ?? '')
  return { peerId, label, mine: peerId === me }
}
