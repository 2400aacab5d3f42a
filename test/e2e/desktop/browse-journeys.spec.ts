import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { answer, connectTo, go, invite, knockOf, openChat, say } from '../../helpers/journey.ts'
import { claim, DECIDED_MS, openAddress, publish } from '../../helpers/publishing.ts'
import { pageOf, pictureOfWindow } from '../../helpers/page-of-site.ts'
import { expect, test, type Desk } from './desks.ts'

/* What people do with sites in the app's own window, from their first page on. What opening takes, browse.spec tries. */

// The pictures show as much.
test.use({ trace: 'off' })
test.setTimeout(180_000)

/** A key as the page hears it that has the keyboard. */
function press(desk: Desk, keyCode: string, ...modifiers: ('control' | 'shift' | 'alt')[]): Promise<void> {
  return desk.desktop.app.evaluate(({ BrowserWindow }, key) => {
    const views = BrowserWindow.getAllWindows().flatMap((window) => window.contentView.children)
    const seen = views.find((view) => view.getVisible() && 'webContents' in view) as Electron.WebContentsView | undefined
    if (seen === undefined) throw new Error('no page is seen')
    setTimeout(() => {
      for (const type of ['keyDown', 'keyUp'] as const) seen.webContents.sendInputEvent({ type, ...key })
    })
  }, { keyCode, modifiers })
}

const reload = ({ page }: Desk): Promise<void> => page.getByRole('button', { name: 'Load again' }).click()
const tabs = ({ page }: Desk) => page.getByRole('list', { name: 'Tabs' }).getByRole('button', { name: /^(?!Close)/ })
const show = ({ page }: Desk, path: string): Promise<void> => page.evaluate((to) => window.location.replace(`#${to}`), path)

test('somebody new opens the page of the demonstration, and finds their way with the keyboard on it', async ({ openDesk }) => {
  const jo = await openDesk('Jo', { demo: true })
  const { page } = jo
  const shown = pageOf(jo)
  const address = page.getByRole('combobox', { name: 'Address' })

  await test.step('it is offered from the moment on that it opens', async () => {
    await go(page, 'Browse')
    await answer(page, 'Latch demonstration', 'Allow once')
    const ways = page.getByRole('main')
    await ways.getByRole('button', { name: /^(?:Open )?hello\.peer/, disabled: false }).click({ timeout: DECIDED_MS })
    await expect.poll(() => shown.text('h1')).toBe('This page came straight from another peer.')
    await expect(page.getByRole('button', { name: 'Whose page this is: Latch demonstration, live' })).toBeVisible()
  })

  await test.step('to another page, back, and forward; what is loaded again keeps its title', async () => {
    await shown.click('a')
    await expect(address).toHaveValue('peer://hello.peer/how.html')
    await press(jo, 'Left', 'alt')
    await expect(address).toHaveValue('peer://hello.peer/')
    await press(jo, 'Right', 'alt')
    await expect(address).toHaveValue('peer://hello.peer/how.html')
    await press(jo, 'r', 'control')
    await expect(tabs(jo)).toHaveText([/What happened when you opened it/])
  })

  await test.step('something is found on it, and it is kept as a bookmark', async () => {
    await press(jo, 'f', 'control')
    const find = page.getByRole('textbox', { name: 'Find on this page' })
    await expect(find).toBeFocused()
    await find.fill('ledger')
    await expect(page.getByText('1 of 1')).toBeVisible()
    await find.press('Escape')
    await expect(find).toBeHidden()
    await press(jo, 'd', 'control')
    await expect(page.getByRole('button', { name: 'Remove this bookmark' })).toBeVisible()
  })

  await test.step('how large it is shown is said beside the address, and undone there', async () => {
    await press(jo, '=', 'control')
    await page.getByRole('button', { name: 'Shown at 110 %. Back to the actual size' }).click()
    await expect(page.getByRole('button', { name: /^Shown at/ })).toBeHidden()
  })

  await test.step('it opens in the browser of the machine, at the gateway and nowhere else', async () => {
    await jo.desktop.app.evaluate(({ shell }) => {
      shell.openExternal = async (url) => void Reflect.set(globalThis, 'opened', url)
    })
    await page.getByRole('button', { name: 'More of Browse' }).click()
    await page.getByRole('menuitem', { name: /^Open in your browser/ }).click()
    const opened = (): Promise<unknown> => jo.desktop.app.evaluate(() => Reflect.get(globalThis, 'opened'))
    await expect.poll(opened).toMatch(/^http:\/\/hello\.peer\.localhost:\d+\/how\.html$/)
    await expect.poll(() => shown.isSeen()).toBe(true)
  })

  await test.step('nothing lies under the page, which comes back from what lay over it; its picture stands there meanwhile', async () => {
    await press(jo, 'k', 'control')
    await expect(page.getByRole('dialog', { name: 'Command palette' })).toBeVisible()
    await expect.poll(() => shown.isSeen()).toBe(false)
    await expect(page.locator('section > img')).toHaveAttribute('src', /^data:image\/jpeg/)
    await pictureOfWindow(jo, 'desktop-journey-palette')
    await page.keyboard.press('Escape')
    await expect.poll(() => shown.isSeen()).toBe(true)
  })

  await test.step('another tab; from one to the other the page is seen', async () => {
    await press(jo, 't', 'control')
    await expect(address).toBeFocused()
    await openAddress(jo, 'hello.peer')
    await expect(tabs(jo)).toHaveCount(2)
    await expect(tabs(jo).nth(1)).toHaveText(/A site that nobody hosts/)
    await expect.poll(() => shown.isSeen()).toBe(true)
    for (const url of ['peer://hello.peer/how.html', 'peer://hello.peer/']) {
      await press(jo, 'Tab', 'control')
      await expect(address).toHaveValue(url)
      await expect(address).not.toBeFocused()
      await expect.poll(() => shown.isSeen()).toBe(true)
    }
    await press(jo, 'w', 'control')
    await expect(tabs(jo)).toHaveCount(1)
    await expect.poll(() => shown.isSeen()).toBe(true)
  })

  await test.step('where one was is remembered, also after Latch was started again', async () => {
    await show(jo, '/browse/history')
    await expect(page.getByRole('main').getByRole('button', { name: /^hello\.peer\/how\.html/ })).toBeVisible()
    await jo.desktop.close()
    await jo.reopen()
    await go(jo.page, 'Browse')
    await expect(tabs(jo)).toHaveText([/hello\.peer/])
    await expect.poll(() => pageOf(jo).text('h1'), { timeout: DECIDED_MS }).toBe('What happened when you opened it')
  })
})

test('a folder is shown to somebody, kept by them while its owner is away, changed, and put behind the door', async ({ openDesk }, info) => {
  const folder = info.outputPath('river')
  mkdirSync(folder, { recursive: true })
  const write = (name: string, title: string): void =>
    writeFileSync(join(folder, name), `<!doctype html><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><a href="/plan.pdf" download>The plan</a>`)
  write('index.html', 'River street')
  writeFileSync(join(folder, 'plan.pdf'), 'x'.repeat(100_000))
  const [ana, bea] = [await openDesk('Ana'), await openDesk('Bea')]
  const shown = pageOf(bea)
  const site = () => ana.page.getByRole('main').getByRole('article', { name: 'ana.peer' })
  const source = (what: 'live' | 'a copy') => bea.page.getByRole('button', { name: `Whose page this is: Ana, ${what}` })

  await test.step('Ana claims a name, is led to publishing, and chooses the folder in a dialog of the system', async () => {
    await claim(ana, 'ana')
    await publish(ana, folder, /^2 files, .* Its first page is index\.html\.$/, 'Anyone may visit', true)
  })

  await test.step('Bea opens it by a link in the chat, and Ana sees her there', async () => {
    const link = await invite(ana.page)
    await ana.page.keyboard.press('Escape')
    await connectTo(bea.page, link)
    await openChat(ana.page, 'Bea')
    await say(ana.page, 'Bea', 'Look: peer://ana.peer/')
    await openChat(bea.page, 'Ana')
    await bea.page.getByRole('log').getByRole('link', { name: 'peer://ana.peer/' }).click()
    await expect.poll(() => shown.text('h1'), { timeout: DECIDED_MS }).toBe('River street')
    await show(ana, '/browse/sites')
    await expect(site().getByRole('list', { name: 'Visitors of ana.peer' }).getByRole('link')).toContainText('Bea')
  })

  await test.step('a file is saved when she says so', async () => {
    await shown.click('a')
    await bea.page.getByRole('button', { name: 'Save', exact: true }).click()
    const bar = bea.page.getByRole('region', { name: 'Downloads under way and done' })
    await expect(bar.getByText('plan.pdf')).toBeVisible()
    await expect(bar.getByRole('status')).toHaveText(/^Saved/)
    await bar.getByRole('button', { name: 'Put away' }).click()
  })

  await test.step('she keeps a copy, and sees its size before', async () => {
    await source('live').click()
    await bea.page.getByRole('button', { name: 'Keep a copy…' }).click()
    const dialog = bea.page.getByRole('dialog', { name: 'Keep a copy of ana.peer' })
    await expect(dialog.getByText(/^2 files, /)).toBeVisible()
    await dialog.getByRole('button', { name: /^Keep / }).click()
    await expect(dialog.getByText('The copy is here, whole and checked.')).toBeVisible()
    await dialog.getByRole('button', { name: 'Close' }).last().click()
    await source('live').click()
  })

  await test.step('with Ana away the copy is shown, and said to be one; when she is back her own pages are', async () => {
    await ana.desktop.kill()
    await reload(bea)
    await expect(source('a copy')).toBeVisible({ timeout: DECIDED_MS })
    await expect.poll(() => shown.text('h1')).toBe('River street')
    await ana.reopen()
    await expect(async () => {
      await reload(bea)
      await expect(source('live')).toBeVisible({ timeout: 3_000 })
    }).toPass({ timeout: DECIDED_MS })
  })

  await test.step('Ana changes the folder and publishes that; Bea sees what changed, and brings her copy up to date', async () => {
    await show(ana, '/browse/sites')
    write('boats.html', 'Boats')
    await site().getByRole('button', { name: 'Publish the changes' }).click({ timeout: DECIDED_MS })
    await show(bea, '/browse/copies')
    await bea.page.getByRole('button', { name: 'What changed' }).click({ timeout: DECIDED_MS })
    const dialog = bea.page.getByRole('dialog', { name: 'What changed on ana.peer' })
    await expect(dialog.getByText('boats.html')).toBeVisible()
    await dialog.getByRole('button', { name: 'Update' }).click()
    await expect(bea.page.getByText('The same as the owner’s')).toBeVisible()
    await expect(bea.page.getByText(/^3 files, /)).toBeVisible()
  })

  await test.step('from then on Ana is asked: Bea knocks at the page, and it opens by itself with the yes', async () => {
    await site().getByRole('button', { name: 'More about ana.peer' }).click()
    await ana.page.getByRole('menuitem', { name: 'Change who may visit' }).click()
    const who = ana.page.getByRole('dialog', { name: 'Who may visit ana.peer' })
    await who.getByText('You are asked about each visitor', { exact: true }).click()
    await who.getByRole('button', { name: 'Save' }).click()
    await expect(who).toBeHidden()
    await show(bea, '/browse')
    await reload(bea)
    const panel = bea.page.getByRole('region', { name: 'Knock at Ana’s door' })
    await panel.getByRole('button', { name: 'Knock' }).click({ timeout: DECIDED_MS })
    await expect(panel.getByText('A person is being asked.')).toBeVisible()
    await expect(knockOf(ana.page, 'Bea')).toContainText('ana.peer')
    await answer(ana.page, 'Bea', 'Allow always')
    await expect(source('live')).toBeVisible()
    await expect.poll(() => shown.text('h1')).toBe('River street')
  })
})

test('somebody knocks at a page, is let in, loses its owner in the middle of it, has them back, and is told that it is gone', async ({ openDesk }, info) => {
  const folder = info.outputPath('harbour')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'index.html'), '<!doctype html><meta charset="utf-8"><title>Harbour</title><h1>The harbour</h1><a href="/boats.html">Boats</a>')
  writeFileSync(join(folder, 'boats.html'), '<!doctype html><meta charset="utf-8"><title>Boats</title><h1>Boats</h1>')
  const [ana, bea] = [await openDesk('Ana'), await openDesk('Bea')]
  const shown = pageOf(bea)
  const main = bea.page.getByRole('main')
  const site = () => ana.page.getByRole('main').getByRole('article', { name: 'ana.peer' })
  const live = bea.page.getByRole('button', { name: 'Whose page this is: Ana, live' })

  await test.step('Ana publishes a folder, and is to be asked about each visitor', async () => {
    await claim(ana, 'ana')
    await publish(ana, folder, /^2 files, /, 'You are asked about each visitor', false)
    const link = await invite(ana.page)
    await ana.page.keyboard.press('Escape')
    await connectTo(bea.page, link)
  })

  await test.step('Bea finds it among the sites of those she knows, knocks, and it opens by itself with the yes', async () => {
    await go(bea.page, 'Browse')
    await main.getByRole('button', { name: /^ana\.peer/ }).click({ timeout: DECIDED_MS })
    const panel = bea.page.getByRole('region', { name: 'Knock at Ana’s door' })
    await panel.getByRole('textbox').fill('May I see the harbour?')
    await panel.getByRole('button', { name: 'Knock' }).click()
    await expect(panel.getByText('A person is being asked.')).toBeVisible()
    await expect(knockOf(ana.page, 'Bea')).toContainText('ana.peer')
    await expect(knockOf(ana.page, 'Bea')).toContainText('May I see the harbour?')
    await answer(ana.page, 'Bea', 'Allow always')
    await expect(live).toBeVisible()
    await expect.poll(() => shown.text('h1')).toBe('The harbour')
  })

  await test.step('Ana sees who is there now, and at which page', async () => {
    await show(ana, '/browse/sites')
    const visitor = site().getByRole('list', { name: 'Visitors of ana.peer' }).getByRole('link')
    await expect(visitor).toContainText('Bea')
  })

  await test.step('Ana’s Latch dies: the page that stands stays, the next one says who is gone, and opens by itself when she is back', async () => {
    await ana.desktop.kill()
    expect(await shown.text('h1')).toBe('The harbour')
    await shown.click('a')
    await expect(main.getByText('It opens by itself when a device of theirs connects.')).toBeVisible({ timeout: DECIDED_MS })
    await pictureOfWindow(bea, 'desktop-journey-owner-gone')
    await ana.reopen()
    await expect.poll(() => shown.text('h1'), { timeout: DECIDED_MS }).toBe('Boats')
    await expect(live).toBeVisible()
  })

  await test.step('Ana unpublishes it, and what Bea loads again says so', async () => {
    await show(ana, '/browse/sites')
    await site().getByRole('button', { name: 'More about ana.peer' }).click({ timeout: DECIDED_MS })
    await ana.page.getByRole('menuitem', { name: 'Unpublish' }).click()
    await ana.page.getByRole('dialog', { name: /ana\.peer/ }).getByRole('button', { name: 'Unpublish' }).click()
    await expect(site()).toBeHidden()
    await reload(bea)
    await expect(main.getByRole('heading', { level: 2, name: /ana\.peer/ })).toBeVisible({ timeout: DECIDED_MS })
    await expect(bea.page.getByRole('region', { name: 'Knock at Ana’s door' })).toBeHidden()
    await pictureOfWindow(bea, 'desktop-journey-unpublished')
  })
})
