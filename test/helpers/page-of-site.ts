import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Desk } from '../e2e/desktop/desks.ts'

/** The page of a site that a desk's window shows, or showed last. */
export interface PageOfSite {
  /** Runs code in it; fails where there is none. */
  run<T>(code: string): Promise<T>
  /** What an element says; null where there is no page or no such element. */
  text(selector: string): Promise<string | null>
  /** As a person would, with the mouse. */
  click(selector: string): Promise<void>
  /** The window shows it now. */
  isSeen(): Promise<boolean>
  picture(path: string): Promise<void>
}

/** `scheme`: `https:` of a page that comes through somebody's device. */
export function pageOf(desk: Desk, scheme: 'peer:' | 'https:' = 'peer:'): PageOfSite {
  const run = <T>(code: string): Promise<T> =>
    desk.desktop.app.evaluate(async ({ webContents }, [scheme, text]) => {
      const page = webContents.getAllWebContents().findLast((contents) => contents.getURL().startsWith(scheme))
      if (page === undefined) throw new Error('no page is open')
      // In a task of its own: see test/fixtures/view-host.
      await new Promise((then) => setTimeout(then))
      return (await page.executeJavaScript(text, true)) as T
    }, [scheme, code] as const)
  return {
    run,
    text: (selector) => run<string | null>(`document.querySelector('${selector}')?.textContent ?? null`).catch(() => null),
    async click(selector) {
      const where = await run<{ x: number; y: number }>(`(({ x, y }) => ({ x: Math.round(x) + 5, y: Math.round(y) + 5 }))(document.querySelector('${selector}').getBoundingClientRect())`)
      await desk.desktop.app.evaluate(({ webContents }, [scheme, at]) => {
        const page = webContents.getAllWebContents().findLast((contents) => contents.getURL().startsWith(scheme))
        setTimeout(() => {
          for (const type of ['mouseDown', 'mouseUp'] as const) page?.sendInputEvent({ type, ...at, button: 'left', clickCount: 1 })
        })
      }, [scheme, where] as const)
    },
    isSeen: () =>
      desk.desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().some((window) => window.contentView.children.some((child) => child.getVisible() && child.getBounds().width > 0))),
    async picture(path) {
      const png = await desk.desktop.app.evaluate(async ({ webContents }, scheme) => {
        const page = webContents.getAllWebContents().findLast((contents) => contents.getURL().startsWith(scheme))
        return (await page?.capturePage())?.toPNG().toString('base64') ?? ''
      }, scheme)
      await writeFile(path, Buffer.from(png, 'base64'))
    },
  }
}

/** The whole window as it stands on the screen, with the page in it: a picture of the window's own page would leave that out. */
export async function pictureOfWindow(desk: Desk, name: string): Promise<void> {
  const png = await desk.desktop.app.evaluate(async ({ BrowserWindow, desktopCapturer, screen }) => {
    const [window] = BrowserWindow.getAllWindows()
    if (window === undefined) throw new Error('there is no window')
    window.moveTop()
    const { size } = screen.getPrimaryDisplay()
    const [source] = await desktopCapturer.getSources({ types: ['screen'], thumbnailSize: size })
    return source?.thumbnail.crop(window.getContentBounds()).toPNG().toString('base64') ?? ''
  })
  const path = join(process.env['LATCH_ARTIFACTS'] ?? 'artifacts', 'screenshots', `${name}.png`)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, Buffer.from(png, 'base64'))
}
