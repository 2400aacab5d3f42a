import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkName } from '../../../src/main/features/ledger/index.ts'
import { inOneSentence, readName } from '../../../src/main/features/names/read-name.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { ZoneLabel } from '../../../src/shared/model/names.ts'

const rules = { tld: 'peer', checkName }
const read = (typed: string) => readName(typed, rules)

describe('a name is read from', () => {
  test.each([
    ['alice.peer', 'alice', '@', ''],
    ['@alice.peer', 'alice', '@', ''],
    ['  alice.peer\n', 'alice', '@', ''],
    ['peer://alice.peer', 'alice', '@', ''],
    ['PEER://alice.peer/x/Y?z=1#w', 'alice', '@', '/x/Y?z=1#w'],
    ['alice.peer/x', 'alice', '@', '/x'],
    ['www.alice.peer', 'alice', 'www', ''],
    ['peer://mail.office.alice.peer/', 'alice', 'mail.office', '/'],
    ['_http._tcp.alice.peer', 'alice', '_http._tcp', ''],
    ['a.b.c.d.alice.peer', 'alice', 'a.b.c.d', ''],
    ['peer.peer', 'peer', '@', ''],
    [`${'z'.repeat(63)}.peer`, 'z'.repeat(63), '@', ''],
    ['007.peer', '007', '@', ''],
  ])('%j', (typed, name, label, rest) => {
    const fullName = label === '@' ? `${name}.peer` : `${label}.${name}.peer`
    expect(read(typed)).toEqual({ outcome: 'name', name, label, fullName, rest })
  })
})

describe('one sentence says what is wrong, and what was meant where that is plain', () => {
  test.each([
    ['', 'Type a name, such as alice.peer.', null],
    [' \t ', 'Type a name, such as alice.peer.', null],
    ['@', 'There is no name in that.', null],
    ['peer://', 'There is no name in that.', null],
    ['Alice.peer', 'Names are written in small letters.', 'alice.peer'],
    ['ALICE.PEER', 'Names are written in small letters.', 'alice.peer'],
    ['peer://WWW.Alice.Peer/X', 'Names are written in small letters.', 'www.alice.peer'],
    ['alice', 'A name is written with its ending, .peer.', 'alice.peer'],
    ['Alice', 'Names are written in small letters.', 'alice.peer'],
    ['alice.peer.', 'A name has no dot at its end.', 'alice.peer'],
    ['alice.peer...', 'A name has no dot at its end.', 'alice.peer'],
    ['.alice.peer', 'A name has no dot at its beginning.', 'alice.peer'],
    ['www..alice.peer', 'A name has no two dots in a row.', 'www.alice.peer'],
    ['...', 'A name has no dot at its end.', null],
    ['peer', '.peer is how all names of this network end; write what stands before it too.', null],
    ['.peer', 'A name has no dot at its beginning.', null],
    ['alice.com', 'Names of this network end in .peer, and this one does not.', null],
    ['https://alice.peer/x', 'Names are opened with peer://, and not with https://.', 'alice.peer'],
    ['file:///etc/passwd', 'Names are opened with peer://, and not with file://.', null],
    ['bob@alice.peer', 'A name has no @ within it, and no account or password before it.', null],
    ['peer://bob:secret@alice.peer', 'A name has no @ within it, and no account or password before it.', null],
    ['alice.peer:8080', 'A name has no port and no colon.', null],
    ['al.peer', 'A name has at least 3 characters.', null],
    [`${'a'.repeat(64)}.peer`, 'A name has at most 63 characters.', null],
    ['al ice.peer', 'A name has no spaces.', null],
    ['-alice.peer', 'A name neither begins nor ends with a hyphen.', null],
    ['al_ice.peer', 'A name is made of the letters a to z, digits and hyphens.', null],
    ['a!.alice.peer', 'A label is made of the letters a to z, digits, hyphens and underscores, or it is @.', null],
    [`${'a'.repeat(64)}.alice.peer`, 'Each part of a label has at most 63 characters.', null],
    ['a.b.c.d.e.alice.peer', 'Below a name there are at most 4 labels, and here are 5.', null],
    ['xn--80ak6aa92e.peer', 'Parts that begin with xn-- stand for other alphabets; names have only the letters a to z.', null],
    ['www.xn--80ak6aa92e.peer', 'Parts that begin with xn-- stand for other alphabets; names have only the letters a to z.', null],
    ['ab--cd.peer', 'A name has no two hyphens as its third and fourth characters.', null],
    ['аlice.peer', '“а” (U+0430) is none of the letters a to z, though it may look like one.', null],
    ['alicе.peer', '“е” (U+0435) is none of the letters a to z, though it may look like one.', null],
    ['älice.peer', '“ä” (U+00E4) is none of the letters a to z, though it may look like one.', null],
    ['alíce.peer', '“í” (U+00ED) is none of the letters a to z, though it may look like one.', null],
    ['ａｌｉｃｅ.peer', '“ａ” (U+FF41) is none of the letters a to z, though it may look like one.', 'alice.peer'],
    ['alice。peer', '“。” (U+3002) is none of the letters a to z, though it may look like one.', 'alice.peer'],
    ['ali\u200bce.peer', 'There is a character in it that is not seen (U+200B).', 'alice.peer'],
    ['ali\u00adce.peer', 'There is a character in it that is not seen (U+00AD).', 'alice.peer'],
    ['\u202ealice.peer', 'There is a character in it that is not seen (U+202E).', 'alice.peer'],
    ['alice.peer\nbob.peer', 'A name has no spaces.', null],
    ['alice\u{e0061}.peer', 'There is a character in it that is not seen (U+E0061).', 'alice.peer'],
    ['ali\u0301ce.peer', 'U+0301 is none of the letters a to z, though it may look like one.', null],
    ['🦊fox.peer', '“🦊” (U+1F98A) is none of the letters a to z.', null],
    [`${'a.'.repeat(100)}peer`, 'Below a name there are at most 4 labels, and here are 99.', null],
    [`${'a.'.repeat(200)}peer`, 'A name has at most 253 characters with all its labels, and this has 404.', null],
    [`${'a.'.repeat(10_000)}peer`, 'That is 20,004 characters long, and no name is: it has at most 253.', null],
  ])('%j', (typed, why, instead) => {
    expect(read(typed)).toEqual({ outcome: 'refused', why, instead })
  })

  test('as one sentence, with what was meant', () => {
    expect(inOneSentence({ outcome: 'refused', why: 'Names are written in small letters.', instead: 'alice.peer' })).toBe(
      'Names are written in small letters: did you mean alice.peer?',
    )
    expect(inOneSentence({ outcome: 'refused', why: 'A name has no spaces.', instead: null })).toBe('A name has no spaces.')
  })

  test('a letter of another alphabet is never replaced by the one that it looks like', () => {
    for (const typed of ['аlice.peer', 'аlice', 'Аlice.peer', 'alice.pеer']) expect(read(typed)).toMatchObject({ instead: null })
  })
})

describe('whatever is typed', () => {
  const piece = fc.oneof(
    fc.constantFrom('alice', 'peer', '.', '..', '@', 'peer://', 'www', '-', 'xn--', '/', ':', ' ', 'A', '_', '\u200b', '\u202e', 'а', 'ａ', '。', '%2e', '\\', '\0'),
    fc.string({ unit: 'binary', maxLength: 4 }),
  )
  const typed = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))

  test('what is read is a name, and what is written of it is read again as the same', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const result = read(text)
        if (result.outcome === 'refused') {
          expect(result.why).toMatch(/^[^\p{Cc}\p{Cf}]+\.$/u)
          if (result.instead !== null) expect(read(result.instead)).toMatchObject({ outcome: 'name', fullName: result.instead })
          return
        }
        expect(NameLabel.safeParse(result.name).success).toBe(true)
        expect(ZoneLabel.safeParse(result.label).success).toBe(true)
        expect(result.fullName).toBe(result.label === '@' ? `${result.name}.peer` : `${result.label}.${result.name}.peer`)
        expect(read(result.fullName)).toEqual({ ...result, rest: '' })
      }),
      { numRuns: 5_000 },
    )
  })

  test('it is read in a time that grows no faster than its length', () => {
    for (const text of ['a'.repeat(1_000_000), 'a.'.repeat(500_000), '\u200b'.repeat(4_000), `${'.'.repeat(4_000)}x`, ' '.repeat(4_096)]) {
      expect(read(text)).toMatchObject({ outcome: 'refused' })
    }
  })
})
