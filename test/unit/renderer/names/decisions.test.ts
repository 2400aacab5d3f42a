import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyProgress, beginLookup, failLookup, stopLookup } from '../../../../src/renderer/features/names/lookup-state.ts'
import { daysLeft, groupNames, needsOwner, standingOf } from '../../../../src/renderer/features/names/my-names.ts'
import { readRevocation, revocationFile } from '../../../../src/renderer/features/names/revocation-file.ts'
import { applyNamesEvent, noNames, resetNames } from '../../../../src/renderer/features/names/state.ts'
import { scaleOf, traceLines } from '../../../../src/renderer/features/names/trace-view.ts'
import { meantInstead, ownedPart, readLabel, readsAsName } from '../../../../src/renderer/features/names/typed-name.ts'
import {
  addRow,
  changeRow,
  changesOf,
  draftOf,
  faultsOf,
  isChanged,
  putBack,
  recordKinds,
  recordOf,
  removeRow,
  type RecordDraft,
} from '../../../../src/renderer/features/names/zone-draft.ts'
import { NameLabel } from '../../../../src/shared/model/ledger.ts'
import { ZoneRecord, type Lookup } from '../../../../src/shared/model/names.ts'
import { DAY } from '../../../../src/shared/units.ts'
import { networkIdOf } from '../../../gallery/ids.ts'
import { namesScene } from '../../../gallery/names.ts'
import { found, myName, nameLabel, onLedger, published, step, zoneOf } from '../../../gallery/names-parts.ts'
import { me } from '../../../gallery/people.ts'
import { fullZone } from '../../../gallery/scenes/names.ts'

/** What people type, and what is pasted to deceive, halves of a character among it. */
const typedText = fc.string({ unit: fc.constantFrom(...'az09-._@ APper/:ïаο\u202e\u200b\0💡'.split('')), maxLength: 80 })

describe('what is typed to claim', () => {
  test.each([
    ['alice', 'alice'],
    ['  Alice ', 'alice'],
    ['@alice.peer', 'alice'],
    ['ALICE.PEER', 'alice'],
  ])('%s is the name %s', (typed, name) => {
    expect(readLabel(typed, 'peer')).toEqual({ is: 'label', label: name })
  })

  test.each([
    ['al', 'short', true],
    ['a'.repeat(64), 'long', false],
    ['alïce', 'letters', false],
    ['аlice', 'letters', false],
    ['al ice', 'letters', false],
    ['-alice', 'hyphen', false],
    ['alice-', 'hyphen', true],
    ['xn--alice', 'hyphens', false],
    ['www.alice', 'labels', false],
    ['alice.pe', 'labels', true],
    ['alice.example', 'labels', false],
  ])('%s is none', (typed, why, early) => {
    expect(readLabel(typed, 'peer')).toEqual({ is: 'wrong', why, early })
  })

  test('whatever is typed, what is taken for a name is one to the ledger', () => {
    fc.assert(
      fc.property(typedText, (typed) => {
        const read = readLabel(typed, 'peer')
        return read.is !== 'label' || NameLabel.safeParse(read.label).success
      }),
      { verbose: true },
    )
  })
})

test.each([
  ['alice.peer', 'alice.peer'],
  ['@alice', 'alice.peer'],
  ['@alice.peer', 'alice.peer'],
  ['peer://www.alice.peer/x?y#z', 'www.alice.peer'],
  ['peer://alice', 'alice.peer'],
  ['alice', null],
  ['Copy my account key', null],
  ['alice.example', null],
  ['.peer', null],
  ['', null],
])('“%s” reads as the name %s', (typed, name) => {
  expect(readsAsName(typed, 'peer')).toBe(name)
})

test('what is owned is the last two parts, and what was meant instead stands at the end of a refusal', () => {
  expect(ownedPart('mail.office.alice.peer')).toBe('alice.peer')
  expect(meantInstead('Names are written in small letters: did you mean alice.peer?')).toBe('alice.peer')
  expect(meantInstead('A name has at least 3 characters.')).toBeNull()
})

test('names are grouped by whose they are, and what was refused stands with those on their way', () => {
  const none = { onLedger: null, zone: null, publication: null, attention: null, ended: false }
  const offered = { ...myName('choir'), onLedger: onLedger('choir', 'Bea', 9, { offeredTo: me.account }) }
  const refused = { name: nameLabel('no0r'), fullName: 'no0r.peer', ...none, claim: { step: 'refused', why: 'no' } as const }
  const groups = groupNames([myName('tide'), offered, refused, myName('noor')], me.account)
  expect(groups.owned.map(({ name }) => name)).toEqual(['noor', 'tide'])
  expect(groups.claimed).toEqual([refused])
  expect(groups.offered).toEqual([offered])
})

test('what can be lost is said before what does not work', () => {
  const now = Date.now()
  expect(standingOf(myName('a-b'), now)).toEqual({ is: 'held', held: 14, asked: 16 })
  expect(standingOf(myName('a-b', { publication: published({ held: 0 }) }), now)).toEqual({ is: 'alone' })
  expect(standingOf(myName('a-b', { publication: published({ seq: 6 }) }), now)).toEqual({ is: 'untold' })
  expect(standingOf(myName('a-b', { zone: null }), now)).toEqual({ is: 'nowhere' })
  expect(standingOf(myName('a-b', { zone: null, onLedger: onLedger('a-b', 'me', 20) }), now)).toEqual({ is: 'ending', days: 20 })
  expect(standingOf(myName('a-b', { onLedger: onLedger('a-b', 'me', -2) }), now)).toEqual({ is: 'grace' })
  // A window that was drawn half a minute before a renewal.
  expect([daysLeft(365 * DAY + 30_000, 0), daysLeft(365 * DAY - 30_000, 0), daysLeft(30_000, 0), daysLeft(0, 0)]).toEqual([365, 365, 1, 0])
})

test('that nobody else holds a zone is nothing to do about where there is nobody else', () => {
  const attention = 'No other device holds it.'
  const held = (asked: number) => needsOwner(myName('a-b', { attention, publication: published({ held: 0, asked }) }), Date.now())
  expect([held(0), held(5)]).toEqual([false, true])
})

describe('a zone as it is edited', () => {
  const nothing = { device: null, addresses: [] }
  const zone = zoneOf('noor', fullZone)

  test('every record comes out of its row as it went in', () => {
    const draft = draftOf(zone)
    expect(draft.rows.map((row) => ZoneRecord.parse(recordOf(row)))).toEqual(fullZone)
    expect(isChanged(draft)).toBe(false)
  })

  test('a change is counted, and one that is taken back is none', () => {
    const draft = draftOf(zone)
    const typed = changeRow(draft, 2, { fields: { text: 'Noor' } })
    expect(changesOf(typed)).toBe(1)
    expect(changesOf({ ...removeRow(typed, 0), ttlMs: 60_000 })).toBe(3)
    expect(isChanged(changeRow(typed, 2, { fields: { text: 'Noor, at the desk by the window' } }))).toBe(false)
    const [first] = draft.rows
    expect(isChanged(putBack(removeRow(draft, 0), first as RecordDraft, 0))).toBe(false)
  })

  test('how a field is filled in is no change', () => {
    expect(isChanged(changeRow(draftOf(zone), 0, { fields: { by: 'another' } }))).toBe(false)
  })

  test('a new row of each kind says what it lacks, in its own field', () => {
    const lacks = (kind: (typeof recordKinds)[number]): string[] => {
      const [row] = addRow(draftOf(null), kind, nothing).rows
      return Object.keys(faultsOf(row as RecordDraft)).toSorted()
    }
    expect(recordKinds.map(lacks)).toEqual([['peerId'], [], ['ip'], [], ['port'], ['account', 'label']])
  })

  test('a port is a number or nothing, and not what begins with one', () => {
    const draft = changeRow(addRow(draftOf(null), 'address', nothing), 0, { fields: { ip: '198.51.100.7' } })
    const faultsWith = (port: string) => faultsOf(changeRow(draft, 0, { fields: { port } }).rows[0] as RecordDraft)
    expect(faultsWith('')).toEqual({})
    expect(faultsWith(' 8080 ')).toEqual({})
    expect(faultsWith('80 or so')).toEqual({ port: 'A port is a whole number.' })
    expect(faultsWith('70000')).toEqual({ port: 'A port is at most 65,535.' })
    expect(faultsWith('0')).toEqual({ port: 'A port is at least 1.' })
  })

  test('whatever is typed into a row, looking at it never fails', () => {
    const texts = fc.dictionary(fc.constantFrom('peerId', 'addresses', 'source', 'cid', 'ip', 'port', 'text', 'service', 'target', 'account'), typedText)
    fc.assert(
      fc.property(fc.constantFrom(...recordKinds), typedText, texts, (kind, typed, fields) => {
        const faults = faultsOf({ id: 0, label: typed, kind, fields })
        return Object.values(faults).every((why) => why !== '')
      }),
      { verbose: true },
    )
  })
})

describe('the steps of a look-up', () => {
  test('the end of a step takes the place of its beginning, and two of one kind stay two', () => {
    const asked = [step(0.4, null, 'ask', 'running', 'Asking.', 'Bea'), step(0.4, null, 'ask', 'running', 'Asking.', 'Tomasz')]
    let state = beginLookup('bea.peer')
    for (const one of asked) state = applyProgress(state, { kind: 'step', step: one })
    const ended = step(0.4, 2.1, 'ask', 'found', 'It has it.', 'Bea')
    state = applyProgress(state, { kind: 'step', step: ended })
    expect(state.steps).toEqual([ended, asked[1]])
  })

  test('a newer answer takes the place of the first, and what comes after a stop changes nothing', () => {
    const lookup = (seq: number): Lookup => found(zoneOf('bea', [], { seq }, 'Bea'), [])
    let state = beginLookup('bea.peer')
    state = applyProgress(state, { kind: 'answer', lookup: lookup(1) })
    state = applyProgress(state, { kind: 'answer', lookup: lookup(2) })
    expect(state.lookup?.zone?.seq).toBe(2)
    expect(state.answers).toBe(2)
    const stopped = stopLookup(state)
    expect(applyProgress(stopped, { kind: 'done', lookup: lookup(3) })).toBe(stopped)
    expect(failLookup(stopped, { code: 'INTERNAL', detail: null })).toBe(stopped)
  })

  test('bars stay inside the whole, which is a round figure', () => {
    const { lines, scaleMs } = traceLines([step(0.1, 0.2, 'read', 'found', ''), step(3, null, 'ask', 'running', ''), step(26, 0, 'done', 'found', '')], 26)
    expect(scaleMs).toBe(30)
    for (const { from, share } of lines) expect(from + share).toBeLessThanOrEqual(1)
    expect([0.05, 1, 7, 26, 110, 410].map(scaleOf)).toEqual([0.1, 1, 8, 30, 150, 500])
  })
})

describe('what the window holds', () => {
  const reminder = { name: nameLabel('noor'), fullName: 'noor.peer', sentence: 'It ends.', daysLeft: 7 } as const

  test('a reminder stays over a break, and goes with its name and with its network', () => {
    const began = resetNames(noNames, namesScene({ mine: [myName('noor')] }))
    const told = applyNamesEvent(began, { event: 'reminder', ...reminder })
    expect(resetNames(told, namesScene()).reminders.size).toBe(1)
    expect(applyNamesEvent(told, { event: 'name-gone', name: reminder.name }).reminders.size).toBe(0)
    expect(resetNames(told, namesScene({ network: networkIdOf('other') })).reminders.size).toBe(0)
  })

  test('of zones that were heard the highest number counts', () => {
    const heard = [3, 9, 4].reduce(
      (state, seq) => applyNamesEvent(state, { event: 'zone-heard', fullName: 'bea.peer', owner: me.account, seq }),
      noNames,
    )
    expect(heard.heard.get('bea.peer')).toBe(9)
  })
})

test('a revocation is read out of its file, and out of the bare line', () => {
  const entry = btoa('x'.repeat(300))
  const { name, text } = revocationFile(me, { entry, names: ['noor.peer'] }, Date.UTC(2026, 10, 27))
  expect(name).toMatch(/^latch-revocation-[0-9a-z]{8}\.txt$/)
  expect(text).toContain('noor.peer')
  expect(readRevocation(text)).toBe(entry)
  expect(readRevocation(` ${entry}\n`)).toBe(entry)
  expect(readRevocation('Please revoke me.')).toBeNull()
  expect(readRevocation('')).toBeNull()
  expect(readRevocation('A'.repeat(22_004))).toBeNull()
})

