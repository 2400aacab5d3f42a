import type { Page } from '@playwright/test'
import { go } from '../../helpers/journey.ts'
import { look } from '../../helpers/windows-look.ts'
import { expect, introduce, test } from './houses.ts'

// The pictures show as much, and are made in two thirds of the time.
test.use({ trace: 'off' })

/** Two nodes, a network, the agreement of both and the way of a message: more than one thing at a time. */
test.setTimeout(120_000)

async function openNetworks(page: Page): Promise<void> {
  await go(page, 'Settings')
  await page.getByRole('link', { name: 'Networks', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Networks that this device knows' })).toBeVisible()
}

async function cardOf(page: Page): Promise<string> {
  await openNetworks(page)
  await page.getByRole('button', { name: 'Copy my card' }).click()
  await expect(page.getByRole('button', { name: 'Card copied' })).toBeVisible()
  return page.evaluate(() => navigator.clipboard.readText())
}

const row = (page: Page, label: string) =>
  page.getByRole('list', { name: 'Networks', exact: true }).getByRole('listitem').filter({ hasText: label })

async function enterLobby(page: Page): Promise<void> {
  await go(page, 'Square')
  await page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: /^lobby/ }).click()
  await expect(page.getByRole('main').getByRole('heading', { level: 1, name: /^lobby/ })).toBeVisible()
}

test('two people make a network together, and one hears the other in its lobby', async ({ openHouse }) => {
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  await introduce(ada, bea)

  const link = await test.step('Ada makes it of her own device and of Bea’s card', async () => {
    const card = await cardOf(bea.page)
    expect(card).toMatch(/^latch:\/\/validator\//)
    await openNetworks(ada.page)
    await ada.page.getByRole('button', { name: 'Make a network' }).click()
    const dialog = ada.page.getByRole('dialog', { name: 'Make a network' })
    await dialog.getByRole('textbox', { name: 'Name of the network' }).fill('Harbour street')
    await dialog.getByRole('radio', { name: 'Several validators' }).check()
    await dialog.getByRole('textbox', { name: 'Paste a card' }).fill(card)
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await expect(dialog.getByRole('button', { name: /^Remove / })).toBeVisible()
    await look(ada.page, 'networks-make')
    await dialog.getByRole('button', { name: 'Make the network' }).click()
    const made = ada.page.getByRole('dialog', { name: 'Harbour street is ready' })
    const link = await made.getByRole('textbox', { name: 'Link to the network' }).inputValue()
    await look(ada.page, 'networks-made')
    await made.getByRole('button', { name: 'Show networks' }).click()
    await expect(row(ada.page, 'Harbour street')).toContainText('2 validators, you among them')
    return link
  })

  await test.step('Bea sees what the link says before she joins, and it is her active network then', async () => {
    await openNetworks(bea.page)
    await bea.page.getByRole('button', { name: 'Join a network' }).click()
    const dialog = bea.page.getByRole('dialog', { name: 'Join a network' })
    await dialog.getByRole('textbox', { name: 'Link to a network' }).fill(link)
    await expect(dialog.getByText('Harbour street', { exact: true })).toBeVisible()
    await look(bea.page, 'networks-join')
    await dialog.getByRole('button', { name: 'Join', exact: true }).click()
    await expect(row(bea.page, 'Harbour street')).toContainText('Active')
  })

  await test.step('what Ada says in the lobby reaches Bea, straight from its author', async () => {
    for (const { page } of [ada, bea]) await enterLobby(page)
    await expect(ada.page.getByText('1 device next to this one', { exact: true })).toBeVisible()
    await ada.page.getByRole('textbox', { name: 'Say something in lobby' }).fill('Is the slipway free?')
    await ada.page.keyboard.press('Enter')
    const heard = bea.page.getByRole('log').getByRole('article').filter({ hasText: 'Is the slipway free?' })
    await expect(heard).toBeVisible()
    await heard.getByRole('button', { name: /How it came here/ }).click()
    const way = bea.page.getByRole('dialog', { name: 'How it came here' })
    await expect(way.getByText('None between: straight from its author')).toBeVisible()
    await look(bea.page, 'square-heard')
    await bea.page.keyboard.press('Escape')
  })

  await test.step('Bea mutes her, and takes it back', async () => {
    const said = bea.page.getByRole('log').getByText('Is the slipway free?')
    await bea.page.getByRole('button', { name: /^About Ada/ }).click()
    await bea.page.getByRole('button', { name: 'Mute', exact: true }).click()
    await expect(said).toHaveCount(0)
    await bea.page.getByRole('button', { name: 'Undo' }).click()
    await expect(said).toBeVisible()
  })
})
