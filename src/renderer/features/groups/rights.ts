import type { Group, Member, Role } from '../../../shared/model/groups.ts'

const ranks: Readonly<Record<Role, number>> = { owner: 2, moderator: 1, member: 0 }

type Mine = Pick<Group, 'role' | 'state' | 'whoAdds'>

/** Name, picture, history, who adds. */
export function mayChange({ role, state }: Mine): boolean {
  return state === 'joined' && role !== 'member'
}

export function mayAdd({ role, state, whoAdds }: Mine): boolean {
  return state === 'joined' && (role !== 'member' || whoAdds === 'members')
}

/** One removes only those of a lower role, so that no two remove each other. */
export function mayRemove({ role, state }: Mine, { role: theirs, state: theirState }: Member): boolean {
  const isIn = theirState === 'joined' || theirState === 'invited'
  return state === 'joined' && isIn && ranks[role] > ranks[theirs]
}

/** Make a moderator or a member, or hand the group on. */
export function mayAppoint({ role, state }: Mine, { state: theirState }: Member): boolean {
  return state === 'joined' && role === 'owner' && theirState === 'joined'
}

/** Those in it, by role and then by name; those invited; those who were in it. */
export function partedMembers(members: readonly Member[], nameOf: (member: Member) => string) {
  const sorted = members.toSorted((a, b) => ranks[b.role] - ranks[a.role] || nameOf(a).localeCompare(nameOf(b)))
  const of = (...states: Member['state'][]): Member[] => sorted.filter(({ state }) => states.includes(state))
  return { joined: of('joined'), invited: of('invited'), former: of('left', 'removed') }
}
