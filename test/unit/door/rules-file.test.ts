import { readFileSync } from 'node:fs'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { openRules, sealRules, type OpenedRules } from '../../../src/main/features/door/rules-file.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { seal } from '../../../src/main/platform/envelope.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { anyMatch, RuleDraft, type Rule } from '../../../src/shared/model/door.ts'
import { HOUR, MiB } from '../../../src/shared/units.ts'
import { account, anyRules, rule, ruleId } from './any-rule.ts'

/** Files that were once written. Others may be added; these may never change, and have to be read for good. */
const golden = (number: 1 | 2): string => readFileSync(new URL(`rules-file-${number}.json`, import.meta.url), 'utf8')
const MADE_MS = 1_767_225_600_000

let key: PrivateKey
let other: PrivateKey
let text: string

beforeAll(async () => {
  key = await generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(1))
  other = await generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(2))
  text = await sealRules(lasting, key, MADE_MS)
})

const lasting: Rule[] = [
  rule({
    who: { kind: 'account', account: account('a') },
    capability: 'file',
    match: { ...anyMatch, maxBytes: 4 * MiB, perHour: 3 },
    verdict: 'allow-and-tell',
    note: 'Ann’s pictures, “only” the small ones',
  }),
  rule({ who: { kind: 'group', group: 'family' }, capability: 'app:chess', priority: -5 }),
  rule({
    who: { kind: 'name', name: 'bea.peer', account: account('b') },
    capability: 'visit',
    match: { ...anyMatch, path: '/notes' },
  }),
  rule({ verdict: 'deny', capability: 'anything', until: { kind: 'time', untilMs: MADE_MS + HOUR } }),
]
const drafts = lasting.map((each) => RuleDraft.parse(each))

const whyNot = async (changed: string): Promise<string> => {
  const opened = await openRules(changed)
  return opened.outcome === 'invalid' ? opened.why : 'nothing'
}
/** The file with a change of what it says, in the form in which JSON is written anywhere. */
const said = (change: (file: Record<string, unknown> & { rules: Record<string, unknown>[] }) => unknown): string => {
  const file = JSON.parse(text) as Parameters<typeof change>[0]
  const changed = change(file)
  return JSON.stringify(changed ?? file)
}
/** The same, signed again: as somebody writes a file who can sign. */
const signed = async (change: Parameters<typeof said>[0], by = key): Promise<string> => {
  const { envelope: _, ...rest } = JSON.parse(said(change)) as Record<string, unknown>
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encode(rest)))
  const kind = { domain: 'latch-rules', type: '/latch/rules/1' }
  const envelope = await seal(kind, encode({ digest, madeMs: rest['madeMs'] }), by)
  return JSON.stringify({ ...rest, envelope: Buffer.from(envelope).toString('base64url') })
}

describe('a file of rules', () => {
  test('is these bytes, for good', async () => {
    expect(text).toBe(golden(1))
    const peerId = peerIdFromPrivateKey(key).toString()
    expect(await openRules(golden(1))).toEqual({ outcome: 'valid', peerId, madeMs: MADE_MS, drafts })
  })

  test('is these bytes where a rule is about a file by its name', async () => {
    const named = rule({ capability: 'file', match: { ...anyMatch, name: 'Holiday (1).jpg', maxBytes: 4 * MiB } })
    expect(await sealRules([named], key, MADE_MS)).toBe(golden(2))
    expect(await openRules(golden(2))).toMatchObject({ outcome: 'valid', drafts: [RuleDraft.parse(named)] })
  })

  test('holds what lasts, and nothing that is switched off, suspended or over', async () => {
    const rules = [
      ...lasting,
      rule({ enabled: false }),
      rule({ who: { kind: 'name', name: 'a-b.peer', account: account('a') }, suspended: { why: 'sold', atMs: 0 } }),
      ...(['once', 'quit'] as const).map((kind) => rule({ until: { kind } })),
      rule({ until: { kind: 'connection', connection: 'one' } }),
      rule({ until: { kind: 'time', untilMs: MADE_MS } }),
    ]
    expect(await openRules(await sealRules(rules, key, MADE_MS))).toMatchObject({ drafts })
    expect(await openRules(await sealRules([], key, MADE_MS))).toMatchObject({ outcome: 'valid', drafts: [] })
  })

  test('may be written in another way, as long as it says the same', async () => {
    const spaced = JSON.stringify(JSON.parse(text), null, 7).replaceAll('\n', '\r\n')
    const turned = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).toReversed()))
    const escaped = text.replace('family', String.raw`\u0066amily`)
    for (const same of [spaced, turned, escaped]) {
      expect(same).not.toBe(text)
      expect(await openRules(same)).toMatchObject({ outcome: 'valid', drafts })
    }
  })

  test('comes back as it went, whatever the rules', async () => {
    await fc.assert(
      fc.asyncProperty(anyRules(6), fc.string({ maxLength: 200 }), async (rules, note) => {
        const noted = rules.map((each) => ({ ...each, note }))
        const opened = await openRules(await sealRules(noted, key, 0))
        const kept = noted.filter(({ enabled, suspended, until }) => {
          return enabled && suspended === null && (until.kind === 'forever' || until.kind === 'time')
        })
        expect(opened).toMatchObject({ outcome: 'valid', drafts: kept.map((each) => RuleDraft.parse(each)) })
      }),
      { numRuns: 200 },
    )
  })

  test('is not written where it would not be read', async () => {
    const many = Array.from({ length: 2_001 }, (_, n) => rule({ id: ruleId(n) }))
    await expect(sealRules(many, key, 0)).rejects.toThrow(LatchError)
    expect(await openRules(await sealRules(many.slice(1), key, 0))).toMatchObject({ outcome: 'valid' })
    const long = many.slice(1).map((each) => ({ ...each, match: { ...anyMatch, path: `/${'ü'.repeat(300)}` } }))
    await expect(sealRules(long, key, 0)).rejects.toThrow('more rules than a file holds')
  })
})

describe('a file is refused', () => {
  test('with any change of what it says, wherever', async () => {
    const original = await openRules(text)
    const edit = fc.record({
      at: fc.nat({ max: text.length - 1 }),
      gone: fc.nat(3),
      put: fc.oneof(fc.string({ maxLength: 2 }), fc.constantFrom('"', '{', ']', ',', '0', '1', 'null', ' ', '\\')),
    })
    let refused = 0
    await fc.assert(
      fc.asyncProperty(edit, async ({ at, gone, put }) => {
        const changed = text.slice(0, at) + put + text.slice(at + gone)
        const opened: OpenedRules = await openRules(changed)
        if (opened.outcome === 'valid') expect(opened).toEqual(original)
        else refused++
      }),
      { numRuns: 2_000 },
    )
    expect(refused).toBeGreaterThan(1_000)
  })

  test('with another value of any field', async () => {
    const changed = 'The file was changed after it was signed.'
    expect(await whyNot(said((file) => ({ ...file, madeMs: MADE_MS + 1 })))).toBe(changed)
    expect(await whyNot(said((file) => ({ ...file, rules: file.rules.toReversed() })))).toBe(changed)
    expect(await whyNot(said((file) => ({ ...file, rules: file.rules.slice(1) })))).toBe(changed)
    expect(await whyNot(said(({ rules }) => void (rules[1] = { ...rules[1], priority: 5 })))).toBe(changed)
    const stranger = 'The file was signed by another device than it names.'
    const peerId = peerIdFromPrivateKey(other).toString()
    expect(await whyNot(said((file) => ({ ...file, peerId })))).toBe(stranger)
    expect(await whyNot(await signed((file) => file, other))).toBe(stranger)
  })

  test('where it was cut off, is empty, or is no JSON', async () => {
    for (const length of [1, 100, text.length - 3]) {
      expect(await whyNot(text.slice(0, length))).toBe('The file is not JSON, or it was cut off.')
    }
    expect(await whyNot('\n')).toBe('The file is empty.')
    for (const none of ['null', '[]', '7', '"rules"', '{}', '{"latch":"keys","version":1}']) {
      expect(await whyNot(none)).toBe('The file is not one of rules.')
    }
  })

  test('of another version, or with what this Latch does not know, however well it is signed', async () => {
    expect(await whyNot(await signed((file) => ({ ...file, version: 2 })))).toBe(
      'The file is of version 2, which this Latch does not know.',
    )
    expect(await whyNot(await signed((file) => ({ ...file, version: 0 })))).toMatch(/version is not what it should be/)
    expect(await whyNot(await signed((file) => ({ ...file, more: 1 })))).toBe(
      'The file says something that this Latch does not know.',
    )
    const unknown = 'Rule 1 of the file says something that this Latch does not know.'
    expect(await whyNot(await signed(({ rules }) => void (rules[0] = { ...rules[0], weekday: 5 })))).toBe(unknown)
    const narrow = { ...anyMatch, weekday: 5 }
    expect(await whyNot(await signed(({ rules }) => void (rules[0] = { ...rules[0], match: narrow })))).toBe(unknown)
    const { match: _, ...short } = drafts[0] ?? {}
    expect(await whyNot(await signed(({ rules }) => void (rules[0] = short)))).toBe(unknown)
    expect(await whyNot(await signed(({ rules }) => void (rules[0] = { ...rules[0], who: { kind: 'moon' } })))).toBe(
      'Rule 1 of the file is damaged: who.kind is not what it should be.',
    )
    const quit = { kind: 'quit' }
    expect(await whyNot(await signed(({ rules }) => void (rules[1] = { ...rules[1], until: quit })))).toBe(
      'Rule 2 of the file does not last, so it is for no other door.',
    )
  })

  test('that can be read in two ways, or that makes use of what some readers do', async () => {
    const twice = 'The file says something twice in one place, so it could be read in two ways.'
    expect(await whyNot(text.replace('"verdict"', '"verdict":"deny","verdict"'))).toBe(twice)
    expect(await whyNot(text.replace('"verdict"', String.raw`"\u0076erdict":"deny","verdict"`))).toBe(twice)
    expect(await whyNot(text.replace('"latch"', '"latch": "rules",\n  "latch"'))).toBe(twice)
    for (const reserved of ['__proto__', 'constructor', String.raw`\u005f_proto__`]) {
      expect(await whyNot(text.replace('"latch"', `"${reserved}": {"verdict": "allow"}, "latch"`))).toBe(
        'The file holds a key that is none of rules.',
      )
    }
    expect(await whyNot(text.replace('family', String.raw`fam\ud800ily`))).toBe('The file holds half a character.')
    expect(await whyNot(text.replace('"priority":-5', '"priority":-5,"more":1e999'))).toMatch(/^Rule 2 of the file/)
  })

  test('that is too large, too deep or too many, before anything is made of it', async () => {
    expect(await whyNot(' '.repeat(MiB + 1))).toBe('The file is larger than 1 MiB.')
    expect(await whyNot('ü'.repeat(MiB / 2 + 1))).toBe('The file is larger than 1 MiB.')
    const deep = 'The file is not one of rules: it goes too deep.'
    expect(await whyNot('['.repeat(MiB))).toBe(deep)
    expect(await whyNot('{"a":'.repeat(9))).toBe(deep)
    const many = Array.from({ length: 2_001 }, () => 1)
    const crowded = await signed((file) => ({ ...file, rules: many }))
    expect(await whyNot(crowded)).toBe('The file holds more than 2000 rules.')
  })

  test('whose signature is none, is of another kind, or is written in another way', async () => {
    const none = 'The signature of the file does not hold.'
    for (const envelope of ['', 'AAAA', 'not base64url!']) {
      expect(await whyNot(said((file) => ({ ...file, envelope })))).toBe(none)
    }
    expect(await whyNot(said((file) => ({ ...file, envelope: `${String(file['envelope'])}=` })))).toBe(none)
    const verdict = await seal({ domain: 'latch-verdict', type: '/latch/verdict/1' }, encode({}), key)
    const envelope = Buffer.from(verdict).toString('base64url')
    expect(await whyNot(said((file) => ({ ...file, envelope })))).toBe(none)
    expect(await whyNot(said((file) => ({ ...file, envelope: 'A'.repeat(3_000) })))).toBe(
      'The file is damaged: envelope is not what it should be.',
    )
  })
})

test('no text makes the reader fail', async () => {
  const noted = fc.string({ unit: 'binary' }).map((note) => text.replace('family', note))
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), noted), async (any) => {
      expect((await openRules(any)).outcome).toMatch(/^(in)?valid$/)
    }),
    { numRuns: 200 },
  )
})
