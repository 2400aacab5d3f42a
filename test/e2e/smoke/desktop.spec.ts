import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { type Desktop, launchDesktop } from '../../helpers/electron.ts'

let desktop: Desktop

test.beforeEach(async () => {
  desktop = await launchDesktop({ dataFolder: test.info().outputPath('data') })
})

test.afterEach(() => desktop.close())

test('the built app opens a window', async () => {
  await expect(desktop.window).toHaveTitle(/Latch/)
})

test('its page runs inside the sandbox of the operating system', async () => {
  const { pid, isOpen } = await desktop.app.evaluate(({ app, webContents }) => ({
    pid: webContents.getAllWebContents()[0]?.getOSProcessId(),
    isOpen: app.commandLine.hasSwitch('no-sandbox'),
  }))
  expect(isOpen).toBe(false)
  test.skip(process.platform !== 'linux', 'only Linux tells by /proc')
  // 2: system calls are filtered. https://docs.kernel.org/filesystems/proc.html
  expect(await readFile(`/proc/${pid}/status`, 'utf8')).toContain('Seccomp:\t2')
})

test('closing ends its process', async () => {
  const child = desktop.app.process()
  await desktop.close()
  expect(child.exitCode).toBe(0)
})
