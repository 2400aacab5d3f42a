import { describe, expect, it } from 'vitest'
import { LedgerLines } from '../../../src/cli/ledger/follow-lines.ts'
import { short } from '../../../src/cli/short-id.ts'
import type { LedgerEvent, LedgerSnapshot } from '../../../src/shared/contract/ledger.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { accountOf, peerIdOf } from '../../gallery/ids.ts'
import { person } from '../../gallery/people.ts'
import { block, blockIdOf, entry, entryIdOf, fork, networkIdOf, noon, slot, status, validator } from './ledger-scene.ts'

const people = [person('Bea')]
const empty: LedgerSnapshot = { status: status(), blocks: [], waiting: [], rounds: [], forks: [], evidence: [] }

function follow(snapshot: Partial<LedgerSnapshot>, ...events: LedgerEvent[]): string[] {
  const lines = new LedgerLines()
  lines.begin({ ...empty, ...snapshot }, people, noon)
  return events.flatMap((event) => lines.of(event, people, noon))
}

const opening = [
  `network   Home (${short(networkIdOf('Home'))}), height 12`,
  'quorum    decides: 4 of 4 validators are heard, 3 decide.',
  'sync      ready since 12:00',
  'leading   leads in its turns.',
]
const waits = `entry     ${short(entryIdOf('one'))}  register alice, by Bea: waits`

describe('what happens on the ledger is a line for', () => {
  it('how things stand, and what waits already', () => {
    expect(new LedgerLines().begin({ ...empty, waiting: [entry()] }, people, noon)).toEqual([...opening, waits])
  })

  it('a block, and an entry', () => {
    expect(follow({}, { event: 'block-added', block: block(13) }, { event: 'entry-changed', entry: entry() })).toEqual([
      `block     height 13  ${short(blockIdOf('13'))}, 2 entries, led by "desk", signed by 3 of 4`,
      waits,
    ])
  })

  it('a status in which something changed but figures', () => {
    const { quorum } = status()
    const changes = [
      status({ peers: 6, slot: 43 }),
      status({ quorum: { ...quorum, heard: 3 } }),
      status({ quorum: { ...quorum, lamp: 'waits', heard: 2, why: 'Two are heard.' } }),
      status({ quorum: { ...quorum, lamp: 'waits', heard: 1, why: 'One is heard.' } }),
    ]
    expect(follow({}, ...changes.map((one): LedgerEvent => ({ event: 'status-changed', status: one })))).toEqual([
      'quorum    waits: Two are heard.',
    ])
  })

  it('a slot when it is decided, and when it is certified, each once', () => {
    const open = slot({ outcome: null, certified: null })
    const decided = slot({ certified: null })
    const text = `slot      41  led by "desk": block ${short(blockIdOf('A'))} by a quorum after 18 ms`
    const events = [open, decided, decided, slot(), slot()].map((rounds): LedgerEvent => ({ event: 'slot-changed', rounds }))
    expect(follow({}, ...events)).toEqual([text, 'slot      41  certified by 2 of 3 after 1020 ms'])
    expect(follow({}, { event: 'slot-changed', rounds: slot() })).toEqual([`${text}; certified by 2 of 3 after 1020 ms`])
    expect(follow({ rounds: [slot()] }, ...events.slice(3))).toEqual([])
  })

  it('a slot in which nobody said anything, only where something waited for it', () => {
    const nothing = { decision: 'nothing', why: 'no value came', offsetMs: 1_000 } as const
    const idle = (at: number): LedgerEvent => ({
      event: 'slot-changed',
      rounds: slot({ slot: at, marks: [], outcome: nothing, certified: null }),
    })
    const pooled = (entries: number, waiting: number): LedgerEvent => ({
      event: 'status-changed',
      status: status({ pool: { entries, waiting, bytes: 0 } }),
    })
    expect(follow({}, pooled(1, 1), idle(42), pooled(2, 1), idle(43), pooled(0, 0), idle(44))).toEqual([
      'slot      43  led by "desk": nothing after 1000 ms: no value came',
    ])
  })

  it('a fork with its names, a name, evidence, and another network', () => {
    const evidence = {
      id: 'ab'.repeat(32),
      network: networkIdOf('Home'),
      validator: validator('Mal'),
      slot: 7,
      leader: 1,
      saying: 'first' as const,
      why: 'proposed two blocks\nin slot 7',
      blocks: [blockIdOf('A'), blockIdOf('B')] as [ReturnType<typeof blockIdOf>, ReturnType<typeof blockIdOf>],
      key: '',
      messages: ['', ''] as [string, string],
      signatures: ['', ''] as [string, string],
      record: '',
      seenMs: noon,
      height: null,
    }
    const lines = follow(
      {},
      { event: 'forked', fork: fork() },
      { event: 'names-changed', names: [{ name: NameLabel.parse('bea'), before: null, owner: accountOf('Bea') }] },
      { event: 'evidence', evidence },
      { event: 'network-changed', snapshot: { ...empty, status: status({ label: 'Other' }) } },
    )
    expect(lines[0]).toMatch(/^fork {6}after height 10: this node went over to bafy…\S{8} \(weight 6\) from /)
    expect(lines.slice(1, 4)).toEqual([
      'name      alice: Bea -> nobody',
      'name      bea: nobody -> Bea',
      `evidence  abababab  against "Mal" (${short(peerIdOf('Mal'))}): proposed two blocks in slot 7`,
    ])
    expect(lines.slice(4)).toEqual([opening[0]?.replace('Home', 'Other'), ...opening.slice(1)])
  })
})
