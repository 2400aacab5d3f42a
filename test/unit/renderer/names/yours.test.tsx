import { act, configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { useIgnored } from '../../../../src/renderer/features/names/ignored.ts'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { DAY } from '../../../../src/shared/units.ts'
import { accountOf, networkIdOf } from '../../../gallery/ids.ts'
import { ledgerScene } from '../../../gallery/ledger.ts'
import { entryIdOf } from '../../../gallery/ledger-parts.ts'
import { namesScene, type NamesScene } from '../../../gallery/names.ts'
import { myName, nameLabel, onLedger, published } from '../../../gallery/names-parts.ts'
import { me, person } from '../../../gallery/people.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

// A machine that is busy draws later; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
  useIgnored.setState({ keys: [] })
  localStorage.clear()
})

async function open(names: Partial<NamesScene>, path: string = paths.yourNames, more: Partial<Scene> = {}): Promise<House> {
  house = openHouse({ people: [person('Bea'), person('Tomasz')], ...more, names: namesScene(names) })
  showWindow(house, path)
  await screen.findByRole('navigation', { name: 'Parts of Names' })
  return house
}

const main = () => within(screen.getByRole('main'))
const button = (name: string | RegExp) => screen.findByRole<HTMLButtonElement>('button', { name })
const press = async (name: string | RegExp): Promise<void> => void fireEvent.click(await button(name))
const type = async (name: string, value: string): Promise<void> => {
  fireEvent.change(await screen.findByRole('textbox', { name }), { target: { value } })
}
const choir = {
  ...myName('choir', { zone: null, publication: null, attention: 'choir.peer is offered to you: take it, or leave it.' }),
  onLedger: onLedger('choir', 'Bea', 120, { offeredTo: me.account }),
}
const page = paths.yourName(nameLabel('noor'))

test('whoever has no name is told what one is, and where to begin', async () => {
  await open({})
  expect(await screen.findByRole('heading', { name: 'Claim your first name' })).toBeTruthy()
  expect(screen.getByText(/A name such as alice\.peer is yours/)).toBeTruthy()
  expect((await button('Claim')).disabled).toBe(true)
})

test('a name that nobody has can be claimed, and is seen on its way', async () => {
  const opened = await open({ claimSteps: [{ step: 'ripening', blocks: 2 }] })
  await type('Name', 'Lighthouse')
  expect(await screen.findByText('lighthouse.peer is free.')).toBeTruthy()
  await press('Claim')
  const stages = await screen.findByRole('list', { name: 'Steps of the claim of lighthouse.peer' })
  expect(within(stages).getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
    'Sealed (done)',
    'Ripens (now)',
    'Opened',
    'Yours',
  ])
  expect(main().getAllByText('2 more blocks, and the sealed claim may be opened.')[0]).toBeTruthy()
  expect((await screen.findByRole<HTMLInputElement>('textbox', { name: 'Name' })).value).toBe('')
  act(() => opened.world.names.tell({ event: 'name-changed', name: myName('lighthouse', { claim: null }) }))
  expect(await screen.findByText('lighthouse.peer is yours.')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Open it' }).getAttribute('href')).toContain('/lighthouse')
})

test('whatever wants its owner is counted where every screen shows it', async () => {
  await open({ mine: [choir] })
  const names = within(screen.getByRole('navigation', { name: 'Places' })).getByRole('link', { name: /^Names/ })
  await waitFor(() => expect(names.textContent).toContain('1 name needs you'))
})

test('the line of a term is as long as what is left of it', async () => {
  await open({ mine: [myName('noor', { onLedger: onLedger('noor', 'me', 73) })] }, page)
  const line = await screen.findByRole<HTMLMeterElement>('meter', { name: 'How much of the term is left' })
  expect(Number(line.getAttribute('value'))).toBeCloseTo(0.2, 1)
})

test('a name that somebody has cannot, and it is said whose it is', async () => {
  await open({ others: [onLedger('bea', 'Bea')] })
  await type('Name', 'bea.peer')
  expect(await screen.findByText(/^bea\.peer belongs to Bea until /)).toBeTruthy()
  expect((await button('Claim')).disabled).toBe(true)
})

test('what no name can be is said at once, and what may become one only when it is meant', async () => {
  await open({})
  await type('Name', 'noór')
  expect((await screen.findByRole('alert')).textContent).toBe('A name is made of the letters a to z, digits and hyphens.')
  await type('Name', 'no')
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
  const field = await screen.findByRole('textbox', { name: 'Name' })
  fireEvent.submit(field)
  expect((await screen.findByRole('alert')).textContent).toBe('A name has at least 3 characters.')
})

test('a claim that fails keeps what was typed', async () => {
  await open({}, paths.yourNames, { failing: { 'names.claim': 'BUSY' } })
  await type('Name', 'lighthouse')
  await screen.findByText('lighthouse.peer is free.')
  await press('Claim')
  expect(await screen.findByText(/The name you typed is kept/)).toBeTruthy()
  expect((await screen.findByRole<HTMLInputElement>('textbox', { name: 'Name' })).value).toBe('lighthouse')
})

test('a claim that was refused says why, and can be tried again or put away', async () => {
  const why = 'no0r looks like noor, which somebody has.'
  const none = { onLedger: null, zone: null, publication: null, attention: null, ended: false }
  await open({ mine: [{ name: nameLabel('no0r'), fullName: 'no0r.peer', ...none, claim: { step: 'refused', why } }] })
  expect((await main().findByRole('alert')).textContent).toBe(why)
  await press('Remove')
  await waitFor(() => expect(screen.queryByText('no0r.peer')).toBeNull())
})

test('an offer is taken by whoever it is made to', async () => {
  await open({ mine: [choir] })
  expect(await screen.findByText('Bea gives you choir.peer')).toBeTruthy()
  await press('Take choir.peer')
  expect(await screen.findByText('Taken. It is yours from the next block on.')).toBeTruthy()
})

test('an offer that is ignored stays away, and can be looked at again', async () => {
  await open({ mine: [choir] })
  await press('Ignore')
  expect(await screen.findByText('1 ignored offer')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Take choir.peer' })).toBeNull()
  expect(localStorage.getItem('latch.ignored-offers')).toContain(accountOf('Bea'))
  fireEvent.click(screen.getByText('1 ignored offer'))
  await press('Show again')
  expect(await button('Take choir.peer')).toBeTruthy()
})

test('how each name stands is said in words beside it, and how many need their owner', async () => {
  await open({
    mine: [
      myName('noor'),
      myName('tide', { zone: null, publication: null, attention: 'tide.peer points nowhere yet: say what it points to.' }),
      myName('mole', { onLedger: onLedger('mole', 'me', 20), attention: 'It ends.' }),
    ],
  })
  const parts = within(await screen.findByRole('navigation', { name: 'Parts of Names' }))
  expect(await parts.findByText('On 14 of 16 devices')).toBeTruthy()
  expect(parts.getByText('Points nowhere yet')).toBeTruthy()
  expect(parts.getByText('Ends in 20 days')).toBeTruthy()
  expect(parts.getByText('2 names need you')).toBeTruthy()
})

test('a renewal waits for a block, and is done when the ledger has it', async () => {
  const noor = myName('noor')
  const { world } = await open({ mine: [noor] }, page)
  await press('Renew')
  expect(await screen.findByText('The renewal waits for a block.')).toBeTruthy()
  expect((await button('Renew')).disabled).toBe(true)
  const renewed = onLedger('noor', 'me', 364, { expiresMs: Date.now() + 365 * DAY })
  act(() => world.names.tell({ event: 'name-changed', name: { ...noor, onLedger: renewed } }))
  expect(await screen.findByText('Renewed.')).toBeTruthy()
})

test('what the ledger does not take is said in its own words', async () => {
  await open({ mine: [myName('noor')], submitted: { outcome: 'refused', code: 'term', why: 'Too early.' } }, page)
  await press('Renew')
  const alert = await screen.findByRole('alert')
  expect(within(alert).getByText('Too early.')).toBeTruthy()
})

test('a name is offered to a contact after both are named once more, and the offer can be taken back', async () => {
  const { world } = await open({ mine: [myName('noor')] }, page)
  await press('Offer to…')
  const field = await screen.findByRole('combobox', { name: 'A contact, or an account key' })
  fireEvent.change(field, { target: { value: 'toma' } })
  fireEvent.click(await screen.findByRole('option', { name: /Tomasz/ }))
  expect(await screen.findByRole('dialog', { name: 'Offer noor.peer to Tomasz?' })).toBeTruthy()
  await press('Offer it')
  expect(await screen.findByText('Offered to Tomasz, who has not taken it yet.')).toBeTruthy()
  expect(world.scene.names.mine[0]?.onLedger?.offeredTo).toBe(accountOf('Tomasz'))
  await press('Take the offer back')
  await waitFor(() => expect(world.scene.names.mine[0]?.onLedger?.offeredTo).toBeNull())
})

test('a name is given back only once it was typed', async () => {
  const { world } = await open({ mine: [myName('noor')] }, page)
  await press('Give it back…')
  const dialog = within(await screen.findByRole('dialog', { name: 'Give noor.peer back?' }))
  const go = dialog.getByRole<HTMLButtonElement>('button', { name: 'Give it back' })
  expect(go.disabled).toBe(true)
  fireEvent.change(dialog.getByRole('textbox'), { target: { value: 'noor' } })
  expect(go.disabled).toBe(true)
  fireEvent.change(dialog.getByRole('textbox'), { target: { value: 'noor.peer' } })
  fireEvent.click(go)
  await waitFor(() => expect(world.scene.names.mine).toEqual([]))
  expect(window.location.hash).toBe(`#${paths.yourNames}`)
})

test('telling others says how many hold it', async () => {
  await open({ mine: [myName('noor')], publication: published({ held: 3, asked: 20, atMs: Date.now() + 1_000 }) }, page)
  await press('Tell others now')
  expect(await screen.findByText('3 of 20 devices asked')).toBeTruthy()
})

test('the account ends only once a name of it was typed, and says what ends with it', async () => {
  const { world } = await open({ mine: [myName('noor')], revocation: { entry: btoa('revoke'), names: ['noor.peer'] } }, paths.revocation, {
    failing: {},
  })
  await press('Revoke this account now…')
  const dialog = within(await screen.findByRole('dialog', { name: 'End this account on the ledger?' }))
  expect(dialog.getByText('With it, 1 name would end now: noor.peer.')).toBeTruthy()
  const go = dialog.getByRole<HTMLButtonElement>('button', { name: 'Revoke for good' })
  expect(go.disabled).toBe(true)
  fireEvent.change(dialog.getByRole('textbox'), { target: { value: 'noor.peer' } })
  fireEvent.click(go)
  // The gallery's ledger takes no entries: what it says is shown, and the account is as it was.
  expect((await screen.findByRole('alert')).textContent).toContain('not a name')
  expect(world.scene.names.mine).toHaveLength(1)
})

test('a file that ends the account is made, and what would end with it is said', async () => {
  await open({ revocation: { entry: btoa('revoke'), names: [] } }, paths.revocation)
  await press('Make a revocation file')
  expect(await screen.findByText('The file is ready. Nothing has been revoked.')).toBeTruthy()
  expect(screen.getByText('This account has no names now; it would end all the same.')).toBeTruthy()
})

test('a revocation is handed in once it was said whose account it ends, and which names', async () => {
  const read = { id: entryIdOf('revoke'), kind: 'revoke', account: accountOf('Bea'), mine: false, name: null, to: null, network: networkIdOf('home') } as const
  const scene = namesScene({ others: [onLedger('choir', 'Bea')] })
  const { world } = await open(scene, paths.revocation, { ledger: ledgerScene({ read }) })
  await type('Text of a revocation file', btoa('revoke'))
  await press('Hand it in…')
  const dialog = within(await screen.findByRole('dialog', { name: 'Hand in this revocation?' }))
  expect(dialog.getByText('It ends the account of Bea on this ledger: nobody can use it there again.')).toBeTruthy()
  expect(dialog.getByText('With it, 1 name would end now: choir.peer.')).toBeTruthy()
  fireEvent.click(dialog.getByRole('button', { name: 'Cancel' }))
  world.scene.ledger.read = { ...read, network: networkIdOf('another') }
  await press('Hand it in…')
  expect(await screen.findByText(/^It ends an account of another network/)).toBeTruthy()
  world.scene.ledger.read = { ...read, kind: 'transfer' }
  await press('Hand it in…')
  expect(await screen.findByText('That is an entry for the ledger, and no revocation.')).toBeTruthy()
})

test('that a term ends is told over every screen, and leads to the name', async () => {
  const { world } = await open({ mine: [myName('noor')] }, paths.yourNames)
  await screen.findByText('On 14 of 16 devices')
  const sentence = 'The term of noor.peer ends in 7 days.'
  act(() => world.names.tell({ event: 'reminder', name: nameLabel('noor'), fullName: 'noor.peer', sentence, daysLeft: 7 }))
  expect(await screen.findByText(sentence)).toBeTruthy()
  fireEvent.click(screen.getByRole('link', { name: 'Open noor.peer' }))
  expect(window.location.hash).toBe(`#${page}`)
  await waitFor(() => expect(screen.queryByText(sentence)).toBeNull())
})

test('a name that is not one’s own has no page here, and can be looked up', async () => {
  await open({}, paths.yourName(nameLabel('bea')))
  expect(await screen.findByRole('heading', { name: 'bea.peer is not yours' })).toBeTruthy()
})
