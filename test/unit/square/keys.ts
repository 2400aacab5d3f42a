import { createPrivateKey, createPublicKey } from 'node:crypto'

/** The 32 bytes of an Ed25519 seed that is nobody's, and its public key, as libp2p keeps them. */
const seed = Buffer.alloc(32, 7)
const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
const { x = '' } = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })).export({ format: 'jwk' })
export const ed25519 = new Uint8Array(Buffer.concat([seed, Buffer.from(x, 'base64url')]))
