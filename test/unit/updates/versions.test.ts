import { describe, expect, it } from 'vitest'
import { compareVersions } from '../../../src/main/features/updates/judge.ts'

describe('versions', () => {
  it('are ordered as numbers, and what comes before a release is before it', () => {
    const ordered = ['0.9.0', '0.10.0-alpha', '0.10.0-alpha.1', '0.10.0-alpha.2', '0.10.0-alpha.10', '0.10.0-beta', '0.10.0', '0.10.1', '1.0.0']
    expect(ordered.toReversed().toSorted(compareVersions)).toEqual(ordered)
    expect(compareVersions('1.2.3', '1.2.3')).toBe(0)
  })
})
