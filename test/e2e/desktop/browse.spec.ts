import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { openCanary } from '../../helpers/canary.ts'
import { connectTo, go, invite } from '../../helpers/journey.ts'
import { acceptSocket } from '../../fixtures/view-host/socket.ts'
import { pageOf, pictureOfWindow } from '../../helpers/page-of-site.ts'
import { expect, test, type Desk } from './desks.ts'

/* Sites of others in the app's own window, between two whole nodes. What a page is kept from, browse-contained tries. */

// The pictures show as much.
test.use({ trace: 'off' })
test.setTimeout(240_000)
const DECIDED_MS = 60_000

const program = new URL('../../../bin/latch.mjs', import.meta.url).pathname
const hostile = new URL('../../fixtures/hostile-site', import.meta.url).pathname

const latch = (desk: Desk, ...words: string[]) => promisify(execFile)(process.execPath, [program, '--data', desk.dataFolder, ...words])

async function claim({ page }: Desk, name: string): Promise<void> {
  await go(page, 'Names')
  await page.getByRole('main').getByRole('textbox', { name: 'Name' }).fill(name)
  await expect(page.getByText(`${name}.peer is free.`)).toBeVisible()
  await page.getByRole('main').getByRole('button', { name: 'Claim', exact: true }).click()
  const yours = page.getByRole('navigation', { name: 'Parts of Names' }).getByRole('region', { name: 'Yours' })
  await expect(yours.getByRole('link', { name: new RegExp(`^${name}\\.peer`) })).toBeVisible({ timeout: DECIDED_MS })
}

async function openAddress({ page }: Desk, address: string): Promise<void> {
  const field = page.getByRole('combobox', { name: 'Address' })
  await field.fill(address)
  await field.press('Enter')
}

test('a site of a contact opens in the window, shows what it asked for, and says when its owner is gone', async ({ openDesk }) => {
  const [ada, bea] = [await openDesk('Ada'), await openDesk('Bea')]
  const shown = pageOf(bea)

  await test.step('Ada publishes under her name, Bea is invited and opens it', async () => {
    await claim(ada, 'ada')
    await latch(ada, 'site', 'publish', hostile, '--as', 'ada.peer', '--for', 'anyone')
    const link = await invite(ada.page)
    await ada.page.keyboard.press('Escape')
    await connectTo(bea.page, link)
    await go(bea.page, 'Browse')
    await expect(bea.page.getByRole('main').getByRole('button', { name: /^ada\.peer/ })).toBeVisible({ timeout: DECIDED_MS })
    await openAddress(bea, 'ada.peer')
    await expect.poll(() => shown.text('h1'), { timeout: DECIDED_MS }).toBe('A quiet little site')
    expect(await shown.run('location.href')).toBe('peer://ada.peer/')
    await expect(bea.page.getByRole('list', { name: 'Tabs' }).getByRole('button', { name: 'ada.peer , A quiet little site' })).toBeVisible()
    await expect(bea.page.getByRole('button', { name: 'Whose page this is: Ada, live' })).toBeVisible()
    await pictureOfWindow(bea, 'desktop-browse-page')
  })

  await test.step('what it does, it does in its own name only', async () => {
    const canary = await openCanary('127.0.0.1', { tcp: [], udp: [] })
    await shown.run(`tryChannels('${canary.url}').then(() => 0)`)
    await shown.run(`store('kept').then(() => 0)`)
    expect(await shown.run('stored()')).toEqual({ local: 'kept', indexed: 'kept', file: 'kept' })
    expect(canary.seen()).toEqual([])
    await canary.close()
    expect(await shown.run(`typeof require + typeof process + typeof window.latch`)).toBe('undefinedundefinedundefined')
    await bea.page.getByRole('button', { name: 'Whose page this is: Ada, live' }).click()
    await expect(bea.page.getByText('127.0.0.1').first()).toBeVisible()
    await pictureOfWindow(bea, 'desktop-browse-shield')
    await bea.page.keyboard.press('Escape')
  })

  await test.step('one that keeps the window from moving is ended, which it says, and loads again', async () => {
    await shown.run(`setTimeout(() => { for (;;) console.log('x') }); 0`)
    await expect(bea.page.getByRole('heading', { name: 'This page was stopped' })).toBeVisible({ timeout: DECIDED_MS })
    await pictureOfWindow(bea, 'desktop-browse-too-much')
    await bea.page.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => shown.text('h1'), { timeout: DECIDED_MS }).toBe('A quiet little site')
  })

  await test.step('a link to the outside web asks, and opens nothing by itself', async () => {
    await bea.desktop.app.evaluate(({ shell }) => {
      shell.openExternal = async (url) => void Reflect.set(globalThis, 'opened', url)
    })
    await shown.run(`location.assign('/'); 0`)
    await expect.poll(() => shown.text('#link')).toBe('A link to the outside web')
    await shown.click('#link')
    await expect(bea.page.getByText('example.com').first()).toBeVisible()
    expect(await bea.desktop.app.evaluate(() => Reflect.get(globalThis, 'opened'))).toBeUndefined()
  })

  await test.step('the window keeps the page within its rectangle, and gives it none elsewhere', async () => {
    expect(await shown.isSeen()).toBe(true)
    await go(bea.page, 'Chats')
    await expect.poll(() => shown.isSeen()).toBe(false)
    await go(bea.page, 'Browse')
    await expect.poll(() => shown.isSeen()).toBe(true)
  })

  await test.step('its owner goes, and it is said in our window; what comes back opens again', async () => {
    await ada.desktop.close()
    await openAddress(bea, 'ada.peer/plain.html')
    await expect(bea.page.getByRole('main').getByRole('heading', { level: 2 }).first()).toBeVisible({ timeout: DECIDED_MS })
    await expect.poll(() => shown.isSeen()).toBe(false)
    await ada.reopen()
    await expect(async () => {
      await bea.page.getByRole('button', { name: 'Load again' }).first().click()
      await expect.poll(() => shown.text('p'), { timeout: 5_000 }).toBe('Plain')
    }).toPass({ timeout: DECIDED_MS })
  })
})

/** What a developer runs: a page that is told over a WebSocket and by events that something changed. */
async function serveForDevelopers(): Promise<{ port: number; change(text: string): void; close(): void }> {
  const told: ((text: string) => void)[] = []
  let text = 'One'
  const server = createServer((request, response) => {
    if (request.url !== '/events') {
      response.setHeader('content-type', 'text/html')
      response.end(`<h1>${text}</h1><h2></h2><h3></h3><script>
        new WebSocket('ws://' + location.host + '/hot').onmessage = ({ data }) => (document.querySelector('h2').textContent += data)
        new EventSource('/events').onmessage = ({ data }) => (data === 'changed' ? location.reload() : (document.querySelector('h3').textContent = data))
      </script>`)
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: listening\n\n')
    const tell = (data: string): void => void response.write(`data: ${data}\n\n`)
    told.push(tell)
  })
  server.on('upgrade', (request, socket) => {
    const { headers, stream } = acceptSocket(Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const))
    const lines = [['Upgrade', 'websocket'], ['Connection', 'Upgrade'], ...headers].map(([name, value]) => `${name}: ${value}`)
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
    socket.on('error', () => socket.destroy())
    stream.on('error', () => {})
    stream.pipe(socket).pipe(stream)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    port: (server.address() as AddressInfo).port,
    change(to) {
      text = to
      for (const tell of told) tell('changed')
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

test('a server that somebody develops with opens, and reloads the page of a contact when something changed', async ({ openDesk }) => {
  const [ada, bea] = [await openDesk('Ada'), await openDesk('Bea')]
  const shown = pageOf(bea)
  const server = await serveForDevelopers()
  await claim(ada, 'ada')
  await latch(ada, 'site', 'serve', String(server.port), '--as', 'ada.peer', '--for', 'anyone')
  const link = await invite(ada.page)
  await ada.page.keyboard.press('Escape')
  await connectTo(bea.page, link)
  await go(bea.page, 'Browse')
  await expect(bea.page.getByRole('main').getByRole('button', { name: /^ada\.peer/ })).toBeVisible({ timeout: DECIDED_MS })
  await openAddress(bea, 'ada.peer')
  await expect.poll(() => shown.text('h1'), { timeout: DECIDED_MS }).toBe('One')
  await expect.poll(() => shown.text('h2')).toBe('hello')
  await expect.poll(() => shown.text('h3')).toBe('listening')
  server.change('Two')
  await expect.poll(() => shown.text('h1')).toBe('Two')
  server.close()
})
