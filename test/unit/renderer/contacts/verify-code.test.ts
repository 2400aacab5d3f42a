import { describe, expect, it } from 'vitest'
import { compared, verifyCode } from '../../../../src/renderer/features/contacts/verify-code.ts'
import { linkCode } from '../../../gallery/devices.ts'
import { accountOf } from '../../../gallery/ids.ts'

const [ada, bea, mallory] = [accountOf('Ada'), accountOf('Bea'), accountOf('Mallory')]

describe('the code on somebody’s screen', () => {
  it('says that they are who they are taken for, when both take each other for what they are', () => {
    expect(compared(verifyCode(bea, ada), ada, bea)).toBe('same')
  })

  it('says so when somebody stands between the two, on both sides', () => {
    // Ada has Mallory's key as Bea's, and Bea has it as Ada's.
    expect(compared(verifyCode(bea, mallory), ada, mallory)).toBe('different')
    expect(compared(verifyCode(ada, mallory), bea, mallory)).toBe('different')
    expect(compared(verifyCode(bea, mallory), ada, bea)).toBe('different')
  })

  it.each(['', 'latch:verify/', `latch:verify/${ada}`, `latch:verify/${ada}.${bea}.${bea}`, 'https://example.org', linkCode])(
    '%j is no such code',
    (text) => {
      expect(compared(text, ada, bea)).toBe('no-code')
    },
  )
})
