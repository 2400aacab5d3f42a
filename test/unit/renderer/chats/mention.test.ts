import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { piecesOf } from '../../../../src/renderer/features/chats/pieces.ts'

const mentions = (text: string, tld = 'peer'): string[] =>
  piecesOf(text, tld).flatMap((piece) => (piece.kind === 'mention' ? [piece.fullName] : []))

describe('names in a message', () => {
  test.each([
    ['@alice.peer', ['alice.peer']],
    ['Ask @alice.peer.', ['alice.peer']],
    ['(@alice.peer), @bob-2.peer!', ['alice.peer', 'bob-2.peer']],
    ['@www.alice.peer/path', ['www.alice.peer']],
    ['@mail.office.alice.peer', ['mail.office.alice.peer']],
    ['@alice.peer...', ['alice.peer']],
    ['@alice.peer’s', ['alice.peer']],
    ['line\n@alice.peer\nline', ['alice.peer']],
    ['سأل @alice.peer اليوم', ['alice.peer']],
  ])('are found: %j', (text, names) => {
    expect(mentions(text)).toEqual(names)
  })

  test.each([
    'alice.peer',
    'bea@alice.peer',
    'bea.@alice.peer',
    'é@alice.peer',
    '@Alice.peer',
    '@alice.peerX',
    '@alice.peer@example.org',
    '@alice.peer.example',
    '@alice.other',
    '@al.peer',
    '@.alice.peer',
    '@-alice.peer',
    '@xn--alice.peer',
    '@a..alice.peer',
    '@peer',
    '@.peer',
    '@',
    '@аlice.peer',
    `@${'a'.repeat(64)}.peer`,
    '@a.b.c.d.e.alice.peer',
    'https://x/@alice.peer',
  ])('are not what only looks like one: %j', (text) => {
    expect(mentions(text)).toEqual([])
  })

  test('end as those of this network do', () => {
    expect(mentions('@alice.peer and @alice.demo', 'demo')).toEqual(['alice.demo'])
  })

  test('are fifty at most, and the text is whole all the same', () => {
    const text = '@alice.peer '.repeat(1_300)
    const pieces = piecesOf(text, 'peer')
    expect(pieces.filter(({ kind }) => kind === 'mention')).toHaveLength(50)
    expect(pieces.map((piece) => piece.text).join('')).toBe(text)
  })

  test('leave every text as it was written, whatever is in it', () => {
    const part = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.constantFrom('@', '.', 'alice.peer', '@alice.peer', '@b', '-', ' ', '.peer'))
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const text = parts.join('')
        const pieces = piecesOf(text, 'peer')
        expect(pieces.map((piece) => piece.text).join('')).toBe(text)
        for (const piece of pieces) if (piece.kind === 'mention') expect(piece.text).toBe(`@${piece.fullName}`)
      }),
    )
  })
})
