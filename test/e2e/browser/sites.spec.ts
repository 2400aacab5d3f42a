import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { connectTo, go, invite, openChat, said, say } from '../../helpers/journey.ts'
import { look } from '../../helpers/windows-look.ts'
import { expect, test } from './houses.ts'

// The pictures show as much, and are made in two thirds of the time.
test.use({ trace: 'off' })

/** A name costs work, and two nodes agree on whose it is. */
test.setTimeout(180_000)
const DECIDED_MS = 60_000

async function claim(page: Page, name: string): Promise<void> {
  const main = page.getByRole('main')
  await go(page, 'Names')
  await main.getByRole('textbox', { name: 'Name' }).fill(name)
  await expect(main.getByText(`${name}.peer is free.`)).toBeVisible()
  await main.getByRole('button', { name: 'Claim', exact: true }).click()
  const yours = page.getByRole('navigation', { name: 'Parts of Names' }).getByRole('region', { name: 'Yours' })
  await expect(yours.getByRole('link', { name: new RegExp(`^${name}\\.peer`) })).toBeVisible({ timeout: DECIDED_MS })
}

/** By its address: Browse has it in its menu and on its first page. */
async function openYourSites(page: Page): Promise<void> {
  await page.evaluate(() => window.location.replace('#/browse/sites'))
  await expect(page.getByRole('heading', { level: 1, name: 'Your sites' })).toBeVisible()
}

async function ofSite(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `More about ${name}` }).click()
  await page.getByRole('menuitem', { name: item }).click()
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

test('a folder is published in a window, opened by somebody else, and taken down', async ({ openHouse }, info) => {
  const folder = info.outputPath('river')
  mkdirSync(join(folder, '.git'), { recursive: true })
  writeFileSync(join(folder, 'index.html'), '<!doctype html><meta charset="utf-8"><title>River street</title><h1>River street</h1>')
  writeFileSync(join(folder, 'news.html'), '<!doctype html><meta charset="utf-8"><title>News</title><h1>The slipway is free</h1>')
  writeFileSync(join(folder, '.git', 'HEAD'), 'ref: refs/heads/main')
  const [ada, bea] = [await openHouse('Ada'), await openHouse('Bea')]
  const adas = ada.page.getByRole('main')
  const site = adas.getByRole('article', { name: 'ada.peer' })

  await test.step('without a name one is led to claiming one', async () => {
    await openYourSites(ada.page)
    await expect(ada.page.getByText('Nothing is published from this device')).toBeVisible()
    await look(ada.page, 'sites-empty')
    await ada.page.getByRole('button', { name: 'Publish a site' }).click()
    await expect(ada.page.getByRole('dialog').getByText('You own no name yet')).toBeVisible()
    await ada.page.getByRole('button', { name: 'Claim a name' }).click()
    await claim(ada.page, 'ada')
  })

  await test.step('Ada picks the folder, sees what lies in it, says who may visit, and publishes it', async () => {
    await openYourSites(ada.page)
    await ada.page.getByRole('button', { name: 'Publish a site' }).click()
    const dialog = ada.page.getByRole('dialog', { name: 'Publish a site' })
    await dialog.getByRole('textbox', { name: 'Folder' }).fill(join(folder, 'nowhere'))
    await dialog.getByRole('button', { name: 'Next' }).click()
    await expect(dialog.getByRole('alert')).toBeVisible()
    await dialog.getByRole('textbox', { name: 'Folder' }).fill(folder)
    await expect(dialog.getByText(/^2 files, .* Its first page is index\.html\.$/)).toBeVisible()
    await expect(dialog.getByText(/not shown to anybody$/)).toBeVisible()
    await look(ada.page, 'sites-publish-what')
    await dialog.getByRole('button', { name: 'Next' }).click()
    await dialog.getByText('Anyone may visit', { exact: true }).click()
    await look(ada.page, 'sites-publish-who')
    await dialog.getByRole('button', { name: 'Publish', exact: true }).click()
    const done = ada.page.getByRole('dialog', { name: 'ada.peer is published' })
    await expect(done.getByText('peer://ada.peer/')).toBeVisible()
    await look(ada.page, 'sites-published')
    await done.getByRole('button', { name: 'Done' }).click()
    await expect(site.getByText('Published')).toBeVisible()
    await expect(site.getByText(folder)).toBeVisible()
    await expect(site.getByText('Anyone may visit')).toBeVisible()
  })

  const port = await freePort()
  await test.step('Bea is invited, and shows sites to her browser', async () => {
    const link = await invite(ada.page)
    await ada.page.keyboard.press('Escape')
    await connectTo(bea.page, link)
    await say(bea.page, 'Ada', 'What is the address?')
    await openChat(ada.page, 'Bea')
    await expect(said(ada.page, 'Bea', 'What is the address?')).toBeVisible()
    await say(ada.page, 'Bea', 'Here: ada.peer/news.html.')
    await go(bea.page, 'Settings')
    await bea.page.getByRole('link', { name: 'Sites in other browsers' }).click()
    await bea.page.getByRole('textbox', { name: 'Port' }).fill(String(port))
    await bea.page.getByRole('button', { name: 'Use this port' }).click()
    await bea.page.getByRole('switch', { name: 'Show sites to browsers on this machine' }).click()
    await expect(bea.page.getByText(new RegExp(`^On, at port ${port} of this machine`))).toBeVisible()
    await look(bea.page, 'sites-gateway')
  })

  const shown = await test.step('what Ada wrote is a link, and opens her site in a tab of its own', async () => {
    await openChat(bea.page, 'Ada')
    const address = bea.page.getByRole('log').getByRole('link', { name: 'ada.peer/news.html' })
    await expect(address).toBeVisible()
    await look(bea.page, 'sites-link')
    const coming = bea.context.waitForEvent('page')
    await address.click()
    const tab = await coming
    await expect(tab).toHaveURL(`http://ada.peer.localhost:${port}/news.html`)
    // Her ledger may still be reading whose the name is.
    await expect(async () => {
      await tab.reload()
      await expect(tab.getByRole('heading', { name: 'The slipway is free' })).toBeVisible({ timeout: 2_000 })
    }).toPass({ timeout: DECIDED_MS })
    return tab
  })

  await test.step('Ada sees who is there, and at which page', async () => {
    await openYourSites(ada.page)
    const visitor = site.getByRole('list', { name: 'Visitors of ada.peer' }).getByRole('link')
    await expect(visitor).toContainText('Bea')
    await expect(visitor).toContainText('/news.html')
    await look(ada.page, 'sites-visited')
  })

  await test.step('from then on she is asked about each visitor, and Bea has to knock', async () => {
    await ofSite(ada.page, 'ada.peer', 'Change who may visit')
    const dialog = ada.page.getByRole('dialog', { name: 'Who may visit ada.peer' })
    await dialog.getByText('You are asked about each visitor', { exact: true }).click()
    await look(ada.page, 'sites-audience')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(site.getByText('You are asked about each visitor')).toBeVisible()
    await shown.reload()
    await expect(shown.getByRole('heading', { name: 'The slipway is free' })).toHaveCount(0)
  })

  await test.step('it is taken down, and its name leads to no site any more', async () => {
    await ofSite(ada.page, 'ada.peer', 'Unpublish')
    const dialog = ada.page.getByRole('dialog', { name: 'Unpublish ada.peer?' })
    await look(ada.page, 'sites-unpublish')
    await dialog.getByRole('button', { name: 'Unpublish' }).click()
    await expect(ada.page.getByText('Nothing is published from this device')).toBeVisible()
    await shown.reload()
    await expect(shown.getByRole('heading', { name: 'The slipway is free' })).toHaveCount(0)
  })
})
