import { PeerId } from '../../../src/shared/ids.ts'
import { nothingMore, type About, type Decision } from '../../../src/shared/model/door.ts'
import { account } from './any-rule.ts'

const peerId = PeerId.parse(`12D3KooW${'A'.repeat(44)}`)

export type Line = Partial<Omit<Decision, 'facts'>> & {
  readonly about?: Partial<About>
  readonly facts?: Partial<NonNullable<Decision['facts']>> | null
}

/** Lines of a log, newest first as a log gives them; told from the oldest on, a minute apart unless they say. */
export function logOf(...changes: readonly Line[]): Decision[] {
  return changes
    .map(({ about, facts, ...change }, n): Decision => ({
      seq: n + 1,
      atMs: n * 60_000,
      account: account('a'),
      peerId,
      capability: 'contact',
      verdict: 'ask',
      why: 'the default for contact',
      rule: null,
      by: 'default',
      hash: '',
      ...change,
      facts:
        facts === null
          ? null
          : {
              contact: false,
              groups: [],
              names: [],
              route: 'direct',
              through: null,
              ...facts,
              about: { ...nothingMore, ...about },
            },
    }))
    .toReversed()
}

export const allowed = { by: 'person', verdict: 'allow', why: 'answered: allow, once' } as const
export const denied = { by: 'person', verdict: 'deny', why: 'answered: deny, once' } as const
