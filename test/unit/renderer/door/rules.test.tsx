import { configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { useRuleForms } from '../../../../src/renderer/features/door/rule-forms.ts'
import { useAims } from '../../../../src/renderer/features/door/aims.ts'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { anyMatch, type RuleDraft, type RulesRead } from '../../../../src/shared/model/door.ts'
import { accountOf, peerIdOf, ruleIdOf } from '../../../gallery/ids.ts'
import { person } from '../../../gallery/people.ts'
import { decision, rule } from '../../../gallery/door-parts.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

// A machine that is busy draws later; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
  useRuleForms.setState({ kept: new Map() })
  useAims.setState({ aim: {} })
})

function open(scene: Partial<Scene>): House {
  house = openHouse({ people: [person('Bea', { groups: ['Choir'] }), person('Eve')], ...scene })
  showWindow(house, paths.doorSection('rules'))
  return house
}

const button = (name: string) => screen.findByRole('button', { name })
const dialog = () => screen.findByRole('dialog')
const field = (name: string) => screen.findByRole('textbox', { name })
const list = (name: string) => screen.findByRole('combobox', { name })

const past = [
  decision(3, { account: accountOf('Bea'), verdict: 'allow', facts: factsOf(true) }),
  decision(2, { account: accountOf('Eve'), verdict: 'ask', by: 'default', facts: factsOf(false) }),
  decision(1, { account: accountOf('Bea'), verdict: 'allow', facts: null }),
]
function factsOf(contact: boolean) {
  const about = { name: null, bytes: null, path: null }
  return { contact, groups: [], names: [], route: 'direct' as const, through: null, about }
}

test('a rule is rehearsed while it is written, before anything is saved', async () => {
  const { world } = open({ decisions: past })
  fireEvent.click(await button('Add a rule'))
  const rehearsed = await screen.findByRole('region', { name: 'Rehearsed' })
  await within(rehearsed).findByText('Would have decided 1 of the last 3; 1 would have come out differently.')
  expect(within(rehearsed).getByText('Of 1 the log does not hold enough to try.')).toBeTruthy()
  expect(within(rehearsed).getByText(/^Denied/).closest('p')?.textContent).toBe('Denied instead of Asked you')
  fireEvent.change(await list('Who'), { target: { value: accountOf('Bea') } })
  await within(rehearsed).findByText('Would have decided 1 of the last 3; 1 would have come out differently.')
  fireEvent.change(await list('Your door says'), { target: { value: 'allow' } })
  await within(rehearsed).findByText('Would have decided 1 of the last 3; all would have come out the same.')
  expect(world.scene.rules).toEqual([])
})

test('a rule that is typed wrong cannot be saved, and is not rehearsed', async () => {
  open({})
  fireEvent.click(await button('Add a rule'))
  fireEvent.change(await list('What'), { target: { value: 'app' } })
  fireEvent.change(await field('App'), { target: { value: 'Not An App' } })
  expect(await screen.findByText(/^Small letters, digits/)).toBeTruthy()
  expect(await screen.findByText('Fill in what is marked, and it is tried on the log.')).toBeTruthy()
  expect((await button('Add the rule')).hasAttribute('disabled')).toBe(true)
})

test('a rehearsal that failed says so, keeps what was written, and is tried again', async () => {
  const { world } = open({ decisions: past, failing: { 'door.rehearse': 'INTERNAL' } })
  fireEvent.click(await button('Add a rule'))
  expect(await screen.findByRole('alert')).toBeTruthy()
  world.scene.failing = {}
  fireEvent.click(await button('Try again'))
  expect(await screen.findByText(/^Would have decided 1 of the last 3/)).toBeTruthy()
  expect(screen.queryByRole('alert')).toBeNull()
})

test('a rule about a group, with a size and a rate, is added as it was said', async () => {
  const { world } = open({})
  fireEvent.click(await button('Add a rule'))
  fireEvent.change(await list('Your door says'), { target: { value: 'allow-and-tell' } })
  fireEvent.change(await list('Who'), { target: { value: 'group\nChoir' } })
  fireEvent.change(await list('What'), { target: { value: 'file' } })
  fireEvent.change(await field('At most'), { target: { value: '64 MiB' } })
  fireEvent.change(await field('Times an hour'), { target: { value: '10' } })
  expect(await screen.findByText(/^Allow and tell me contacts tagged Choir: Files up to 64 MiB, 10 times an hour/)).toBeTruthy()
  fireEvent.click(await button('Add the rule'))
  await waitFor(() => expect(world.scene.rules).toHaveLength(1))
  expect(world.scene.rules[0]).toMatchObject({
    who: { kind: 'group', group: 'Choir' },
    verdict: 'allow-and-tell',
    match: { ...anyMatch, maxBytes: 64 * 1024 * 1024, perHour: 10 },
  })
})

test('a rule is changed in place, and one that was suspended speaks again', async () => {
  const why = 'bea.peer belongs to somebody else now.'
  const moved = rule('moved', {
    who: { kind: 'name', name: 'bea.peer', account: accountOf('Bea') },
    hits: 31,
    suspended: { why, atMs: 1 },
  })
  const finding = { rule: moved.id, kind: 'suspended' as const, by: null, why }
  const { world } = open({ rules: [moved], findings: [finding] })
  expect(await screen.findByText('Suspended.')).toBeTruthy()
  fireEvent.click(await button('Change the rule: Allow whoever owns bea.peer: Chat'))
  expect(within(await dialog()).getByText(/^This rule is suspended/)).toBeTruthy()
  fireEvent.change(await field('Note'), { target: { value: 'Looked at' } })
  fireEvent.click(await button('Save the rule'))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(world.scene.rules).toEqual([expect.objectContaining({ id: moved.id, note: 'Looked at', hits: 31, suspended: null })])
})

test('a finding leads to the other rule, and the focus goes with it', async () => {
  const [bea, eve] = [rule('Bea'), rule('Eve', { createdMs: 1 })]
  const finding = { rule: bea.id, kind: 'shadowed' as const, by: eve.id, why: 'The other always comes first.' }
  open({ rules: [bea, eve], findings: [finding] })
  expect(await screen.findByText('1 rule does nothing.')).toBeTruthy()
  fireEvent.click(await button('Show the other rule'))
  await waitFor(() => expect(document.activeElement?.getAttribute('data-rule')).toBe(eve.id))
})

test('rules are found by what can be read of them, and all are shown again', async () => {
  open({ rules: [rule('Bea'), rule('Eve', { verdict: 'deny', note: 'Too many films' })] })
  fireEvent.change(await screen.findByRole('searchbox', { name: 'Find a rule' }), { target: { value: 'FILMS' } })
  expect(await screen.findByText('1 of 2')).toBeTruthy()
  await waitFor(() => expect(screen.queryByText('Allow Bea: Chat')).toBeNull())
  fireEvent.change(await list('Verdict'), { target: { value: 'ignore' } })
  expect(await screen.findByText('No rule is like that')).toBeTruthy()
  fireEvent.click(await button('Show all rules'))
  expect(await screen.findByText('Allow Bea: Chat')).toBeTruthy()
})

test('a rule that was removed can be put back', async () => {
  const { world } = open({ rules: [rule('Bea', { note: 'Kept' }), rule('Eve')] })
  fireEvent.click(await button('Remove the rule: Allow Bea: Chat'))
  expect(await screen.findByText('Removed: Allow Bea: Chat')).toBeTruthy()
  fireEvent.click(await button('Put it back'))
  await waitFor(() => expect(world.scene.rules).toHaveLength(2))
  expect(world.scene.rules.at(-1)).toMatchObject({ who: { kind: 'account', account: accountOf('Bea') }, note: 'Kept' })
})

test('what was written into the dialog is there again after Esc, and gone after Cancel', async () => {
  open({})
  fireEvent.click(await button('Add a rule'))
  fireEvent.change(await field('Note'), { target: { value: 'Half a thought' } })
  fireEvent.keyDown(await dialog(), { key: 'Escape' })
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  fireEvent.click(await button('Add a rule'))
  expect(((await field('Note')) as HTMLInputElement).value).toBe('Half a thought')
  fireEvent.click(await button('Cancel'))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  fireEvent.click(await button('Add a rule'))
  expect(((await field('Note')) as HTMLInputElement).value).toBe('')
})

const suggested: RuleDraft = {
  who: { kind: 'account', account: accountOf('Bea') },
  capability: 'file',
  match: anyMatch,
  verdict: 'allow',
  until: { kind: 'forever' },
  priority: 0,
  note: '',
}

test('a suggestion opens the dialog filled in, and makes nothing by itself', async () => {
  const { world } = open({ suggestions: [{ id: 's', draft: suggested, count: 5, lastMs: 1 }] })
  expect(await screen.findByText('You allowed Bea 5 times: Files. Always?')).toBeTruthy()
  fireEvent.click(await button('Make the rule: Allow Bea: Files'))
  expect(((await list('What')) as HTMLSelectElement).value).toBe('file')
  expect(world.scene.rules).toEqual([])
  fireEvent.click(await button('Add the rule'))
  await waitFor(() => expect(world.scene.rules).toHaveLength(1))
})

test('a suggestion that is declined goes, and stays declined', async () => {
  const { world } = open({ suggestions: [{ id: 's', draft: suggested, count: 5, lastMs: 1 }] })
  fireEvent.click(await button('No thanks: Allow Bea: Files'))
  await waitFor(() => expect(screen.queryByText(/^You allowed Bea/)).toBeNull())
  expect(world.scene.suggestions).toEqual([])
})

const read = (who: RulesRead['signedBy']['who']): RulesRead => ({
  signedBy: { peerId: peerIdOf('Bea'), account: who === 'stranger' ? null : accountOf('Bea'), who },
  madeMs: 1,
  rules: [
    { draft: suggested, state: 'new' },
    { draft: { ...suggested, capability: 'contact' }, state: 'present' },
  ],
})

async function openImport(): Promise<HTMLElement> {
  fireEvent.click(await button('Export and import'))
  fireEvent.click(await screen.findByRole('menuitem', { name: /^Import rules/ }))
  return screen.findByRole('textbox', { name: 'Or paste it here' })
}

test('a file of rules is shown with who signed it before any of it is taken', async () => {
  const { world } = open({ rulesRead: read('stranger') })
  fireEvent.change(await openImport(), { target: { value: '{}' } })
  expect(await screen.findByText('Nobody you know made this file')).toBeTruthy()
  expect(await screen.findByText('1 new rule · 1 is here already')).toBeTruthy()
  expect(world.scene.rules).toEqual([])
  fireEvent.click(await button('Take 1 rule'))
  expect(await screen.findByText('1 rule was taken.')).toBeTruthy()
  expect(world.scene.rules).toHaveLength(1)
})

test('a contact’s signature is said and not warned of; a file that was changed is refused with the reason', async () => {
  open({ rulesRead: read('contact') })
  const paste = await openImport()
  fireEvent.change(paste, { target: { value: '{}' } })
  expect(await screen.findByText(/^Signed by Bea, /)).toBeTruthy()
  expect(screen.queryByText('Nobody you know made this file')).toBeNull()
  fireEvent.change(paste, { target: { value: 'forged' } })
  expect((await screen.findByRole('alert')).textContent).toContain('it was changed after it was made')
  expect((await button('Take the rules')).hasAttribute('disabled')).toBe(true)
})

test('a file larger than any file of rules is not even read', async () => {
  const { world } = open({ rulesRead: read('you') })
  fireEvent.change(await openImport(), { target: { value: 'x'.repeat(1_048_577) } })
  expect((await screen.findByRole('alert')).textContent).toContain('larger than 1 MiB')
  expect(world.scene.rules).toEqual([])
})

test('the rules are exported as a file', async () => {
  const made: string[] = []
  vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:rules')
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    made.push(`${this.download} ${this.href}`)
  })
  open({ rules: [rule('Bea')] })
  fireEvent.click(await button('Export and import'))
  fireEvent.click(await screen.findByRole('menuitem', { name: /^Export the rules/ }))
  await waitFor(() => expect(made).toEqual([expect.stringMatching(/^latch-rules-\d{4}-\d\d-\d\d\.json blob:rules$/)]))
})

test('of two thousand rules only those in sight are drawn', async () => {
  open({ rules: Array.from({ length: 2_000 }, (_, index) => rule(`many ${index}`)) })
  await screen.findAllByRole('switch')
  expect(screen.getAllByRole('switch').length).toBeLessThan(60)
  expect(ruleIdOf('many 1')).toBeTruthy()
})
