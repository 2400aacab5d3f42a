import type { Page } from '@playwright/test'
import { askToChat, go, knockOf } from '../../helpers/journey.ts'
import { look } from '../../helpers/windows-look.ts'
import { expect, introduce, test } from './houses.ts'

// The pictures show as much.
test.use({ trace: 'off' })

async function openSection(page: Page, name: string): Promise<void> {
  await go(page, 'Settings')
  await page.getByRole('link', { name, exact: true }).click()
}

test('a program is added, its token opens its own part of the API, and it ends with its removal', async ({ openHouse }) => {
  const ada = await openHouse('Ada')
  const { page } = ada
  await openSection(page, 'Programs')
  await page.getByRole('button', { name: 'Add a program' }).click()
  const adding = page.getByRole('dialog', { name: 'Add a program' })
  await adding.getByRole('textbox', { name: 'Id' }).fill('todo')
  await adding.getByRole('textbox', { name: 'What you call it' }).fill('Shared list')
  await adding.getByRole('button', { name: 'Add and tell the token' }).click()

  const told = page.getByRole('dialog', { name: 'The token of Shared list' })
  await look(page, 'settings-program-token')
  await told.getByRole('button', { name: 'Copy the token' }).click()
  const token = await page.evaluate(() => navigator.clipboard.readText())
  await expect(told.getByRole('status').filter({ hasText: token })).toBeVisible()
  await told.getByRole('button', { name: 'Done' }).click()

  // What the example of the dialog does, by another program of this machine.
  const { origin } = new URL(ada.node.url)
  const ask = (path: string, signal?: AbortSignal): Promise<Response> =>
    fetch(`${origin}/api${path}`, { headers: { authorization: `Bearer ${token}` }, ...(signal === undefined ? {} : { signal }) })
  expect(await (await ask('/app')).json()).toMatchObject({ app: 'todo', name: 'Ada' })
  expect((await ask('/contacts')).status).toBe(403)

  const listens = await ask('/app/requests')
  expect(listens.status).toBe(200)
  const program = page.getByRole('listitem').filter({ hasText: 'app:todo' })
  await expect(program.getByText('Connected', { exact: true })).toBeVisible()
  await look(page, 'settings-programs')

  await program.getByRole('button', { name: 'More about Shared list' }).click()
  await page.getByRole('menuitem', { name: 'Remove this program' }).click()
  await page.getByRole('dialog', { name: 'Remove Shared list' }).getByRole('button', { name: 'Remove this program' }).click()
  await expect(program).toBeHidden()
  await listens.text().catch(() => 'cut off')
  expect((await ask('/app')).status).toBe(401)
})

test('do-not-disturb is kept, and a knock waits quietly at the door', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  await introduce(bea, ada)
  await openSection(ada.page, 'Notifications')
  await ada.page.getByRole('combobox', { name: 'How long' }).selectOption('For an hour')
  await ada.page.getByRole('switch', { name: 'Do not disturb me' }).click()
  const moon = ada.page.getByRole('button', { name: /^Do not disturb: Until/ })
  await expect(moon).toBeVisible()
  await ada.page.reload()
  await expect(moon).toBeVisible()
  await look(ada.page, 'settings-quiet')

  await askToChat(bea.page, 'Ada', 'It is Bea')
  await expect(bea.page.getByText('Ada does not want to be disturbed now')).toBeVisible()
  await look(bea.page, 'asking-quiet')
  // No card over this screen: the door alone has it.
  await expect(knockOf(ada.page, 'Bea')).toBeHidden()
  await moon.click()
  await ada.page.getByRole('link', { name: '1 knock waits quietly' }).click()
  await expect(knockOf(ada.page, 'Bea')).toBeVisible()
  await expect(ada.page.getByRole('button', { name: 'Switch it off' })).toBeHidden()
  await moon.click()
  await ada.page.getByRole('button', { name: 'Switch it off' }).click()
  await expect(moon).toBeHidden()
})

test('the language that was chosen is spoken again when the window is loaded anew', async ({ openHouse }) => {
  const { page } = await openHouse('Ada')
  await openSection(page, 'Appearance')
  // It is checked when the node has kept it, and so not at once.
  await page.getByRole('radio', { name: 'Deutsch' }).click()
  await expect(page.getByRole('heading', { name: 'Sprache' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Sprache' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Tür', exact: true })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
})
