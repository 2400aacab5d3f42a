import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { groupNamed, groupsOf } from '../../../../src/renderer/features/contacts/groups.ts'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import type { Person } from '../../../../src/shared/model/contacts.ts'
import { accountOf } from '../../../gallery/ids.ts'
import { person } from '../../../gallery/people.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

async function open(changes: Partial<Person> = {}, scene: Partial<Scene> = {}): Promise<House> {
  house = openHouse({
    people: [person('Bea', { groups: ['Choir'], ...changes }), person('Tomasz', { groups: ['Family'] })],
    ...scene,
  })
  showWindow(house, paths.chatWith(accountOf('Bea')))
  fireEvent.click(await screen.findByRole('button', { name: 'More about Bea' }))
  return house
}
async function openDialog(...given: Parameters<typeof open>): Promise<{ world: House['world']; dialog: HTMLElement }> {
  const { world } = await open(...given)
  fireEvent.click(await screen.findByRole('menuitem', { name: /^Tag them/ }))
  return { world, dialog: await screen.findByRole('dialog', { name: 'Tags of Bea' }) }
}
const groupsOfBea = (world: House['world']): readonly string[] | undefined =>
  world.scene.people.find(({ account }) => account === accountOf('Bea'))?.groups
const type = (dialog: HTMLElement, value: string): void =>
  void fireEvent.change(within(dialog).getByRole('textbox', { name: 'New tag' }), { target: { value } })
const keep = (dialog: HTMLElement): void =>
  void fireEvent.click(within(dialog).getByRole('button', { name: 'Keep these tags' }))

test('a contact is given a tag that is there, loses another, and the header shows it', async () => {
  const { world, dialog } = await openDialog()
  expect(within(dialog).getByRole<HTMLInputElement>('checkbox', { name: 'Choir' }).checked).toBe(true)
  fireEvent.click(within(dialog).getByRole('checkbox', { name: 'Choir' }))
  fireEvent.click(within(dialog).getByRole('checkbox', { name: 'Family' }))
  keep(dialog)
  await waitFor(() => expect(groupsOfBea(world)).toEqual(['Family']))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  const heading = screen.getByRole('heading', { level: 1, name: /Bea/ })
  expect(within(heading).getByText('Family')).toBeTruthy()
  expect(within(heading).queryByText('Choir')).toBeNull()
})

test('a new tag is made by its name, also when it was only typed', async () => {
  const { world, dialog } = await openDialog()
  type(dialog, '  Thursday people ')
  fireEvent.click(within(dialog).getByRole('button', { name: 'Add' }))
  expect(within(dialog).getByRole<HTMLInputElement>('checkbox', { name: 'Thursday people' }).checked).toBe(true)
  type(dialog, 'family')
  keep(dialog)
  await waitFor(() => expect(groupsOfBea(world)).toEqual(['Choir', 'Thursday people', 'Family']))
})

test('a name that cannot be one is refused with what to do', async () => {
  const { world, dialog } = await openDialog()
  type(dialog, 'Fam\u202Eily')
  expect(within(dialog).getByRole('alert').textContent).toContain('characters that cannot be seen')
  expect(within(dialog).getByRole('button', { name: 'Keep these tags' }).hasAttribute('disabled')).toBe(true)
  expect(groupsOfBea(world)).toEqual(['Choir'])
})

test('who has sixteen tags is given no more', async () => {
  const groups = Array.from({ length: 16 }, (_, index) => `Group ${index}`)
  const { dialog } = await openDialog({ groups })
  expect(within(dialog).getByText('Nobody can have more than 16 tags.')).toBeTruthy()
  expect(within(dialog).getByRole('checkbox', { name: 'Family' }).hasAttribute('disabled')).toBe(true)
  fireEvent.click(within(dialog).getByRole('checkbox', { name: 'Group 3' }))
  expect(within(dialog).getByRole('checkbox', { name: 'Family' }).hasAttribute('disabled')).toBe(false)
})

test('what was not kept is said, and the choice stays', async () => {
  const { dialog } = await openDialog({}, { failing: { 'contacts.setGroups': 'INTERNAL' } })
  fireEvent.click(within(dialog).getByRole('checkbox', { name: 'Family' }))
  keep(dialog)
  expect(await within(dialog).findByRole('alert')).toBeTruthy()
  expect(within(dialog).getByRole<HTMLInputElement>('checkbox', { name: 'Family' }).checked).toBe(true)
})

test('whoever has no name of yours has no tag', async () => {
  await open({ petname: null, claimedName: 'Bea' })
  expect(await screen.findByRole('menuitem', { name: /^Change the name/ })).toBeTruthy()
  expect(screen.queryByRole('menuitem', { name: /^Tag them/ })).toBeNull()
})

test('a tag goes with the last who had it', async () => {
  const { world } = await openDialog()
  expect(await screen.findByRole('checkbox', { name: 'Family' })).toBeTruthy()
  act(() => void world.putPerson(person('Tomasz', { groups: [] })))
  await waitFor(() => expect(screen.queryByRole('checkbox', { name: 'Family' })).toBeNull())
})

test('tags are those that somebody has, and a name is the one that is there', () => {
  const people = [person('Bea', { groups: ['b', 'A'] }), person('Jo', { groups: ['b'] }), person('Al')]
  expect(groupsOf(new Map(people.map((one) => [one.account, one])))).toEqual(['A', 'b'])
  expect(groupNamed(' FAMILY ', ['Family'])).toBe('Family')
  expect(groupNamed('Friends', ['Family'])).toBe('Friends')
  for (const bad of ['', '   ', 'x'.repeat(33), 'a\nb']) expect(groupNamed(bad, [])).toBeNull()
})
