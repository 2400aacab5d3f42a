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
