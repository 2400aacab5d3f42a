import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fileName, numbered } from '../../../src/main/features/browse/downloads/file-name.ts'
import { MAX_FILE_NAME_BYTES, MAX_TITLE_CHARS } from '../../../src/main/features/browse/limits.ts'
import { titleOf } from '../../../src/main/features/browse/words.ts'

const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ unit: 'grapheme', maxLength: 400 }))

describe('a title', () => {
  test('is one line, in the page’s words, and turns nothing around', () => {
    expect(titleOf('  Alice’s \n\n site\t! ')).toBe('Alice’s site !')
    expect(titleOf('\u202eevil\u202c \u2066x\u2069 a\u200bb')).toBe('evil x ab')
    expect(titleOf('Ü 名前 🙂')).toBe('Ü 名前 🙂')
    expect(titleOf('x'.repeat(10_000_000))).toHaveLength(MAX_TITLE_CHARS)
    expect(titleOf(`${'x'.repeat(MAX_TITLE_CHARS - 1)}🙂`)).toBe('x'.repeat(MAX_TITLE_CHARS - 1))
  })

  test('has no control character and no half of one, whatever a page says', () => {
    fc.assert(
      fc.property(anything, (said) => {
        const title = titleOf(said)
        expect(title).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u)
        expect(title.length).toBeLessThanOrEqual(MAX_TITLE_CHARS)
        expect(title).toBe(title.trim())
      }),
    )
  })
})

describe('the name of a file', () => {
  test('that is cut does not end in the dot or the space that it was cut at', () => {
    for (const end of ['.', ' ', '. .']) {
      const name = fileName(`${'x'.repeat(MAX_FILE_NAME_BYTES - end.length)}${end}${'y'.repeat(100)}`)
      expect(name).toBe('x'.repeat(MAX_FILE_NAME_BYTES - end.length))
    }
  })

  test.each([
    ['report.pdf', 'report.pdf'],
    ['/etc/passwd', 'passwd'],
    ['../../.bashrc', 'bashrc'],
    ['..\\..\\evil.exe', 'evil.exe'],
    ['C:\\Users\\x.txt', 'x.txt'],
    ['...', 'download'],
    ['', 'download'],
    ['a/b/', 'b'],
    ['a\u0000b\n.txt', 'ab .txt'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['-rf', 'rf'],
    ['what?*.txt', 'what__.txt'],
    ['x:stream', 'x_stream'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['com1.tar.gz', '_com1.tar.gz'],
    ['console.log', 'console.log'],
    ['name. ', 'name'],
    ['Fotos ü.jpg', 'Fotos ü.jpg'],
  ])('%j is saved as %j', (said, name) => {
    expect(fileName(said)).toBe(name)
  })

  test('is cut in the middle, and keeps its ending', () => {
    const name = fileName(`${'ü'.repeat(300)}.tar`)
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(MAX_FILE_NAME_BYTES)
    expect(name).toMatch(/^ü+\.tar$/)
    expect(fileName(`x.${'y'.repeat(500)}`)).toHaveLength(MAX_FILE_NAME_BYTES)
  })

  test('gets a number where there is one already', () => {
    expect([1, 2, 10].map((n) => numbered('a.tar', n))).toEqual(['a.tar', 'a (2).tar', 'a (10).tar'])
    expect(numbered('README', 2)).toBe('README (2)')
  })

  test('is never a path, hidden, or kept for a device, whatever a page says', () => {
    fc.assert(
      fc.property(fc.oneof(anything, fc.array(fc.constantFrom('..', '/', '\\', '.', 'con', ' ', 'x', '\0', ':', 'ü', '-'), { maxLength: 30 }).map((all) => all.join(''))), (said) => {
        const name = fileName(said)
        expect(name).not.toMatch(/[/\\<>:"|?*\p{Cc}\p{Cf}]/u)
        expect(name).not.toMatch(/^[.\s-]|[.\s]$|^$/)
        expect(name).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i)
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(MAX_FILE_NAME_BYTES)
      }),
    )
  })
})
