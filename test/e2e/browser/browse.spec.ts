import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from '@playwright/test'
import { connectTo, go, invite } from '../../helpers/journey.ts'
import { look } from '../../helpers/windows-look.ts'
import { expect, test, type House } from './houses.ts'

const program = new URL('../../../bin/latch.mjs', import.meta.url).pathname

// The pictures show as much, and are made in two thirds of the time.
test.use({ trace: 'off' })

/** A name costs work, and two nodes agree on whose it is. */
test.setTimeout(180_000)
const DECIDED_MS = 60_000

const latch = (house: House, ...words: string[]) =>
  promisify(execFile)(process.execPath, [program, '--data', house.node.dataFolder, ...words])

async function claim(page: Page, name: string): Promise<void> {
  const main = page.getByRole('main')
  await go(page, 'Names')
  await main.getByRole('textbox', { name: 'Name' }).fill(name)
  await expect(main.getByText(`${name}.peer is free.`)).toBeVisible()
  await main.getByRole('button', { name: 'Claim', exact: true }).click()
  const yours = page.getByRole('navigation', { name: 'Parts of Names' }).getByRole('region', { name: 'Yours' })
  await expect(yours.getByRole('link', { name: new RegExp(`^${name}\\.peer`) })).toBeVisible({ timeout: DECIDED_MS })
}

/** A port that nobody had a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address === null || typeof address === 'string' ? reject(new Error('no port')) : resolve(address.port)))
    })
  })
}

test('without a window of its own, a site of a contact opens in a tab of the browser', async ({ openHouse }, info) => {
  const folder = info.outputPath('river')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'index.html'), '<!doctype html><meta charset="utf-8"><title>River street</title><h1>River street</h1>')
  writeFileSync(join(folder, 'news.html'), '<!doctype html><meta charset="utf-8"><title>News</title><h1>The slipway is free</h1>')
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  const main = bea.page.getByRole('main')
  const port = await freePort()

  await test.step('before there is anything to open, Browse says how there will be', async () => {
    await go(bea.page, 'Browse')
    await expect(main.getByRole('heading', { name: 'Nothing to open yet' })).toBeVisible()
    await expect(main.getByRole('button', { name: 'Publish a site' })).toBeVisible()
    await look(bea.page, 'browse-empty')
  })

  await test.step('Ada claims a name, and publishes a folder by the command line', async () => {
    await claim(ada.page, 'ada')
    await latch(ada, 'site', 'publish', folder, '--as', 'ada.peer', '--for', 'anyone')
  })

  await test.step('Bea is invited, and finds the site on her start page', async () => {
    const link = await invite(ada.page)
    await ada.page.keyboard.press('Escape')
    await connectTo(bea.page, link)
    await latch(bea, 'gateway', 'off', '--port', String(port))
    await go(bea.page, 'Browse')
    await expect(main.getByRole('button', { name: /^ada\.peer/ })).toBeVisible({ timeout: DECIDED_MS })
    await look(bea.page, 'browse-gateway-off')
  })

  await test.step('what is typed waits for the gateway, which says what it does, and opens when it is on', async () => {
    await bea.page.getByRole('combobox', { name: 'Address' }).fill('ada.peer/news.html')
    await bea.page.keyboard.press('Enter')
    await expect(main.getByText('peer://ada.peer/news.html opens when the gateway is on.')).toBeVisible()
    const coming = bea.context.waitForEvent('page')
    await main.getByRole('button', { name: 'Switch the gateway on' }).click()
    const tab = await coming
    await expect(tab).toHaveURL(`http://ada.peer.localhost:${port}/news.html`)
    // Her ledger may still be reading whose the name is.
    await expect(async () => {
      await tab.reload()
      await expect(tab.getByRole('heading', { name: 'The slipway is free' })).toBeVisible({ timeout: 2_000 })
    }).toPass({ timeout: DECIDED_MS })
    expect(await tab.evaluate(() => window.opener)).toBeNull()
    await tab.close()
  })

  await test.step('from then on sites are links', async () => {
    const link = main.getByRole('link', { name: /^ada\.peer/ })
    await expect(link).toHaveAttribute('href', `http://ada.peer.localhost:${port}/`)
    await look(bea.page, 'browse-gateway-on')
    const coming = bea.context.waitForEvent('page')
    await link.click()
    const tab = await coming
    await expect(tab.getByRole('heading', { name: 'River street' })).toBeVisible()
    await tab.close()
  })

  await test.step('from any place an address is opened, or what is no address is said to be none', async () => {
    await go(bea.page, 'Chats')
    await bea.page.getByRole('main').hover()
    await bea.page.keyboard.press('Control+l')
    await bea.page.getByRole('combobox', { name: 'Go to a name' }).fill('ada.peer')
    const coming = bea.context.waitForEvent('page')
    await bea.page.getByRole('option', { name: 'Open ada.peer' }).click()
    const tab = await coming
    await expect(tab.getByRole('heading', { name: 'River street' })).toBeVisible()
    await tab.close()
    await go(bea.page, 'Browse')
    await bea.page.keyboard.press('Control+l')
    await expect(bea.page.getByRole('combobox', { name: 'Address' })).toBeFocused()
    await bea.page.keyboard.type('no name at all')
    await bea.page.keyboard.press('Enter')
    await expect(main.getByRole('alert')).toBeVisible()
    await expect(bea.page.getByRole('combobox', { name: 'Address' })).toHaveValue('no name at all')
  })
})
