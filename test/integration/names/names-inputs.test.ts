import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { NamesTown } from './feature-town.ts'

/*
 * What a person may type or paste, through the whole feature: one sentence each, nobody is asked, and nothing is claimed.
 */

let town: NamesTown

beforeAll(async () => {
  town = await NamesTown.of({ validators: ['leader', 'bob'], rules: { newNameEveryMs: 0 } })
  await town.claim('bob', 'adele')
  await town.claim('bob', 'modern')
})

afterAll(() => town.close())

const didYouMean = (why: string, name: string): string => `${why}: did you mean ${name}?`
const NOT_SEEN = 'There is a character in it that is not seen'
const NO_LETTER = 'is none of the letters a to z, though it may look like one'

describe('a look-up of', () => {
  test.each([
    // Capitals and dots
    ['Adele.peer', didYouMean('Names are written in small letters', 'adele.peer')],
    ['ADELE.PEER', didYouMean('Names are written in small letters', 'adele.peer')],
    ['adele.peer.', didYouMean('A name has no dot at its end', 'adele.peer')],
    ['adele.peer.....', didYouMean('A name has no dot at its end', 'adele.peer')],
    ['..adele.peer', didYouMean('A name has no dot at its beginning', 'adele.peer')],
    ['adele..peer', didYouMean('A name has no two dots in a row', 'adele.peer')],
    ['adele', didYouMean('A name is written with its ending, .peer', 'adele.peer')],
    // Lengths
    [`${'a'.repeat(64)}.peer`, 'A name has at most 63 characters.'],
    ['ab.peer', 'A name has at least 3 characters.'],
    [`${'a.'.repeat(10_000)}peer`, 'That is 20,004 characters long, and no name is: it has at most 253.'],
    [`${'a'.repeat(1_000_000)}.peer`, 'That is 1,000,005 characters long, and no name is: it has at most 253.'],
    [`${'a.'.repeat(130)}peer`, 'A name has at most 253 characters with all its labels, and this has 264.'],
    [`${'a.'.repeat(100)}peer`, 'Below a name there are at most 4 labels, and here are 99.'],
    // Letters that look like others: Cyrillic, Greek, without a dot, with an accent, in a circle, above the line
    ['аdele.peer', `“а” (U+0430) ${NO_LETTER}.`],
    ['adеle.peer', `“е” (U+0435) ${NO_LETTER}.`],
    ['αdele.peer', `“α” (U+03B1) ${NO_LETTER}.`],
    ['adıle.peer', `“ı” (U+0131) ${NO_LETTER}.`],
    ['adèle.peer', `“è” (U+00E8) ${NO_LETTER}.`],
    ['😀.peer', '“😀” (U+1F600) is none of the letters a to z.'],
    ['ade\u0300le.peer', `U+0300 ${NO_LETTER}.`],
    // What NFKC makes plain letters of can only have been meant one way
    ['ａｄｅｌｅ.peer', didYouMean(`“ａ” (U+FF41) ${NO_LETTER}`, 'adele.peer')],
    ['𝐚dele.peer', didYouMean(`“𝐚” (U+1D41A) ${NO_LETTER}`, 'adele.peer')],
    ['ⓐdele.peer', didYouMean(`“ⓐ” (U+24D0) ${NO_LETTER}`, 'adele.peer')],
    ['ﬁona.peer', didYouMean(`“ﬁ” (U+FB01) ${NO_LETTER}`, 'fiona.peer')],
    ['adele１.peer', didYouMean(`“１” (U+FF11) ${NO_LETTER}`, 'adele1.peer')],
    ['adele．peer', didYouMean(`“．” (U+FF0E) ${NO_LETTER}`, 'adele.peer')],
    ['adele｡peer', didYouMean(`“｡” (U+FF61) ${NO_LETTER}`, 'adele.peer')],
    // What is not seen, or turns what stands around it
    ['\u202eadele.peer', didYouMean(`${NOT_SEEN} (U+202E)`, 'adele.peer')],
    ['ad\u200fele.peer', didYouMean(`${NOT_SEEN} (U+200F)`, 'adele.peer')],
    ['\u2067adele\u2069.peer', didYouMean(`${NOT_SEEN} (U+2067)`, 'adele.peer')],
    ['ad\u200bele.peer', didYouMean(`${NOT_SEEN} (U+200B)`, 'adele.peer')],
    ['ad\u200dele.peer', didYouMean(`${NOT_SEEN} (U+200D)`, 'adele.peer')],
    ['ad\u00adele.peer', didYouMean(`${NOT_SEEN} (U+00AD)`, 'adele.peer')],
    ['adele\ufe0f.peer', didYouMean(`${NOT_SEEN} (U+FE0F)`, 'adele.peer')],
    ['adele\u{e0064}.peer', didYouMean(`${NOT_SEEN} (U+E0064)`, 'adele.peer')],
    ['ad\u0000ele.peer', didYouMean(`${NOT_SEEN} (U+0000)`, 'adele.peer')],
    ['ade\u3164le.peer', didYouMean(`${NOT_SEEN} (U+3164)`, 'adele.peer')],
    // Punycode, and how browsers write what is none
    ['xn--dele-5cd.peer', 'Parts that begin with xn-- stand for other alphabets; names have only the letters a to z.'],
    ['www.xn--dele-5cd.adele.peer', 'Parts that begin with xn-- stand for other alphabets; names have only the letters a to z.'],
    ['ad--ele.peer', 'A name has no two hyphens as its third and fourth characters.'],
    ['%61dele.peer', 'A name is made of the letters a to z, digits and hyphens.'],
    // Two at once, programs, other addresses
    ['adele.peer modern.peer', 'A name has no spaces.'],
    ['adele.peer\nmodern.peer', 'A name has no spaces.'],
    ['adele.peer;rm -rf', 'A name has no spaces.'],
    ['adele_.peer', 'A name is made of the letters a to z, digits and hyphens.'],
    ['https://adele.peer', didYouMean('Names are opened with peer://, and not with https://', 'adele.peer')],
    ['javascript:adele.peer', 'A name has no port and no colon.'],
    ['bob@adele.peer', 'A name has no @ within it, and no account or password before it.'],
    ['adele.peer:80', 'A name has no port and no colon.'],
    ['adele.com', 'Names of this network end in .peer, and this one does not.'],
    ['-adele.peer', 'A name neither begins nor ends with a hyphen.'],
    ['', 'Type a name, such as alice.peer.'],
  ])('%j', async (typed, why) => {
    const { names } = town.get('leader')
    const lookup = await names.query(typed)
    expect(lookup.outcome).toEqual({ outcome: 'refused', why })
    expect(lookup.steps.map(({ step }) => step)).toEqual(['read', 'done'])
    // Whatever it holds of what was typed, nothing in it draws itself as something else.
    expect(lookup.fullName.length).toBeLessThanOrEqual(255)
    expect(why).toMatch(/^[^\p{Cc}\p{Cf}]+[.?]$/u)
  })
})

describe('a claim to a name that looks like one that somebody has', () => {
  test.each([
    ['adeie', 'It looks like adele, which somebody has.'],
    ['ade1e', 'It looks like adele, which somebody has.'],
    ['a-dele', 'It looks like adele, which somebody has.'],
    ['rnodern', 'It looks like modern, which somebody has.'],
    ['m0dern', 'It looks like modern, which somebody has.'],
    ['rnodem', 'It looks like modern, which somebody has.'],
    ['adele', 'Somebody has this name.'],
  ])('%j', async (text, why) => {
    const steps: unknown[] = []
    const claiming = (async () => {
      for await (const step of town.get('leader').names.claim(NameLabel.parse(text))) steps.push(step)
    })()
    await town.meanwhile(claiming)
    expect(steps.at(-1)).toEqual({ step: 'refused', why })
    town.get('leader').names.dropClaim(NameLabel.parse(text))
  })
})

test('what is no label is none for programs either', () => {
  const wrong = ['Adele', 'ad', 'a'.repeat(64), 'ad--le', 'xn--le', '-adele', 'adele-', 'аdele', 'ad\u200bele', 'adele.', 'adele.peer', 'ad ele', '']
  for (const text of wrong) expect([text, NameLabel.safeParse(text).success]).toEqual([text, false])
})
