import { readFile } from 'node:fs/promises'
import { launchAgain } from '../../helpers/electron.ts'
import { go } from '../../helpers/journey.ts'
import { expect, test } from './desks.ts'

test('the window opens where it was', async ({ openDesk }) => {
  const ada = await openDesk('Ada')
  const bounds = () =>
    ada.desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds())
  const place = { x: 120, y: 80, width: 900, height: 640 }
  await ada.desktop.app.evaluate(({ BrowserWindow }, where) => BrowserWindow.getAllWindows()[0]?.setBounds(where), place)
  await expect.poll(bounds).toEqual(place)
  await ada.desktop.close()
  expect(ada.desktop.process.exitCode).toBe(0)
  await ada.reopen()
  await expect.poll(bounds).toEqual(place)
})

test('a link opened outside comes to the app that runs, and a second one on the same folder ends', async ({ openDesk }) => {
  const ada = await openDesk('Ada')
  await go(ada.page, 'Settings')
  const link = 'latch://invite/not-a-real-one'
  expect(await launchAgain({ dataFolder: ada.dataFolder, args: ['--some-switch', link] })).toBe(0)
  const dialog = ada.page.getByRole('dialog', { name: 'Connect to someone' })
  await expect(dialog.getByRole('textbox', { name: 'Link or address' })).toHaveValue(link)
  await expect(dialog.getByRole('button', { name: 'Connect' })).toBeDisabled()
  const windows = await ada.desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)
  expect(windows).toBe(1)
})

test('a closed window comes back as it was when the app is started again', async ({ openDesk }) => {
  const ada = await openDesk('Ada')
  await go(ada.page, 'Settings')
  const isVisible = () => ada.desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
  await ada.desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await expect.poll(isVisible).toBe(false)
  expect(await launchAgain({ dataFolder: ada.dataFolder })).toBe(0)
  await expect.poll(isVisible).toBe(true)
  await expect(ada.page.getByRole('heading', { name: 'Settings' })).toBeVisible()
})

test('the page is in the sandbox, and has nothing of Electron but the platform’s name and where files lie that were given to it', async ({ openDesk }) => {
  const ada = await openDesk('Ada', { named: false })
  const held = await ada.page.evaluate(() => ({
    require: typeof Reflect.get(window, 'require'),
    process: typeof Reflect.get(window, 'process'),
    module: typeof Reflect.get(window, 'module'),
    latch: Object.entries(window.latch ?? {}).map(([name, value]) => [name, typeof value === 'function' ? 'a function' : value]),
    isolated: window.origin,
  }))
  expect(held).toEqual({
    require: 'undefined',
    process: 'undefined',
    module: 'undefined',
    latch: [['platform', process.platform], ['pathOf', 'a function']],
    isolated: 'app://latch',
  })
  const { preferences, pid, isOpen } = await ada.desktop.app.evaluate(({ app, webContents }) => {
    const [contents] = webContents.getAllWebContents()
    return {
      // Electron's types leave it out.
      preferences: (contents as unknown as { getLastWebPreferences(): object }).getLastWebPreferences(),
      pid: contents?.getOSProcessId(),
      isOpen: app.commandLine.hasSwitch('no-sandbox'),
    }
  })
  expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false })
  expect(isOpen).toBe(false)
  // 2: system calls are filtered. https://docs.kernel.org/filesystems/proc.html
  if (process.platform === 'linux') expect(await readFile(`/proc/${pid}/status`, 'utf8')).toContain('Seccomp:\t2')
})

test('the page goes nowhere, opens nothing, and is permitted camera and microphone alone', async ({ openDesk }) => {
  const ada = await openDesk('Ada', { named: false })
  ada.complaints.expect(/content security policy|Not allowed to load local resource/i)
  const { app } = ada.desktop
  // What would have gone to the browser of the system.
  await app.evaluate(({ shell }) => {
    const asked: string[] = []
    shell.openExternal = async (url) => void asked.push(url)
    Reflect.set(globalThis, 'asked', asked)
  })
  const url = ada.page.url()
  await ada.page.evaluate(() => window.location.assign('https://example.com/'))
  await ada.page.evaluate(() => window.location.assign('file:///etc/passwd'))
  expect(await ada.page.evaluate(() => window.open('https://example.com/shown'))).toBeNull()
  expect(await ada.page.evaluate(() => window.open('http://example.com/shown'))).toBeNull()
  expect(await ada.page.evaluate(() => window.open('mailto:ada@example.com?subject=Hello'))).toBeNull()
  // None of these is handed to anybody: this machine, a file in a letter, programs of the system.
  for (const refused of ['http://127.0.0.1:9/', 'mailto:ada@example.com?attach=/etc/passwd', 'latch://invite/x', 'file:///etc/passwd']) {
    expect(await ada.page.evaluate((to) => window.open(to), refused)).toBeNull()
  }
  expect(ada.page.url()).toBe(url)
  const handedOn = ['https://example.com/shown', 'http://example.com/shown', 'mailto:ada@example.com?subject=Hello']
  expect(await app.evaluate(() => Reflect.get(globalThis, 'asked'))).toEqual(handedOn)
  expect(await app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1)

  const refused = await ada.page.evaluate(async () => ({
    notifications: await Notification.requestPermission(),
    // Codes are read by the one, voice notes spoken into the other; the system asks, where it asks.
    camera: (await navigator.permissions.query({ name: 'camera' })).state,
    midi: (await navigator.permissions.query({ name: 'midi' })).state,
    place: await new Promise((resolve) => {
      navigator.geolocation.getCurrentPosition(
        () => resolve('given'),
        ({ code }) => resolve(code),
      )
    }),
    clipboard: await navigator.clipboard.readText().then(
      () => 'given',
      (error: Error) => error.name,
    ),
    fetched: await fetch('https://example.com/').then(
      () => 'given',
      (error: Error) => error.name,
    ),
  }))
  expect(refused).toEqual({
    notifications: 'denied',
    camera: 'granted',
    midi: 'denied',
    place: 1,
    clipboard: 'NotAllowedError',
    fetched: 'TypeError',
  })

  // What somebody might smuggle into the page does not run.
  const ran = await ada.page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.smuggled = true'
    document.head.append(script)
    return Reflect.get(window, 'smuggled') ?? false
  })
  expect(ran).toBe(false)
})

test('what is copied reaches the clipboard of the system', async ({ openDesk }) => {
  const ada = await openDesk('Ada')
  await go(ada.page, 'Settings')
  await ada.page.getByRole('button', { name: 'Copy account key' }).click()
  await expect
    .poll(() => ada.desktop.app.evaluate(async ({ clipboard }) => clipboard.readText()))
    .toMatch(/^k51[0-9a-z]{59}$/)
})
