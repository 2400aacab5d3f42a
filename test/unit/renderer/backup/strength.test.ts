import { describe, expect, it } from 'vitest'
import { backupName } from '../../../../src/renderer/features/backup/file-name.ts'
import { agreedOn } from '../../../../src/renderer/features/backup/NewPassphrase.tsx'
import { bitsOf, strengthOf } from '../../../../src/renderer/features/backup/strength.ts'

describe('how hard a passphrase is to guess', () => {
  it.each([
    ['', 'short'],
    ['1234567', 'short'],
    ['password', 'weak'],
    ['password1', 'weak'],
    ['aaaaaaaaaaaaaaaa', 'weak'],
    ['boat boat boat boat', 'weak'],
    ['grey boats moored', 'fair'],
    ['four grey boats moored', 'strong'],
    ['k9#Vq2!mZx7@Lp', 'strong'],
  ] as const)('%j is %s', (passphrase, strength) => {
    expect(strengthOf(passphrase)).toBe(strength)
  })

  it('more of the same adds nothing', () => {
    expect(bitsOf('ababababab'.repeat(10))).toBe(bitsOf('ababababab'))
  })
})

it('a passphrase counts when it was typed twice the same', () => {
  expect(agreedOn({ passphrase: 'four grey boats', again: 'four grey boat' })).toBeNull()
  expect(agreedOn({ passphrase: 'short', again: 'short' })).toBeNull()
  expect(agreedOn({ passphrase: 'four grey boats', again: 'four grey boats' })).toBe('four grey boats')
})

it('backups of several days stand in their order by name', () => {
  const names = [new Date(2026, 8, 30), new Date(2026, 9, 1), new Date(2026, 10, 21)].map((day) => backupName(day.getTime()))
  expect(names).toEqual(['latch-2026-09-30.latchbackup', 'latch-2026-10-01.latchbackup', 'latch-2026-11-21.latchbackup'])
  expect(names.toSorted()).toEqual(names)
})
