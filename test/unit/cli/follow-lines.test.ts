import { describe, expect, it } from 'vitest'
import { sentence } from '../../../src/cli/commands/knock.ts'
import { FollowLines } from '../../../src/cli/door/follow-lines.ts'
import type { Known } from '../../../src/cli/door/knock-text.ts'
import type { DoorEvent, DoorSnapshot } from '../../../src/shared/contract/door.ts'
import { nothingMore, type Decision } from '../../../src/shared/model/door.ts'
import { accountOf, peerIdOf } from '../../gallery/ids.ts'
import { knock, person, sentKnock } from '../../gallery/people.ts'
import { rule } from '../../gallery/scenes/door.ts'

const noon = new Date(2026, 10, 20, 12, 0).getTime()
const known: Known = { people: [person('Bea')], introducers: [] }
const empty: DoorSnapshot = { pending: [], recent: [], sent: [], rules: [], blocked: [] }
const asked = knock('Bea', { capability: 'visit', greeting: 'hi\nyou', untilMs: noon + 43_000 })
const id = asked.id.slice(0, 8)
const mine = rule('Bea', { verdict: 'allow-and-tell', capability: 'visit' })
const ruled = `rule ${mine.id.slice(0, 8)} (allow-and-tell Bea visit)`

function decision(changes: Partial<Decision>): Decision {
  return {
    seq: 1,
    atMs: noon,
    account: accountOf('Bea'),
    peerId: peerIdOf('Bea'),
    capability: 'visit',
    verdict: 'deny',
    why: 'a rule for strangers',
    rule: null,
    facts: null,
    by: 'rule',
    hash: '',
    ...changes,
  }
}

function follow(snapshot: Partial<DoorSnapshot>, ...events: DoorEvent[]): string[] {
  const lines = new FollowLines(sentence)
  const first = lines.begin({ ...empty, ...snapshot }, known, noon)
  return [...first, ...events.flatMap((event) => lines.of(event, known, noon))]
}

describe('what happens at the door is a line for', () => {
  it('whoever waits already, and whoever comes', () => {
    const line = `knock    ${id}  Bea asks for visit (direct); 43 s left; says "hi you"`
    expect(follow({ pending: [asked] })).toEqual([line])
    expect(follow({}, { event: 'knock-changed', knock: asked })).toEqual([line])
  })

  it('the same question again, and its end', () => {
    const quiet = { ...asked, greeting: '', quiet: true }
    const [, again, end, anew] = follow(
      { pending: [quiet] },
      { event: 'knock-changed', knock: { ...quiet, requests: 41 } },
      { event: 'knock-changed', knock: { ...quiet, state: 'missed' } },
      { event: 'knock-changed', knock: quiet },
    )
    expect(again).toBe(`knock    ${id}  Bea asks for visit (direct, quiet); 43 s left; 41 requests, one question`)
    expect(end).toBe(`knock    ${id}  Bea, visit: missed`)
    expect(anew).toBe(`knock    ${id}  Bea asks for visit (direct, quiet); 43 s left`)
  })

  it('a knock of ours', () => {
    const sent = sentKnock('Bea', { state: 'denied' })
    expect(follow({}, { event: 'sent-knock-changed', sent })).toEqual([
      `yours    ${sent.id.slice(0, 8)}  Bea said no.`,
    ])
  })

  it('a rule that is new, changed, switched, suspended or removed, and none for one that is only counted', () => {
    const changes = [
      mine,
      { ...mine, hits: mine.hits + 1, lastHitMs: noon },
      { ...mine, priority: 3 },
      { ...mine, priority: 3, enabled: false },
      { ...mine, priority: 3, enabled: true },
      { ...mine, priority: 3, suspended: { why: 'bea.peer is\nsomebody else’s', atMs: noon } },
    ]
    const events = changes.map((changed): DoorEvent => ({ event: 'rule-changed', rule: changed }))
    expect(follow({}, ...events, { event: 'rule-removed', id: mine.id })).toEqual([
      `rule     new ${ruled}`,
      `rule     changed ${ruled}`,
      `rule     switched off ${ruled}`,
      `rule     switched on ${ruled}`,
      `rule     suspended (bea.peer is somebody else’s) ${ruled}`,
      `rule     removed ${ruled}`,
    ])
    expect(follow({ rules: [mine] }, { event: 'rule-changed', rule: { ...mine, hits: 1 } })).toEqual([])
  })

  it('who is blocked, and no more', () => {
    const blocked = [accountOf('Bea')]
    expect(follow({}, { event: 'blocked-changed', blocked })).toEqual(['blocked  Bea'])
    expect(follow({ blocked }, { event: 'blocked-changed', blocked: [] })).toEqual(['blocked  Bea no more'])
  })

  it('a decision, and whoever came in by a rule that was to tell', () => {
    const told = decision({
      verdict: 'allow-and-tell',
      rule: mine.id,
      facts: {
        contact: true,
        groups: [],
        names: [],
        route: 'direct',
        through: null,
        about: { ...nothingMore, path: '/notes' },
      },
    })
    expect(follow({ rules: [mine] }, { event: 'decided', decision: told })).toEqual([
      `decided  Bea came in by your ${ruled}: visit /notes`,
    ])
    const [unknownRule] = follow({}, { event: 'decided', decision: told })
    expect(unknownRule).toBe('decided  Bea came in by your rule: visit /notes')
    const unproven = decision({ account: null, by: 'limit', why: 'no proof\u001b[2J' })
    expect(follow({}, { event: 'decided', decision: unproven })).toEqual([
      expect.stringMatching(/^decided {2}deny: 12D3…\w+, visit; no proof \(limit\)$/),
    ])
  })
})
