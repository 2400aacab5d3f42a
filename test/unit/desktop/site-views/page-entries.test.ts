import { expect, test } from 'vitest'
import type { Home } from '../../../../src/main/desktop/site-views/addresses.ts'
import { pageEntries } from '../../../../src/main/desktop/site-views/page-entries.ts'

type Under = Parameters<typeof pageEntries>[1]

const alice: Home = { kind: 'site', site: 'alice.peer' }
const outside: Home = { kind: 'exit', site: null }
const flags = { canCut: true, canCopy: true, canPaste: true, canSelectAll: true, canUndo: false, canRedo: false, canDelete: false, canEditRichly: false }
const nothing: Under = { linkURL: '', srcURL: '', mediaType: 'none', hasImageContents: false, isEditable: false, selectionText: '', editFlags: flags }
const goes = { back: true, forward: false }

const ids = (home: Home, under: Partial<Under>): (string | null)[] => pageEntries(home, { ...nothing, ...under }, goes).map((one) => one?.id ?? null)
const enabled = (under: Partial<Under>): string[] => pageEntries(alice, { ...nothing, ...under }, goes).flatMap((one) => (one?.enabled === true ? one.id : []))

test('a page by itself goes back and forward where it can, and loads again', () => {
  expect(ids(alice, {})).toEqual(['back', 'forward', 'reload'])
  expect(enabled({})).toEqual(['back', 'reload'])
})

test('a link opens where a click would go, and nowhere else', () => {
  for (const linkURL of ['peer://alice.peer/x', 'peer://bob.peer/', 'https://example.org/']) expect(ids(alice, { linkURL })).toEqual(['open', 'copy-link'])
  for (const linkURL of ['javascript:alert(1)', 'file:///etc/passwd', 'https://127.0.0.1/', 'http://example.org/', 'data:text/html,x', 'latch://invite/x', `peer://alice.peer/${'a'.repeat(9_000)}`]) {
    expect([linkURL, ids(alice, { linkURL })]).toEqual([linkURL, ['back', 'forward', 'reload']])
  }
})

test('a picture is copied, and saved where its own site has it', () => {
  const picture = { mediaType: 'image', hasImageContents: true } as const
  expect(ids(alice, { ...picture, srcURL: 'peer://alice.peer/a.png' })).toEqual(['save-picture', 'copy-picture'])
  for (const srcURL of ['peer://bob.peer/a.png', 'data:image/png;base64,AA', 'blob:peer://alice.peer/1']) expect(ids(alice, { ...picture, srcURL })).toEqual(['copy-picture'])
  expect(ids(outside, { ...picture, srcURL: 'https://example.org/a.png' })).toEqual(['copy-picture'])
  expect(ids(alice, { ...picture, hasImageContents: false, srcURL: 'peer://alice.peer/a.png' })).toEqual(['back', 'forward', 'reload'])
  expect(ids(alice, { ...picture, srcURL: 'peer://alice.peer/a.png', linkURL: 'peer://alice.peer/b' })).toEqual(['open', 'copy-link', null, 'save-picture', 'copy-picture'])
})

test('words are copied, and where one writes they are also cut and put in', () => {
  expect(ids(alice, { selectionText: 'words' })).toEqual(['copy'])
  expect(ids(alice, { isEditable: true })).toEqual(['cut', 'copy', 'paste', 'select-all'])
  expect(enabled({ isEditable: true, editFlags: { ...flags, canCut: false, canCopy: false } })).toEqual(['paste', 'select-all'])
})

test('no word of a page stands in a menu', () => {
  const labels = pageEntries(alice, { ...nothing, linkURL: 'peer://bob.peer/Your-password', selectionText: 'Your password' }, goes).map((one) => one?.label ?? '')
  expect(labels.join()).not.toContain('password')
})
