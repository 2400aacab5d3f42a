import { configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { useDialogs } from '../../../../src/renderer/nav/dialogs.ts'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import type { Group, Member } from '../../../../src/shared/model/groups.ts'
import { groupConversation, groupIdOf, groupOf, member } from '../../../gallery/groups.ts'
import { accountOf } from '../../../gallery/ids.ts'
import { me, person } from '../../../gallery/people.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

// A machine that is busy draws later; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

const id = groupIdOf('Rowing club')
const people = [person('Bea'), person('Tomasz'), person('Ana')]
const others = [member('Bea', { role: 'moderator' }), member('Tomasz')]

function open(path: string, scene: Partial<Scene>): House {
  house = openHouse({ people, ...scene })
  showWindow(house, path)
  return house
}

const about = (mine: Partial<Member>, changes: Partial<Group> = {}): House =>
  open(paths.group(id), { conversations: [groupConversation(groupOf('Rowing club', [member('me', mine), ...others], changes))] })
const groupIn = ({ world }: House): Group | null => world.scene.conversations.find((one) => one.id === id)?.group ?? null
const press = async (name: string | RegExp): Promise<void> => void fireEvent.click(await screen.findByRole('button', { name }))
const choose = async (name: string | RegExp): Promise<void> => void fireEvent.click(await screen.findByRole('menuitem', { name }))

test('a group is made of a name and of those who were ticked', async () => {
  const { world } = open('/chats', {})
  await screen.findByRole('heading', { level: 1, name: 'Chats' })
  useDialogs.getState().show('new-group')
  const dialog = within(await screen.findByRole('dialog', { name: 'New group' }))
  expect(dialog.getByRole<HTMLButtonElement>('button', { name: 'Make the group' }).disabled).toBe(true)
  fireEvent.change(dialog.getByRole('textbox', { name: 'Name' }), { target: { value: 'Rowing club' } })
  fireEvent.click(dialog.getByRole('checkbox', { name: /Tomasz/ }))
  fireEvent.click(dialog.getByRole('checkbox', { name: /Bea/ }))
  fireEvent.click(dialog.getByRole('button', { name: 'Take Bea out' }))
  fireEvent.click(dialog.getByRole('radio', { name: /Everything from the beginning/ }))
  fireEvent.click(dialog.getByRole('button', { name: 'Make the group' }))
  await waitFor(() => expect(world.scene.conversations).toHaveLength(1))
  const group = world.scene.conversations[0]?.group
  expect(group).toMatchObject({ title: 'Rowing club', history: 'all' })
  expect(group?.members.map(({ account, state }) => [account, state])).toEqual([[me.account, 'joined'], [accountOf('Tomasz'), 'invited']])
})

test('the owner makes a moderator, and hands the group on only after it was said what that means', async () => {
  const opened = about({ role: 'owner' })
  await press('More about Tomasz')
  await choose(/Make a moderator/)
  await waitFor(() => expect(groupIn(opened)?.members.find(({ account }) => account === accountOf('Tomasz'))?.role).toBe('moderator'))
  await press('More about Bea')
  await choose(/Hand the group on to them/)
  await press('Hand it on')
  await waitFor(() => expect(groupIn(opened)?.role).toBe('moderator'))
})

test('somebody is removed, and the dialog asks about what they wrote', async () => {
  const opened = about({ role: 'owner' })
  await press('More about Tomasz')
  await choose('Remove from the group')
  const dialog = within(await screen.findByRole('dialog', { name: 'Remove Tomasz' }))
  fireEvent.click(dialog.getByRole('checkbox'))
  fireEvent.click(dialog.getByRole('button', { name: 'Remove' }))
  await waitFor(() => expect(groupIn(opened)?.members.find(({ account }) => account === accountOf('Tomasz'))?.state).toBe('removed'))
})

test('an owner of others cannot leave, and reads what to do first', async () => {
  about({ role: 'owner' })
  await press('Leave the group')
  const dialog = within(await screen.findByRole('dialog', { name: 'Leave Rowing club' }))
  expect(dialog.getByText(/Hand it on to somebody first/)).toBeTruthy()
  expect(dialog.queryByRole('button', { name: 'Leave' })).toBeNull()
})

test('a member reads how the group works, changes nothing of it, and can leave', async () => {
  const opened = about({ role: 'member' })
  await screen.findByText('The owner and moderators change these.')
  expect(screen.queryByRole('button', { name: 'Invite people' })).toBeNull()
  await press('Leave the group')
  await press('Leave')
  await waitFor(() => expect(groupIn(opened)?.state).toBe('left'))
  // It goes back to the conversation when it is done; the next test begins after that.
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('an invitation says who invites and who is in it, and joins on a yes', async () => {
  const group = groupOf('Choir', [member('me', { state: 'invited', by: accountOf('Bea') }), ...others], { by: accountOf('Bea') })
  const opened = open(paths.conversation(groupIdOf('Choir')), { conversations: [groupConversation(group)] })
  const card = within(await screen.findByRole('region', { name: 'Invitation to Choir' }))
  expect(card.getByRole('heading', { name: 'Bea invites you to Choir' })).toBeTruthy()
  expect(card.getByText('Tomasz')).toBeTruthy()
  fireEvent.click(card.getByRole('button', { name: 'Join' }))
  await waitFor(() => expect(opened.world.scene.conversations[0]?.group?.state).toBe('joined'))
})

test('a group that is not here says so', async () => {
  open(paths.group(groupIdOf('Nobody’s')), {})
  await screen.findByText('There is no such group here')
})
