import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLocalHost, judgeNavigation, judgeRequest, refusalOf, siteOf } from '../../../../src/main/desktop/site-views/addresses.ts'

const alice = { kind: 'site', site: 'alice.peer' } as const
const fresh = { kind: 'site', site: null } as const
const exit = { kind: 'exit', site: null } as const

describe('the name of a page', () => {
  test('is what stands between the scheme and the path', () => {
    expect(siteOf('peer://alice.peer/x?y#z')).toBe('alice.peer')
    expect(siteOf('peer://app.alice.peer')).toBe('app.alice.peer')
    expect(siteOf('peer://alice.peer?x')).toBe('alice.peer')
  })

  test.each(['peer://alice.peer:80/', 'peer://bob@alice.peer/', 'peer://alice.peer@bob.peer/', 'peer:/alice.peer/', 'peer:alice.peer', 'https://alice.peer/', 'peer:///x', 'peer://ALICE.peer/', 'peer://alice.peer\\@bob.peer/', 'peer://.peer/', ''])(
    'is none in %s',
    (url) => expect(siteOf(url)).toBeNull(),
  )
})

test('what has no dot, is a number, or ends as no public host does, is of this machine or its network', () => {
  for (const host of ['localhost', '127.0.0.1', '192.168.0.1', '[::1]', 'router', 'nas.local', 'x.localhost', 'a.internal', '10.1', 'printer.home.arpa', 'box.lan.']) {
    expect(isLocalHost(host), host).toBe(true)
  }
  for (const host of ['example.com', 'alice.peer', 'local.example.com', '1.example.com']) expect(isLocalHost(host), host).toBe(false)
})

describe('a request', () => {
  test('of a site goes to sites, to what the page made itself, and to its own WebSocket', () => {
    expect(judgeRequest(alice, 'peer://alice.peer/x')).toBe('serve')
    expect(judgeRequest(alice, 'peer://bob.peer/x')).toBe('serve')
    for (const url of ['data:text/plain,x', 'blob:peer://alice.peer/1', 'about:srcdoc']) expect(judgeRequest(alice, url)).toBe('pass')
    expect(judgeRequest(alice, 'ws://alice.peer/socket')).toBe('pass')
  })

  test.each(['ws://bob.peer/', 'ws://alice.peer:81/', 'ws://x@alice.peer.example.com/', 'wss://alice.peer/', 'https://example.com/', 'http://alice.peer/', 'ftp://example.com/', 'file:///etc/passwd', 'app://latch/', 'chrome://gpu', 'latch://invite/x', 'filesystem:peer://alice.peer/x', 'nonsense'])(
    'of a site does not go to %s',
    (url) => expect(judgeRequest(alice, url)).toEqual(expect.objectContaining({ what: expect.any(String) })),
  )

  test('of a view that shows nothing yet has no WebSocket', () => {
    expect(judgeRequest(fresh, 'ws://alice.peer/')).toEqual(expect.objectContaining({ kind: 'outside' }))
  })

  test('of the outside web goes to https and wss, and to no machine near by', () => {
    for (const url of ['https://example.com/', 'wss://example.com/']) expect(judgeRequest(exit, url)).toBe('pass')
    for (const url of ['http://example.com/', 'ws://example.com/', 'peer://alice.peer/', 'https://localhost/', 'https://10.0.0.1/', 'wss://[::1]/']) {
      expect(judgeRequest(exit, url), url).toEqual(expect.objectContaining({ what: expect.any(String) }))
    }
  })
})

describe('a navigation', () => {
  test('goes within its name, asks to go elsewhere, and goes nowhere else', () => {
    expect(judgeNavigation(alice, 'peer://alice.peer/x', true)).toBe('go')
    expect(judgeNavigation(alice, 'peer://bob.peer/x', true)).toBe('ask')
    expect(judgeNavigation(alice, 'https://example.com/x', true)).toBe('ask')
    for (const url of ['http://example.com/', 'javascript:0', 'data:text/html,x', 'blob:peer://alice.peer/1', 'about:blank', 'mailto:a@b.c']) {
      expect(judgeNavigation(alice, url, true), url).toEqual(expect.objectContaining({ kind: 'navigation' }))
    }
    for (const url of ['file:///x', 'https://127.0.0.1/', 'https://nas.local/']) expect(judgeNavigation(alice, url, true)).toEqual(expect.objectContaining({ kind: 'local' }))
  })

  test('of a frame may go to what was made here, and as a request to other sites', () => {
    for (const url of ['about:blank', 'blob:peer://alice.peer/1', 'data:text/html,x', 'peer://bob.peer/']) expect(judgeNavigation(alice, url, false)).toBe('go')
    expect(judgeNavigation(alice, 'https://example.com/', false)).toEqual({ kind: 'outside', what: 'example.com' })
  })

  test('of the outside web goes where https leads, and asks to come to a site', () => {
    expect(judgeNavigation(exit, 'https://example.com/', true)).toBe('go')
    expect(judgeNavigation(exit, 'peer://alice.peer/', true)).toBe('ask')
    expect(judgeNavigation(exit, 'http://example.com/', true)).toEqual({ kind: 'navigation', what: 'http:' })
    expect(judgeNavigation(exit, 'https://192.168.1.1/', true)).toEqual({ kind: 'local', what: '192.168.1.1' })
  })

  test('to an address beyond all length is none', () => {
    expect(judgeNavigation(alice, `peer://alice.peer/${'x'.repeat(8_192)}`, true)).toEqual(expect.objectContaining({ kind: 'navigation' }))
  })
})

test('whatever is asked for, only sites, own making and the own WebSocket come through', () => {
  const schemes = fc.constantFrom('peer', 'ws', 'wss', 'http', 'https', 'file', 'data', 'blob', 'about', 'ftp', 'app', 'javascript', 'chrome')
  const hosts = fc.constantFrom('alice.peer', 'alice.peer:80', 'bob.peer', '127.0.0.1', 'alice.peer@bob.peer', '[::1]', '')
  fc.assert(
    fc.property(schemes, hosts, fc.string(), (scheme, host, rest) => {
      const url = `${scheme}://${host}/${rest}`
      const verdict = judgeRequest(alice, url)
      if (verdict === 'serve') expect(siteOf(url)).not.toBeNull()
      else if (verdict === 'pass') expect(['data', 'blob', 'about', 'ws']).toContain(scheme)
      else expect(refusalOf(url)).toEqual(verdict)
    }),
  )
})
