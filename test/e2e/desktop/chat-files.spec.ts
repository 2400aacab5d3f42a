import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page, TestInfo } from '@playwright/test'
import { befriend, conversation, messageOf, openChat, ownAddress, said, say } from '../../helpers/journey.ts'
import { slowWay } from '../../helpers/slow-way.ts'
import { look } from '../../helpers/windows-look.ts'
import { expect, test, type Desk } from './desks.ts'

const MICROPHONE = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
/** Seven megabytes take five seconds, and no more than that is asked about at the door. */
const BYTES_PER_SECOND = 1_500_000
const SECRET = 'GPS 47.3769 N'

/** Its own home, so that what comes goes into a folder of the test. */
async function homeOf(info: TestInfo, name: string): Promise<{ home: string; env: Record<string, string> }> {
  const home = info.outputPath(`home of ${name}`)
  await mkdir(home)
  return { home, env: { HOME: home, XDG_CONFIG_HOME: join(home, '.config') } }
}

/** A photograph that says where it was taken. */
async function photograph(page: Page, colour: string): Promise<Buffer> {
  const drawn = await page.evaluate(async (colour) => {
    const canvas = new OffscreenCanvas(900, 600)
    const context = canvas.getContext('2d')
    if (context === null) return []
    context.fillStyle = colour
    context.fillRect(0, 0, 900, 600)
    context.fillStyle = '#e0a030'
    context.fillRect(500, 100, 200, 200)
    const blob = await canvas.convertToBlob({ type: 'image/jpeg' })
    return [...new Uint8Array(await blob.arrayBuffer())]
  }, colour)
  const jpeg = Buffer.from(drawn)
  const body = Buffer.concat([Buffer.from('Exif\0\0'), Buffer.from('49492a00080000000000', 'hex'), Buffer.from(SECRET)])
  const head = Buffer.from([0xff, 0xe1, 0, body.byteLength + 2])
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)])
}

/** As from the system's own windows: what is let go of here has a path, which the page is not told. */
async function drop(page: Page, files: readonly string[]): Promise<void> {
  const place = { x: 600, y: 300 }
  const data = { items: [], files: [...files], dragOperationsMask: 1 }
  const session = await page.context().newCDPSession(page)
  for (const type of ['dragEnter', 'dragOver'] as const) await session.send('Input.dispatchDragEvent', { type, ...place, data })
  await expect(page.getByText('Let go to add to your message')).toBeVisible()
  await session.send('Input.dispatchDragEvent', { type: 'drop', ...place, data })
  await session.detach()
}

const chips = (page: Page) => page.getByRole('list', { name: 'Files that go with this message' }).getByRole('listitem')

/** Sends what is ready, and says so. */
async function send(page: Page, name: string, text: string, files: number): Promise<void> {
  await expect(chips(page)).toHaveCount(files)
  await expect(chips(page).filter({ hasText: 'Getting it ready' })).toHaveCount(0)
  await say(page, name, text)
}

/** The dialog of the system answers by itself. */
async function willChoose({ desktop }: Desk, path: string): Promise<void> {
  await desktop.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
  }, path)
}

test('files, folders, pictures and voices go from window to window', async ({ openDesk }, info) => {
  test.setTimeout(120_000)
  const homes = { ada: await homeOf(info, 'Ada'), bea: await homeOf(info, 'Bea') }
  const ada = await openDesk('Ada', { env: homes.ada.env, args: MICROPHONE })
  const bea = await openDesk('Bea', { env: homes.bea.env })
  const address = await ownAddress(bea.page)
  const [, port = ''] = /\/tcp\/(\d+)\//.exec(address) ?? []
  const way = await slowWay(Number(port), BYTES_PER_SECOND)
  await befriend(ada.page, bea.page, { asking: 'Ada', asked: 'Bea' }, address.replace(`/tcp/${port}/`, `/tcp/${way.port}/`))

  const things = info.outputPath('things')
  const [photo, middle, large] = [await photograph(ada.page, '#305070'), randomBytes(7 * 1_024 ** 2), randomBytes(49 * 1_024 ** 2)]
  await mkdir(join(things, 'letters', 'old'), { recursive: true })
  for (const [name, content] of [
    ['letters/one.txt', 'one'],
    ['letters/old/two.txt', 'two'],
    ['photo.jpg', photo],
    ['middle.bin', middle],
    ['large.bin', large],
  ] as const) {
    await writeFile(join(things, name), content)
  }
  const came = (name: string): Promise<Buffer> => readFile(join(homes.bea.home, name))

  await test.step('a picture and a folder are dragged in, and come as they are shown', async () => {
    await drop(ada.page, [join(things, 'photo.jpg'), join(things, 'letters')])
    await send(ada.page, 'Bea', 'Look at these', 2)
    await expect(said(bea.page, 'Ada', 'Look at these')).toBeVisible()
    await expect(bea.page.getByRole('button', { name: 'Show the picture photo.jpg' })).toBeVisible()
    await expect(messageOf(bea.page, 'Ada', 'Look at these').getByText(/6 B · 2 files · here/)).toBeVisible()
    expect(await came('letters/one.txt')).toEqual(Buffer.from('one'))
    expect(await came('letters/old/two.txt')).toEqual(Buffer.from('two'))
    expect(photo.includes(SECRET)).toBe(true)
    await expect.poll(() => came('photo.jpg').then((bytes) => bytes.includes(SECRET), () => 'not here yet')).toBe(false)
  })

  await test.step('a picture is looked at large', async () => {
    await bea.page.getByRole('button', { name: 'Show the picture photo.jpg' }).click()
    await expect(bea.page.getByRole('img', { name: 'photo.jpg' })).toBeVisible()
    await bea.page.keyboard.press('Escape')
    await expect(bea.page.getByRole('img', { name: 'photo.jpg' })).toBeHidden()
  })

  await test.step('what is too large to be taken unasked is asked about at the door', async () => {
    await drop(ada.page, [join(things, 'large.bin')])
    await send(ada.page, 'Bea', 'The film', 1)
    await expect(bea.page.getByRole('region', { name: 'File of Ada' })).toContainText('large.bin')
    const film = messageOf(bea.page, 'Ada', 'The film')
    await film.getByRole('button', { name: 'Do not fetch' }).click()
    await expect(film.getByText('not fetched')).toBeVisible()
    await film.getByRole('button', { name: 'Fetch' }).click()
    await expect(film.getByText(/49 MiB · here/)).toBeVisible({ timeout: 30_000 })
    expect((await came('large.bin')).equals(large)).toBe(true)
    await expect(messageOf(ada.page, 'Bea', 'The film').getByText('had by Bea')).toBeVisible()
  })

  await test.step('on its way it is paused, stopped, begun again, and outlives a power cut', async () => {
    const chooser = ada.page.waitForEvent('filechooser')
    await ada.page.getByRole('button', { name: 'Add files' }).click()
    await ada.page.getByRole('menuitem', { name: 'Pictures and files' }).click()
    await (await chooser).setFiles([join(things, 'middle.bin')])
    await send(ada.page, 'Bea', 'The song', 1)
    const song = messageOf(bea.page, 'Ada', 'The song')
    await song.getByRole('button', { name: 'Pause' }).click()
    await expect(song.getByText(/paused/)).toBeVisible()
    await expect(song.getByRole('progressbar', { name: 'How far middle.bin is' })).toBeVisible()
    await look(bea.page, 'chat-file-paused', { inElectron: true, asItStands: true })
    await song.getByRole('button', { name: 'Stop' }).click()
    await expect(song.getByText(/stopped/)).toBeVisible()
    await song.getByRole('button', { name: 'Fetch' }).click()
    await expect(song.getByText(/ of 7 MiB, /)).toBeVisible()
    await bea.desktop.kill()
    await bea.reopen()
    await openChat(bea.page, 'Ada')
    await expect(messageOf(bea.page, 'Ada', 'The song').getByText(/7 MiB · here/)).toBeVisible({ timeout: 30_000 })
    expect((await came('middle.bin')).equals(middle)).toBe(true)
  })

  await test.step('it is shown in its folder', async () => {
    await bea.desktop.app.evaluate(({ shell }) => {
      shell.showItemInFolder = (path) => void (process.env['SHOWN'] = path)
    })
    await messageOf(bea.page, 'Ada', 'The song').getByRole('button', { name: 'Show in folder' }).click()
    await expect.poll(() => bea.desktop.app.evaluate(() => process.env['SHOWN'])).toBe(join(homes.bea.home, 'middle.bin'))
  })

  await test.step('a folder is chosen in the dialog of the system, and none that the page made up', async () => {
    await willChoose(ada, join(things, 'letters'))
    await ada.page.getByRole('button', { name: 'Add files' }).click()
    await ada.page.getByRole('menuitem', { name: 'A folder' }).click()
    await expect(chips(ada.page)).toHaveText(/letters/)
    await chips(ada.page).getByRole('button', { name: 'Take letters out' }).click()
    await expect(chips(ada.page)).toHaveCount(0)
    const given = ada.page.evaluate(() => window.latch?.pathOf(new File(['x'], '/etc/passwd')))
    expect(await given).toBeNull()
  })

  await test.step('a picture is pasted, and its name leads nowhere', async () => {
    await ada.page.getByRole('textbox', { name: 'Message to Bea' }).evaluate(
      (field, bytes) => {
        const clipboardData = new DataTransfer()
        clipboardData.items.add(new File([new Uint8Array(bytes)], '../../out.jpg', { type: 'image/jpeg' }))
        field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
      },
      [...(await photograph(ada.page, '#507030'))],
    )
    await send(ada.page, 'Bea', 'Pasted', 1)
    await expect(bea.page.getByRole('button', { name: 'Show the picture out.jpg' })).toBeVisible()
    await expect.poll(() => came('out.jpg').then((bytes) => bytes.includes(SECRET), () => 'not here yet')).toBe(false)
  })

  await test.step('a voice note is spoken, sent and heard', async () => {
    await ada.page.getByRole('button', { name: 'Record a voice note' }).click()
    await expect(ada.page.getByRole('timer')).toHaveText('0:02')
    await ada.page.getByRole('button', { name: 'Send the note' }).click()
    const note = conversation(bea.page, 'Ada').getByRole('article').last()
    await note.getByRole('button', { name: 'Play' }).click()
    await expect(note.getByRole('button', { name: 'Pause' })).toBeVisible()
    const place = note.getByRole('slider', { name: 'Place in the note' })
    await expect.poll(async () => Number(await place.inputValue())).toBeGreaterThan(0)
    await expect(note.getByRole('button', { name: 'Play' })).toBeVisible()
    await expect(note).toBeInViewport({ ratio: 1 })
  })
  await look(bea.page, 'chat-files', { inElectron: true, asItStands: true })
  await way.close()
})
