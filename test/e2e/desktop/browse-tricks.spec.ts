import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pageOf, pictureOfWindow } from '../../helpers/page-of-site.ts'
import { claim, DECIDED_MS, openAddress, publish } from '../../helpers/publishing.ts'
import { expect, test } from './desks.ts'

/* What a page does to be taken for something else, to get away, or to hold its tab; and what the window says of it. */

test.use({ trace: 'off' })
test.setTimeout(180_000)

const PAGE = `<!doctype html><meta charset="utf-8"><title>\u202eLatch – Your recovery phrase</title><link rel="icon" href="icon.png">
<h1>Tricks</h1><p id="said"></p>
<p><a id="out" href="https://a-very-long-name-of-a-host-that-somebody-made-up.example.com/welcome">Out</a></p>
<p><a id="window" href="https://example.org/" target="_blank">Window</a></p>
<p><a id="file" href="your invoice.pdf.exe" download>File</a></p>
<p><button id="hang">Hang</button></p>
<script>
  document.getElementById('hang').onclick = () => { for (;;); }
  document.getElementById('said').textContent = \`\${alert('Your account is closed')} \${confirm('Go on?')}\`
  addEventListener('beforeunload', (event) => { event.preventDefault(); event.returnValue = 'Stay!' })
</script>`

test('a page plays its tricks on somebody, and the window says what it is', async ({ openDesk }, info) => {
  const folder = info.outputPath('tricks')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'index.html'), PAGE)
  writeFileSync(join(folder, 'your invoice.pdf.exe'), 'MZ')
  const jo = await openDesk('Jona')
  const { page } = jo
  const shown = pageOf(jo)
  const bar = (says: string | RegExp) => page.getByRole('main').getByRole('region', { name: says })
  await claim(jo, 'jona')
  await publish(jo, folder, /^2 files, /, 'Anyone may visit', false)

  await test.step('its title stands in the tab, and never where the name does; its dialogs do not come up', async () => {
    await page.evaluate(() => window.location.replace('#/browse'))
    await openAddress(jo, 'jona.peer')
    await expect.poll(() => shown.text('h1'), { timeout: DECIDED_MS }).toBe('Tricks')
    await expect(page.getByRole('combobox', { name: 'Address' })).toHaveValue('peer://jona.peer/')
    await expect(page.getByRole('list', { name: 'Tabs' })).toContainText('Latch – Your recovery phrase')
    await expect(page.getByRole('list', { name: 'Tabs' })).not.toContainText('\u202e')
    await expect.poll(() => shown.text('#said')).toBe('undefined false')
    await expect(page.getByRole('button', { name: 'Whose page this is: You, of this device' })).toBeVisible()
    await pictureOfWindow(jo, 'desktop-tricks-page')
  })

  await test.step('a way out of the network is asked about, with the whole of its name, in a window of its own too', async () => {
    for (const [link, host] of [['#out', 'a-very-long-name-of-a-host-that-somebody-made-up.example.com'], ['#window', 'example.org']] as const) {
      await shown.click(link)
      await expect(bar('This leaves Latch.')).toContainText(host)
      await pictureOfWindow(jo, `desktop-tricks-${link.slice(1)}`)
      await bar('This leaves Latch.').getByRole('button', { name: 'Stay' }).click()
      await expect(bar('This leaves Latch.')).toBeHidden()
    }
    await expect(page.getByRole('list', { name: 'Tabs' }).getByRole('listitem')).toHaveCount(1)
  })

  await test.step('a file is offered under the name that it has', async () => {
    await shown.click('#file')
    await expect(bar(/offers a file/)).toContainText('your invoice.pdf.exe')
    await pictureOfWindow(jo, 'desktop-tricks-file')
    await bar(/offers a file/).getByRole('button', { name: 'Don’t save' }).click()
  })

  await test.step('one that answers nothing is waited for, or ended; then it loads again', async () => {
    await shown.click('#hang')
    // Chromium says so by itself after 15 s, but of no page that a debugger is attached to, as Playwright's is.
    await jo.desktop.app.evaluate(({ webContents }) => {
      const contents = webContents.getAllWebContents().find((one) => one.getURL().startsWith('peer:'))
      setTimeout(() => contents?.emit('unresponsive'))
    })
    const hung = bar('This page does not answer.')
    await expect(hung).toBeVisible()
    await pictureOfWindow(jo, 'desktop-tricks-hung')
    await hung.getByRole('button', { name: 'End the page' }).click()
    await expect(page.getByRole('heading', { name: 'This page stopped working' })).toBeVisible()
    await pictureOfWindow(jo, 'desktop-tricks-ended')
    await page.getByRole('main').getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => shown.text('h1'), { timeout: DECIDED_MS }).toBe('Tricks')
  })

  await test.step('it cannot keep its tab', async () => {
    await openAddress(jo, 'nobody-has-this.peer')
    await expect(page.getByRole('heading', { name: 'Nobody owns nobody-has-this.peer' })).toBeVisible({ timeout: DECIDED_MS })
    await pictureOfWindow(jo, 'desktop-tricks-nobody')
  })
})
