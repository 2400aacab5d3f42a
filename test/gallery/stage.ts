import { chromium, type Browser, type BrowserContextOptions, type Page } from '@playwright/test'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { GalleryScene } from './scenes/scene.ts'
import { scenes } from './scenes.ts'
import { take } from './steps.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))
/** One folder for each run: two at a time do not take it from under each other. */
const built = join(root, `.cache/gallery-${process.pid}`)

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

export interface Stage {
  readonly browser: Browser
  readonly origin: string
  close(): Promise<void>
}

/** The gallery, built and served, and a browser to look at it. */
export async function openStage(): Promise<Stage> {
  await build({ configFile: join(root, 'test/gallery/vite.config.ts'), logLevel: 'warn', build: { outDir: built } })
  const { server, origin } = await serve()
  const executablePath = existsSync('/usr/bin/chromium') ? { executablePath: '/usr/bin/chromium' } : {}
  const browser = await chromium.launch({ ...executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
  const close = async (): Promise<void> => {
    await browser.close()
    server.close()
    await rm(built, { recursive: true })
  }
  return { browser, origin, close }
}

/** Runs `look` on a page that shows a scene, its steps taken. What was wrong on the way is told to `wrong`. */
export async function onScene(
  { browser, origin }: Stage,
  name: string,
  options: BrowserContextOptions,
  wrong: (what: string) => void,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const scene = scenes[name]
  if (scene === undefined) throw new Error(`there is no scene called ${name}`)
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
  try {
    const page = await context.newPage()
    page.on('pageerror', (error) => wrong(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') wrong(message.text())
    })
    await page.goto(`${origin}/?scene=${name}#${scene.path}`)
    await page.evaluate(() => document.fonts.ready)
    await page.getByRole('navigation').or(page.getByRole('main')).first().waitFor()
    await page.waitForTimeout(250)
    for (const step of scene.steps) {
      await take(page, step).catch((error: unknown) => wrong(`${JSON.stringify(step)} ${String(error).split('\n')[0]}`))
    }
    await look(page)
  } finally {
    await context.close()
  }
}

/** The scenes whose name holds one of `parts`, or all of them; `wordless`: those whose steps go by no English word. */
export function scenesWith(parts: readonly string[], wordless = false): string[] {
  const isWordless = ({ steps }: GalleryScene): boolean =>
    steps.every((step) => 'press' in step || 'waitMs' in step || 'focusFirst' in step || 'scroll' in step)
  return Object.entries(scenes)
    .filter(([name]) => parts.length === 0 || parts.some((part) => (part.startsWith('=') ? name === part.slice(1) : name.includes(part))))
    .filter(([, scene]) => !wordless || isWordless(scene))
    .map(([name]) => name)
}
