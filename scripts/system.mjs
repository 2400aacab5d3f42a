// What the tests need from the operating system: a Chromium, an X server without a screen, Electron's libraries.
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { inRoot, isWindows, lastLines, run, say } from './lib.mjs'
import { pinnedNode } from './node.mjs'

export const isRoot = process.getuid?.() === 0

/** Where root lets Playwright put its own Chromium: nobody else can read root's home. */
export const rootsBrowsers = inRoot('.cache', 'browsers')
if (isRoot) process.env.PLAYWRIGHT_BROWSERS_PATH ??= rootsBrowsers

const DEBIAN_PACKAGES = [
  'xvfb',
  'dbus',
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libdrm2',
  'libxss1',
  'libxtst6',
  'libnotify4',
  'libsecret-1-0',
  'libatspi2.0-0',
  'libxkbcommon0',
  'fonts-dejavu-core',
]

/** The same for other families, by the program that installs there. Chromium comes last and is left out where found. */
const OTHER_FAMILIES = {
  dnf: 'dnf install xorg-x11-server-Xvfb gtk3 nss alsa-lib mesa-libgbm libXScrnSaver libXtst libnotify libsecret chromium',
  pacman: 'pacman -S xorg-server-xvfb gtk3 nss alsa-lib mesa libxss libxtst libnotify libsecret chromium',
  zypper: 'zypper install xorg-x11-server-Xvfb gtk3 mozilla-nss libasound2 libgbm1 libXtst6 libnotify4 libsecret-1-0 chromium',
  apk: 'apk add xvfb gtk+3.0 nss alsa-lib mesa-gbm libxscrnsaver libxtst libnotify libsecret chromium',
}

/** Full path of a program on PATH, or undefined. */
export function findProgram(name) {
  const names = isWindows ? [`${name}.exe`, `${name}.cmd`] : [name]
  return (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((file) => join(folder, file)))
    .find((path) => existsSync(path))
}

const CHROMIUM_PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge']

const CHROMIUM_PLACES = {
  linux: [],
  darwin: ['', homedir()].flatMap((base) => [
    `${base}/Applications/Google Chrome.app/Contents/MacOS/Google Chrome`,
    `${base}/Applications/Chromium.app/Contents/MacOS/Chromium`,
    `${base}/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge`,
  ]),
  win32: [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
    .filter((base) => base !== undefined)
    .flatMap((base) => [
      join(base, 'Google/Chrome/Application/chrome.exe'),
      join(base, 'Microsoft/Edge/Application/msedge.exe'),
    ]),
}

/**
 * Path of a Chromium that starts, or undefined. LATCH_CHROMIUM names one, and goes first.
 *
 * @returns {Promise<string | undefined>}
 */
export async function findChromium() {
  const candidates = [
    process.env.LATCH_CHROMIUM,
    ...CHROMIUM_PROGRAMS.map(findProgram),
    ...(CHROMIUM_PLACES[process.platform] ?? []),
  ]
  for (const path of candidates) {
    if (path !== undefined && existsSync(path) && (await starts(path))) return path
  }
  const { chromium } = await import('@playwright/test')
  const path = chromium.executablePath()
  return existsSync(path) && (await starts(path)) ? path : undefined
}

/** Ubuntu's chromium-browser is a stub where there is no snap: only one that runs counts. */
async function starts(path) {
  if (process.platform !== 'linux') return true
  return (await run(path, ['--version'], { capture: true, timeoutMs: 20_000 })).code === 0
}

export const findXvfb = () => findProgram('Xvfb')

/** What is missing for the tests, in words with the command that brings it, or undefined. Installs it where it may. */
export async function installTestTools() {
  if (process.platform === 'linux') {
    const why = await (findProgram('apt-get') && findProgram('dpkg-query') ? withApt() : withOtherFamily())
    if (why !== undefined) say(why)
  }
  if ((await findChromium()) === undefined) await withPlaywright()
}

async function withApt() {
  return installDebianPackages([...DEBIAN_PACKAGES, ...((await findChromium()) === undefined ? ['chromium'] : [])])
}

/** Installs those that are not there. Gives undefined, or in words what is missing with the command that brings it. */
export async function installDebianPackages(wanted) {
  const missing = await missingDebianPackages(wanted)
  if (missing.length === 0) return undefined
  const hint = `apt-get install ${missing.join(' ')}`
  if (!isRoot) return `The tests need packages of the system that are not there: sudo ${hint}`

  say(`Installing ${missing.join(', ')} …`)
  const apt = (args) =>
    run('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...args], {
      capture: true,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      timeoutMs: 900_000,
    })
  // A fresh image has no package lists, and old ones name versions that are gone.
  const updated = await apt(['update'])
  const names = await Promise.all(missing.map(nameInThisRelease))
  const known = names.filter((name) => name !== undefined)
  const { code, output } = await apt(['install', '-y', '--no-install-recommends', ...known])
  return code === 0 ? undefined : `${hint} failed:\n${lastLines(updated.output + output)}`
}

async function missingDebianPackages(names) {
  const { output } = await run('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\\n'], { capture: true })
  const installed = new Set(
    output
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  )
  return names.filter((name) => !installed.has(name) && !installed.has(`${name}t64`))
}

/** Since the change to 64-bit times some libraries end in `t64`; a snap-only Chromium has no package at all. */
async function nameInThisRelease(name) {
  for (const candidate of [`${name}t64`, name]) {
    const { output } = await run('apt-cache', ['policy', candidate], { capture: true })
    if (/Candidate: (?!\(none\))/.test(output)) return candidate
  }
  return undefined
}

async function withOtherFamily() {
  if (findXvfb() !== undefined && (await findChromium()) !== undefined) return undefined
  const tool = Object.keys(OTHER_FAMILIES).find((name) => findProgram(name) !== undefined)
  const hint = tool === undefined ? 'Xvfb, Chromium and GTK 3' : `sudo ${OTHER_FAMILIES[tool]}`
  return `The tests need programs of the system that are not there: ${hint}`
}

async function withPlaywright() {
  say('No Chromium found: fetching the one of Playwright …')
  const cli = inRoot('node_modules', '@playwright', 'test', 'cli.js')
  const args = [cli, 'install', 'chromium']
  const { code, output } = await run(pinnedNode(), args, { capture: true, timeoutMs: 600_000 })
  if (code !== 0) say(`It could not be had: ${/Error: (.*)/.exec(output)?.[1]}. Install Chromium or Chrome by hand.`)
}

/**
 * Why Electron's sandbox cannot start here, or undefined when it can. Latch never runs without it.
 *
 * @param {string} dist folder of the Electron distribution
 * @param {string[]} runAs a prefix such as setpriv's, to ask for another user
 * @returns {Promise<string | undefined>}
 */
export async function whyNoSandbox(dist, runAs = []) {
  if (process.platform !== 'linux') return undefined
  if (isRoot && runAs.length === 0) return 'its sandbox does not start as root'
  if (isSetuidRoot(join(dist, 'chrome-sandbox')) || findProgram('unshare') === undefined) return undefined
  const [command, ...args] = [...runAs, 'unshare', '--user', '--map-root-user', 'true']
  const { code } = await run(command, args, { capture: true, timeoutMs: 10_000 })
  if (code === 0) return undefined
  const how = existsSync('/proc/sys/kernel/apparmor_restrict_unprivileged_userns')
    ? ' (sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0 lets them)'
    : ''
  return `this system does not let ordinary users make the namespaces its sandbox is built of${how}`
}

function isSetuidRoot(path) {
  const { uid, mode } = statSync(path, { throwIfNoEntry: false }) ?? {}
  return uid === 0 && (mode & 0o4001) === 0o4001
}

/** A folder of its own under the system's temporary one, removed by the function that comes with it. */
export function temporaryFolder(name) {
  const path = mkdtempSync(join(tmpdir(), `${name}-`))
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) }
}
