import { readFileSync } from 'node:fs'
import { askToChat, connectTo, go, knockOf, ownAddress } from '../../helpers/journey.ts'
import { expect, test } from './desks.ts'

test('a card in the desktop window takes no key that was meant for something else, and its answer becomes a rule', async ({ openDesk }) => {
  const [ada, bea] = [await openDesk('Ada'), await openDesk('Bea')]
  const { page } = bea
  await connectTo(ada.page, await ownAddress(page))
  await go(page, 'Network')
  await page.getByRole('button', { name: 'Use a link or an address' }).click()
  const field = page.getByRole('textbox', { name: 'Link or address' })
  await field.fill('a')
  await askToChat(ada.page, 'Bea', 'It is me')

  const card = knockOf(page, 'Ada')
  await expect(card).toBeAttached()
  await field.press('Space')
  await field.press('Enter')
  await expect(field).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(card).toBeVisible()
  await expect(ada.page.getByText('Waiting for Bea')).toBeVisible()

  await card.getByRole('button', { name: 'Other answers' }).click()
  const chooser = page.getByRole('dialog', { name: 'Other answers to Ada' })
  await chooser.getByText('Until I quit', { exact: true }).click()
  await chooser.getByText('Everything from them', { exact: true }).click()
  await chooser.getByRole('switch', { name: 'And tell me' }).click()
  await chooser.getByRole('button', { name: 'Allow until I quit' }).click()
  await expect(ada.page.getByRole('textbox', { name: 'Message to Bea' })).toBeVisible()

  await go(page, 'Door')
  await page.getByRole('link', { name: /^Rules/ }).click()
  await expect(page.getByText('Allow and tell me Ada: Anything', { exact: true })).toBeVisible()

  await test.step('until she quit: gone with the app, and asked again', async () => {
    await bea.desktop.close()
    await bea.reopen()
    await go(bea.page, 'Door')
    await bea.page.getByRole('link', { name: /^Rules/ }).click()
    await expect(bea.page.getByRole('heading', { name: 'Rules', level: 1 })).toBeVisible()
    await expect(bea.page.getByText('Allow and tell me Ada: Anything', { exact: true })).toBeHidden()
  })
})

test('what the log exports in the desktop window is a whole file', async ({ openDesk }, info) => {
  const [ada, bea] = [await openDesk('Ada'), await openDesk('Bea')]
  await connectTo(ada.page, await ownAddress(bea.page))
  await askToChat(ada.page, 'Bea', 'It is me')
  await knockOf(bea.page, 'Ada').getByRole('button', { name: 'Deny' }).click()
  await go(bea.page, 'Door')
  await bea.page.getByRole('link', { name: /^Log/ }).click()
  await expect(bea.page.getByText('answered: deny, once').first()).toBeVisible()

  // The system's dialog asks for a place; no test can answer that, so the place is chosen before.
  const path = info.outputPath('log.jsonl')
  const saved = bea.desktop.app.evaluate(
    ({ session }, to) =>
      new Promise<string>((resolve) => {
        session.defaultSession.once('will-download', (_event, item) => {
          item.setSavePath(to)
          item.once('done', (_done, state) => resolve(state))
        })
      }),
    path,
  )
  await bea.page.getByRole('button', { name: 'Export' }).click()
  expect(await saved).toBe('completed')
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  const decisions = lines.map((line) => JSON.parse(line) as { seq: number; why: string; hash: string })
  expect(decisions.map(({ why }) => why)).toContain('answered: deny, once')
  for (const { hash } of decisions) expect(hash).toMatch(/^[0-9a-f]{64}$/)
})
