import { describe, expect, test } from 'vitest'
import { KINDS, pairsOf, type Kind } from '../../lab/kinds.ts'
import { nextPair, runAll } from '../../lab/schedule.ts'

describe('the schedule of pairs', () => {
  test('runs each pair once, never a host twice at a time, and as many at once as it may', async () => {
    const ran: string[] = []
    const busy = new Set<string>()
    let most = 0
    await runAll(pairsOf(KINDS), 3, async ({ pair, a, b }) => {
      expect(busy.has(a) || busy.has(b) || a === b).toBe(false)
      busy.add(a).add(b)
      most = Math.max(most, busy.size / 2)
      await Promise.resolve()
      busy.delete(a)
      busy.delete(b)
      ran.push(pair.join(' '))
    })
    expect(new Set(ran).size).toBe(66)
    expect(ran).toHaveLength(66)
    expect(most).toBe(3)
  })

  test('takes the pair that may take longest first, and waits where every host is busy', () => {
    const pairs: [Kind, Kind][] = [['public', 'public'], ['lossy', 'slow']]
    expect(nextPair(pairs, new Set())).toEqual({ pair: ['lossy', 'slow'], a: 'lossy-1', b: 'slow-2' })
    expect(nextPair(pairs, new Set(['lossy-1']))).toEqual({ pair: ['lossy', 'slow'], a: 'lossy-2', b: 'slow-1' })
    expect(nextPair(pairs, new Set(['slow-1', 'slow-2', 'public-1']))).toBeNull()
  })

  test('rejects with what a run threw', async () => {
    const broken = runAll([['public', 'slow']], 2, () => Promise.reject(new Error('broken')))
    await expect(broken).rejects.toThrow('broken')
  })
})
