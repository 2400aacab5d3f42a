import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ask, gatewayScene, program, type Answered, type GatewayScene } from './gateway-scene.ts'
import { site } from './opening-scene.ts'

const page = { 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }
const part = { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' }

let scene: GatewayScene
/** The `Cookie` of each request, as the site got it. */
let heard: (string | undefined)[]
let says: string[]
let close = (): void => {}

beforeEach(async () => {
  scene = await gatewayScene()
  heard = []
  says = ['session=alice; Path=/; Max-Age=60; HttpOnly', 'theme=dark; Path=/notes']
  const behind = await program((request, response) => {
    heard.push(request.headers.cookie)
    response.writeHead(200, { 'Content-Type': 'text/html', 'Set-Cookie': says }).end('Alice')
  })
  close = () => behind.close()
  await scene.devices[0]?.publishDraft({ name: site, source: { kind: 'port', port: behind.port }, audience: 'anyone', copies: false })
})
afterEach(async () => {
  await scene.close()
  close()
})

const get = (cookie: string, headers: Record<string, string> = part, path = '/'): Promise<Answered> =>
  ask(scene.port, path, { headers: { ...headers, ...(cookie === '' ? {} : { Cookie: cookie }) } })
const pairsOf = ({ headers }: Answered): string[] => (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0] ?? '')

describe('a cookie in an ordinary browser', () => {
  it('that the site set comes back to it, with nothing of what the gateway put beside it', async () => {
    const first = await get('', page)
    expect(first.headers['set-cookie']).toEqual([
      expect.stringMatching(/^latch-owner=/),
      'session=alice; Path=/; Max-Age=60; HttpOnly',
      expect.stringMatching(/^latch-seal-session=[\w-]{16}; Path=\/; Max-Age=60; HttpOnly$/),
      'theme=dark; Path=/notes',
      expect.stringMatching(/^latch-seal-theme=[\w-]{16}; Path=\/notes; HttpOnly$/),
    ])
    const again = await get(pairsOf(first).join('; '), page)
    expect(heard.at(-1)).toBe('session=alice; theme=dark')
    expect(again.headers['set-cookie'], 'and nothing is ended').toHaveLength(4)
  })

  it('that a script of another name set for all is not the site’s, whatever it says, and is over with the next page', async () => {
    const own = pairsOf(await get('', page))
    const seal = own.find((pair) => pair.startsWith('latch-seal-session=')) ?? expect.fail('no seal')
    const planted = ['session=mallory', 'latch-seal-session=made-up', 'other=1', 'alone', '=nameless', seal.replace('session', 'other')]
    await get([...planted, ...own].join('; '))
    expect(heard.at(-1)).toBe('session=alice; theme=dark')
    await get([...own.filter((pair) => !pair.startsWith('session=')), ...planted].join('; '))
    expect(heard.at(-1)).toBe('theme=dark')
    const ended = (await get([...planted, ...own].join('; '), page, '/notes/today?x')).headers['set-cookie'] ?? []
    for (const name of ['session', 'latch-seal-session', 'other', 'latch-seal-other']) {
      for (const path of ['/', '/notes', '/notes/today']) expect(ended).toContain(`${name}=; Domain=peer.localhost; Path=${path}; Max-Age=0`)
    }
    expect(ended.some((cookie) => /^(?:theme|latch-owner)=;/.test(cookie))).toBe(false)
  })

  it('of a browser that lost whose the name is, as its cookies were pushed out, is nothing either', async () => {
    await get('session=mallory')
    await get('session=mallory', { Origin: `http://${site}.localhost:${scene.port}` })
    await get('session=mallory', page)
    expect(heard).toEqual([undefined, undefined, undefined])
  })

  it('cannot be one of the gateway’s own, whichever way the site writes it', async () => {
    says = ['latch-seal-x=1', ' LATCH-SEAL-session = y', 'Latch-Owner=z', 'nameless', 'ok=1']
    expect(pairsOf(await get('', part))).toEqual(['nameless', 'ok=1', expect.stringMatching(/^latch-seal-ok=/)])
  })
})

it('ends no more cookies than a page’s header holds', async () => {
  const many = Array.from({ length: 180 }, (_none, n) => `c${n}=1`).join('; ')
  const ended = (await get(many, page, '/a/b/c/d/e/f/g/h/i/j/k')).headers['set-cookie'] ?? []
  expect(ended.filter((cookie) => cookie.includes('Domain='))).toHaveLength(60)
})
