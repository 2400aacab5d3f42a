import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isWhole, unlikely } from '../../../../src/renderer/features/sites/look-warnings.ts'
import { canCopy, firstForm, nameIn, readForm, type PublishForm } from '../../../../src/renderer/features/sites/publish-form.ts'
import { SiteDraft } from '../../../../src/shared/model/sites.ts'
import { siteName } from '../../../gallery/browse-parts.ts'
import { siteCidOf } from '../../../gallery/copies.ts'
import { siteOf } from '../../../gallery/sites.ts'

const form = (changes: Partial<PublishForm> = {}): PublishForm => ({ ...firstForm(['noor.peer']), path: '/home/noor/site', ...changes })
const draft = (changes: Partial<PublishForm> = {}): SiteDraft | null => {
  const read = readForm(form(changes))
  return read.outcome === 'draft' ? read.draft : null
}
const wrong = (changes: Partial<PublishForm> = {}): Record<string, unknown> => {
  const read = readForm(form(changes))
  return read.outcome === 'wrong' ? read.fields : {}
}

describe('what is published', () => {
  test('is at first a folder under the name held longest, with a question about each visitor', () => {
    expect(draft()).toEqual({
      name: 'noor.peer',
      source: { kind: 'folder', path: '/home/noor/site', fallback: false },
      audience: 'ask',
      copies: false,
    })
  })

  test('has a label before its name where one is typed, in small letters', () => {
    expect(nameIn(form({ label: ' Docs.App. ' }))).toBe('docs.app.noor.peer')
    expect(draft({ label: 'App' })?.name).toBe('app.noor.peer')
  })

  test('begins with what is shown already, where that is changed', () => {
    const site = siteOf(
      { name: siteName('docs.app.noor.peer'), source: { kind: 'folder', path: '/x', fallback: true }, audience: 'anyone', copies: true },
      { copies: { kind: 'made', cid: siteCidOf('x'), files: 1, bytes: 1, madeMs: 1 } },
    )
    const begun = firstForm(['other.peer', 'noor.peer'], site)
    expect(begun).toMatchObject({ owned: 'noor.peer', label: 'docs.app', path: '/x', fallback: true, audience: 'anyone', copies: true })
    expect(readForm(begun)).toMatchObject({ outcome: 'draft', draft: { name: 'docs.app.noor.peer', copies: true } })
  })

  test('has copies only where it is a folder that anyone may visit, whatever was switched before', () => {
    expect(draft({ copies: true, audience: 'anyone' })?.copies).toBe(true)
    expect(draft({ copies: true, audience: 'contacts' })?.copies).toBe(false)
    expect(draft({ copies: true, audience: 'anyone', kind: 'port', port: '3000' })?.copies).toBe(false)
    expect(canCopy({ kind: 'port', audience: 'anyone' })).toBe(false)
  })

  test.each([
    [{ path: '  ' }, 'path', { why: 'no-folder' }],
    [{ path: 'site' }, 'path', { why: 'not-whole' }],
    [{ path: '~/site' }, 'path', { why: 'not-whole' }],
    [{ kind: 'port' as const, port: '' }, 'port', { why: 'no-port' }],
    [{ kind: 'port' as const, port: '0' }, 'port', { why: 'no-port' }],
    [{ kind: 'port' as const, port: '65536' }, 'port', { why: 'no-port' }],
    [{ kind: 'port' as const, port: '80a' }, 'port', { why: 'no-port' }],
    [{ owned: '' }, 'owned', { why: 'no-name' }],
    [{ label: 'My App' }, 'label', { why: 'sentence' }],
    [{ label: 'xn--app' }, 'label', { why: 'sentence' }],
    [{ label: 'a..b' }, 'label', { why: 'sentence' }],
  ])('is not %j, and it is said of the field', (changes, field, why) => {
    expect(wrong(changes)).toEqual({ [field]: expect.objectContaining(why) })
  })

  test('is a draft that the contract takes, or something is wrong with a field', () => {
    const text = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('app', '3000', '/srv/site', 'C:\\site', ''))
    fc.assert(
      fc.property(
        fc.record({
          owned: fc.constantFrom('noor.peer', ''),
          label: text,
          kind: fc.constantFrom('folder' as const, 'port' as const),
          path: text,
          fallback: fc.boolean(),
          port: text,
          audience: fc.constantFrom('anyone' as const, 'contacts' as const, 'ask' as const),
          copies: fc.boolean(),
        }),
        (entered) => {
          const read = readForm(entered)
          if (read.outcome === 'draft') expect(SiteDraft.parse(read.draft)).toEqual(read.draft)
          else expect(Object.keys(read.fields)).not.toEqual([])
        },
      ),
    )
  })
})

describe('a folder', () => {
  const seen = (path: string, hidden: string[] = [], hasIndex = true) => ({
    path,
    hasIndex,
    hidden: hidden.map((file) => ({ path: file, why: 'It begins with a dot.' })),
  })

  test.each(['/', 'C:\\', 'd:'])('that is a whole disk is doubted: %s', (path) => {
    expect(unlikely(seen(path))).toBe('root')
  })

  test.each(['/home/noor', '/home/noor/', '/Users/noor/Documents', '/root', 'C:\\Users\\noor', 'c:/Users/noor/Desktop/'])('that looks like a home is doubted: %s', (path) => {
    expect(unlikely(seen(path))).toBe('home')
  })

  test.each(['.ssh', '.ssh/id_ed25519', '.env', '.env.local', 'deep/.gnupg', '.aws\\credentials'])('in which %s lies is doubted', (file) => {
    expect(unlikely(seen('/srv/site', [file]))).toBe('keys')
  })

  test('of a project that was not built is doubted mildly, and one with its first page is not', () => {
    expect(unlikely(seen('/home/noor/work/site', ['.git'], false))).toBe('project')
    expect(unlikely(seen('/home/noor/work/site', ['.git'], true))).toBeNull()
  })

  test.each(['/home/noor/site', '/Users/noor/Documents/site', '/srv', 'C:\\Users\\noor\\site', '/homework'])('that looks like any other is not: %s', (path) => {
    expect(unlikely(seen(path, ['.DS_Store', 'environment', 'a.env.html']))).toBeNull()
  })

  test('is named from its root on', () => {
    for (const path of ['/srv', 'C:\\site', 'd:/site', '\\\\server\\share\\site']) expect(isWhole(path)).toBe(true)
    for (const path of ['', 'srv', './srv', '~/site', 'C:', 'file:///srv', '\\\\server']) expect(isWhole(path)).toBe(false)
  })
})
