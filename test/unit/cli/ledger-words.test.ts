import { describe, expect, it } from 'vitest'
import { entryIn } from '../../../src/cli/commands/ledger-submit.ts'
import { resultText } from '../../../src/cli/commands/ledger-validators.ts'
import { blockTable, describeBlock } from '../../../src/cli/ledger/block-text.ts'
import { describeFork } from '../../../src/cli/ledger/fork-text.ts'
import { describeSlot, describeSlots, isOver } from '../../../src/cli/ledger/grid.ts'
import { describeHead } from '../../../src/cli/ledger/head-text.ts'
import { waitText } from '../../../src/cli/ledger/submit-wait.ts'
import { entryText, millis, placeText, quorumText, worstText } from '../../../src/cli/ledger/words.ts'
import { short } from '../../../src/cli/short-id.ts'
import { revocationFile } from '../../../src/renderer/features/names/revocation-file.ts'
import { accountOf, peerIdOf } from '../../gallery/ids.ts'
import { person } from '../../gallery/people.ts'
import { block, blockIdOf, entry, fork, networkIdOf, noon, slot, status, validator } from './ledger-scene.ts'

const people = [person('Bea')]

describe('the ledger now', () => {
  it('is its network, height, head, quorum, lead, clock, sync and pool', () => {
    const lines = describeHead(status(), noon)
    expect(lines.map((line) => line.replaceAll(/bafy\S{20,}/g, 'ID').trimEnd())).toEqual([
      `Network  Home (${short(networkIdOf('Home'))}), names end in .peer`,
      'Role     validator: this device takes part in deciding',
      'Height   12',
      'Head     ID',
      '         12:00 by "desk", 2 entries, signed by 3 of 4',
      'State    1 name, root abababababababab…',
      'Quorum   decides: 4 of 4 validators are heard, 3 decide.',
      'Leading  leads in its turns.',
      'Clock    Δ 500 ms, delay and difference of clocks at worst 23 ms; slot 42, one each 2000 ms',
      'Sync     ready since 12:00',
      'Pool     3 entries, 690 B; 1 of them before their time',
      'Peers    5 devices of this network connected',
    ])
  })

  it('says so where there is no block, where blocks below are gone, and for a follower', () => {
    const text = describeHead(
      status({ role: 'follower', head: null, height: 0, base: 0, leading: null, sync: { state: 'looking' } }),
      noon,
    ).join('\n')
    expect(text).toContain('Head     no block yet')
    expect(text).not.toContain('Leading')
    expect(text).toContain('looking for somebody of this network')
    expect(describeHead(status({ base: 9 }), noon).join('\n')).toContain('blocks up to 9 are here only as their state')
  })

  it('says how far it is behind', () => {
    const sync = { state: 'catching-up', step: 'headers', height: 3, target: 10_000, from: [peerIdOf('a'), peerIdOf('b')] } as const
    expect(describeHead(status({ sync: { ...sync, from: [...sync.from] } }), noon).join('\n')).toContain(
      'catching up: headers, height 3 of 10000, from 2 peers',
    )
  })

  it('does not lead without a reason', () => {
    const leading = { verdict: 'stay-silent', why: 'delay and\nclocks exceed Δ', worstMs: 700 } as const
    expect(describeHead(status({ leading }), noon).join('\n')).toContain('stays silent: delay and clocks exceed Δ')
  })
})

describe('words', () => {
  it('give milliseconds as a person reads them', () => {
    expect([0, 0.25, 9.96, 12.4, 1_020, 9_999, 12_345, -3.5].map(millis)).toEqual([
      '0 ms',
      '0.3 ms',
      '10.0 ms',
      '12 ms',
      '1020 ms',
      '9999 ms',
      '12.3 s',
      '-3.5 ms',
    ])
  })

  it('say what an entry asks for, with names that you gave', () => {
    const texts = [
      entry(),
      entry({ kind: 'claim', name: null }),
      entry({ kind: 'transfer', to: accountOf('Bea'), account: accountOf('Cem') }),
      entry({ kind: 'transfer', to: accountOf('Bea'), account: accountOf('Bea') }),
      entry({ kind: 'transfer', to: accountOf('Cem'), account: accountOf('Cem'), mine: true }),
      entry({ kind: 'evidence', name: null, validator: peerIdOf('Mal') }),
      entry({ name: 'a\u001b[2Jb' }),
    ].map((one) => entryText(one, people))
    expect(texts.slice(0, 5)).toEqual([
      'register alice',
      'claim',
      'transfer alice to Bea',
      'transfer alice to themselves',
      'transfer alice to yourself',
    ])
    expect(texts[5]).toBe(`evidence against ${short(peerIdOf('Mal'))}`)
    expect(texts[6]).not.toContain('\u001b')
  })

  it('say where an entry is', () => {
    expect(placeText({ at: 'pool', early: false, why: null })).toBe('waits')
    expect(placeText({ at: 'pool', early: true, why: 'its claim is in no block yet' })).toBe('waits: its claim is in no block yet')
    expect(placeText({ at: 'block', block: blockIdOf('7'), height: 7 })).toBe('block 7')
    expect(placeText({ at: 'gone', why: 'it is over' })).toBe('gone: it is over')
  })

  it('say what the lamp says', () => {
    const quorum = status().quorum
    expect(quorumText({ ...quorum, lamp: 'alone', why: 'This device decides alone.' })).toBe('alone: This device decides alone.')
    expect(quorumText({ ...quorum, lamp: 'waits', heard: 2, why: '' })).toBe('waits: 2 of 4 validators are heard, 3 decide.')
  })

  it('measure a validator against Δ', () => {
    expect(worstText({ mine: false, worstMs: null }, 500)).toBe('not measured')
    expect(worstText({ mine: true, worstMs: null }, 500)).toBe('-')
    expect(worstText({ mine: false, worstMs: 501 }, 500)).toBe('501 ms, too slow')
  })

  it('say what a peer found in its chain', () => {
    const head = blockIdOf('12')
    const whole = { outcome: 'whole', head, height: 12, standing: 'differs' } as const
    expect(resultText(whole, false)).toBe(`whole up to height 12 (${short(head)}), another branch than here`)
    expect(resultText(whole, true)).toBe(`whole up to height 12 (${short(head)})`)
    expect(resultText({ outcome: 'broken', firstBadHeight: 3, why: 'x' }, false)).toBe('broken at height 3: x')
    expect(resultText({ outcome: 'refused', why: 'busy' }, false)).toBe('no answer: busy')
  })
})

describe('blocks', () => {
  it('are a table, with those beside the chain and those without bodies told apart', () => {
    const [head, first, second] = blockTable([block(12), block(11, { place: 'beside', bytes: 0 })], noon)
    expect(head).toMatch(/^HEIGHT +WHEN +ID +LEADER +ENTRIES +SIZE +SIGNED +SLOT$/)
    expect(first).toMatch(/^12 +12:00 +bafy…\S{8} +"desk" +2 +2\.0 KiB +3 of 4 +42$/)
    expect(second).toMatch(/^11 beside .* header /)
  })

  it('one of them shows its entries, or why they are not here', () => {
    const facts = {
      line: block(12),
      network: networkIdOf('Home'),
      parent: blockIdOf('11'),
      entriesRoot: 'aa',
      stateRoot: 'bb',
      signedBy: [validator('desk'), validator('barn', true)],
      entries: [entry({ place: { at: 'block', block: blockIdOf('12'), height: 12 } })],
    }
    const text = describeBlock(facts, people, noon).join('\n')
    expect(text).toContain('Signed by     3 of 4: "desk", this device')
    expect(text).toMatch(/\nbafk…\S{8} +register alice +Bea +block 12 /)
    expect(describeBlock({ ...facts, entries: null }, people, noon).at(-1)).toContain('began with a snapshot')
    expect(describeBlock({ ...facts, entries: [] }, people, noon).at(-1)).toBe('No entries.')
  })
})

describe('a slot as a grid', () => {
  it('has a line for each validator, a column for each round, letters for blocks', () => {
    const [a, b] = [short(blockIdOf('A')), short(blockIdOf('B'))]
    expect(describeSlot(slot(), noon)).toEqual([
      'Slot 41, 12:00, led by "desk"; t = 1, Δ 500 ms',
      'VALIDATOR      ROUND 1                    ROUND 2          LATER',
      '"desk" leads   A 0.3 ms, commits A 18 ms  -                -',
      'this device    A 12 ms                    B second 530 ms  commits A 1020 ms',
      `${short(peerIdOf(''))}  -                          -                -`,
      `A = ${a}  B = ${b}`,
      `Decided: block ${a} by a quorum after 18 ms; certified by 2 of 3 after 1020 ms`,
    ])
  })

  it('is open, or came to nothing, or was only watched', () => {
    const open = slot({ outcome: null, certified: null, marks: [] })
    expect(describeSlot(open, noon).at(-1)).toBe('Open.')
    expect(isOver(open)).toBe(false)
    const nothing = slot({ outcome: { decision: 'nothing', why: 'two values', offsetMs: 1_000 }, certified: null })
    expect(describeSlot(nothing, noon).at(-1)).toBe('Decided: nothing after 1000 ms: two values')
    expect(isOver(nothing)).toBe(true)
    expect(isOver(slot({ certified: null }))).toBe(false)
    expect(describeSlot(slot({ abstained: 'it came too late' }), noon).at(-2)).toBe('This device only watched: it came too late')
  })
})

it('slots in which nobody said anything are one line', () => {
  const nothing = { decision: 'nothing', why: 'no value came', offsetMs: 1_000 } as const
  const idle = (at: number) => slot({ slot: at, marks: [], outcome: nothing, certified: null })
  const lines = describeSlots([idle(45), idle(44), slot({ slot: 43 }), idle(42), slot()], noon)
  expect(lines.filter((line) => line.startsWith('Slot'))).toEqual([
    'Slots 44 to 45, since 12:00: nobody proposed anything.',
    'Slot 43, 12:00, led by "desk"; t = 1, Δ 500 ms',
    'Slot 42, 12:00: nobody proposed anything.',
    'Slot 41, 12:00, led by "desk"; t = 1, Δ 500 ms',
  ])
  expect(describeSlots([], noon)).toEqual([])
})

it('a fork stands side by side, with the names that changed', () => {
  const lines = describeFork(fork(), people, noon)
  expect(lines[0]).toMatch(/^Fork 1, 12:00, after height 10 .*: this node went over to the other branch, by more certified weight\.$/)
  expect(lines[1]).toMatch(/^HEIGHT +COUNTS \(weight 6\) +DOES NOT \(weight 2\)$/)
  expect(lines[2]).toMatch(/^12 +bafy…\S{8} by "desk", signed by 3 of 4 +-$/)
  expect(lines.slice(4)).toEqual(['Names that changed:', '  alice: Bea -> nobody', '1 entry went back to the pool.'])
})

describe('what an entry waits for', () => {
  const now = status()

  it.each([
    [entry(), now, 'It waits in the pool for the next block.'],
    [
      entry({ place: { at: 'pool', early: true, why: 'its claim is in no block yet' } }),
      now,
      'It waits, as something must come before it: its claim is in no block yet.',
    ],
    [entry(), status({ sync: { state: 'looking' } }), 'It waits until this node has caught up with its network.'],
    [
      entry(),
      status({ quorum: { ...now.quorum, lamp: 'waits', why: '2.5 of 4 are heard. This holds while Δ does.' } }),
      'It waits in the pool. 2.5 of 4 are heard.',
    ],
    [
      entry(),
      status({ quorum: { ...now.quorum, lamp: 'follows' } }),
      'It waits in the pool; the validators of this network put it into a block.',
    ],
    [entry({ place: { at: 'gone', why: 'the name is taken' } }), now, 'It will not be in a block: the name is taken.'],
  ])('is said in a sentence', (one, at, text) => {
    expect(waitText(one, at)).toBe(text)
  })
})

describe('a file with an entry', () => {
  const signed = Uint8Array.from({ length: 230 }, (_none, at) => (at * 37) % 256)
  const base64 = Buffer.from(signed).toString('base64')

  it('holds it as it is, or in base64, with line ends anywhere', () => {
    expect(entryIn(signed, 'f')).toBe(base64)
    expect(entryIn(Buffer.from(base64), 'f')).toBe(base64)
    expect(entryIn(Buffer.from(`${base64.replaceAll(/.{76}/g, '$&\r\n')}\n`), 'f')).toBe(base64)
  })

  it('holds a revocation as the window saves it', () => {
    const { text } = revocationFile({ account: accountOf('Ada'), name: 'Ada' }, { entry: base64, names: ['ada.peer'] }, 0)
    expect(entryIn(Buffer.from(text), 'f')).toBe(base64)
  })

  it.each([
    ['', 'f is empty.'],
    [' \n', 'f is empty.'],
    [base64.slice(0, 13), 'f is not whole: base64 comes in groups of four.'],
    ['hello, world!', 'f holds neither an entry nor the base64 of one.'],
  ])('or it is said what is wrong with it: %j', (text, message) => {
    expect(() => entryIn(Buffer.from(text), 'f')).toThrow(message)
  })
})
