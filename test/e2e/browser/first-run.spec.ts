import type { Locator, Page } from '@playwright/test'
import { go, knockOf, ownAddress, said } from '../../helpers/journey.ts'
import { expect, test } from './houses.ts'

/** The whole key, of which the screen shows the ends. */
async function accountKey(page: Page): Promise<string> {
  await go(page, 'Settings')
  await page.getByRole('link', { name: 'Account and recovery' }).click()
  await page.getByRole('button', { name: 'Copy account key' }).click()
  await expect(page.getByRole('main').getByText('Copied')).toBeAttached()
  return page.evaluate(() => navigator.clipboard.readText())
}

test('a recovery phrase, shown and checked, brings the account back on another device', async ({ openHouse }) => {
  const ada = await openHouse('Ada', { named: false })
  const { page } = ada
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ada')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('button', { name: 'Show the words' }).click()
  const list = page.getByRole('list', { name: 'Recovery phrase' }).getByRole('listitem')
  await expect(list).toHaveCount(12)
  const words = (await list.allInnerTexts()).map((line) => line.replace(/[\d\s]/g, ''))

  await page.getByRole('button', { name: 'I have written them down' }).click()
  const asked = await page.getByText(/^Word \d+$/).allInnerTexts()
  expect(asked).toHaveLength(3)
  const check = async (type: (position: number) => string): Promise<void> => {
    for (const name of asked) {
      await page.getByRole('textbox', { name, exact: true }).fill(type(Number(name.replace('Word ', ''))))
    }
    await page.getByRole('button', { name: 'Check', exact: true }).click()
  }
  await check(() => 'zebra')
  await expect(page.getByText('Nothing was changed.')).toBeVisible()
  await check((position) => words[position - 1] ?? '')
  const done = page.getByRole('dialog', { name: 'The phrase is checked' })
  await done.getByRole('button', { name: 'Close' }).last().click()
  const key = await accountKey(page)
  await expect(page.getByText('Written down and checked.')).toBeVisible()

  const again = await openHouse('Ada', { named: false })
  await again.page.getByRole('button', { name: 'I have a recovery phrase' }).click()
  await again.page.getByRole('textbox', { name: 'Your name' }).fill('Ada')
  const phrase = again.page.getByRole('textbox', { name: 'Recovery phrase' })
  await phrase.fill(words.slice(1).join(' '))
  await expect(again.page.getByText('11 of 12 words')).toBeVisible()
  await expect(again.page.getByRole('button', { name: 'Restore account' })).toBeDisabled()
  await phrase.fill(`  ${words.join('  ').toUpperCase()} `)
  await again.page.getByRole('button', { name: 'Restore account' }).click()
  expect(await accountKey(again.page)).toBe(key)
  await expect(again.page.getByText('This account was restored from its phrase.')).toBeVisible()
})

test('the first run, a knock and a chat need no pointer', async ({ openHouse }) => {
  const bea = await openHouse('Bea')
  const address = await ownAddress(bea.page)
  const { page } = await openHouse('Ada', { named: false })
  const { keyboard } = page

  await expect(page.getByRole('textbox', { name: 'Your name' })).toBeFocused()
  await keyboard.type('Ada')
  await keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Recovery phrase' })).toBeVisible()
  await keyboard.press('Escape')
  await expect(page.getByRole('heading', { name: 'Chats' })).toBeVisible()

  await keyboard.press('Control+k')
  await keyboard.type('link or')
  await expect(page.getByRole('option', { name: 'Use a link or an address' })).toBeVisible()
  await keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Link or address' })).toBeFocused()
  await keyboard.type(address)
  await keyboard.press('Enter')
  const ask = page.getByRole('button', { name: 'Ask to chat' })
  await expect(ask).toBeVisible()
  await tabTo(page, page.getByRole('textbox', { name: 'Greeting' }))
  await keyboard.type('No mouse here')
  await tabTo(page, ask)
  await keyboard.press('Enter')

  // The card takes no focus and no Enter; Space answers where the focus had rested.
  const allow = knockOf(bea.page, 'Ada').getByRole('button', { name: 'Allow once' })
  await expect(allow).toBeEnabled()
  await expect(allow).not.toBeFocused()
  await tabTo(bea.page, allow)
  await bea.page.keyboard.press('Enter')
  await expect(allow).toBeVisible()
  await expect(async () => {
    await bea.page.keyboard.press('Space')
    await expect(allow).toBeHidden({ timeout: 250 })
  }).toPass()

  const field = page.getByRole('textbox', { name: 'Message to Bea' })
  await tabTo(page, field)
  await keyboard.type('One line')
  await keyboard.press('Shift+Enter')
  await keyboard.type('and another')
  await keyboard.press('Enter')
  await expect(said(page, 'Bea', 'One line and another')).toBeVisible()

  await bea.page.keyboard.press('Control+1')
  await bea.page.keyboard.press('Alt+ArrowDown')
  await expect(said(bea.page, 'Ada', 'One line and another')).toBeVisible()
  await expect(bea.page.getByRole('textbox', { name: 'Message to Ada' })).toBeFocused()
  await bea.page.keyboard.press('Control+2')
  await bea.page.keyboard.press('?')
  await expect(bea.page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
})

/** Presses Tab until something has the focus, as somebody would who looks where it is. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  await expect(wanted).toBeFocused()
}

test('an address without its token, or with one that was used, opens nothing', async ({ browser, openHouse }) => {
  const ada = await openHouse('Ada')
  const { origin } = new URL(ada.node.url)
  for (const address of [origin, ada.node.url]) {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(address)
    await expect(page.getByRole('heading', { name: 'This window needs the address with its token' })).toBeVisible()
    expect(page.url()).toBe(`${origin}/`)
    await context.close()
  }
  // Who is let in already goes on, also after a reload, and has nothing in the address bar to give away.
  await ada.page.reload()
  await expect(ada.page.getByRole('heading', { name: 'Chats' })).toBeVisible()
  expect(ada.page.url()).not.toContain('token')
})
