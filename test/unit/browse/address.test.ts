import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gatewayAddress, readAddress, readUrl, siteOf, written } from '../../../src/main/features/browse/address.ts'
import { MAX_URL_CHARS } from '../../../src/main/features/browse/limits.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'

const read = (typed: string) => readAddress(typed, 'peer')
const urlOf = (typed: string): string => {
  const address = read(typed)
  return address.outcome === 'refused' ? `refused: ${address.why}` : address.url
}

describe('an address that a person types', () => {
  test.each([
    ['alice.peer', 'peer://alice.peer/'],
    ['alice', 'peer://alice.peer/'],
    ['  Alice.PEER  ', 'peer://alice.peer/'],
    ['@alice.peer', 'peer://alice.peer/'],
    ['@alice', 'peer://alice.peer/'],
    ['peer://ALICE.peer', 'peer://alice.peer/'],
    ['PEER://alice.peer/Path', 'peer://alice.peer/Path'],
    ['app.alice.peer/a/../b', 'peer://app.alice.peer/b'],
    ['alice.peer?q=1#there', 'peer://alice.peer/?q=1#there'],
    ['alice/ü b', 'peer://alice.peer/%C3%BC%20b'],
    ['http://alice.peer.localhost:5380/x?y#z', 'peer://alice.peer/x?y#z'],
    ['alice.peer.localhost:5380', 'peer://alice.peer/'],
    ['http://app.alice.peer.localhost/', 'peer://app.alice.peer/'],
    ['https://example.com', 'https://example.com/'],
    ['HTTPS://Example.com:8443/x', 'https://example.com:8443/x'],
  ])('%s is %s', (typed, url) => {
    expect(urlOf(typed)).toBe(url)
  })

  test.each([
    ['', 'Type an address, such as alice.peer.'],
    ['hello world', 'A name has no spaces.'],
    ['example.com', 'Names of this network end in .peer; for the outside web write https:// before it.'],
    ['peer', '.peer is how all names of this network end; write what stands before it too.'],
    ['alice.peer:80/', 'A name has no port.'],
    ['peer://alice.peer:80/', 'A name has no port.'],
    ['peer://bob@alice.peer/', 'A name has no account or password before it.'],
    ['peer:alice', 'An address is written peer://alice.peer/.'],
    ['alice.peer\\evil', 'An address has no backslash.'],
    ['alice.peer/a\\b', 'An address has no backslash.'],
    ['ali\u0000ce.peer', 'An address is one line, without control characters.'],
    ['alice.peer\nbob.peer', 'An address is one line, without control characters.'],
    ['ali\u200bce.peer', 'There is a character in that which is not seen.'],
    ['\u202ealice.peer', 'There is a character in that which is not seen.'],
    ['аlice.peer', 'A name is made of the letters a to z, digits and hyphens; something else in it may look like one.'],
    ['xn--lice-8cd.peer', 'No part of the name of a site has two hyphens as its third and fourth characters.'],
    ['http://example.com/', 'Pages of the outside web open over https only.'],
    ['http://alice.peer/', 'Pages of the outside web open over https only.'],
    ['https://me:secret@example.com/', 'An address with an account or password in it is not opened.'],
    ['javascript:alert(1)', 'Addresses begin with peer:// or https://, and not with javascript:.'],
    ['data:text/html,x', 'Addresses begin with peer:// or https://, and not with data:.'],
    ['file:///etc/passwd', 'Addresses begin with peer:// or https://, and not with file:.'],
    ['mailto:a@b.example', 'Addresses begin with peer:// or https://, and not with mailto:.'],
    ['-.peer', 'The name of a site is small letters, digits and hyphens between dots, and ends in the name of the network.'],
  ])('%j is refused in one sentence', (typed, why) => {
    expect(read(typed)).toEqual({ outcome: 'refused', why })
  })

  test('that is too long as typed, or only once it is written out, is refused', () => {
    const tooLong = { outcome: 'refused', why: 'An address has at most 8,192 characters.' }
    expect(read(`alice.peer/${'x'.repeat(MAX_URL_CHARS)}`)).toEqual(tooLong)
    expect(read(`alice.peer/${'ü'.repeat(MAX_URL_CHARS / 3)}`)).toEqual(tooLong)
  })

  test('of the outside web says when it is this machine or its own network', () => {
    const local = ['https://localhost/', 'https://127.0.0.1/', 'https://192.168.1.1/', 'https://[::1]/', 'https://0x7f.1/', 'https://router/', 'https://nas.local/', 'https://x.localhost./', 'https://2130706433/']
    for (const url of local) expect([url, read(url)]).toMatchObject([url, { outcome: 'outside', isLocal: true }])
    expect(read('https://example.com/')).toMatchObject({ isLocal: false, host: 'example.com' })
  })

  test('of the outside web is written in the letters of DNS', () => {
    expect(read('https://аpple.com/')).toMatchObject({ url: 'https://xn--pple-43d.com/', host: 'xn--pple-43d.com' })
  })

  test('is written out for the window and the gateway, or is BAD_INPUT', () => {
    expect(written('alice/x?y#z', 'peer', 5380)).toEqual({ url: 'peer://alice.peer/x?y#z', site: 'alice.peer', gateway: 'http://alice.peer.localhost:5380/x?y#z' })
    expect(written('https://example.com', 'peer', 5380)).toEqual({ url: 'https://example.com/', site: null, gateway: null })
    expect(() => written('a b', 'peer', 5380)).toThrow(expect.objectContaining({ code: 'BAD_INPUT', message: 'A name has no spaces.' }))
  })
})

describe('an address that a page or a program writes', () => {
  test('has its scheme, and nothing is added to it', () => {
    expect(readUrl('alice.peer', 'peer')).toMatchObject({ outcome: 'refused' })
    expect(readUrl('@alice', 'peer')).toMatchObject({ outcome: 'refused' })
    expect(readUrl('blob:peer://alice.peer/1', 'peer')).toEqual({ outcome: 'refused', why: 'Addresses of the kind blob: are not opened.' })
    expect(readUrl('http://alice.peer.localhost:5380/', 'peer')).toMatchObject({ outcome: 'refused' })
    expect(readUrl('peer://alice.peer/x', 'peer')).toMatchObject({ outcome: 'page', path: '/x' })
  })
})

describe('for whatever is typed', () => {
  const host = fc.constantFrom('alice.peer', 'app.alice.peer', 'a-b.peer', '0.peer')
  const rest = fc.stringMatching(/^(\/[!-~]{0,20}){0,3}(\?[!-~]{0,20})?(#[!-~]{0,20})?$/).filter((text) => !text.split(/[?#]/)[0]?.includes('\\'))

  test('an address is read the same when it is read again, here and by way of the gateway', () => {
    fc.assert(
      fc.property(host, rest, (name, path) => {
        const once = read(`${name}${path}`)
        if (once.outcome !== 'page') throw new Error(`${name}${path} was not read`)
        expect(read(once.url)).toEqual(once)
        expect(readUrl(once.url, 'peer')).toEqual(once)
        expect(read(gatewayAddress(once, 5380) ?? '')).toEqual(once)
        expect(siteOf(once.url)).toBe(name)
        expect(once.url).toBe(`peer://${once.site}${once.path}${once.part}`)
      }),
    )
  })

  test('what comes out is a name of the network, with nothing around it that a browser would read in another way', () => {
    const typed = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 60 }), fc.array(fc.constantFrom('peer', '://', 'alice', '.', '@', ':', '/', '\\', '?', '#', '%2e', '..', '%00', '\t', 'xn--', '\u200d', 'localhost', 'https', '8'), { maxLength: 12 }).map((all) => all.join('')))
    fc.assert(
      fc.property(typed, (text) => {
        const address = read(text)
        if (address.outcome === 'refused') {
          expect(address.why).toMatch(/^.{5,160}\.$/s)
          return
        }
        if (address.outcome === 'outside') {
          expect(new URL(address.url)).toMatchObject({ protocol: 'https:', username: '', password: '', host: expect.stringMatching(/^[\x21-\x7e]+$/) })
          return
        }
        expect(SiteName.safeParse(address.site).success).toBe(true)
        expect(address.site.endsWith('.peer')).toBe(true)
        expect(address.url).toMatch(/^peer:\/\/[a-z0-9.-]+\.peer\/[\x21-\x7e]*$/)
        expect(new URL(address.url.replace('peer:', 'https:')).hostname).toBe(address.site)
      }),
      { numRuns: 500 },
    )
  })
})
