/**
 * Takes a picture of every scene, light and dark, wide and narrow, and checks each with axe:
 * `node test/gallery/shots.ts [part of a scene's name…]`. Fails on a violation, on an error in the page's console and
 * on anything the content security policy had to stop.
 */
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from '@playwright/test'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { Decision } from '../../src/shared/model/door.ts'
import type { Step } from './scenes/scene.ts'
import { scenes } from './scenes.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** One folder for each run: two at a time do not take it from under each other. */
const built = join(root, `.cache/gallery-${process.pid}`)
const pictures = join(root, 'artifacts/screenshots/gallery')

/** The one the hosts send with the window. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  // Voice notes, which the window is given as bytes.
  'media-src blob:',
  "font-src 'self'",
  "connect-src 'self' ws://127.0.0.1:*",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

const sizes = { wide: { width: 1_200, height: 760 }, narrow: { width: 390, height: 760 } } as const
const themes = ['light', 'dark'] as const

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.svg': 'image/svg+xml',
}

function serve(): Promise<{ server: Server; origin: string }> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname
    const name = path === '/' ? 'index.html' : path.slice(1)
    readFile(join(built, name)).then(
      (body) => {
        response.writeHead(200, {
          'content-type': types[extname(name)] ?? 'application/octet-stream',
          'content-security-policy': POLICY,
        })
        response.end(body)
      },
      () => response.writeHead(404).end(),
    )
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('the server has no port')
      resolve({ server, origin: `http://127.0.0.1:${address.port}` })
    })
  })
}

async function take(page: Page, step: Step): Promise<void> {
  if ('click' in step) await clickByName(page, step.click)
  if ('clickPart' in step) {
    // What a dialog lies over cannot be clicked.
    const dialog = page.getByRole('dialog')
    const place = (await dialog.count()) > 0 ? dialog : page.getByRole('main')
    await place.getByRole('button', { name: step.clickPart }).first().click()
  }
  if ('clickLink' in step) await page.getByRole('main').getByRole('link', { name: step.clickLink }).first().click()
  if ('switch' in step) await page.getByRole('switch', { name: step.switch }).click()
  if ('scrollTo' in step) {
    await page.getByRole('heading', { name: step.scrollTo }).evaluate((heading) => heading.scrollIntoView())
  }
  if ('type' in step) {
    const named = (role: 'combobox' | 'textbox' | 'searchbox') => page.getByRole(role, { name: step.into })
    await named('combobox').or(named('textbox')).or(named('searchbox')).first().fill(step.type)
  }
  if ('press' in step) await page.keyboard.press(step.press)
  if ('focus' in step) await page.getByRole('button', { name: step.focus, exact: true }).first().focus()
  if ('focusFirst' in step) await page.locator(step.focusFirst).first().evaluate((element: HTMLElement) => element.focus())
  if ('scroll' in step) {
    const log = await page.getByRole('log').boundingBox()
    if (log !== null) await page.mouse.move(log.x + log.width / 2, log.y + log.height / 2)
    await page.mouse.wheel(0, step.scroll)
  }
  if ('wheel' in step) {
    await page.getByRole('heading', { name: step.over, exact: true }).hover()
    await page.mouse.wheel(0, step.wheel)
  }
  if ('waitMs' in step) await page.waitForTimeout(step.waitMs)
  if ('decided' in step) {
    const tell = (decision: Decision) =>
      window.gallery?.world.door.tell({ event: 'decided', decision: { ...decision, atMs: Date.now() } })
    await page.evaluate(tell, step.decided)
  }
  if ('tellName' in step) {
    await page.evaluate((name) => window.gallery?.world.names.tell({ event: 'name-changed', name }), step.tellName)
  }
  if ('tellChat' in step) await page.evaluate((event) => window.gallery?.world.chat.tell(event), step.tellChat)
  if ('remind' in step) {
    await page.evaluate((about) => window.gallery?.world.names.tell({ event: 'reminder', ...about }), step.remind)
  }
  if ('choose' in step) await page.getByRole('radio', { name: step.choose, exact: true }).check({ force: true })
  if ('select' in step) await page.getByRole('combobox', { name: step.in, exact: true }).selectOption({ label: step.select })
  if ('drop' in step) await page.evaluate(() => window.gallery?.drop())
}

/** A button, or else the item of an open menu. */
async function clickByName(page: Page, name: string): Promise<void> {
  const named = (role: 'button' | 'menuitem') => page.getByRole(role, { name, exact: true })
  await named('button').or(named('menuitem')).first().click()
}

async function violations(page: Page) {
  const axe = new AxeBuilder({ page })
    // What keeps the focus inside a menu: it holds nothing, and passes the focus on at once.
    .exclude('[data-base-ui-focus-guard]')
  // A menu is mounted beside the page, and a landmark of its own would only be in the way.
  if ((await page.getByRole('menu').count()) > 0) axe.disableRules(['region'])
  return (await axe.analyze()).violations
}

/** What can be scrolled sideways, or makes the window longer than it is: nothing in this window should. */
function overflows(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = [...document.querySelectorAll('*')].filter((element) => {
      const { overflowX } = getComputedStyle(element)
      return (overflowX === 'auto' || overflowX === 'scroll') && element.scrollWidth > element.clientWidth + 1
    })
    const { scrollHeight, clientHeight } = document.body
    const nameOf = (element: Element): string => `${element.tagName.toLowerCase()}.${element.className}`
    const named = wide.map((element) => `${nameOf(element)} scrolls sideways`)
    if (scrollHeight <= clientHeight + 1) return named
    const low = [...document.querySelectorAll('*')].filter(
      (element) =>
        getComputedStyle(element).position === 'absolute' && element.getBoundingClientRect().bottom > clientHeight + 1,
    )
    const long = `the window is ${scrollHeight - clientHeight} px too long`
    return [...named, `${long}: ${low.map(nameOf).join(', ') || 'of what stands in the flow'}`]
  })
}

async function shoot(browser: Browser, origin: string, name: string): Promise<string[]> {
  const scene = scenes[name]
  if (scene === undefined) return []
  const wrong: string[] = []
  for (const [width, viewport] of Object.entries(sizes)) {
    for (const theme of themes) {
      const context = await browser.newContext({ viewport, colorScheme: theme, reducedMotion: 'reduce' })
      const page = await context.newPage()
      const title = `${name}-${theme}-${width}`
      page.on('pageerror', (error) => wrong.push(`${title}: ${error.message}`))
      page.on('console', (message) => {
        if (message.type() === 'error') wrong.push(`${title}: ${message.text()}`)
      })
      await page.goto(`${origin}/?scene=${name}#${scene.path}`)
      await page.evaluate(() => document.fonts.ready)
      await page.getByRole('navigation').or(page.getByRole('main')).first().waitFor()
      await page.waitForTimeout(250)
      for (const step of scene.steps) {
        await take(page, step).catch((error: unknown) => {
          wrong.push(`${title}: ${JSON.stringify(step)} ${String(error).split('\n')[0]}`)
        })
      }
      await page.screenshot({ path: join(pictures, `${title}.png`) })
      for (const { id, nodes } of await violations(page)) {
        const [first] = nodes
        wrong.push(`${title}: axe ${id} at ${first?.target.join(' ')} (${first?.failureSummary?.split('\n')[1]?.trim()})`)
      }
      for (const what of await overflows(page)) wrong.push(`${title}: ${what}`)
      await context.close()
    }
  }
  return wrong
}

const wanted = process.argv.slice(2)
await build({ configFile: join(root, 'test/gallery/vite.config.ts'), logLevel: 'warn', build: { outDir: built } })
await mkdir(pictures, { recursive: true })
const { server, origin } = await serve()
const executablePath = existsSync('/usr/bin/chromium') ? { executablePath: '/usr/bin/chromium' } : {}
const browser = await chromium.launch({ ...executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
let failed = 0
for (const name of Object.keys(scenes)) {
  if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue
  const wrong = await shoot(browser, origin, name)
  failed += wrong.length
  console.log(wrong.length === 0 ? `ok ${name}` : wrong.map((line) => `NOT OK ${line}`).join('\n'))
}
await browser.close()
server.close()
await rm(built, { recursive: true })
process.exitCode = failed === 0 ? 0 : 1
