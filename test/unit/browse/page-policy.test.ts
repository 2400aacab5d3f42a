import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { socketPath, wayOf } from '../../../src/main/features/browse/views/fetch-policy.ts'
import {
  headerOf, otherAnswerHeaders, otherRequestHeaders, ownAnswerHeaders, ownRequestHeaders, pageCsp, PERMISSIONS_POLICY, resolved,
} from '../../../src/main/features/browse/views/page-policy.ts'
import type { HeaderList } from '../../../src/main/platform/http-message.ts'

const site = SiteName.parse('alice.peer')
const answered = (...headers: [string, string][]): HeaderList => ownAnswerHeaders(headers, site)
const names = (headers: HeaderList): string[] => headers.map(([name]) => name.toLowerCase())

describe('what a page is told that it may do', () => {
  const directives = new Map(pageCsp(site).split('; ').map((directive) => {
    const [name = '', ...sources] = directive.split(' ')
    return [name, sources] as const
  }))

  test('lets it read from its own name only', () => {
    expect(directives.get('default-src')).toContain('peer://alice.peer')
    expect(directives.get('connect-src')).toEqual(['peer://alice.peer', 'ws://alice.peer', 'data:', 'blob:'])
    expect(directives.get('frame-src')).toEqual(['peer://alice.peer', 'blob:'])
    expect(directives.get('form-action')).toEqual(['peer://alice.peer'])
    expect(directives.get('worker-src')).not.toContain('peer:')
  })

  test('lets what it embeds come as far as the door, and nothing else', () => {
    const open = [...directives].filter(([, sources]) => sources.includes('peer:')).map(([name]) => name)
    expect(open).toEqual(['script-src', 'style-src', 'img-src', 'media-src', 'font-src'])
    expect(pageCsp(site)).not.toMatch(/https?:|\*|file:|wss:/)
  })

  test('closes objects, foreign bases, framing by others and WebRTC', () => {
    expect(Object.fromEntries(directives)).toMatchObject({
      'object-src': ["'none'"], 'base-uri': ['peer://alice.peer'], 'frame-ancestors': ['peer://alice.peer'], webrtc: ["'block'"],
    })
  })

  test('switches every permission off', () => {
    expect(PERMISSIONS_POLICY.split(', ').every((each) => /^[a-z-]+=\(\)$/.test(each))).toBe(true)
    for (const feature of ['camera', 'microphone', 'geolocation', 'fullscreen', 'usb', 'clipboard-read', 'local-network-access']) {
      expect(PERMISSIONS_POLICY).toContain(`${feature}=()`)
    }
  })
})

describe('an answer of the own name', () => {
  test('has our policies, and the site’s own beside them', () => {
    const headers = answered(['Content-Type', 'text/html'], ['Content-Security-Policy', "script-src 'self'; report-uri https://spy.example/"])
    expect(headers.filter(([name]) => name === 'Content-Security-Policy').map(([, value]) => value)).toEqual(["script-src 'self'", pageCsp(site)])
    expect(headerOf(headers, 'referrer-policy')).toBe('same-origin')
    expect(headerOf(headers, 'cross-origin-opener-policy')).toBe('same-origin')
    expect(headerOf(headers, 'permissions-policy')).toBe(PERMISSIONS_POLICY)
    expect(headerOf(headers, 'content-type')).toBe('text/html')
  })

  test('cannot say what is ours to say, or last beyond the page', () => {
    const said = ['Set-Cookie', 'Service-Worker-Allowed', 'Permissions-Policy', 'Feature-Policy', 'Cross-Origin-Opener-Policy', 'Latch-Peer', 'Report-To',
      'NEL', 'Content-Security-Policy-Report-Only', 'Origin-Trial', 'Speculation-Rules', 'Access-Control-Allow-Credentials', 'Alt-Svc', 'Accept-CH']
    const headers = answered(...said.map((name): [string, string] => [name, 'spy']), ['Referrer-Policy', 'unsafe-url'])
    expect(headers.map(([, value]) => value)).not.toContain('spy')
    expect(headers).toHaveLength(4)
  })

  test('may be stricter than we are about the referrer, and may clear what it stored', () => {
    const headers = answered(['Referrer-Policy', 'no-referrer'], ['Clear-Site-Data', '"storage"'])
    expect(headerOf(headers, 'referrer-policy')).toBe('no-referrer')
    expect(headerOf(headers, 'clear-site-data')).toBe('"storage"')
  })

  test.each([
    ['5', true], ['5; url=/next', true], ['0;URL=\'peer://alice.peer/x\'', true], ['0, there', true], ['1; url=', true],
    ['0; url=peer://bob.peer/', false], ['0; url=https://example.com', false], ['0;url=//example.com/', false],
    ['0; url=javascript:alert(1)', false], ['0; url="ht\ttps://alice.peer/"', false], ['0; url=data:text/html,x', false],
  ])('that loads itself again with %j is %s', (value, isKept) => {
    expect(names(answered(['Refresh', value])).includes('refresh')).toBe(isKept)
  })

  test.each([
    ['</a.css>; rel=preload; as=style', '</a.css>; rel=preload; as=style'],
    ['<https://spy.example>; rel=preconnect', null],
    ['<//spy.example>; rel="dns-prefetch preload", </a,b.css>; rel=preload', '</a,b.css>; rel=preload'],
    ['</x>; title="a, b"; rel="next prefetch", </y>; rel=icon', '</y>; rel=icon'],
  ])('with the links %j keeps %j', (value, kept) => {
    expect(headerOf(answered(['Link', value]), 'link')?.trim() ?? null).toBe(kept)
  })

  test('is read in a time that grows with its length alone, however it is written', () => {
    const [spaces, long] = [' '.repeat(300_000), 300_000]
    for (const value of ['<'.repeat(long), '"\\'.repeat(long / 2), `</a>; rel=${spaces};`, ';rel='.repeat(long / 5)]) {
      expect(names(answered(['Link', value]))).toContain('content-security-policy')
    }
    for (const value of [`"${spaces}x`, `0;url="${spaces}x`, `0${spaces}x`]) expect(names(answered(['Refresh', value]))).toContain('content-security-policy')
    expect(headerOf(answered(['Link', '</a>; rel=preload, </b>; title="unclosed, <https://spy.example>; rel=preconnect']), 'link')).toBe('</a>; rel=preload')
  })
})

describe('an answer of another name', () => {
  test('can be shown and not read', () => {
    const headers = otherAnswerHeaders([
      ['Content-Type', 'image/png'], ['Access-Control-Allow-Origin', '*'], ['Set-Cookie', 'a=b'], ['Content-Length', '5'], ['Timing-Allow-Origin', '*'], ['Link', '</x>; rel=preload'],
      ['Cross-Origin-Resource-Policy', 'same-origin'],
    ])
    expect(names(headers)).toEqual(['content-type', 'content-length', 'cross-origin-resource-policy', 'x-content-type-options', 'content-security-policy', 'referrer-policy'])
    expect(headerOf(headers, 'cross-origin-resource-policy')).toBe('cross-origin')
    expect(headerOf(headers, 'x-content-type-options')).toBe('nosniff')
  })
})

describe('a request of a page', () => {
  const headers: HeaderList = [
    ['Accept', 'text/html'], ['Cookie', 'a=b'], ['Origin', 'peer://alice.peer'], ['Referer', 'peer://alice.peer/x'], ['Latch-Account', 'k51'], ['X-Forwarded-For', '1.2.3.4'],
    ['Authorization', 'Basic x'], ['Connection', 'upgrade'], ['Sec-WebSocket-Key', 'x'], ['Range', 'bytes=0-'], ['User-Agent', 'x'],
  ]

  test('to its own name says where in it the page is, and nothing that only this device may say', () => {
    expect(names(ownRequestHeaders(headers, site))).toEqual(['accept', 'origin', 'referer', 'authorization', 'sec-websocket-key', 'range', 'user-agent'])
    for (const foreign of ['peer://bob.peer/', 'peer://alice.peer.evil/', 'https://alice.peer/', 'null']) {
      expect(ownRequestHeaders([['Referer', foreign], ['Origin', foreign]], site)).toEqual([])
    }
  })

  test('to another name says nothing of who asks', () => {
    expect(names(otherRequestHeaders(headers))).toEqual(['accept', 'range'])
  })
})

describe('where a request goes', () => {
  const way = (url: string, method = 'GET') => wayOf({ url, method }, site)

  test('is the own name, another one that the door is asked about, or nowhere', () => {
    expect(way('peer://alice.peer/a?b#c')).toEqual({ to: 'own', path: '/a?b' })
    expect(way('peer://alice.peer/a', 'POST')).toEqual({ to: 'own', path: '/a' })
    expect(way('peer://bob.peer/a.png')).toEqual({ to: 'other', site: 'bob.peer', path: '/a.png' })
    expect(way('peer://app.alice.peer/')).toMatchObject({ to: 'other' })
    expect(way('peer://bob.peer/', 'POST')).toEqual({ to: 'nowhere', kind: 'site', what: 'bob.peer' })
  })

  test.each([
    ['https://example.com/x', 'outside', 'example.com'], ['http://example.com/', 'outside', 'example.com'], ['https://127.0.0.1:9/', 'local', '127.0.0.1'],
    ['http://localhost:9/', 'local', 'localhost'], ['http://192.168.1.1/', 'local', '192.168.1.1'], ['http://[::1]/', 'local', '[::1]'], ['file:///etc/passwd', 'local', 'file'],
    ['peer://alice.peer:80/', 'outside', 'alice.peer'], ['peer://me@alice.peer/', 'outside', 'alice.peer'], ['ftp://x.example/', 'outside', 'x.example'], ['not an address', 'local', 'file'],
  ])('%s goes nowhere, and is told as %s %s', (url, kind, what) => {
    expect(way(url)).toEqual({ to: 'nowhere', kind, what })
  })

  test('of a socket is the own name only', () => {
    expect(socketPath('ws://alice.peer/live?x', site)).toBe('/live?x')
    expect(socketPath('ws://alice.peer', site)).toBe('/')
    expect(socketPath('ws://alice.peer:80/', site)).toBe('/')
    for (const url of ['ws://bob.peer/', 'ws://alice.peer:81/', 'wss://alice.peer/', 'ws://me@alice.peer/', 'ws://127.0.0.1/', 'ws://alice.peer.evil/']) {
      expect([url, socketPath(url, site)]).toEqual([url, null])
    }
  })

  test('is never this device or the outside web, whatever is asked for', () => {
    const url = fc.oneof(fc.webUrl(), fc.string({ unit: 'binary' }), fc.array(fc.constantFrom('peer://', 'alice.peer', 'bob.peer', '@', ':', '/', '\\', 'https://', '127.0.0.1', '#', '?', '%2f', '..'), { maxLength: 8 }).map((all) => all.join('')))
    fc.assert(
      fc.property(url, fc.constantFrom('GET', 'POST', 'DELETE'), (text, method) => {
        const to = wayOf({ url: text, method }, site)
        if (to.to === 'own') expect(text.toLowerCase().startsWith('peer://alice.peer')).toBe(true)
        if (to.to === 'other') expect([method, to.site]).toEqual(['GET', expect.stringMatching(/^(?!alice\.peer$)[a-z0-9.-]+\.peer$/)])
      }),
    )
  })
})

test('a reference is read as a page reads it', () => {
  const base = 'peer://alice.peer/a/b'
  const read: Record<string, string | null> = {
    c: 'peer://alice.peer/a/c', '/c': 'peer://alice.peer/c', '?q': 'peer://alice.peer/a/b?q', '//bob.peer/x': 'peer://bob.peer/x', 'peer://bob.peer/x': 'peer://bob.peer/x',
    'https://example.com/': 'https://example.com/', 'ht\ttps://example.com/': 'https://example.com/', '../..': 'peer://alice.peer/', 'https://': null,
  }
  for (const [reference, whole] of Object.entries(read)) expect([reference, resolved(reference, base)]).toEqual([reference, whole])
})
