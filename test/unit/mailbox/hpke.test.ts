import { createCipheriv, createHmac, createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HPKE_OVERHEAD_BYTES, hpkeOpen, hpkeSeal, makeHpkeKeys } from '../../../src/main/platform/hpke.ts'

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const text = (letters: string): Buffer => Buffer.from(letters)

describe('RFC 9180', () => {
  /** RFC 9180, appendix A.1.1: the same suite but for AES-128. */
  const published = {
    info: hex('4f6465206f6e2061204772656369616e2055726e'),
    aad: hex('436f756e742d30'),
    plain: hex('4265617574792069732074727574682c20747275746820626561757479'),
    skE: hex('52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736'),
    pkE: hex('37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431'),
    skR: hex('4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8'),
    pkR: hex('3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d'),
    sealed: hex('f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a'),
  }

  test('what the tests compare with gives the bytes that the RFC has for AES-128', () => {
    const { sealed, ...given } = published
    expect(bookSeal({ ...given, aead: 1 }).toString('hex')).toBe(sealed.toString('hex'))
  })

  test('what that gives for AES-256 is opened, and what is sealed it opens', async () => {
    const { info, aad, plain, skR, pkR, pkE } = published
    const sealed = Buffer.concat([pkE, bookSeal({ ...published, aead: 2 })])
    expect(Buffer.from((await hpkeOpen(skR, { info, aad }, sealed)) ?? [])).toEqual(plain)

    const ours = await hpkeSeal(pkR, { info, aad }, plain)
    const { key, nonce } = bookKeys({ secret: agree(skR, ours.subarray(0, 32)), enc: ours.subarray(0, 32), pkR, info, aead: 2 })
    expect(Buffer.from(ours.subarray(32))).toEqual(encrypt('aes-256-gcm', key, nonce, aad, plain))
  })

  test('these bytes are opened for ever', async () => {
    const { info, aad, plain, skR } = published
    const pinned =
      '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431' +
      '090b7dc225419f7da9e8b460becfbb96a26c7964d79b8010d397fa838530a32a397b14f5776db19ff5e57734e0'
    expect(Buffer.from((await hpkeOpen(skR, { info, aad }, hex(pinned))) ?? [])).toEqual(plain)
  })
})

test('whatever is sealed comes out whole, and adds 48 bytes', async () => {
  const keys = await makeHpkeKeys()
  const bytes = fc.uint8Array({ maxLength: 5_000 })
  const property = fc.asyncProperty(bytes, bytes, bytes, async (plain, info, aad) => {
    const sealed = await hpkeSeal(keys.publicKey, { info, aad }, plain)
    expect(sealed.byteLength).toBe(plain.byteLength + HPKE_OVERHEAD_BYTES)
    expect(await hpkeOpen(keys.privateKey, { info, aad }, sealed)).toEqual(plain)
  })
  await fc.assert(property, { numRuns: 100 })
})

test('a byte that is another one, wherever it is, opens nothing', async () => {
  const keys = await makeHpkeKeys()
  const context = { info: text('info'), aad: text('aad') }
  const sealed = await hpkeSeal(keys.publicKey, context, text('a letter'))
  const property = fc.asyncProperty(fc.nat(sealed.byteLength - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
    // The highest bit of a point is not looked at (RFC 7748), but is part of what the key is made from.
    const other = sealed.map((byte, index) => (index === at ? byte ^ change : byte))
    expect(await hpkeOpen(keys.privateKey, context, other)).toBeNull()
  })
  await fc.assert(property, { numRuns: 200 })
})

test('another key, another purpose, other company or too little opens nothing', async () => {
  const keys = await makeHpkeKeys()
  const { privateKey: another } = await makeHpkeKeys()
  const context = { info: text('info'), aad: text('aad') }
  const sealed = await hpkeSeal(keys.publicKey, context, text('a letter'))
  expect(await hpkeOpen(another, context, sealed)).toBeNull()
  expect(await hpkeOpen(keys.privateKey, { ...context, info: text('inf') }, sealed)).toBeNull()
  expect(await hpkeOpen(keys.privateKey, { ...context, aad: text('') }, sealed)).toBeNull()
  expect(await hpkeOpen(keys.privateKey, context, sealed.subarray(0, HPKE_OVERHEAD_BYTES - 1))).toBeNull()
  expect(await hpkeOpen(keys.privateKey, context, sealed.subarray(0, sealed.byteLength - 1))).toBeNull()
  expect(await hpkeOpen(keys.privateKey, context, new Uint8Array())).toBeNull()
})

test('to what is no key, or gives everybody the same secret, nothing is sealed', async () => {
  const context = { info: text('info'), aad: text('aad') }
  await expect(hpkeSeal(new Uint8Array(31), context, text('a letter'))).rejects.toThrow(RangeError)
  await expect(hpkeSeal(new Uint8Array(32), context, text('a letter'))).rejects.toThrow(RangeError)
})

// The RFC once more, written from its text with Node's own functions.

interface Given {
  readonly info: Buffer
  readonly aad: Buffer
  readonly plain: Buffer
  readonly skE: Buffer
  readonly pkE: Buffer
  readonly pkR: Buffer
  /** 1: AES-128-GCM, 2: AES-256-GCM. */
  readonly aead: 1 | 2
}

function bookSeal({ info, aad, plain, skE, pkE, pkR, aead }: Given): Buffer {
  const { key, nonce } = bookKeys({ secret: agree(skE, pkR), enc: pkE, pkR, info, aead })
  return encrypt(aead === 1 ? 'aes-128-gcm' : 'aes-256-gcm', key, nonce, aad, plain)
}

function bookKeys(of: { secret: Buffer; enc: Uint8Array; pkR: Buffer; info: Buffer; aead: 1 | 2 }): { key: Buffer; nonce: Buffer } {
  const kem = Buffer.concat([text('KEM'), u16(0x20)])
  const shared = expand(kem, extract(kem, '', 'eae_prk', of.secret), 'shared_secret', Buffer.concat([of.enc, of.pkR]), 32)
  const suite = Buffer.concat([text('HPKE'), u16(0x20), u16(1), u16(of.aead)])
  const context = Buffer.concat([Buffer.of(0), extract(suite, '', 'psk_id_hash', text('')), extract(suite, '', 'info_hash', of.info)])
  const secret = extract(suite, shared, 'secret', text(''))
  return {
    key: expand(suite, secret, 'key', context, of.aead === 1 ? 16 : 32),
    nonce: expand(suite, secret, 'base_nonce', context, 12),
  }
}

function extract(suite: Buffer, salt: Buffer | '', label: string, material: Buffer): Buffer {
  return createHmac('sha256', salt).update(Buffer.concat([text('HPKE-v1'), suite, text(label), material])).digest()
}

function expand(suite: Buffer, secret: Buffer, label: string, info: Buffer, length: number): Buffer {
  const labelled = Buffer.concat([u16(length), text('HPKE-v1'), suite, text(label), info, Buffer.of(1)])
  return createHmac('sha256', secret).update(labelled).digest().subarray(0, length)
}

function agree(privateKey: Buffer, publicKey: Uint8Array): Buffer {
  return diffieHellman({ privateKey: secretKey(privateKey), publicKey: pointOf(publicKey) })
}

function secretKey(raw: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([hex('302e020100300506032b656e04220420'), raw]), format: 'der', type: 'pkcs8' })
}

function pointOf(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([hex('302a300506032b656e032100'), raw]), format: 'der', type: 'spki' })
}

function encrypt(cipher: 'aes-128-gcm' | 'aes-256-gcm', key: Buffer, nonce: Buffer, aad: Buffer, plain: Buffer): Buffer {
  const sealing = createCipheriv(cipher, key, nonce).setAAD(aad)
  return Buffer.concat([sealing.update(plain), sealing.final(), sealing.getAuthTag()])
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}
