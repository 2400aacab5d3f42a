import { zoneKey } from '../../../src/main/features/names/near.ts'
import type { StampedZone } from '../../../src/main/features/names/zone.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { NETWORK, SAID } from '../../unit/names/zone-parts.ts'

export const DATABASE_KEY = new Uint8Array(32).fill(106)

export function zoneOf(number: number): StampedZone {
  const name = NameLabel.parse(`name-${number}`)
  return { zone: { ...SAID, name }, key: zoneKey(NETWORK, name), bytes: new Uint8Array(1_000).fill(number & 0xff) }
}
