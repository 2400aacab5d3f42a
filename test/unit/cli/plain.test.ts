import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { oneLine, plain, plainDeep, safeJson } from '../../../src/cli/plain.ts'

const controls = /(?![\t\n])\p{Cc}|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u

describe("a stranger's text", () => {
  it.each([
    ['colours', 'a\u001b[31mred\u001b[0m', 'ared'],
    ['the title of the window', '\u001b]0;owned\u0007hi', 'hi'],
    ['a link', '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\', 'click'],
    ['the cursor', 'hi\u001b[2J\u001b[1;1Hgone', 'higone'],
    ['what was typed', 'x\u001b[6n', 'x'],
    ['escapes of one byte', 'a\u009b31mred', 'ared'],
    ['a bell and a backspace', 'a\u0007\u0008b', 'a��b'],
    ['a carriage return over what stands there', 'you: yes\rBea: no', 'you: yes\nBea: no'],
    ['the direction of our words', 'gpj.\u202Eexe', 'gpj.exe'],
    ['an escape hidden in an escape', '\u001b\u001b[31m[31mx', '�[31mx'],
  ])('cannot change %s', (_, text, shown) => {
    expect(plain(text)).toBe(shown)
  })

  it('keeps letters of every script, line feeds and tabs', () => {
    const text = 'Grüße, שלום, 你好 👩‍💻\n\tx'
    expect(plain(text)).toBe(text)
  })

  it('never holds a control character, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plain(text)).not.toMatch(controls)
        expect(oneLine(text)).not.toMatch(/[\n\t]/)
      }),
    )
  })

  it('is cleaned wherever it stands in a value', () => {
    const value = { a: ['\u001b[1mx', { b: 'y\u0007' }], n: 1, no: null, yes: true }
    expect(plainDeep(value)).toEqual({ a: ['x', { b: 'y�' }], n: 1, no: null, yes: true })
  })
})

describe('JSON for a terminal', () => {
  it('is the same value, and nothing in it acts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = safeJson({ text })
        expect(JSON.parse(line)).toEqual({ text })
        expect(line).not.toMatch(controls)
        expect(line).not.toContain('\n')
      }),
    )
  })
})
