import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../../../src/shared/units.ts'
import { createUpdates } from '../../../src/main/features/updates/index.ts'
import { manifest, place, release, SOURCE, stranger, successor, type Place } from './parts.ts'

let here: Place

afterEach(() => here.close())

const found = async (): Promise<unknown> => (await here.updates.check()).found

describe('a check', () => {
  it('finds a newer version that a pinned key signed, with what is new', async () => {
    here = place()
    here.announce(manifest())
    expect(await found()).toMatchObject({ outcome: 'new', release: { version: '0.2.0', notes: 'What is new.', files: [] } })
  })

  it('says that what runs is the newest', async () => {
    here = place({ version: '0.2.0' })
    here.announce(manifest())
    expect(await found()).toMatchObject({ outcome: 'current' })
  })

  it('believes the second key too, and a manifest that both signed', async () => {
    here = place()
    here.announce(manifest(), [successor.secret])
    expect(await found()).toMatchObject({ outcome: 'new' })
    here.announce(manifest(), [release.secret, successor.secret])
    expect(await found()).toMatchObject({ outcome: 'new' })
  })

  it('reads a manifest from a site of the network the same way', async () => {
    const source = 'peer://latch.peer/latest.json'
    here = place({ source })
    here.announce(manifest())
    expect(await found()).toMatchObject({ outcome: 'new' })
    expect(here.asked).toEqual([source, `${source}.sig`])
  })

  it('shows of the files those for this system alone', async () => {
    here = place()
    const file = { sizeBytes: 5, sha256: 'a'.repeat(64), url: 'https://releases.example/latch/a' }
    here.announce(manifest({ more: { files: [{ ...file, system: 'linux-x64', name: 'a.deb' }, { ...file, system: 'win32-x64', name: 'a.exe' }] } }))
    expect(await found()).toMatchObject({ release: { files: [{ name: 'a.deb' }] } })
  })

  it('tells, after the newer version was installed, that it runs', async () => {
    here = place()
    here.announce(manifest())
    await here.updates.check()
    const later = here.reopened('0.2.0')
    expect(later.get().found).toMatchObject({ outcome: 'current' })
    await later.stop()
  })
})

describe('what is not believed', () => {
  const refuses = async (code: string): Promise<void> => expect(await found()).toMatchObject({ outcome: 'refused', code })

  it('is a manifest signed by somebody else', async () => {
    here = place()
    here.announce(manifest(), [stranger.secret])
    await refuses('wrong-signature')
  })

  it('is a manifest that was changed after it was signed', async () => {
    here = place()
    here.announce(manifest())
    here.pages.set(SOURCE, manifest({ version: '9.9.9' }))
    await refuses('wrong-signature')
  })

  it('is a signature by the pinned key of the same bytes for something else than a release', async () => {
    here = place()
    const { createPrivateKey, sign } = await import('node:crypto')
    const [, d = '', x = ''] = release.secret.trim().split(' ')
    const bare = sign(null, manifest(), createPrivateKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', d, x } }))
    const id = createHash('sha256').update(Buffer.from(x, 'base64url')).digest('hex').slice(0, 16)
    here.announce(manifest())
    here.pages.set(`${SOURCE}.sig`, Buffer.from(`latch-release-signature-1 ${id} ${bare.toString('base64url')}\n`))
    await refuses('wrong-signature')
  })

  it.each([
    ['none at all', undefined],
    ['an empty one', ''],
    ['something else', 'not a signature\n'],
    ['one that is too large', 'x'.repeat(2_000)],
  ])('has beside it, of signatures, %s', async (_, text) => {
    here = place()
    here.announce(manifest())
    if (text === undefined) here.pages.delete(`${SOURCE}.sig`)
    else here.pages.set(`${SOURCE}.sig`, Buffer.from(text))
    await refuses(text === undefined ? 'unreachable' : 'unsigned')
  })

  it('is one larger than any release needs, of which no more is read', async () => {
    here = place()
    here.announce(Buffer.alloc(64 * 1024 + 1, ' '))
    await refuses('too-large')
    expect(here.asked).toEqual([SOURCE])
  })

  it.each([
    ['no JSON', Buffer.from('{')],
    ['no text', Buffer.from([0xff, 0xfe])],
    ['another format', manifest({ more: { format: 2 } })],
    ['a version that is none', manifest({ version: 'newest' })],
    ['a file with a way out of its folder', manifest({ more: { files: [{ system: 'linux-x64', name: '../a', sizeBytes: 1, sha256: 'a'.repeat(64), url: 'https://a/b' }] } })],
    ['a page that is a script', manifest({ more: { page: 'javascript:alert(1)' } })],
  ])('is, signed or not, %s', async (_, bytes) => {
    here = place()
    here.announce(bytes)
    await refuses('unreadable')
  })

  it('is a release of another program by the same makers', async () => {
    here = place()
    here.announce(manifest({ program: 'hasp' }))
    await refuses('other-program')
  })

  it('is a version older than the one that runs', async () => {
    here = place({ version: '0.3.0' })
    here.announce(manifest())
    await refuses('older')
  })

  it('is an announcement older than one that was seen, by version or by date, also after a restart', async () => {
    here = place()
    here.announce(manifest({ version: '0.3.0', date: '2026-11-22T00:00:00Z' }))
    expect(await found()).toMatchObject({ outcome: 'new' })
    here.announce(manifest({ version: '0.2.0', date: '2026-11-23T00:00:00Z' }))
    await refuses('replayed')
    here.announce(manifest({ version: '0.4.0', date: '2026-11-21T00:00:00Z' }))
    await refuses('replayed')
    const later = here.reopened('0.1.0')
    expect((await later.check()).found).toMatchObject({ outcome: 'refused', code: 'replayed' })
    await later.stop()
  })

  it('is nobody’s answer, which a later one mends', async () => {
    here = place()
    here.pages.set(SOURCE, null)
    await refuses('unreachable')
    here.announce(manifest())
    expect(await found()).toMatchObject({ outcome: 'new' })
  })
})

describe('looking by itself', () => {
  it('does not happen before somebody said so, nor after they said no', async () => {
    here = place()
    expect(here.updates.get().daily).toBe('unasked')
    await here.clock.advance(3 * DAY)
    here.updates.setDaily(false)
    await here.clock.advance(3 * DAY)
    expect(here.asked).toEqual([])
  })

  it('happens once a day when it was asked for, and ends when it is switched off', async () => {
    here = place()
    here.announce(manifest())
    expect(here.updates.setDaily(true).daily).toBe('on')
    await here.clock.advance(HOUR)
    expect(here.asked).toHaveLength(2)
    await here.clock.advance(DAY - 2 * HOUR)
    expect(here.asked).toHaveLength(2)
    await here.clock.advance(2 * HOUR)
    expect(here.asked).toHaveLength(4)
    here.updates.setDaily(false)
    await here.clock.advance(3 * DAY)
    expect(here.asked).toHaveLength(4)
  })

  it('never happens in a build that pins no key, which says so when it is asked', async () => {
    here = place()
    const nobody = createUpdates({ ...here.parts, trust: null })
    expect(nobody.get().source).toBeNull()
    await expect(nobody.check()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(here.asked).toEqual([])
    await nobody.stop()
  })
})

describe('a file that is saved', () => {
  const bytes = Buffer.from('a package')
  const url = 'https://releases.example/latch/latch.deb'
  const file = { system: 'linux-x64', name: 'latch.deb', sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), url }

  const offered = async (folder: string, changes: Partial<typeof file> = {}): Promise<void> => {
    here = place({ downloads: folder })
    here.announce(manifest({ more: { files: [{ ...file, ...changes }] } }))
    here.pages.set(url, bytes)
    await here.updates.check()
  }

  const inFolder = async (run: (folder: string) => Promise<void>): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), 'latch-save-'))
    await run(folder).finally(() => rmSync(folder, { recursive: true, force: true }))
  }

  it('is fetched only when it is asked for, and has the signed hash', () =>
    inFolder(async (folder) => {
      await offered(folder)
      expect(here.asked).not.toContain(url)
      const path = await here.updates.save('latch.deb')
      expect(readFileSync(path)).toEqual(bytes)
      await expect(here.updates.save('latch.deb')).rejects.toMatchObject({ code: 'CONFLICT' })
    }))

  it.each([
    ['other bytes', { sha256: '0'.repeat(64) }],
    ['more bytes', { sizeBytes: bytes.length - 1 }],
    ['fewer bytes', { sizeBytes: bytes.length + 1 }],
  ])('with %s than were signed is thrown away', (_, changes) =>
    inFolder(async (folder) => {
      await offered(folder, changes)
      await expect(here.updates.save('latch.deb')).rejects.toMatchObject({ code: 'DAMAGED' })
      expect(readdirSync(folder)).toEqual([])
    }),
  )

  it('is none that the release does not name', () =>
    inFolder(async (folder) => {
      await offered(folder)
      await expect(here.updates.save('other.deb')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }))
})
