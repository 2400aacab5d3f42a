import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import type { PrivateKey } from '@libp2p/interface'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { DecodeError, decode, encode } from '../../../src/main/platform/cbor.ts'
import { EnvelopeError, seal } from '../../../src/main/platform/envelope.ts'
import { openVerdict, sealVerdict, type Verdict } from '../../../src/main/protocols/knock/index.ts'
import { KnockReply, Receipt, Request } from '../../../src/main/protocols/knock/messages.ts'
import { KnockId, PeerId } from '../../../src/shared/ids.ts'
import { Capability } from '../../../src/shared/model/door.ts'

const id = KnockId.parse('abcdefghijklmnopqrstuvwxyz')
const keyOf = (n: number): Promise<PrivateKey> => generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(n))
const bytes = (length: number, of: number): Uint8Array => new Uint8Array(length).fill(of)
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')
const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

/** Bytes that 1.0.0 has written. Others may be added; none of these may ever change. */
const golden = {
  requests: [
    [
      { kind: 'knock', id, capability: 'contact', greeting: 'hello' },
      'a4626964781a6162636465666768696a6b6c6d6e6f707172737475767778797a646b696e64656b6e6f636b68677265657469' +
        '6e676568656c6c6f6a6361706162696c69747967636f6e74616374',
    ],
    [
      {
        kind: 'knock',
        id,
        capability: 'app:chess',
        greeting: '',
        token: bytes(16, 3),
        work: { salt: bytes(16, 4), nonce: bytes(8, 5) },
      },
      'a6626964781a6162636465666768696a6b6c6d6e6f707172737475767778797a646b696e64656b6e6f636b64776f726ba264' +
        '73616c745004040404040404040404040404040404656e6f6e636548050505050505050565746f6b656e5003030303030303' +
        '030303030303030303686772656574696e67606a6361706162696c697479696170703a6368657373',
    ],
    [
      {
        kind: 'knock',
        id,
        capability: 'file',
        greeting: '',
        about: { name: 'notes.pdf', bytes: 3_145_728, path: '/in/notes.pdf' },
      },
      'a5626964781a6162636465666768696a6b6c6d6e6f707172737475767778797a646b696e64656b6e6f636b6561626f7574a3' +
        '646e616d65696e6f7465732e70646664706174686d2f696e2f6e6f7465732e7064666562797465731a003000006867726565' +
        '74696e67606a6361706162696c6974796466696c65',
    ],
    [
      { kind: 'knock', id, capability: 'visit', greeting: '', about: { path: '/' } },
      'a5626964781a6162636465666768696a6b6c6d6e6f707172737475767778797a646b696e64656b6e6f636b6561626f7574a1' +
        '6470617468612f686772656574696e67606a6361706162696c697479657669736974',
    ],
    [
      { kind: 'withdraw', id },
      'a2626964781a6162636465666768696a6b6c6d6e6f707172737475767778797a646b696e64687769746864726177',
    ],
  ],
  replies: [
    [{ status: 'allowed', until: 'forever' }, 'a265756e74696c67666f72657665726673746174757367616c6c6f776564'],
    [{ status: 'denied', code: 'door' }, 'a264636f646564646f6f72667374617475736664656e696564'],
    [
      { status: 'pending', remainingMs: 60_000, shown: true },
      'a36573686f776ef5667374617475736770656e64696e676b72656d61696e696e674d7319ea60',
    ],
    [
      { status: 'busy', workBits: 16, salt: bytes(16, 4) },
      'a36473616c74500404040404040404040404040404040466737461747573646275737968776f726b4269747310',
    ],
    [
      { status: 'allowed', until: 'quit', forMs: 3_600_000 },
      'a365666f724d731a0036ee8065756e74696c64717569746673746174757367616c6c6f776564',
    ],
    [
      { status: 'pending', remainingMs: 60_000, shown: true, quiet: true },
      'a4657175696574f56573686f776ef5667374617475736770656e64696e676b72656d61696e696e674d7319ea60',
    ],
    [{ status: 'malformed' }, 'a166737461747573696d616c666f726d6564'],
  ],
  receipts: [
    [{ status: 'taken' }, 'a1667374617475736574616b656e'],
    [{ status: 'refused', code: 'replayed' }, 'a264636f6465687265706c61796564667374617475736772656675736564'],
  ],
  verdict:
    '0a24080112208a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c12102f6c617463682f766572' +
    '646963742f311a8f01a6626964781a6162636465666768696a6b6c6d6e6f707172737475767778797a62746f783431324433' +
    '4b6f6f574a576f61715a6844616f454673684637526831627059396f68696846687a6357366436394c72324e415375716373' +
    '65710165756e74696c67666f7265766572676f7574636f6d6567616c6c6f7765646a6361706162696c69747967636f6e7461' +
    '63742a40bfd0eae88964b20c11e35a7c8c0ea9a2f31cedea97e0a501206e3b8e10afbd03b19034680729c09f03bb5174f831' +
    '654aa6e44de4a8276d415d27aea17e58360d',
  /** The payloads of verdicts; the envelope around each is as above. */
  verdicts: [
    [
      { outcome: 'denied' },
      'a5626964781a6162636465666768696a6b6c6d6e6f707172737475767778797a62746f7834313244334b6f6f574141414141' +
        '4141414141414141414141414141414141414141414141414141414141414141414141414141416373657102676f7574636f' +
        '6d656664656e6965646a6361706162696c69747967636f6e74616374',
    ],
    [
      { outcome: 'unanswered' },
      'a5626964781a6162636465666768696a6b6c6d6e6f707172737475767778797a62746f7834313244334b6f6f574141414141' +
        '4141414141414141414141414141414141414141414141414141414141414141414141414141416373657102676f7574636f' +
        '6d656a756e616e7377657265646a6361706162696c69747967636f6e74616374',
    ],
    [
      { outcome: 'pending', remainingMs: 60_000 },
      'a6626964781a6162636465666768696a6b6c6d6e6f707172737475767778797a62746f7834313244334b6f6f574141414141' +
        '4141414141414141414141414141414141414141414141414141414141414141414141414141416373657102676f7574636f' +
        '6d656770656e64696e676a6361706162696c69747967636f6e746163746b72656d61696e696e674d7319ea60',
    ],
    [
      { outcome: 'pending', remainingMs: 300_000, shown: false, quiet: true },
      'a8626964781a6162636465666768696a6b6c6d6e6f707172737475767778797a62746f7834313244334b6f6f574141414141' +
        '4141414141414141414141414141414141414141414141414141414141414141414141414141416373657102657175696574' +
        'f56573686f776ef4676f7574636f6d656770656e64696e676a6361706162696c69747967636f6e746163746b72656d61696e' +
        '696e674d731a000493e0',
    ],
    [
      { outcome: 'allowed', until: 'quit', forMs: 3_600_000 },
      'a7626964781a6162636465666768696a6b6c6d6e6f707172737475767778797a62746f7834313244334b6f6f574141414141' +
        '414141414141414141414141414141414141414141414141414141414141414141414141414141637365710265666f724d73' +
        '1a0036ee8065756e74696c6471756974676f7574636f6d6567616c6c6f7765646a6361706162696c69747967636f6e746163' +
        '74',
    ],
  ],
} as const

describe('the bytes of 1.0.0', () => {
  test.each(golden.requests)('request %#', (value, text) => {
    expect(hex(encode(value))).toBe(text)
    expect(decode(unhex(text), Request, 4_096)).toEqual(value)
  })

  test.each(golden.replies)('reply %#', (value, text) => {
    expect(hex(encode(value))).toBe(text)
    expect(decode(unhex(text), KnockReply, 4_096)).toEqual(value)
  })

  test.each(golden.receipts)('receipt %#', (value, text) => {
    expect(hex(encode(value))).toBe(text)
    expect(decode(unhex(text), Receipt, 4_096)).toEqual(value)
  })

  test('verdict', async () => {
    const [door, knocker] = [await keyOf(1), await keyOf(2)]
    const to = PeerId.parse(peerIdFromPrivateKey(knocker).toString())
    const verdict: Verdict = { id, to, capability: 'contact', seq: 1, outcome: 'allowed', until: 'forever' }
    expect(hex(await sealVerdict(verdict, door))).toBe(golden.verdict)
    expect(await openVerdict(unhex(golden.verdict))).toEqual({ signer: peerIdFromPrivateKey(door).toString(), verdict })
  })

  test.each(golden.verdicts)('payload of a verdict %#', async (outcome, text) => {
    const to = PeerId.parse(`12D3KooW${'A'.repeat(44)}`)
    const verdict = { id, to, capability: 'contact', seq: 2, ...outcome } as Verdict
    expect(hex(encode(verdict))).toBe(text)
    const envelope = await seal({ domain: 'latch-verdict', type: '/latch/verdict/1' }, unhex(text), await keyOf(1))
    expect((await openVerdict(envelope)).verdict).toEqual(verdict)
  })
})

/** As the Latches that know only the first bytes read the later ones. */
describe('a Latch of before', () => {
  const Before = z.object({
    kind: z.literal('knock'),
    id: KnockId,
    capability: Capability,
    greeting: z.string().max(280),
    token: z.instanceof(Uint8Array).optional(),
  })

  test('passes over what a knock is about', () => {
    const about = golden.requests.find(([value]) => 'about' in value)?.[1]
    expect(decode(unhex(about ?? ''), Before, 4_096)).toEqual({ kind: 'knock', id, capability: 'file', greeting: '' })
  })

  test('reads an hour as until they stop, and quiet as asked', () => {
    const OldReply = z.discriminatedUnion('status', [
      z.object({ status: z.literal('allowed'), until: z.enum(['once', 'quit', 'forever']) }),
      z.object({ status: z.literal('pending'), remainingMs: z.int().max(600_000), shown: z.boolean() }),
    ])
    const [hour, quiet] = golden.replies.filter(([value]) => 'forMs' in value || 'quiet' in value)
    expect(decode(unhex(hour?.[1] ?? ''), OldReply, 4_096)).toEqual({ status: 'allowed', until: 'quit' })
    expect(decode(unhex(quiet?.[1] ?? ''), OldReply, 4_096)).toEqual({
      status: 'pending',
      remainingMs: 60_000,
      shown: true,
    })
  })
})

describe('a request', () => {
  const knock = { kind: 'knock', id, capability: 'contact', greeting: '' }
  const isTaken = (value: unknown): boolean => {
    try {
      decode(encode(value), Request, 4_096)
      return true
    } catch (error) {
      if (error instanceof DecodeError) return false
      throw error
    }
  }

  test('with fields of a later version is taken without them', () => {
    expect(decode(encode({ ...knock, mood: 'good' }), Request, 4_096)).toEqual(knock)
  })

  test.each([
    ['a greeting of 280 units', { greeting: '€'.repeat(280) }, true],
    ['a greeting of 281 units', { greeting: 'x'.repeat(281) }, false],
    ['a greeting that is no text', { greeting: 7 }, false],
    ['an id of another form', { id: 'knock-1' }, false],
    ['no id', { id: null }, false],
    ['an unknown capability', { capability: 'everything' }, false],
    ['a capability of an app', { capability: 'app:org.example.chess' }, true],
    ['an app without a name', { capability: 'app:' }, false],
    ['an app with a long name', { capability: `app:${'x'.repeat(64)}` }, false],
    ['a token of 15 bytes', { token: bytes(15, 1) }, false],
    ['a token that is text', { token: 'x'.repeat(16) }, false],
    ['work without a nonce', { work: { salt: bytes(16, 1) } }, false],
    ['work with a long nonce', { work: { salt: bytes(16, 1), nonce: bytes(9, 1) } }, false],
    ['an unknown kind', { kind: 'kick' }, false],
    ['nothing said of what it is about', { about: {} }, true],
    ['a name of 255 units', { about: { name: '€'.repeat(255) } }, true],
    ['a name of 256 units', { about: { name: 'x'.repeat(256) } }, false],
    ['a path of 512 units', { about: { path: '€'.repeat(512) } }, true],
    ['a path of 513 units', { about: { path: 'x'.repeat(513) } }, false],
    ['a size below nothing', { about: { bytes: -1 } }, false],
    ['a size that is no whole number', { about: { bytes: 1.5 } }, false],
    ['a size that is text', { about: { bytes: '5' } }, false],
    ['a name that is null', { about: { name: null } }, false],
    ['words where it says what it is about', { about: 'a file' }, false],
    [
      'the most of everything',
      {
        capability: `app:${'x'.repeat(63)}`,
        greeting: '€'.repeat(280),
        about: { name: '€'.repeat(255), bytes: Number.MAX_SAFE_INTEGER, path: '€'.repeat(512) },
        token: bytes(16, 1),
        work: { salt: bytes(16, 1), nonce: bytes(8, 1) },
      },
      true,
    ],
  ])('with %s', (_what, change, taken) => {
    expect(isTaken({ ...knock, ...change })).toBe(taken)
  })

  test('of any bytes is taken or refused, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (junk) => {
        try {
          decode(junk, Request, 4_096)
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
        }
      }),
    )
  })

  test('of any value is taken or refused, and nothing else happens', () => {
    const values = fc.object({
      key: fc.constantFrom('kind', 'id', 'capability', 'greeting', 'about', 'name', 'token', 'work', 'envelope'),
      maxDepth: 2,
    })
    fc.assert(
      fc.property(values, (value) => {
        expect(isTaken(JSON.parse(JSON.stringify(value)))).toBeTypeOf('boolean')
      }),
    )
  })
})

describe('a verdict', () => {
  test.each([
    [
      'changed after signing',
      async () => unhex(golden.verdict.replace('616c6c6f776564', '64656e69656421')),
      EnvelopeError,
    ],
    [
      'signed for another purpose',
      async () => seal({ domain: 'latch-hello', type: '/latch/verdict/1' }, encode({}), await keyOf(1)),
      EnvelopeError,
    ],
    [
      'of another type',
      async () => seal({ domain: 'latch-verdict', type: '/latch/verdict/2' }, encode({}), await keyOf(1)),
      EnvelopeError,
    ],
    [
      'that says nothing',
      async () => seal({ domain: 'latch-verdict', type: '/latch/verdict/1' }, encode({}), await keyOf(1)),
      DecodeError,
    ],
    ['cut off', async () => unhex(golden.verdict.slice(0, -2)), EnvelopeError],
    ['too long', async () => bytes(1_025, 0), DecodeError],
    ['of no bytes', async () => bytes(0, 0), EnvelopeError],
  ])('%s is refused', async (_what, make, error) => {
    await expect(make().then(openVerdict)).rejects.toBeInstanceOf(error)
  })
})
