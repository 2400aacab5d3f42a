import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OpenCode } from '../../../src/shared/model/browse.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { admit } from '../../../src/main/features/browse/gateway/admit.ts'
import { askedHeaders, ownCookie, toldHeaders, withoutReports } from '../../../src/main/features/browse/gateway/headers.ts'
import { knownBy, OwnerMarks } from '../../../src/main/features/browse/gateway/owner-marks.ts'
import { errorPage } from '../../../src/main/features/browse/gateway/pages.ts'
import { statusOf } from '../../../src/main/features/browse/gateway/status.ts'
import { markedValidators, siteValidators } from '../../../src/main/features/browse/gateway/validators.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'

const PORT = 5_380
const host = `alice.peer.localhost:${PORT}`
const site = SiteName.parse('alice.peer')
const mark = 'a'.repeat(16)
const [alice, bea] = ['a', 'b'].map((letter) => AccountId.parse(`k51${letter.repeat(59)}`)) as [AccountId, AccountId]

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
    const asked = askedHeaders(['Host', host, 'Referer', 'https://evil.example/secret', 'Accept', '*/*', 'X-Forwarded-For', '1', 'Latch-Peer', 'x', 'Connection', 'close'], { site, host, mark, isFirst: false })
    expect(asked).toEqual([['Accept', '*/*']])
    expect(askedHeaders(['Referer', `http://${host}.evil.example/`, 'Origin', `http://${host}`], { site, host, mark, isFirst: false })).toEqual([['Origin', 'peer://alice.peer']])
  })

  it('says nothing to an owner that was meant for the one before', () => {
    const raw = ['Cookie', `a=1; latch-owner=${mark}; b=2`, 'Authorization', 'Basic x', 'If-None-Match', `"${mark}.tag"`, 'Range', 'bytes=1-', 'If-Modified-Since', 'Thu, 01 Jan 2099 00:00:00 GMT', 'Accept', '*/*']
    expect(askedHeaders(raw, { site, host, mark, isFirst: true })).toEqual([['Accept', '*/*']])
    expect(askedHeaders(raw, { site, host, mark, isFirst: false })).toEqual([['If-None-Match', '"tag"'], ['Cookie', 'a=1; b=2'], ['Authorization', 'Basic x'], ['Range', 'bytes=1-'], ['Accept', '*/*']])
  })

  it('has every page asked about each time, unless it is not kept at all', () => {
    const told = (value: string | null): string | undefined =>
      toldHeaders({ headers: [['Expires', 'Thu, 01 Jan 2099 00:00:00 GMT'], ...(value === null ? [] : [['Cache-Control', value] as const])], source: { kind: 'here' } }, { host, port: PORT, mark }).find(([name]) => name === 'Cache-Control')?.[1]
    expect(['max-age=31536000, immutable', null, 'private, no-store', 'stale-while-revalidate=99999'].map(told)).toEqual(['no-cache', 'no-cache', 'no-store', 'no-cache'])
    expect(toldHeaders({ headers: [['Expires', 'x'], ['Set-Cookie', 'latch-owner=x'], ['set-cookie', ' Latch-Owner = y']], source: { kind: 'here' } }, { host, port: PORT, mark }).filter(([name]) => /expires|cookie/i.test(name))).toEqual([])
  })

  it('asks about what was kept of one owner at no other', () => {
    const other = 'b'.repeat(16)
    const tag = fc.oneof(fc.string({ unit: fc.constantFrom('a', '.', '-', '!', '~', '/'), maxLength: 12 }).map((text) => `"${text}"`), fc.constant('"date-1"'), fc.constant('W/"x"'))
    const date = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1_000).toUTCString())
    const headers = fc.record({ etag: fc.option(tag), modified: fc.option(date) })
    fc.assert(
      fc.property(headers, fc.constantFrom('If-None-Match', 'If-Match', 'If-Range'), ({ etag, modified }, condition) => {
        const said = [...(etag === null ? [] : [['ETag', etag] as const]), ...(modified === null ? [] : [['Last-Modified', modified] as const])]
        const [[name, marked] = []] = markedValidators(said, mark)
        if (marked === undefined) {
          expect([etag, modified]).toEqual([null, null])
          return
        }
        expect(name).toBe('ETag')
        const own = siteValidators([[condition, marked], ['If-Modified-Since', 'Thu, 01 Jan 2099 00:00:00 GMT']], mark)
        if (etag !== null) expect(own).toEqual([[condition, etag]])
        else if (condition === 'If-None-Match') expect(own).toEqual([['If-Modified-Since', modified]])
        const others = siteValidators([[condition, marked]], other)
        expect(others).toEqual(condition === 'If-None-Match' ? [] : [[condition, '"another"']])
      }),
    )
  })

  it('knows a browser by the word for this owner alone, whatever else is set', () => {
    expect(knownBy(undefined, mark)).toBe('nobody')
    expect(knownBy('a=latch-owner; latch-ownerx=1', mark)).toBe('nobody')
    expect(knownBy(`latch-owner=${'b'.repeat(16)}`, mark)).toBe('another')
    expect(knownBy(`latch-owner=x; a=1;latch-owner=${mark}`, mark)).toBe('this')
    expect(knownBy(`latch-owner=${mark}x`, mark)).toBe('another')
    const database = openMemoryDatabase()
    const marks = new OwnerMarks({ database, random: (bytes) => new Uint8Array(bytes).fill(7) })
    const later = new OwnerMarks({ database, random: (bytes) => new Uint8Array(bytes).fill(8) })
    const app = SiteName.parse('app.alice.peer')
    expect(new Set([marks.of(site, alice), later.of(site, alice)]).size).toBe(1)
    expect(new Set([marks.of(site, alice), marks.of(site, bea), marks.of(app, alice)]).size).toBe(3)
    database.close()
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
      toldHeaders({ headers: [['Referrer-Policy', value]], source: { kind: 'here' } }, { host, port: PORT, mark }).find(([name]) => name === 'Referrer-Policy')?.[1]
    expect([told('no-referrer'), told('unsafe-url'), told('no-referrer, unsafe-url')]).toEqual(['no-referrer', 'same-origin', 'same-origin'])
  })

  it('sends to names, and to nothing else, by the gateway', () => {
    const told = (to: string): string | undefined => toldHeaders({ headers: [['Location', to]], source: { kind: 'here' } }, { host, port: PORT, mark })[0]?.[1]
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
