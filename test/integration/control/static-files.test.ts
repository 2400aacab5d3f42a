import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rawConnection, rawRequest, type RawAnswer } from './raw.ts'
import { serveSmallNode, type Served } from './small-node.ts'

let folder: string
let served: Served
let ask: (path: string, method?: string) => Promise<RawAnswer>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latch-window-'))
  await mkdir(join(folder, 'renderer', 'assets'), { recursive: true })
  await writeFile(join(folder, 'secret.html'), 'secret')
  await writeFile(join(folder, 'renderer', 'index.html'), '<!doctype html>')
  await writeFile(join(folder, 'renderer', 'assets', 'index-x1.js'), 'export {}')
  await writeFile(join(folder, 'renderer', 'assets', 'empty.css'), '')
  await writeFile(join(folder, 'renderer', 'notes.txt'), 'not of the window')
  await symlink(join(folder, 'secret.html'), join(folder, 'renderer', 'link.html'))
  await symlink(folder, join(folder, 'renderer', 'up'))
  served = await serveSmallNode({ staticFolder: join(folder, 'renderer') })
  ask = (path, method = 'GET') => rawRequest(served.door.port, { path, method })
})
afterEach(async () => {
  await served.close()
  await rm(folder, { recursive: true })
})

describe('the window', () => {
  it('is served to anybody on this machine, as it holds nothing of theirs', async () => {
    expect(await ask('/')).toMatchObject({ status: 200, body: '<!doctype html>' })
    expect((await ask('/?x=1')).status).toBe(200)
    const script = await ask('/assets/index-x1.js')
    expect(script).toMatchObject({ status: 200, body: 'export {}' })
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'private, max-age=31536000, immutable',
    })
    expect(await ask('/assets/empty.css')).toMatchObject({ status: 200, body: '' })
  })

  it('is as long as it says, and nothing but that on HEAD', async () => {
    const answer = await ask('/', 'HEAD')
    expect(answer).toMatchObject({ status: 200, body: '' })
    expect(answer.headers['content-length']).toBe('15')
  })

  it('is found again after a new build', async () => {
    await ask('/')
    await writeFile(join(folder, 'renderer', 'assets', 'index-x2.js'), 'export {}')
    await ask('/')
    expect((await ask('/assets/index-x2.js')).status).toBe(200)
  })

  it('takes no other method', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const answer = await ask('/', method)
      expect(answer.status).toBe(405)
      expect(answer.headers['allow']).toBe('GET, HEAD')
    }
  })

  it('that is not built says how to build it', async () => {
    await rm(join(folder, 'renderer'), { recursive: true })
    expect(await ask('/')).toMatchObject({ status: 404, body: 'The window is not built: run `npm run build`.\n' })
  })
})

describe('nothing else is served', () => {
  it.each([
    '/../secret.html',
    '/assets/../../secret.html',
    '/%2e%2e/secret.html',
    '/%2e%2e%2fsecret.html',
    '/..%2fsecret.html',
    '/..%5csecret.html',
    '/..\\secret.html',
    '/%252e%252e%252fsecret.html',
    '/%c0%ae%c0%ae/secret.html',
    '//secret.html',
    '/./index.html',
    '/index.html%00.js',
    '/index.html/',
    '/assets',
    '/assets/',
    '/link.html',
    '/up/secret.html',
    '/notes.txt',
    '/__proto__',
    '/constructor',
  ])('at %s', async (path) => {
    const { socket, received, closed } = rawConnection(served.door.port)
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${served.door.port}\r\nConnection: close\r\n\r\n`)
    await closed
    expect(received()).toMatch(/^HTTP\/1\.1 40[04] /)
    expect(received()).not.toContain('secret')
  })

  it('by an absolute path', async () => {
    expect((await ask(join(folder, 'secret.html'))).status).toBe(404)
  })
})
