import { describe, expect, it } from 'vitest'
import { applyFilesEvent, resetFiles } from '../../../../src/renderer/features/files/store.ts'
import { actsOf, groupOf, leftMs, sortedTransfers } from '../../../../src/renderer/features/files/transfers.ts'
import type { Transfer } from '../../../../src/shared/model/files.ts'
import { MiB } from '../../../../src/shared/units.ts'
import { offerOf, transferOf } from '../../../gallery/files.ts'

const file = (name: string, changes: Partial<Transfer> = {}): Transfer => transferOf('Bea', offerOf(name), changes)
const states = ['offered', 'asked', 'refused', 'queued', 'running', 'waiting', 'paused', 'checking', 'done', 'failed', 'cancelled', 'gone'] as const

describe('files on their way', () => {
  it('those under way come first, then those that wait, then the newest end', () => {
    const all = [
      file('old', { endedMs: 10 }),
      file('new', { endedMs: 20 }),
      file('asked', { state: 'asked', endedMs: null }),
      file('running', { state: 'running', endedMs: null }),
    ]
    expect(sortedTransfers(all, 'all', '').map(({ offer }) => offer.name)).toEqual(['running', 'asked', 'new', 'old'])
    expect(sortedTransfers(all, 'waiting', '').map(({ offer }) => offer.name)).toEqual(['asked'])
    expect(sortedTransfers(all, 'all', ' OL ').map(({ offer }) => offer.name)).toEqual(['old'])
  })

  it('each state is under one filter, and what is one’s own offer does not wait', () => {
    for (const state of states) expect(['running', 'waiting', 'done']).toContain(groupOf({ state, direction: 'in' }))
    expect(groupOf({ state: 'offered', direction: 'out' })).toBe('done')
  })

  it('what came and is where it was put can be shown; what was moved away can be fetched again', () => {
    expect(actsOf(file('a'))).toEqual(['open'])
    expect(actsOf(file('a', { path: null }))).toEqual(['again'])
    expect(actsOf(file('a', { direction: 'out', state: 'offered' }))).toEqual(['withdraw'])
    expect(actsOf(file('a', { state: 'gone' }))).toEqual([])
  })

  it('what is left is known while it moves', () => {
    expect(leftMs(file('a', { doneBytes: MiB, bytesPerSecond: MiB }))).toBe(2_000)
    expect(leftMs(file('a', { bytesPerSecond: 0 }))).toBeNull()
  })
})

it('the copy of the window follows what comes and goes', () => {
  const start = resetFiles({ transfers: new Map(), folder: '' }, { transfers: [file('a')], folder: '/d' })
  const paused = applyFilesEvent(start, { event: 'transfer-changed', transfer: file('a', { state: 'paused' }) })
  expect([...paused.transfers.values()].map(({ state }) => state)).toEqual(['paused'])
  expect(applyFilesEvent(paused, { event: 'transfer-gone', id: file('a').id }).transfers.size).toBe(0)
})
