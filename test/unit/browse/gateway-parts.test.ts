import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OpenCode } from '../../../src/shared/model/browse.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { admit } from '../../../src/main/features/browse/gateway/admit.ts'
import { askedHeaders, ownCookie, toldHeaders, withoutReports } from '../../../src/main/features/browse/gateway/headers.ts'
import { errorPage } from '../../../src/main/features/browse/gateway/pages.ts'
import { statusOf } from '../../../src/main/features/browse/gateway/status.ts'

const PORT = 5_380
const host = `alice.peer.localhost:${PORT}`
const site = SiteName.parse('alice.peer')

describe('who is let in by the gateway', () => {
  it('names a host that is a site below localhost, whatever else is said', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const admission = admit({ method: 'GET', headers: { host: text }, hosts: 1, isUpgrade: false }, PORT)
        expect(admission.verdict === 'refuse' || text === `localhost:${PORT}` || text.endsWith(`.localhost:${PORT}`)).toBe(true)
      }),
    )
  })

  it('names one host', () => {
    expect(admit({ method: 'GET', headers: { host }, hosts: 2, isUpgrade: false }, PORT)).toMatchObject({ verdict: 'refuse', status: 400 })
    expect(admit({ method: 'GET', headers: {}, hosts: 0, isUpgrade: false }, PORT)).toMatchObject({ verdict: 'refuse', status: 400 })
    expect(admit({ method: 'GET', headers: { host }, hosts: 1, isUpgrade: false }, PORT)).toEqual({ verdict: 'site', site, host })
  })

  it('comes by no link where it wants a connection', () => {
    const headers = { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    expect(admit({ method: 'GET', headers, hosts: 1, isUpgrade: true }, PORT)).toMatchObject({ verdict: 'refuse', status: 403 })
  })
})

describe('what the gateway passes on', () => {
  it('says nothing of other sites, and nothing of this machine', () => {
    const asked = askedHeaders(['Host', host, 'Referer', 'https://evil.example/secret', 'Accept', '*/*', 'X-Forwarded-For', '1', 'Latch-Peer', 'x', 'Connection', 'close'], { site, host })
    expect(asked).toEqual([['Accept', '*/*']])
    expect(askedHeaders(['Referer', `http://${host}.evil.example/`, 'Origin', `http://${host}`], { site, host })).toEqual([['Origin', 'peer://alice.peer']])
  })

  it('gives each cookie to its own name alone', () => {
    fc.assert(
      fc.property(fc.constantFrom('Domain', 'domain', ' DOMAIN ', 'domain '), fc.constantFrom('=peer.localhost', '= .localhost', '', '=x=y'), (name, value) => {
        expect(ownCookie(`a=1; Path=/;${name}${value}; Secure`)).toBe('a=1; Path=/; Secure')
      }),
    )
    expect(ownCookie('domain=1; Path=/')).toBe('domain=1; Path=/')
  })

  it('leaves no report in a policy', () => {
    expect(withoutReports("default-src 'self'; report-uri /r https://evil.example; REPORT-TO x, img-src *;report-to y")).toBe("default-src 'self', img-src *")
  })

  it('keeps a referrer policy that says less, and no other', () => {
    const told = (value: string): string | undefined =>
      toldHeaders({ headers: [['Referrer-Policy', value]], source: { kind: 'here' } }, { host, port: PORT }).find(([name]) => name === 'Referrer-Policy')?.[1]
    expect([told('no-referrer'), told('unsafe-url'), told('no-referrer, unsafe-url')]).toEqual(['no-referrer', 'same-origin', 'same-origin'])
  })

  it('sends to names, and to nothing else, by the gateway', () => {
    const told = (to: string): string | undefined => toldHeaders({ headers: [['Location', to]], source: { kind: 'here' } }, { host, port: PORT })[0]?.[1]
    expect(told('peer://bob.peer')).toBe(`http://bob.peer.localhost:${PORT}/`)
    expect(told('peer://bob.peer/a?b#c')).toBe(`http://bob.peer.localhost:${PORT}/a?b#c`)
    expect([told('/x'), told('https://example.org/')]).toEqual(['/x', 'https://example.org/'])
  })
})

describe('an error page of the gateway', () => {
  it('has a status that says that it failed, for each code', () => {
    for (const code of OpenCode.options) expect(statusOf(code)).toBeGreaterThanOrEqual(400)
  })

  it('shows what others said as text', () => {
    const peerId = PeerId.parse(`12D3KooW${'A'.repeat(44)}`)
    const hostile = '"><script>1</script>\'; reboot'
    const { body } = errorPage('alice.peer', { step: 'door', code: 'knock-first', why: hostile, knock: { account: null, peerId, site, path: `/${hostile}` } })
    expect(body.toString()).not.toContain('<script')
    expect(body.toString()).toContain(`latch knock ${peerId} --for visit --name alice.peer<`)
  })
})
