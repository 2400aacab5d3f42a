import { Readable } from 'node:stream'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { servePage } from '../../../../src/main/desktop/site-views/serve.ts'
import type { OpenRequest } from '../../../../src/main/desktop/site-views/traffic.ts'
import type { ViewRequest } from '../../../../src/main/features/browse/types.ts'
import type { HeaderList, HttpAnswer } from '../../../../src/main/platform/http-message.ts'
import { eventually } from '../../../helpers/eventually.ts'

const answered = (body: Readable, headers: HeaderList = [], status = 200): HttpAnswer => ({ status, statusText: 'OK', headers, body, peer: null })

/** As a view asks that is answered by `answer`. */
async function serve(
  answer: HttpAnswer | null,
  { url = 'peer://alice.peer/a?b=1#c', init = {}, isDocument = false }: { url?: string; init?: RequestInit; isDocument?: boolean } = {},
): Promise<{ response: Response; asked: ViewRequest; gone: AbortController }> {
  const gone = new AbortController()
  let asked: ViewRequest | null = null
  const fetch = async (request: ViewRequest): Promise<HttpAnswer | null> => {
    asked = request
    return answer
  }
  const request = { view: { terms: { fetch } }, isPage: isDocument, isDocument, gone } as unknown as OpenRequest
  const response = await servePage(new Request(url, init), request)
  if (asked === null) throw new Error('nobody was asked')
  return { response, asked, gone }
}

test('a request goes on with its method, its path and its headers, and without our own mark', async () => {
  const { asked } = await serve(answered(Readable.from([])), { init: { method: 'POST', body: 'said', headers: { 'latch-request': '7', 'x-own': '1', 'accept-encoding': 'zstd' } } })
  expect(asked).toMatchObject({ method: 'POST', url: 'peer://alice.peer/a?b=1#c', path: '/a?b=1', isPage: false })
  expect(asked.headers).toContainEqual(['x-own', '1'])
  expect(asked.headers.map(([name]) => name)).not.toContain('latch-request')
  expect(asked.headers.filter(([name]) => name === 'accept-encoding')).toEqual([['accept-encoding', 'gzip, br']])
  expect(Buffer.concat(await (asked.body as Readable).toArray()).toString()).toBe('said')
})

test('a part is asked for as it is, since a part of something packed cannot be unpacked', async () => {
  const { asked } = await serve(answered(Readable.from([])), { init: { headers: { range: 'bytes=0-' } } })
  expect(asked.headers.map(([name]) => name)).not.toContain('accept-encoding')
  const packed = answered(Readable.from([gzipSync('x')]), [['Content-Encoding', 'gzip']], 206)
  const { response } = await serve(packed)
  expect(response.type).toBe('error')
  expect(packed.body.destroyed).toBe(true)
})

test('what is packed is unpacked; what is packed in a way that nobody knows is an error', async () => {
  for (const [name, bytes] of [['gzip', gzipSync('text')], ['br', brotliCompressSync('text')], ['identity', Buffer.from('text')]] as const) {
    const { response } = await serve(answered(Readable.from([bytes]), [['Content-Encoding', name], ['Content-Length', String(bytes.length)]]))
    expect(await response.text()).toBe('text')
    expect(response.headers.has('content-encoding')).toBe(false)
    expect(response.headers.has('content-length')).toBe(name === 'identity')
  }
  expect((await serve(answered(Readable.from(['x']), [['Content-Encoding', 'rot13']]))).response.type).toBe('error')
})

test('what is cut is an error and never an end, packed or not', async () => {
  const packed = gzipSync('x'.repeat(10_000))
  const { response } = await serve(answered(Readable.from([packed.subarray(0, 20)]), [['Content-Encoding', 'gzip']]))
  await expect(response.text()).rejects.toThrow()
  async function* cut(): AsyncGenerator<Buffer> {
    yield Buffer.from('half')
    throw new Error('cut')
  }
  for (const headers of [[], [['Content-Encoding', 'gzip']]] as const) {
    await expect((await serve(answered(Readable.from(cut()), headers))).response.text()).rejects.toThrow()
  }
  const closed = new Readable({ read: () => {} })
  const { response: hanging } = await serve(answered(closed))
  const read = hanging.text()
  closed.destroy()
  await expect(read).rejects.toThrow()
})

test('nothing is read of a body before the page takes it, and nothing after it went away', async () => {
  let pieces = 0
  const body = new Readable({
    highWaterMark: 1,
    read() {
      pieces += 1
      this.push(Buffer.alloc(65_536))
    },
  })
  const { response, gone } = await serve(answered(body))
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  for (let i = 0; i < 10; i += 1) await reader.read()
  expect(pieces).toBeLessThan(16)
  gone.abort()
  await eventually('the body ends', () => body.destroyed)

  const cancelled = Readable.from(['a', 'b'])
  const { response: second } = await serve(answered(cancelled))
  await second.body?.cancel()
  expect(cancelled.destroyed).toBe(true)
})

test('an answer that came too late, or that no answer can be, is none', async () => {
  const late = Readable.from(['x'])
  const gone = new AbortController()
  gone.abort()
  const request = { view: { terms: { fetch: async () => answered(late) } }, isPage: false, isDocument: false, gone } as unknown as OpenRequest
  expect((await servePage(new Request('peer://alice.peer/'), request)).type).toBe('error')
  expect(late.destroyed).toBe(true)
  expect((await serve(null)).response.type).toBe('error')
  for (const status of [0, 101, 199, 600, 999]) expect((await serve(answered(Readable.from(['x']), [], status))).response.type).toBe('error')
  expect((await serve(answered(Readable.from(['x']), [['Bad header', 'x']]))).response.type).toBe('error')
})

test('a page is told what it may not do beside what its site tells it, and its parts are not', async () => {
  const own: HeaderList = [['Content-Security-Policy', "img-src 'none'"]]
  const page = await serve(answered(Readable.from([]), own), { isDocument: true })
  expect(page.response.headers.get('content-security-policy')).toMatch(/^img-src 'none', sandbox allow-scripts /)
  expect(page.response.headers.get('content-security-policy')).not.toMatch(/allow-modals|allow-pointer-lock|allow-top-navigation(?!-by)/)
  expect(page.response.headers.get('x-dns-prefetch-control')).toBe('off')
  expect((await serve(answered(Readable.from([]), own))).response.headers.get('content-security-policy')).toBe("img-src 'none'")
})

test('what has no body by its status has none, whatever came', async () => {
  for (const status of [204, 205, 304]) {
    const body = Readable.from(['x'])
    const { response } = await serve(answered(body, [], status))
    expect([response.status, await response.text()]).toEqual([status, ''])
    expect(body.destroyed).toBe(true)
  }
  const { response } = await serve(answered(Readable.from(['x']), [['Content-Length', '9']]), { init: { method: 'HEAD' } })
  expect([await response.text(), response.headers.get('content-length')]).toEqual(['', '9'])
})
