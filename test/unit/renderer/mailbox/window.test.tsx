import { configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import type { Mailbox } from '../../../../src/shared/model/mailbox.ts'
import { accountOf } from '../../../gallery/ids.ts'
import { heldFor, holderOf, noMailbox } from '../../../gallery/mailbox.ts'
import { person } from '../../../gallery/people.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

// A machine that is busy draws later; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

function open(mailbox: Partial<Mailbox>): House {
  house = openHouse({ people: [person('Bea'), person('Tomasz')], mailbox: { ...noMailbox, ...mailbox } })
  showWindow(house, paths.settingsSection('mailbox'))
  return house
}

const press = async (name: string | RegExp): Promise<void> => void fireEvent.click(await screen.findByRole('button', { name }))

test('where nobody holds mail, somebody can be asked', async () => {
  const { world } = open({})
  await screen.findByText('Nobody holds mail for you')
  await press('Ask somebody')
  fireEvent.click(await screen.findByRole('option', { name: /Bea/ }))
  await waitFor(() => expect(world.scene.mailbox.holders.map(({ account }) => account)).toEqual([accountOf('Bea')]))
  await screen.findByText('Being asked')
})

test('a holder says how much lies there, and why it holds nothing', async () => {
  open({ holders: [holderOf('Bea'), holderOf('Tomasz', { state: 'refused', why: 'Their door says no.' })] })
  await screen.findByText('240 KiB of 64 MiB')
  expect(screen.getByText('Their door says no.')).toBeTruthy()
  await press('Fetch it now')
  await screen.findByText('3 letters came.')
})

test('what is held for others goes after one is told what that means', async () => {
  const { world } = open({ held: [heldFor('Tomasz')] })
  await press('Throw away what waits for Tomasz')
  const dialog = within(await screen.findByRole('dialog', { name: 'Throw away the mail of Tomasz' }))
  expect(dialog.getByText(/12 letters wait here/)).toBeTruthy()
  fireEvent.click(dialog.getByRole('button', { name: 'Throw away' }))
  await waitFor(() => expect(world.scene.mailbox.held).toEqual([]))
})
