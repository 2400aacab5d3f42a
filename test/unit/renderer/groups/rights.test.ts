import { describe, expect, it } from 'vitest'
import { mayAdd, mayAppoint, mayChange, mayRemove, partedMembers } from '../../../../src/renderer/features/groups/rights.ts'
import type { Member, Role } from '../../../../src/shared/model/groups.ts'
import { groupOf, member } from '../../../gallery/groups.ts'

const as = (role: Role, changes = {}) => groupOf('Rowing club', [member('me', { role })], changes)
const bea = (role: Role, state: Member['state'] = 'joined') => member('Bea', { role, state })

describe('who may do what in a group', () => {
  it('the owner appoints; nobody else does', () => {
    expect(mayAppoint(as('owner'), bea('member'))).toBe(true)
    expect(mayAppoint(as('moderator'), bea('member'))).toBe(false)
    expect(mayAppoint(as('owner'), bea('member', 'invited'))).toBe(false)
  })

  it('one removes only those of a lower role, so that no two remove each other', () => {
    const roles = ['owner', 'moderator', 'member'] as const
    for (const mine of roles) {
      for (const theirs of roles) {
        const both = mayRemove(as(mine), bea(theirs)) && mayRemove(as(theirs), bea(mine))
        expect(both, `${mine} and ${theirs}`).toBe(false)
      }
    }
    expect(mayRemove(as('moderator'), bea('member'))).toBe(true)
    expect(mayRemove(as('moderator'), bea('member', 'left'))).toBe(false)
  })

  it('members invite where the group says so, and change nothing', () => {
    expect(mayAdd(as('member'))).toBe(false)
    expect(mayAdd(as('member', { whoAdds: 'members' }))).toBe(true)
    expect(mayChange(as('member', { whoAdds: 'members' }))).toBe(false)
  })

  it('whoever left does nothing any more', () => {
    const gone = as('owner', { state: 'left' })
    expect([mayAdd(gone), mayChange(gone), mayRemove(gone, bea('member')), mayAppoint(gone, bea('member'))]).toEqual([false, false, false, false])
  })
})

it('members stand by role and then by name, those who left apart', () => {
  const members = [member('Zoe'), member('Ana'), bea('moderator'), member('me', { role: 'owner' }), member('Ines', { state: 'removed' })]
  const names = new Map(members.map(({ account }, index) => [account, ['Zoe', 'Ana', 'Bea', 'me', 'Ines'][index] ?? '']))
  const nameOf = ({ account }: Member): string => names.get(account) ?? ''
  const { joined, former } = partedMembers(members, nameOf)
  expect(joined.map(nameOf)).toEqual(['me', 'Bea', 'Ana', 'Zoe'])
  expect(former.map(nameOf)).toEqual(['Ines'])
})
