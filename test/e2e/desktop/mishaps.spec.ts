import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { type Desktop, launchDesktop } from '../../helpers/electron.ts'
import { go, nameYourself } from '../../helpers/journey.ts'

/** Loopback and TCP: nothing leaves this machine, and nothing comes that no test sent. */
const env = { LATCH_LISTEN: '/ip4/127.0.0.1/tcp/0', LATCH_WITHOUT: 'lan upnp webrtc demo' }

let desktop: Desktop | null = null
test.afterEach(async () => {
  await desktop?.kill()
  desktop = null
})

async function launch(dataFolder: string, args: readonly string[] = []): Promise<Desktop> {
  desktop = await launchDesktop({ dataFolder, env, args })
  return desktop
}

test('the link that the app was started with waits for a name, and is there at a later start too', async () => {
  const dataFolder = test.info().outputPath('data')
  const link = 'latch://invite/not-a-real-one'
  const dialog = (of: Desktop) => of.window.getByRole('dialog', { name: 'Connect to someone' })

  const first = await launch(dataFolder, [link])
  await first.window.getByRole('textbox', { name: 'Your name' }).fill('Ada')
  await first.window.getByRole('button', { name: 'Create account' }).click()
  await expect(dialog(first).getByRole('textbox', { name: 'Link or address' })).toHaveValue(link)
  await first.close()

  const second = await launch(dataFolder, [link])
  await expect(dialog(second).getByRole('textbox', { name: 'Link or address' })).toHaveValue(link)
})

test('a damaged database is said in the window, and the file is left as it is', async () => {
  const dataFolder = test.info().outputPath('data')
  const first = await launch(dataFolder)
  await nameYourself(first.window, 'Ada')
  await first.close()
  const database = join(dataFolder, 'latch.db')
  const bytes = await readFile(database)
  bytes.fill(1, 100, 1_000)
  await writeFile(database, bytes)

  const second = await launch(dataFolder)
  await expect(second.window.getByText(`${database} is damaged`)).toBeVisible()
  await second.close()
  expect(second.process.exitCode).toBe(0)
  expect(await readFile(database)).toEqual(bytes)
})

test('a data folder that cannot be used is said in the window', async () => {
  const dataFolder = test.info().outputPath('data')
  await mkdir(dataFolder, { recursive: true })
  await writeFile(join(dataFolder, 'file'), '')
  // The helper makes the folder that it is given; this one lies below a file.
  const desk = await launchDesktop({ dataFolder, env: { ...env, LATCH_DATA: join(dataFolder, 'file', 'data') } })
  desktop = desk
  await expect(desk.window.getByText(/The data folder .* cannot be used/)).toBeVisible()
})

test('a page whose process ends is loaded anew, and one that ends again when it is opened again', async () => {
  const { app, window } = await launch(test.info().outputPath('data'))
  await nameYourself(window, 'Ada')
  await go(window, 'Settings')
  const crash = () =>
    app.evaluate(async ({ webContents }) => {
      const [contents] = webContents.getAllWebContents()
      await new Promise<void>((gone) => {
        contents?.once('render-process-gone', () => gone())
        contents?.forcefullyCrashRenderer()
      })
    })
  const shows = () =>
    app.evaluate(async ({ webContents }) => {
      const [contents] = webContents.getAllWebContents()
      if (contents === undefined || contents.isCrashed() || contents.isLoading()) return ''
      return (await contents.executeJavaScript('document.querySelector("h1")?.textContent ?? ""')) as string
    })
  await crash()
  await expect.poll(shows).toBe('Settings')
  const isCrashed = () => app.evaluate(({ webContents }) => webContents.getAllWebContents()[0]?.isCrashed())
  // Soon enough after one another, which a busy machine may take a few tries for.
  await expect.poll(() => crash().then(isCrashed), { timeout: 30_000 }).toBe(true)
  await app.evaluate(({ app: itself }) => itself.emit('second-instance', {}, []))
  await expect.poll(shows).toBe('Settings')
})
