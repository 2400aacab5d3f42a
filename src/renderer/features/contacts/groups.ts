import { GroupName } from '../../../shared/model/contacts.ts'
import type { People } from './store.ts'

/** One contact is in so many groups at most, as the contract says. */
export const MAX_GROUPS = 16
export const MAX_GROUP_CHARACTERS = 32

/** Every group that somebody is in, by name. One that nobody is in is not there. */
export function groupsOf(people: People): string[] {
  const groups = new Set<string>()
  for (const person of people.values()) for (const group of person.groups) groups.add(group)
  return [...groups].toSorted((a, b) => a.localeCompare(b))
}

/**
 * The name of a group that was typed: the one that is there already, however its letters are, or a new one. Null where
 * it is no name.
 */
export function groupNamed(typed: string, known: readonly string[]): string | null {
  const name = GroupName.safeParse(typed)
  if (!name.success) return null
  const folded = fold(name.data)
  return known.find((group) => fold(group) === folded) ?? name.data
}

const fold = (name: string): string => name.normalize('NFKC').toLocaleLowerCase()
