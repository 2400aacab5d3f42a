import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkedContent } from '../../../src/main/features/apps/content.ts'
import { MAX_JSON_DEPTH } from '../../../src/main/features/apps/limits.ts'
import { DecodeError } from '../../../src/main/platform/cbor.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

describe('a body that is called JSON', () => {
  test.each([
    ['nothing', ''],
    ['half of it', '{"a":'],
    ['two of it', '1 2'],
    ['a word', 'undefined'],
    ['a depth that breaks whoever walks it', nested(MAX_JSON_DEPTH + 1)],
    ['a depth behind braces in a text', `["]]}}",${nested(MAX_JSON_DEPTH)}]`],
  ])('is refused when it is %s', (_what, text) => {
    expect(() => checkedContent('json', bytes(text))).toThrow(DecodeError)
  })

  test('is refused when it is no UTF-8', () => {
    expect(() => checkedContent('json', new Uint8Array([0x22, 0xff, 0x22]))).toThrow(DecodeError)
  })

  test('may be as deep as data is', () => {
    expect(checkedContent('json', bytes(nested(MAX_JSON_DEPTH)))?.as).toBe('json')
    expect(checkedContent('json', bytes('"[[[[\\"[[["'))?.as).toBe('json')
  })

  test('is taken whenever it is JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const content = checkedContent('json', bytes(JSON.stringify(value)))
        expect(JSON.parse(new TextDecoder().decode(content?.bytes))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
})

test('bytes are taken as they are, and none are none', () => {
  expect(checkedContent('bytes', new Uint8Array([0xff]))).toEqual({ as: 'bytes', bytes: new Uint8Array([0xff]) })
  expect(checkedContent('bytes', new Uint8Array())).toBeUndefined()
})
