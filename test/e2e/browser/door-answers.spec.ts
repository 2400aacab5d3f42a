import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { go, knockOf } from '../../helpers/journey.ts'
import { expect, introduce, test, type House } from './houses.ts'

const program = new URL('../../../bin/latch.mjs', import.meta.url).pathname

/** What `latch` prints in somebody's house; failures are part of it, as `knock` ends with one where it is not let in. */
async function latch(house: House, ...args: string[]): Promise<string> {
  const typed = [program, '--data', house.node.dataFolder, ...args]
  const { stdout } = await promisify(execFile)(process.execPath, typed, { encoding: 'utf8' })
  return stdout
}

async function openSection(house: House, section: 'At the door' | 'Missed' | 'Rules'): Promise<void> {
  await go(house.page, 'Door')
  await house.page.getByRole('link', { name: new RegExp(`^${section}`) }).click()
}

/** Somebody who was never met asks for a file, and does not wait for the answer. */
async function knockForFile(from: House, name: string): Promise<void> {
  await latch(from, 'knock', 'Bea', '--for', 'file', '--name', name, '--bytes', '2MiB', '--no-wait')
}

test('an answer holds for just this file and just this hour, is taken back, and says so', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  const { page } = bea
  await introduce(ada, bea)
  await knockForFile(ada, 'holiday.jpg')

  const card = knockOf(page, 'Ada')
  await expect(card.getByText('wants to send you a file')).toBeVisible()
  await card.getByRole('button', { name: 'Other answers' }).click()
  const chooser = page.getByRole('dialog', { name: 'Other answers to Ada' })
  await chooser.getByText('Just this file', { exact: true }).click()
  await chooser.getByText('1 hour', { exact: true }).click()
  await expect(chooser.getByText(/^Ada may send you this file until /)).toBeVisible()
  await chooser.getByRole('button', { name: 'Allow for 1 hour' }).click()
  await openSection(bea, 'Rules')
  const rule = page.getByText('Allow Ada: Files called “holiday.jpg”, up to 2 MiB', { exact: true })
  await expect(rule).toBeVisible()

  await test.step('taken back, nothing of it is left, and they hear a no', async () => {
    await page.getByRole('button', { name: /^Undo: You let Ada in until .* “holiday\.jpg”$/ }).click()
    await expect(rule).toBeHidden()
    await expect.poll(() => latch(ada, 'door', 'sent')).toContain('Bea" said no.')
  })

  await test.step('what was just answered stands once on the Door’s own place', async () => {
    await knockForFile(ada, 'other.jpg')
    await go(page, 'Door')
    await knockOf(page, 'Ada').getByRole('button', { name: 'Deny' }).click()
    const undo = page.getByRole('button', { name: /^Undo: You denied Ada\. .* “other\.jpg”$/ })
    await expect(undo).toBeVisible()
    await expect(undo).toHaveCount(1)
    await undo.click()
    await expect(knockOf(page, 'Ada').getByText('other.jpg')).toBeVisible()
  })
})

test('a card for a program says whether it is here', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  await introduce(ada, bea)
  await latch(ada, 'knock', 'Bea', '--for', 'app:notes', '--path', 'stick', '--no-wait')
  const card = knockOf(bea.page, 'Ada')
  await expect(card.getByText(/^You have no program for the app “notes” here\./)).toBeVisible()
  await latch(bea, 'app', 'add', 'notes', '--title', 'Sticky notes')
  await expect(card.getByText('That is your program “Sticky notes”, which is not running now.')).toBeVisible()
  await latch(bea, 'app', 'remove', 'notes')
  await expect(card.getByText(/^You have no program for the app “notes” here\./)).toBeVisible()
})

test('who is not to be disturbed is not, and sees who came', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  const { page } = bea
  await introduce(ada, bea)
  await go(page, 'Settings')
  await page.getByRole('link', { name: 'Notifications' }).click()
  await page.getByRole('switch', { name: 'Do not disturb me' }).click()
  const moon = page.getByRole('button', { name: /^Do not disturb: / })
  await expect(moon).toBeVisible()

  await knockForFile(ada, 'quiet.jpg')
  await expect.poll(() => latch(ada, 'door', 'sent')).toContain('is not to be disturbed now')
  await moon.click()
  await expect(page.getByRole('link', { name: '1 knock waits quietly' })).toBeVisible()
  await expect(knockOf(page, 'Ada')).toBeHidden()
  await page.getByRole('link', { name: '1 knock waits quietly' }).click()
  await expect(page.getByText('Not to be disturbed: these came quietly')).toBeVisible()
  await expect(knockOf(page, 'Ada')).toBeVisible()

  await moon.click()
  await page.getByRole('button', { name: 'Switch it off' }).click()
  await expect(moon).toBeHidden()
  await knockOf(page, 'Ada').getByRole('button', { name: 'Deny' }).click()
  await expect.poll(() => latch(ada, 'door', 'sent')).toContain('said no.')
})

test('rules of another house are shown with who signed them, and a stranger’s with a warning', async ({ openHouse }, info) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  const { page } = bea
  const file = info.outputPath('rules.json')
  await latch(ada, 'door', 'rule', 'add', 'deny', 'unknown', 'visit', '--note', 'Nobody visits 🌙')
  await latch(ada, 'door', 'rules', 'export', file)

  await openSection(bea, 'Rules')
  const more = page.getByRole('button', { name: 'Export and import' })
  const dialog = page.getByRole('dialog', { name: 'Import rules' })
  await more.click()
  await page.getByRole('menuitem', { name: /^Import rules/ }).click()
  for (const [wrong, says] of [['{', /not JSON/], ['{"a":1}', /./], ['x'.repeat(1_048_577), /larger than 1 MiB/]] as const) {
    await dialog.getByRole('textbox', { name: 'Or paste it here' }).fill(wrong)
    await expect(dialog.getByText(says).last()).toBeVisible()
    await expect(dialog.getByRole('button', { name: /^Take/ })).toBeDisabled()
  }
  await dialog.locator('input[type=file]').setInputFiles(file)
  await expect(dialog.getByText('Nobody you know made this file')).toBeVisible()
  await dialog.getByRole('button', { name: 'Take 1 rule' }).click()
  await expect(page.getByText('1 rule was taken.')).toBeVisible()
  await expect(page.getByText('Nobody visits 🌙')).toBeVisible()

  await test.step('the same of somebody who became a contact is theirs by name, and here already', async () => {
    await introduce(bea, ada)
    await latch(bea, 'contacts', 'rename', 'Ada', 'Ada of the reading group')
    await openSection(bea, 'Rules')
    await more.click()
    await page.getByRole('menuitem', { name: /^Import rules/ }).click()
    await dialog.locator('input[type=file]').setInputFiles(file)
    await expect(dialog.getByText(/^Signed by Ada of the reading group, /)).toBeVisible()
    await expect(dialog.getByText('Every rule of this file is here already.')).toBeVisible()
  })
})
