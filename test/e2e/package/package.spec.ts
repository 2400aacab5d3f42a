import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { extractFile, listPackage } from '@electron/asar'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { go, nameYourself } from '../../helpers/journey.ts'
import { packedTwice, startAgain, startPackage, unpacked } from './packed.ts'

const [first, second] = packedTwice()
const root = unpacked(first.deb)
const app = join(root, 'opt', 'Latch')
const program = join(app, 'latch')
const archive = join(app, 'resources', 'app.asar')

test.afterAll(() => rmSync(root, { recursive: true, force: true }))

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

test('the packaged app opens its first window, makes an account, and takes a link that a second start brings', async ({ playwright: _playwright }, info) => {
  const dataFolder = info.outputPath('data')
  mkdirSync(dataFolder, { recursive: true })
  const running = await startPackage(program, dataFolder)
  try {
    await nameYourself(running.page, 'Ada')
    await go(running.page, 'Settings')
    const link = 'latch://invite/not-a-real-one'
    expect(await startAgain(program, dataFolder, link)).toBe(0)
    const dialog = running.page.getByRole('dialog', { name: 'Connect to someone' })
    await expect(dialog.getByRole('textbox', { name: 'Link or address' })).toHaveValue(link)
    await running.page.keyboard.press('Escape')
    expect(await startAgain(program, dataFolder, 'peer://nobody.peer/')).toBe(0)
    await expect(running.page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Browse' })).toHaveAttribute('aria-current', 'page')
    await info.attach('the packaged window', { body: await running.page.screenshot(), contentType: 'image/png' })
    expect(running.complaints.unexpected()).toEqual([])
  } finally {
    await running.close()
  }
  expect(existsSync(join(dataFolder, 'latch.db'))).toBe(true)
})

test('its fuses are as the package says, read back from the binary', async () => {
  const wire = await getCurrentFuseWire(program)
  const on = [FuseV1Options.EnableCookieEncryption, FuseV1Options.EnableEmbeddedAsarIntegrityValidation, FuseV1Options.OnlyLoadAppFromAsar]
  const off = [
    FuseV1Options.RunAsNode,
    FuseV1Options.EnableNodeOptionsEnvironmentVariable,
    FuseV1Options.EnableNodeCliInspectArguments,
    FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
    FuseV1Options.GrantFileProtocolExtraPrivileges,
  ]
  expect(on.map((fuse) => wire[fuse])).toEqual(on.map(() => FuseState.ENABLE))
  expect(off.map((fuse) => wire[fuse])).toEqual(off.map(() => FuseState.DISABLE))
})

test('it is no Node for others: what ELECTRON_RUN_AS_NODE asks for is not run', () => {
  const asked = spawnSync(program, ['-e', 'console.log("ran as " + "node")'], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', LATCH_DATA: join(root, 'never') },
    encoding: 'utf8',
    timeout: 5_000,
    killSignal: 'SIGKILL',
  })
  expect(asked.stdout).not.toContain('ran as node')
})

test('it holds what runs, and no sources, tests, maps or addons of other systems', () => {
  const files = listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/'))
  expect(files).toContain('/out/main/index.js')
  expect(files).toContain('/out/preload/index.cjs')
  expect(files).toContain('/out/renderer/index.html')
  expect(files.filter((path) => !/^\/(?:out|node_modules|resources)(?:\/|$)|^\/(?:package\.json|LICENSE)$/.test(path))).toEqual([])
  expect(files.filter((path) => /\.(?:map|ts|tsx|cc|c|h|gyp|md)$/.test(path) && !/licen[cs]e\.md$/i.test(path))).toEqual([])
  expect(files.filter((path) => /\/(?:src|test|tests|deps|prebuilds\/(?!linux))(?:\/|$)/.test(path))).toEqual([])
  const addons = files.filter((path) => path.endsWith('.node'))
  expect(addons).toHaveLength(4)
  for (const addon of addons) expect(existsSync(join(`${archive}.unpacked`, addon)), addon).toBe(true)
  const manifest = JSON.parse(extractFile(archive, 'package.json').toString('utf8')) as Record<string, unknown>
  expect(Object.keys(manifest).toSorted()).toEqual(['author', 'description', 'desktopName', 'license', 'main', 'name', 'productName', 'type', 'version'])
  expect(readdirSync(join(app, 'resources')).toSorted()).toEqual(['app.asar', 'app.asar.unpacked', 'apparmor-profile'])
})

test('the deb tells the system who opens its links, by a desktop entry, icons and scripts', () => {
  const entry = readFileSync(join(root, 'usr', 'share', 'applications', 'latch.desktop'), 'utf8')
  expect(entry).toContain('MimeType=x-scheme-handler/latch;x-scheme-handler/peer;')
  expect(entry).toMatch(/^Categories=Network;InstantMessaging;/m)
  expect(existsSync(join(root, 'usr', 'share', 'icons', 'hicolor', '256x256', 'apps', 'latch.png'))).toBe(true)
  const control = execFileSync('dpkg-deb', ['--field', first.deb], { encoding: 'utf8' })
  expect(control).toMatch(/^Package: latch$/m)
  expect(control).toMatch(/^Architecture: (?:amd64|arm64)$/m)
  const members = execFileSync('dpkg-deb', ['--ctrl-tarfile', first.deb])
  expect(execFileSync('tar', ['-tf', '-'], { input: members, encoding: 'utf8' })).toContain('./postinst')
  const owners = execFileSync('dpkg-deb', ['--contents', first.deb], { encoding: 'utf8' }).trim().split('\n')
  expect(owners.filter((line) => !line.includes(' root/root '))).toEqual([])
})

test('the same commit packed twice gives the same bytes', () => {
  const asar = (folder: string): string => sha256(join(folder, 'resources', 'app.asar'))
  expect(asar(second.folder)).toBe(asar(first.folder))
  expect(sha256(second.deb)).toBe(sha256(first.deb))
})
