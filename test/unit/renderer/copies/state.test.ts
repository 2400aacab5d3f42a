import { describe, expect, test } from 'vitest'
import { applyCopiesEvent, bySite, msLeft, noCopies, resetCopies, shareHere, versionOf } from '../../../../src/renderer/features/copies/state.ts'
import { siteName } from '../../../gallery/browse-parts.ts'
import { copyOf, siteCidOf } from '../../../gallery/copies.ts'

const two = resetCopies(noCopies, { copies: [copyOf(siteName('b.peer')), copyOf(siteName('a.peer'))], diskBytes: 12 })
const fetching = (doneBytes: number, bytesPerSecond: number) =>
  ({ kind: 'fetching', doneFiles: 1, doneBytes, bytesPerSecond, sources: 1 }) as const

describe('the copies of this window', () => {
  test('are those of the snapshot, in the order of their names', () => {
    expect(bySite(two.copies.values()).map(({ site }) => site)).toEqual(['a.peer', 'b.peer'])
    expect(two.diskBytes).toBe(12)
  })

  test('stand in the order in which one counts', () => {
    const copies = ['site-10.peer', 'site-2.peer', 'alto.peer'].map((name) => copyOf(siteName(name)))
    expect(bySite(copies).map(({ site }) => site)).toEqual(['alto.peer', 'site-2.peer', 'site-10.peer'])
  })

  test('change, come and go one by one', () => {
    const changed = applyCopiesEvent(two, { event: 'copy-changed', copy: copyOf(siteName('b.peer'), { files: 99 }) })
    expect(changed.copies.get(siteName('b.peer'))?.files).toBe(99)
    const gone = applyCopiesEvent(changed, { event: 'copy-gone', site: siteName('b.peer') })
    expect([...gone.copies.keys()]).toEqual(['a.peer'])
    expect(applyCopiesEvent(gone, { event: 'disk-changed', diskBytes: 7 }).diskBytes).toBe(7)
  })
})

test('a copy is the same as the owner’s, or behind it, or nobody knows', () => {
  const site = siteName('a.peer')
  expect(versionOf(copyOf(site))).toBe('same')
  expect(versionOf(copyOf(site, { latest: siteCidOf('later') }))).toBe('newer')
  expect(versionOf(copyOf(site, { latest: null }))).toBe('unknown')
})

test('how much is here is a share, and how long the rest takes is said where something comes', () => {
  const site = siteName('a.peer')
  expect(shareHere(copyOf(site))).toBe(1)
  expect(shareHere(copyOf(site, { bytes: 200, state: fetching(50, 10) }))).toBe(0.25)
  expect(shareHere(copyOf(site, { bytes: 0, state: fetching(0, 0) }))).toBe(0)
  expect(shareHere(copyOf(site, { bytes: 10, state: fetching(50, 10) }))).toBe(1)
  expect(shareHere(copyOf(site, { bytes: 200, state: { kind: 'stopped', why: '', doneBytes: 100 } }))).toBe(0.5)
  expect(msLeft(copyOf(site, { bytes: 200, state: fetching(50, 10) }))).toBe(15_000)
  expect(msLeft(copyOf(site, { bytes: 200, state: fetching(50, 0) }))).toBeNull()
  expect(msLeft(copyOf(site))).toBeNull()
})
