/*
 * Who I am here, and who they are. `identity` keeps the keys file and knows nothing of the network; `proofs` says hello
 * and believes the newest device list of each account. docs/wire/keys.md, device-list.md, hello.md.
 */
export { createIdentity, type IdentityParts } from './identity.ts'
export { createProofs, type ProofsParts } from './proofs.ts'
export { accountIdOf, keyringFrom, peerIdOf, randomSeeds, type KeySeeds, type Random } from './keys.ts'
export type { IdentityFiles } from './unlock.ts'
export {
  acceptDeviceList,
  firstDeviceList,
  joinDeviceLists,
  openDeviceList,
  signDeviceList,
  type Device,
  type DeviceList,
  type SignedList,
} from './device-list.ts'
export { openRevocation, type OpenedRevocation, type Revocation } from './revocation.ts'
