import { noise, pureJsCrypto, type ICryptoInterface } from '@chainsafe/libp2p-noise'
import { defaultCrypto } from '@chainsafe/libp2p-noise/crypto'
import { memory } from '@libp2p/memory'
import { yamux } from '@libp2p/yamux'
import fc from 'fast-check'
import { createLibp2p, type Libp2p } from 'libp2p'
import { Uint8ArrayList } from 'uint8arraylist'
import sodium from 'sodium-native'
import { describe, expect, it } from 'vitest'
// The package exports its handshake to nobody; the vectors are to run through the very code that a connection runs.
import { wrapCrypto } from '../../../node_modules/@chainsafe/libp2p-noise/dist/src/crypto.js'
import { XXHandshakeState } from '../../../node_modules/@chainsafe/libp2p-noise/dist/src/protocol.js'
import { silentLog } from '../../../src/main/platform/log.ts'
import { loadNoiseCrypto, sodiumCrypto } from '../../../src/main/platform/noise-crypto.ts'
import { wrapNode } from '../../helpers/two-nodes.ts'

const native = sodiumCrypto(sodium)
const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex')
const hex = (data: { subarray(): Uint8Array }): string => Buffer.from(data.subarray()).toString('hex')
const list = (...pieces: Uint8Array[]): never => new Uint8ArrayList(...pieces) as never

// The library's own passes the same vectors: they are the right ones.
const implementations: [string, ICryptoInterface][] = [
  ['libsodium', native],
  ['the library', defaultCrypto],
  ['the library in JavaScript', pureJsCrypto],
]

describe.each(implementations)('Noise’s crypto on %s', (_, crypto) => {
  it('gives the AEAD of RFC 8439, section 2.8.2', () => {
    const key = bytes('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f')
    const nonce = bytes('070000004041424344454647')
    const ad = bytes('50515253c0c1c2c3c4c5c6c7')
    const plaintext = Buffer.from(
      `Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, ` +
        'sunscreen would be it.',
    )
    const sealed = `
      d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b
      1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc
      3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691`
    expect(hex(crypto.chaCha20Poly1305Encrypt(plaintext, nonce, ad, key))).toBe(hex(bytes(sealed)))
    expect(hex(crypto.chaCha20Poly1305Decrypt(bytes(sealed), nonce, ad, key))).toBe(hex(plaintext))
  })

  it('opens the AEAD of RFC 8439, appendix A.5', () => {
    const key = bytes('1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0')
    const nonce = bytes('000000000102030405060708')
    const ad = bytes('f33388860000000000004e91')
    const sealed = bytes(`
      64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e382d26b0
      bdb7b73c321b0100d4f03b7f355894cf332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c855
      9797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4b9166c767b804d46a59b5216cde7a4e9
      9040c5a40433225ee282a1b0a06c523eaf4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a
      0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a1049e617d91d361094fa68f0ff77987130
      305beaba2eda04df997b714d6c6f2c29a6ad5cb4022b02709beead9d67890cbb22392336fea1851f38`)
    const plaintext = Buffer.from(crypto.chaCha20Poly1305Decrypt(sealed, nonce, ad, key).subarray()).toString()
    expect(plaintext).toMatch(/^Internet-Drafts are draft documents valid for a maximum of six months/)
    expect(plaintext).toHaveLength(261)
  })

  it('gives the HKDF of RFC 5869, test case 3', () => {
    const [first, second] = crypto.getHKDF(Buffer.alloc(0), Buffer.alloc(22, 0x0b))
    expect((hex(first) + hex(second)).slice(0, 84)).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    )
  })

  it('gives the X25519 of RFC 7748, sections 5.2 and 6.1', () => {
    const scalar = bytes('a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4')
    const point = bytes('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c')
    const product = 'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552'
    expect(hex(crypto.generateX25519SharedKey(scalar, point))).toBe(product)
    const pair = (secret: string) => crypto.generateX25519KeyPairFromSeed(bytes(secret))
    const alice = pair('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a')
    const bob = pair('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb')
    expect(hex(alice.publicKey)).toBe('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a')
    expect(hex(bob.publicKey)).toBe('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f')
    const shared = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742'
    expect(hex(crypto.generateX25519SharedKey(alice.privateKey, bob.publicKey))).toBe(shared)
    expect(hex(crypto.generateX25519SharedKey(list(bob.privateKey), list(alice.publicKey)))).toBe(shared)
  })

  // Source: the vectors of cacophony, Noise_XX_25519_ChaChaPoly_SHA256.
  it('walks the handshake of the Noise test vectors, byte for byte', () => {
    const pair = (seed: string) => crypto.generateX25519KeyPairFromSeed(bytes(seed))
    const side = (initiator: boolean, s: string, e: string) =>
      new XXHandshakeState({
        crypto: { ...wrapCrypto(crypto), generateKeypair: () => pair(e) },
        protocolName: 'Noise_XX_25519_ChaChaPoly_SHA256',
        prologue: bytes('4a6f686e2047616c74'),
        initiator,
        s: pair(s),
      })
    const initiator = side(
      true,
      'e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1',
      '893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a',
    )
    const responder = side(
      false,
      '4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893',
      'bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b',
    )
    const first = initiator.writeMessageA(bytes('4c756477696720766f6e204d69736573'))
    const ephemeral = 'ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944'
    expect(hex(first)).toBe(`${ephemeral}4c756477696720766f6e204d69736573`)
    expect(hex(responder.readMessageA(first as never))).toBe('4c756477696720766f6e204d69736573')
    const second = responder.writeMessageB(bytes('4d757272617920526f746862617264'))
    expect(hex(second)).toBe(
      hex(bytes(`
        95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f14480884381cbad1f276e038c48378ffce2b65285
        e08d6b68aaa3629a5a8639392490e5b9bd5269c2f1e4f488ed8831161f19b7815528f8982ffe09be9b5c412f8a0db50f
        8814c7194e83f23dbd8d162c9326ad`)),
    )
    expect(hex(initiator.readMessageB(second as never))).toBe('4d757272617920526f746862617264')
    const third = initiator.writeMessageC(bytes('462e20412e20486179656b'))
    expect(hex(third)).toBe(
      hex(bytes(`
        c7195ffacac1307ff99046f219750fc47693e23c3cb08b89c2af808b444850a80ae475b9df0f169ae80a89be0865b57f
        58c9fea0d4ec82a286427402f113e4b6ae769a1d95941d49b25030`)),
    )
    expect(hex(responder.readMessageC(third as never))).toBe('462e20412e20486179656b')
    const [toResponder] = initiator.ss.split()
    const [fromInitiator, toInitiator] = responder.ss.split()
    const ad = Buffer.alloc(0)
    const fourth = toInitiator.encryptWithAd(ad, bytes('4361726c204d656e676572'))
    expect(hex(fourth)).toBe('96763ed773f8e47bb3712f0e29b3060ffc956ffc146cee53d5e1df')
    const fifth = toResponder.encryptWithAd(ad, bytes('4a65616e2d426170746973746520536179'))
    expect(hex(fifth)).toBe('3e40f15f6f3a46ae446b253bf8b1d9ffb6ed9b174d272328ff91a7e2e5c79c07f5')
    expect(hex(fromInitiator.decryptWithAd(ad, fifth))).toBe('4a65616e2d426170746973746520536179')
  })
})

describe('Noise’s crypto on libsodium', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 6 })
  const cut = fc.tuple(fc.uint8Array({ maxLength: 3_000 }), sizes)
  const pieces = ([data, sizes]: [Uint8Array, number[]]): never => {
    const starts = sizes.map((_, index) => sizes.slice(0, index).reduce((sum, size) => sum + size, 0))
    const cuts = sizes.map((size, index) => data.subarray(starts[index]).subarray(0, size))
    return list(...cuts, data.subarray(sizes.reduce((sum, size) => sum + size, 0)))
  }
  const key = Buffer.alloc(32, 3)
  const nonce = Buffer.alloc(12, 4)

  it('seals and opens as the library does, whole or in pieces, with or without a place for the result', () => {
    fc.assert(
      fc.property(cut, fc.uint8Array({ maxLength: 40 }), ([data, sizes], ad) => {
        const sealed = defaultCrypto.chaCha20Poly1305Encrypt(data, nonce, ad, key).subarray()
        expect(hex(native.chaCha20Poly1305Encrypt(data, nonce, ad, key))).toBe(hex(sealed))
        expect(hex(native.chaCha20Poly1305Encrypt(pieces([data, sizes]), nonce, ad, key))).toBe(hex(sealed))
        expect(hex(native.chaCha20Poly1305Decrypt(sealed, nonce, ad, key))).toBe(hex(data))
        expect(hex(native.chaCha20Poly1305Decrypt(pieces([sealed, sizes]), nonce, ad, key))).toBe(hex(data))
        const elsewhere = new Uint8Array(data.byteLength)
        expect(hex(native.chaCha20Poly1305Decrypt(pieces([sealed, sizes]), nonce, ad, key, elsewhere))).toBe(hex(data))
        const itself = Uint8Array.from(sealed)
        native.chaCha20Poly1305Decrypt(itself, nonce, ad, key, itself.subarray(0, data.byteLength))
        expect(hex(itself.subarray(0, data.byteLength))).toBe(hex(data))
        expect(hex(native.hashSHA256(pieces([data, sizes])))).toBe(hex(defaultCrypto.hashSHA256(data)))
        expect(native.getHKDF(key, data).map(hex)).toEqual(defaultCrypto.getHKDF(key, data).map(hex))
      }),
      { numRuns: 60 },
    )
  })

  it('opens nothing that was changed, cut, or is under another key, nonce or context', () => {
    const ad = Buffer.of(1)
    const sealed = Buffer.from(native.chaCha20Poly1305Encrypt(Buffer.from('hello'), nonce, ad, key).subarray())
    for (let at = 0; at < sealed.byteLength; at++) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => native.chaCha20Poly1305Decrypt(changed, nonce, ad, key)).toThrow()
    }
    for (let length = 0; length < sealed.byteLength; length++) {
      expect(() => native.chaCha20Poly1305Decrypt(sealed.subarray(0, length), nonce, ad, key)).toThrow()
    }
    expect(() => native.chaCha20Poly1305Decrypt(sealed, Buffer.alloc(12), ad, key)).toThrow()
    expect(() => native.chaCha20Poly1305Decrypt(sealed, nonce, Buffer.of(2), key)).toThrow()
    expect(() => native.chaCha20Poly1305Decrypt(sealed, nonce, ad, Buffer.alloc(32))).toThrow()
  })

  it('agrees on no secret with a key of small order', () => {
    const { privateKey } = native.generateX25519KeyPair()
    for (const point of ['00'.repeat(32), `01${'00'.repeat(31)}`, `ec${'ff'.repeat(30)}7f`]) {
      expect(() => native.generateX25519SharedKey(privateKey, bytes(point))).toThrow()
    }
  })

  it('makes another key each time', () => {
    expect(native.generateX25519KeyPair().privateKey).not.toEqual(native.generateX25519KeyPair().privateKey)
  })

  it('is taken where it loads, and the library’s own where it does not', async () => {
    const crypto = { generateX25519SharedKey: expect.any(Function) }
    expect(await loadNoiseCrypto(silentLog)).toMatchObject({ noise: 'native', crypto })
    const missing = (): Promise<never> => Promise.reject(new Error('no such addon'))
    expect(await loadNoiseCrypto(silentLog, missing)).toEqual({ noise: 'library', crypto: null })
  })

  it.each([
    ['dials', native, undefined],
    ['is dialled by', undefined, native],
    ['speaks with', native, native],
  ])('%s a peer on the library’s crypto, over a real connection', async (_, dialler, listener) => {
    const node = (crypto: ICryptoInterface | undefined, listen: string[]): Promise<Libp2p> =>
      createLibp2p({
        addresses: { listen },
        transports: [memory()],
        connectionEncrypters: [noise(crypto === undefined ? {} : { crypto })],
        streamMuxers: [yamux()],
        connectionMonitor: { enabled: false },
      })
    const a = wrapNode(await node(dialler, []))
    const b = wrapNode(await node(listener, ['/memory/noise']))
    await a.libp2p.dial(b.libp2p.getMultiaddrs())
    const limits = { maxInboundStreams: 1, maxFrameBytes: 300_000, exchangeTimeoutMs: null }
    const terms = { protocol: '/test/noise/1.0.0', onRelay: false, ...limits }
    await b.streams.serve(terms, async (stream) => {
      for (let frame = await stream.read(); frame !== null; frame = await stream.read()) await stream.write(frame)
    })
    const stream = await a.streams.open(b.peerId, terms)
    for (const size of [1, 100, 1_199, 1_200, 65_519, 65_520, 300_000]) {
      const frame = new Uint8Array(size).map((_, index) => index * size)
      await stream.write(frame)
      expect(Buffer.compare((await stream.read()) ?? Buffer.alloc(0), frame)).toBe(0)
    }
    await a.close()
    await b.close()
  })
})
