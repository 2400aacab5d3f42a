import { expect, test } from 'vitest'
import { gatewayUrl, hostOf, nextZoom, partsOf, shortAddress } from '../../../../src/renderer/features/browse/address.ts'
import { waitingLoads } from '../../../../src/renderer/features/browse/AskBars.tsx'
import { keyOf, type KeyPress } from '../../../../src/renderer/features/browse/keys.ts'
import { lastVisitKnock } from '../../../../src/renderer/features/browse/knocking.ts'
import { placeOf } from '../../../../src/renderer/features/browse/use-place.ts'
import { doingText, knownCode, stepsWith } from '../../../../src/renderer/features/browse/wording.ts'
import { createMessages } from '../../../../src/renderer/messages/i18n.ts'
import { OpenCode, OpenStep, type Asked } from '../../../../src/shared/model/browse.ts'
import { shield, siteName, tab } from '../../../gallery/browse-parts.ts'
import { accountOf, knockIdOf, peerIdOf } from '../../../gallery/ids.ts'
import { sentKnock } from '../../../gallery/people.ts'

const { t } = createMessages()

test('an address falls into what is owned and what stands around it', () => {
  expect(partsOf('peer://www.pictures.alice.peer/a?b#c')).toEqual({ scheme: 'peer://', below: 'www.pictures.', host: 'alice.peer', rest: '/a?b#c' })
  expect(partsOf('peer://alice.peer')).toEqual({ scheme: 'peer://', below: '', host: 'alice.peer', rest: '' })
  expect(partsOf('https://login.example.com/x')).toEqual({ scheme: 'https://', below: '', host: 'login.example.com', rest: '/x' })
  expect(partsOf('be')).toBeNull()
  expect(hostOf('peer://www.alice.peer/x')).toBe('www.alice.peer')
  expect(shortAddress('peer://alice.peer/')).toBe('alice.peer')
  expect(shortAddress('peer://alice.peer/notes')).toBe('alice.peer/notes')
})

test('an ordinary browser is sent to an origin of each name, and to no page of the outside web', () => {
  expect(gatewayUrl('peer://www.alice.peer/a?b', 5_380)).toBe('http://www.alice.peer.localhost:5380/a?b')
  expect(gatewayUrl('peer://alice.peer', 5_380)).toBe('http://alice.peer.localhost:5380/')
  expect(gatewayUrl('https://example.com/', 5_380)).toBeNull()
})

test('zoom goes by steps, from anywhere between them, and stops at the ends', () => {
  expect(nextZoom(1, 1)).toBe(1.1)
  expect(nextZoom(1, -1)).toBe(0.9)
  expect(nextZoom(1.2, 1)).toBe(1.25)
  expect(nextZoom(1.2, -1)).toBe(1.1)
  expect(nextZoom(5, 1)).toBe(5)
  expect(nextZoom(0.25, -1)).toBe(0.25)
})

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held })

test('keys mean on each platform what they mean in its browsers', () => {
  const [ctrl, meta] = [{ ctrlKey: true }, { metaKey: true }]
  expect(keyOf(press('t', ctrl), false)).toBe('new-tab')
  expect(keyOf(press('t', ctrl), true)).toBeNull()
  expect(keyOf(press('t', meta), true)).toBe('new-tab')
  expect(keyOf(press('T', { ...ctrl, shiftKey: true }), false)).toBe('reopen-tab')
  expect(keyOf(press('Tab', ctrl), true)).toBe('next-tab')
  expect(keyOf(press('Tab', { ...ctrl, shiftKey: true }), false)).toBe('previous-tab')
  expect(keyOf(press('PageUp', { ...ctrl, shiftKey: true }), false)).toBe('move-left')
  expect(keyOf(press('+', { ...ctrl, shiftKey: true }), false)).toBe('zoom-in')
  expect(keyOf(press('ArrowLeft', { altKey: true }), false)).toBe('back')
  expect(keyOf(press('ArrowLeft', { altKey: true }), true)).toBeNull()
  expect(keyOf(press('[', meta), true)).toBe('back')
  expect(keyOf(press('F5'), false)).toBe('reload')
  expect(keyOf(press('F6'), false)).toBe('to-page')
})

test('keys of other places, of text and of the system are left alone', () => {
  for (const key of ['t', 'a', 'Enter', 'Tab', 'ArrowLeft', 'PageUp']) expect(keyOf(press(key), false)).toBeNull()
  for (const key of ['k', 'n', '1', '9', 'c', 'v', 'a', 'z']) expect(keyOf(press(key, { ctrlKey: true }), false)).toBeNull()
  expect(keyOf(press('t', { ctrlKey: true, altKey: true }), false)).toBeNull()
})

test('each step has its words, and each code a title and what to do', () => {
  for (const step of OpenStep.options) {
    const doing = doingText(t, tab('a', { kind: 'site', site: siteName('bea.peer'), state: 'opening', step: { step, sinceMs: 0 } }))
    expect(doing).not.toMatch(/browse\.|undefined/)
    expect(stepsWith(step, 'site')).toContain(step)
  }
  for (const code of OpenCode.options) {
    expect(t(`browse.error.code.${code}.title`, { name: 'bea.peer' })).not.toMatch(/browse\.error/)
    expect(t(`browse.error.code.${code}.todo`, { name: 'bea.peer' })).not.toMatch(/browse\.error/)
  }
})

test('a copy takes the place of the device, and is no step behind it', () => {
  expect(stepsWith('copy', 'site')).toEqual(['address', 'ledger', 'zone', 'copy'])
  expect(stepsWith('exit', 'exit')).toEqual(['address', 'exit', 'answer'])
})

test('a code of a newer node is said in the words for what nobody knows', () => {
  expect(knownCode('device-unreachable')).toBe('device-unreachable')
  expect(knownCode('moon-in-the-way')).toBe('internal')
  expect(knownCode('toString')).toBe('internal')
})

test('nothing is said to be going on of a page that is shown', () => {
  expect(doingText(t, tab('a', { shield: shield('bea.peer', 'Bea') }))).toBeNull()
  expect(doingText(t, tab('a', { state: 'loading' }))).toBe('Loading')
})

test('a page’s place never reaches over what is beside it', () => {
  expect(placeOf({ left: 56.4, top: 92.2, right: 1_199.9, bottom: 759.5 })).toEqual({ x: 57, y: 93, width: 1_142, height: 666 })
  expect(placeOf({ left: 10, top: 10, right: 5, bottom: 10 })).toEqual({ x: 10, y: 10, width: 0, height: 0 })
})

test('of what a page asks for, only what waits at the door is asked, the first first', () => {
  const asked = (what: string, outcome: Asked['outcome']): Asked => ({
    kind: 'site',
    what,
    outcome,
    count: 1,
    lastMs: 1,
    knock: outcome === 'waiting' ? knockIdOf(what) : null,
  })
  const list = [asked('later.peer', 'waiting'), asked('denied.peer', 'denied'), asked('first.peer', 'waiting')]
  expect(waitingLoads({ shield: shield('bea.peer', 'Bea', { asked: list }) }).map(({ what }) => what)).toEqual(['first.peer', 'later.peer'])
  expect(waitingLoads({ shield: null })).toEqual([])
})

test('the knock that counts is the latest for that site, at that device', () => {
  const at = { account: accountOf('Bea'), peerId: peerIdOf('Bea'), site: siteName('bea.peer'), path: '/' }
  const about = { name: 'bea.peer', bytes: null, path: '/' }
  const visit = sentKnock('Bea', { id: knockIdOf('visit'), capability: 'visit', about, sentMs: 200 })
  const others = [
    sentKnock('Bea', { id: knockIdOf('chat'), sentMs: 400 }),
    sentKnock('Bea', { id: knockIdOf('elsewhere'), capability: 'visit', about: { ...about, name: 'www.bea.peer' }, sentMs: 400 }),
    sentKnock('Tomasz', { id: knockIdOf('another'), capability: 'visit', about, sentMs: 400 }),
    sentKnock('Bea', { id: knockIdOf('before'), capability: 'visit', about, sentMs: 100 }),
  ]
  expect(lastVisitKnock([visit, ...others], at, 0)).toBe(visit)
  expect(lastVisitKnock([visit, ...others], at, 201)).toBeNull()
})
