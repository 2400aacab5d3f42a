import { go, openChat } from '../../helpers/journey.ts'
import { expect, introduce, test } from './houses.ts'

test('settings are kept, and a new name reaches others at the next hello', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  await introduce(ada, bea)
  await go(ada.page, 'Settings')
  await ada.page.getByRole('link', { name: 'Appearance' }).click()
  const background = () => ada.page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const light = await background()
  // Clicked, not checked: the window shows a setting as chosen when the node has stored it.
  await ada.page.getByRole('radio', { name: 'Dark' }).click()
  await expect.poll(background).not.toBe(light)
  await ada.page.getByRole('radio', { name: 'Compact' }).click()
  await expect(ada.page.getByRole('radio', { name: 'Compact' })).toBeChecked()
  await ada.page.getByRole('link', { name: 'Chatting' }).click()
  const receipts = ada.page.getByRole('switch', { name: 'Tell people when I have read their messages' })
  await receipts.click()
  await expect(receipts).not.toBeChecked()

  await ada.page.reload()
  await go(ada.page, 'Settings')
  await ada.page.getByRole('link', { name: 'Appearance' }).click()
  await expect(ada.page.getByRole('radio', { name: 'Dark' })).toBeChecked()
  await expect(ada.page.getByRole('radio', { name: 'Compact' })).toBeChecked()
  await ada.page.getByRole('link', { name: 'Chatting' }).click()
  await expect(receipts).not.toBeChecked()

  await go(bea.page, 'Settings')
  await bea.page.getByRole('link', { name: 'Account and recovery' }).click()
  await bea.page.getByRole('textbox', { name: 'Your name' }).fill('Beatrice')
  await bea.page.getByRole('button', { name: 'Rename' }).click()
  await expect(bea.page.getByRole('button', { name: 'Rename' })).toBeDisabled()
  await bea.page.reload()
  await go(bea.page, 'Settings')
  await expect(bea.page.getByRole('textbox', { name: 'Your name' })).toHaveValue('Beatrice')

  await go(ada.page, 'Network')
  await ada.page.getByRole('navigation', { name: 'Peers' }).getByRole('link', { name: 'Bea' }).click()
  await ada.page.getByRole('button', { name: 'Disconnect' }).click()
  await ada.page.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(ada.page.getByRole('heading', { name: 'Beatrice', level: 1 })).toBeVisible()
})

test('the command palette finds places, people and actions', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  await introduce(ada, bea)
  await expect(ada.page.getByRole('heading', { name: 'Bea has not let you in yet' })).toBeVisible()
  const { keyboard } = ada.page
  const palette = ada.page.getByRole('dialog', { name: 'Command palette' })
  const choose = async (typed: string, option: string): Promise<void> => {
    await keyboard.press('Control+k')
    await palette.getByRole('combobox').fill(typed)
    await expect(palette.getByRole('option', { name: option, exact: true })).toBeVisible()
    await keyboard.press('Enter')
    await expect(palette).toBeHidden()
  }
  await choose('door', 'Door')
  await expect(ada.page.getByText('Nobody is at the door')).toBeVisible()
  await choose('bea', 'Bea')
  await expect(ada.page.getByRole('heading', { name: 'Bea has not let you in yet' })).toBeVisible()
  await choose('shortcuts', 'Show keyboard shortcuts')
  await expect(ada.page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  await keyboard.press('Escape')
  await keyboard.press('Control+k')
  await palette.getByRole('combobox').fill('xyzzy')
  // What is nowhere else may have been said.
  await expect(palette.getByRole('option', { name: 'Search messages for “xyzzy”' })).toBeVisible()
})

test('a tab whose node is gone says so, and goes on with the new address where it was', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  ada.complaints.expect(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|WebSocket|401/)
  await introduce(ada, bea)
  const greeting = ada.page.getByRole('textbox', { name: 'Greeting' })
  await greeting.fill('half a sen')
  const port = Number(new URL(ada.node.url).port)

  await ada.node.kill()
  await expect(ada.page.getByText('Latch’s node does not answer.')).toBeVisible()
  await expect(ada.page.getByText(/What you see is as it was at .* Drafts are kept\./)).toBeVisible()

  await ada.start({ port })
  await expect(ada.page.getByText('Latch’s node was restarted and does not know this window any more.')).toBeVisible()
  await ada.enter()
  await expect(ada.page.getByText('Latch’s node was restarted')).toBeHidden()
  await expect(greeting).toHaveValue('half a sen')
  await go(ada.page, 'Network')
  await openChat(ada.page, 'Bea')
  await expect(greeting).toHaveValue('half a sen')
})
