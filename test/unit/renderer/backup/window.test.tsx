import { configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { paths } from '../../../../src/renderer/nav/paths.ts'
import { MiB } from '../../../../src/shared/units.ts'
import { noBackup, noStatus } from '../../../gallery/backup.ts'
import type { Scene } from '../../../gallery/world.ts'
import { forgetEverything, openHouse, showWindow, type House } from '../helpers/window.tsx'

// A machine that is busy draws later; what never comes fails all the same.
configure({ asyncUtilTimeout: 5_000 })

let house: House | null = null

afterEach(() => {
  house?.close()
  forgetEverything()
})

function open(path: string, scene: Partial<Scene> = {}): House {
  house = openHouse(scene)
  showWindow(house, path)
  return house
}

const press = async (name: string | RegExp): Promise<void> => void fireEvent.click(await screen.findByRole('button', { name }))
const fill = (label: string | RegExp, value: string): boolean => fireEvent.change(screen.getByLabelText(label), { target: { value } })

test('a backup is written once there is a path and a passphrase typed twice', async () => {
  const { world } = open(paths.settingsSection('backup'))
  await press('Make a backup')
  await screen.findByRole('dialog', { name: 'Make a backup' })
  fill('File', '/b/latch.latchbackup')
  fill('Passphrase', 'four grey boats moored')
  fill('Once more', 'four grey boats')
  const write = screen.getByRole<HTMLButtonElement>('button', { name: 'Write the backup' })
  expect(write.disabled).toBe(true)
  fill('Once more', 'four grey boats moored')
  expect(screen.getByText(/Strong/)).toBeTruthy()
  fireEvent.click(write)
  await screen.findByText('The backup is written')
  expect(world.scene.backup.status.lastPath).toBe('/b/latch.latchbackup')
})

test('one that is being made says how far it is, and why the last one failed is said', async () => {
  const status = { ...noStatus, why: 'There was no room left on the disk.', running: { doneBytes: MiB, totalBytes: 4 * MiB } }
  open(paths.settingsSection('backup'), { backup: { ...noBackup, status } })
  await screen.findByText('1 MiB of 4 MiB')
  expect(screen.getByText(/no room left on the disk\. The one before it is as it was/)).toBeTruthy()
})

test('a revocation is told only after the word was typed', async () => {
  open(paths.settingsSection('backup'))
  await press('Tell a revocation…')
  const dialog = within(await screen.findByRole('dialog', { name: 'Tell a revocation' }))
  fill('File', '/stick/revocation')
  expect(dialog.getByRole<HTMLButtonElement>('button', { name: 'Tell everybody' }).disabled).toBe(true)
  fill(/To be sure/, 'revoke')
  fireEvent.click(dialog.getByRole('button', { name: 'Tell everybody' }))
  await screen.findByText('It is out: 4 devices heard it, and others will.')
})

test('a fresh device looks into a backup before it restores it, and a wrong passphrase keeps what was typed', async () => {
  const { world } = open('/', { identity: { state: 'none' }, backup: { ...noBackup, contents: null } })
  await press(/I have a backup/)
  await screen.findByRole('heading', { name: 'Restore a backup' })
  fill('Backup file', '/b/latch.latchbackup')
  fill('Passphrase', 'four grey boats')
  await press('Look into it')
  await screen.findByText('This passphrase does not open that backup.')
  expect(screen.getByLabelText('Backup file')).toHaveProperty('value', '/b/latch.latchbackup')
  world.scene.backup.contents = noBackup.contents
  await press('Look into it')
  const holds = within(await screen.findByRole('region', { name: 'What it holds' }))
  await waitFor(() => expect(holds.getByText((18_204).toLocaleString())).toBeTruthy())
  expect(screen.getByRole('button', { name: 'Restore it here' })).toBeTruthy()
})

test('a window that is opened while a backup is restored says how far it is, and stops it', async () => {
  const running = { doneBytes: 21 * MiB, totalBytes: 84 * MiB }
  const { world } = open('/', { identity: { state: 'none' }, backup: { ...noBackup, restoring: { running } } })
  const line = await screen.findByRole<HTMLProgressElement>('progressbar', { name: 'Restoring' })
  await waitFor(() => expect(line.value).toBe(0.25))
  expect(screen.getByText('21 MiB of 84 MiB: checked first, then written.')).toBeTruthy()
  await press('Stop restoring')
  await waitFor(() => expect(world.scene.backup.restoring.running).toBeNull())
  await screen.findByRole('textbox', { name: 'Your name' })
})
