import { join } from 'node:path'
import { expect, test } from './houses.ts'

/*
 * What belongs to one's own account, with real nodes: a second device, a backup, a group of one, and finding what was said.
 */

test('a fresh device is linked by its code, once both show the same words', async ({ openHouse }) => {
  test.setTimeout(120_000)
  const ada = await openHouse('Ada')
  const laptop = await openHouse('Laptop', { named: false })
  await ada.page.goto(`${new URL(ada.page.url()).origin}/#/settings/devices`)
  await ada.page.getByRole('button', { name: 'Link a device' }).click()
  const code = await ada.page.getByRole('textbox', { name: 'The same as text' }).inputValue()

  await laptop.page.getByRole('button', { name: 'I have Latch on another device' }).click()
  await laptop.page.getByRole('textbox', { name: 'Code' }).fill(code)
  await laptop.page.getByRole('textbox', { name: 'What you call this device' }).fill('Laptop')
  await laptop.page.getByRole('button', { name: 'Link this device' }).click()

  const theirs = laptop.page.getByRole('list', { name: 'Compare these words' })
  await expect(theirs.getByRole('listitem')).toHaveCount(3, { timeout: 60_000 })
  const ours = ada.page.getByRole('list', { name: 'Words to compare' })
  expect(await ours.getByRole('listitem').allTextContents()).toEqual(await theirs.getByRole('listitem').allTextContents())
  await ada.page.getByRole('button', { name: 'They are the same: link it' }).click()
  await expect(ada.page.getByText('Laptop is linked')).toBeVisible({ timeout: 60_000 })
  await expect(laptop.page.getByRole('heading', { level: 1, name: 'Chats' })).toBeVisible({ timeout: 60_000 })
  await ada.page.getByRole('button', { name: 'Done' }).click()
  await expect(ada.page.getByRole('list', { name: 'Your devices' }).getByRole('listitem')).toHaveCount(2)
})

test('a backup is written, says what it holds, and brings the account back on a fresh machine', async ({ openHouse }, info) => {
  test.setTimeout(120_000)
  const ada = await openHouse('Ada')
  const path = join(info.outputPath('Ada-0'), 'ada.latchbackup')
  await ada.page.goto(`${new URL(ada.page.url()).origin}/#/settings/backup`)
  await ada.page.getByRole('button', { name: 'Make a backup' }).click()
  await ada.page.getByRole('textbox', { name: 'File' }).fill(path)
  await ada.page.getByLabel('Passphrase').fill('four grey boats moored')
  await ada.page.getByLabel('Once more').fill('four grey boats moored')
  await ada.page.getByRole('button', { name: 'Write the backup' }).click()
  await expect(ada.page.getByText('The backup is written')).toBeVisible({ timeout: 60_000 })
  await ada.page.close()
  await ada.node.stop()

  const fresh = await openHouse('Fresh', { named: false })
  await fresh.page.getByRole('button', { name: 'I have a backup' }).click()
  await fresh.page.getByRole('textbox', { name: 'Backup file' }).fill(path)
  await fresh.page.getByLabel('Passphrase').fill('four grey boats moored')
  await fresh.page.getByRole('button', { name: 'Look into it' }).click()
  await expect(fresh.page.getByRole('region', { name: 'What it holds' })).toContainText('Ada', { timeout: 60_000 })
  await fresh.page.getByRole('button', { name: 'Restore it here' }).click()
  await expect(fresh.page.getByRole('heading', { level: 1, name: 'Chats' })).toBeVisible({ timeout: 60_000 })
})

test('a group is made from the palette, what is said in it is found, and Enter goes there', async ({ openHouse }) => {
  const { page } = await openHouse('Ada')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Command palette' }).fill('New group')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'New group' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Rowing club')
  await dialog.getByRole('button', { name: 'Make the group' }).click()
  await expect(page.getByRole('heading', { level: 1, name: /Rowing club/ })).toBeVisible()
  await page.getByRole('textbox', { name: /Message/ }).fill('The slipway is free on Saturday.')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('log').getByText('The slipway is free on Saturday.')).toBeVisible()

  await page.keyboard.press('Control+Shift+F')
  await page.getByRole('combobox', { name: 'Search messages' }).fill('slipw')
  const hits = page.getByRole('listbox', { name: 'What was found' }).getByRole('option')
  await expect(hits).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/#\/chats\/[a-z2-7]{52}\/[a-z0-9]+$/)
  await expect(page.getByRole('log').getByText('The slipway is free on Saturday.')).toBeVisible()
})
