import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { takePictures } from '../../helpers/display.ts'
import { serveHttpsHere } from '../../helpers/https-here.ts'
import { connectTo, go, invite } from '../../helpers/journey.ts'
import { claim, DECIDED_MS, openAddress } from '../../helpers/publishing.ts'
import { pageOf, pictureOfWindow } from '../../helpers/page-of-site.ts'
import { expect, test, type Desk } from './desks.ts'

/* Out to the web through the device of a contact, and what a page loads from another name, in the app's own windows. */

// The pictures show as much.
test.use({ trace: 'off' })
test.setTimeout(180_000)

const HOST = 'outside.example'
/** On the outside web: no network of this machine has it. */
const OUTSIDE = '93.184.216.34'

const program = new URL('../../../bin/latch.mjs', import.meta.url).pathname
const latch = (desk: Desk, ...words: string[]) => promisify(execFile)(process.execPath, [program, '--data', desk.dataFolder, ...words])
const show = ({ page }: Desk, path: string): Promise<void> => page.evaluate((to) => window.location.replace(`#${to}`), path)
const reload = ({ page }: Desk): Promise<void> => page.getByRole('button', { name: 'Load again' }).click()

/**
 * The web as the machine of a desk has it, in place of a web that tests do not reach: what the DNS says, and where port 443
 * of `OUTSIDE` ends, here. The exit resolves, judges, dials and counts as ever.
 */
function giveWeb({ desktop }: Desk, names: Readonly<Record<string, readonly string[]>>, port: number): Promise<void> {
  return desktop.app.evaluate((_electron, [names, outside, port]) => {
    const dns = process.getBuiltinModule('node:dns/promises')
    const net = process.getBuiltinModule('node:net')
    const connect = net.connect as (options: { host?: string; port: number }) => unknown
    Object.assign(dns, {
      async lookup(host: string) {
        const addresses = names[host]
        if (addresses === undefined) throw new Error(`no address of ${host}`)
        return addresses.map((address) => ({ address, family: 4 }))
      },
    })
    Object.assign(net, {
      connect: (options: { host?: string; port: number }) => connect(options.host === outside && options.port === 443 ? { ...options, host: '127.0.0.1', port } : options),
    })
    process.getBuiltinModule('node:module').syncBuiltinESMExports()
  }, [names, OUTSIDE, port] as const)
}

function folderOf(files: Readonly<Record<string, string>>, name: string): string {
  const folder = test.info().outputPath(name)
  mkdirSync(folder, { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
  return folder
}

test('a contact lets somebody out to the web, nowhere nearer, until they think better of it; what a page loads from another name is asked', async ({ openDesk }) => {
  const web = await serveHttpsHere(HOST, {
    '/': '<title>Weather outside</title><h1>Rain, later</h1><a id="on" href="/tomorrow">Tomorrow</a><img src="https://camera.example/now.png" alt="">',
    '/tomorrow': '<title>Tomorrow</title><h1>Sun</h1>',
    '/endless': null,
  })
  // Whose window opens last is seen whole in a picture of the screen.
  const bea = await openDesk('Bea')
  const ana = await openDesk('Ana', { args: [`--ignore-certificate-errors-spki-list=${web.spki}`] })
  const outside = pageOf(ana, 'https:')
  const site = pageOf(ana)
  const main = ana.page.getByRole('main')
  const failure = main.getByRole('heading', { level: 2 })
  const doesNotOpen = async (address: string, title: string, why: string): Promise<void> => {
    await openAddress(ana, address)
    await expect(failure).toHaveText(title, { timeout: DECIDED_MS })
    await expect(main.getByRole('alert')).toHaveText(why)
  }

  await test.step('they meet; Bea lets nobody out as long as no rule of her door says so', async () => {
    await giveWeb(bea, { [HOST]: [OUTSIDE], 'camera.example': ['192.168.1.1'], 'both.example': [OUTSIDE, '127.0.0.1'] }, web.port)
    await claim(bea, 'bea')
    const link = await invite(bea.page)
    await bea.page.keyboard.press('Escape')
    await connectTo(ana.page, link)
    await show(ana, '/settings/exits')
    const ask = main.getByRole('button', { name: 'Ask whether Bea lets you out' })
    await ask.click()
    await expect(main.getByText('Does not let you out')).toBeVisible()
    await show(bea, '/door/rules')
    await bea.page.getByRole('button', { name: 'Add a rule' }).click()
    const dialog = bea.page.getByRole('dialog', { name: 'Add a rule' })
    await dialog.getByRole('combobox', { name: 'Who' }).selectOption({ label: 'Ana' })
    await dialog.getByRole('combobox', { name: 'What' }).selectOption({ label: 'Opening the web' })
    await dialog.getByRole('combobox', { name: 'Your door says' }).selectOption({ label: 'Allow' })
    await dialog.getByRole('button', { name: 'Add the rule' }).click()
    await ask.click()
    await expect(main.getByText('Lets you out')).toBeVisible()
  })

  await test.step('Ana types an address of the web, chooses through whom, and reads on there', async () => {
    await go(ana.page, 'Browse')
    await openAddress(ana, `https://${HOST}/`)
    await ana.page.getByRole('button', { name: 'Other ways to open it' }).click()
    await expect(ana.page.getByRole('menuitem', { name: /^Open here through Bea/ })).toBeVisible()
    await pictureOfWindow(ana, 'desktop-exit-asks')
    await ana.page.getByRole('menuitem', { name: /^Open here through Bea/ }).click()
    await expect.poll(() => outside.text('h1'), { timeout: DECIDED_MS }).toBe('Rain, later')
    await expect(ana.page.getByRole('region', { name: 'Through Bea' })).toContainText('outside.example sees Bea’s address, not yours.')
    await outside.click('#on')
    await expect.poll(() => outside.text('h1')).toBe('Sun')
    await pictureOfWindow(ana, 'desktop-exit-page')
  })

  await test.step('what leads into Bea’s own network is refused after it was resolved, and says so; so is what leads nowhere', async () => {
    const near = 'This address leads into a private network or to the device itself; nobody is let out to such.'
    await doesNotOpen('https://camera.example/', 'The way out did not open camera.example', near)
    await pictureOfWindow(ana, 'desktop-exit-near')
    await doesNotOpen('https://both.example/', 'The way out did not open both.example', near)
    await doesNotOpen('https://nowhere.example/', 'The way out did not open nowhere.example', 'Their device finds no address for this host.')
    await openAddress(ana, 'https://127.0.0.1/')
    await expect(ana.page.getByText('No exit goes to this machine, or to addresses of a private network.')).toBeVisible()
    await pictureOfWindow(ana, 'desktop-exit-here')
  })

  await test.step('both have counted hosts and bytes, and the same of both', async () => {
    await openAddress(ana, `https://${HOST}/`)
    await expect.poll(() => outside.text('h1')).toBe('Rain, later')
    await outside.run(`window.far = fetch('/endless').then((answer) => answer.text()).then(() => 'whole', () => 'cut'); 0`)
    await Promise.all([show(ana, '/settings/exits'), show(bea, '/settings/exits')])
    const [ours, theirs] = [main.getByRole('list', { name: 'Through Bea' }), bea.page.getByRole('main').getByRole('list', { name: 'Ana', exact: true })]
    for (const hosts of [ours, theirs]) {
      await expect(hosts.getByRole('listitem').filter({ hasText: HOST })).toContainText(/^outside\.example[1-9] connections? · [1-9] open now · [1-9][\d.]* KiB/)
      await expect(hosts.getByRole('listitem').filter({ hasText: 'both.example' })).toContainText('0 connections · 1 refused · 0 B')
    }
    await ours.scrollIntoViewIfNeeded()
    await pictureOfWindow(ana, 'desktop-exit-counted')
    await takePictures(bea.page, 'desktop-exit-let-out')
  })

  await test.step('Bea takes the rule back: what was open ends, and the page says so when it is loaded again', async () => {
    await show(bea, '/door/rules')
    await bea.page.getByRole('button', { name: 'Remove the rule: Allow Ana: Opening the web' }).click()
    expect(await outside.run('window.far')).toBe('cut')
    await go(ana.page, 'Browse')
    await reload(ana)
    await expect(failure).toHaveText(`The way out did not open ${HOST}`, { timeout: DECIDED_MS })
    await expect(main.getByRole('alert')).toHaveText('They do not let you out through their device.')
    await expect(ana.page.getByRole('region', { name: 'Through Bea' })).not.toContainText('sees Bea’s address')
    await pictureOfWindow(ana, 'desktop-exit-taken-back')
    await web.close()
  })

  await test.step('a page of Bea’s loads a picture from another name once Ana says so, above it and not in it', async () => {
    const page = '<!doctype html><meta charset="utf-8"><title>Slipway notes</title><h1>Slipway</h1><img src="peer://pictures.bea.peer/green.svg" alt=""><p><a href="/missing.html">More</a></p>'
    const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="120"><rect width="200" height="120" fill="#3a6"/></svg>'
    await expect(async () => void (await latch(bea, 'site', 'publish', folderOf({ 'index.html': page, 'plain.html': '<h1>Plain</h1>' }, 'own'), '--as', 'bea.peer', '--for', 'anyone'))).toPass({ timeout: DECIDED_MS })
    await latch(bea, 'site', 'publish', folderOf({ 'green.svg': picture }, 'pictures'), '--as', 'pictures.bea.peer', '--for', 'anyone')
    await openAddress(ana, 'bea.peer')
    const asks = ana.page.getByRole('region', { name: 'bea.peer wants to load from pictures.bea.peer.' })
    const width = () => site.run<number>(`document.querySelector('img').naturalWidth`)
    await expect(asks).toBeVisible({ timeout: DECIDED_MS })
    await pictureOfWindow(ana, 'desktop-load-asks')
    await asks.getByRole('button', { name: 'Don’t load' }).click()
    await expect(asks).toBeHidden()
    await expect.poll(() => site.run('document.readyState')).toBe('complete')
    expect(await width()).toBe(0)
    await reload(ana)
    await asks.getByRole('button', { name: 'Load once' }).click()
    await expect.poll(width).toBe(200)
    await expect(asks).toBeHidden()
    await pictureOfWindow(ana, 'desktop-load-allowed')
  })

  await test.step('a page that is missing is the site’s to say; a name that is nobody’s and a page that crashed are ours', async () => {
    await site.click('a')
    await expect.poll(() => site.text('h1')).toBe('Nothing here')
    await pictureOfWindow(ana, 'desktop-error-missing')
    await openAddress(ana, 'nobody-at-all.peer')
    await expect(failure).toHaveText('Nobody owns nobody-at-all.peer', { timeout: DECIDED_MS })
    await pictureOfWindow(ana, 'desktop-error-nobody')
    await openAddress(ana, 'bea.peer/plain.html')
    await expect.poll(() => site.text('h1')).toBe('Plain')
    await ana.desktop.app.evaluate(({ webContents }) => {
      const page = webContents.getAllWebContents().findLast((contents) => contents.getURL().startsWith('peer:'))
      setTimeout(() => page?.forcefullyCrashRenderer())
    })
    await expect(failure).toHaveText('This page stopped working')
    await pictureOfWindow(ana, 'desktop-error-crashed')
    await reload(ana)
    await expect.poll(() => site.text('h1')).toBe('Plain')
  })
})
