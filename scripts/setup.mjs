// Brings everything a fresh clone lacks. `npm start` and `npm test` call it themselves; by hand: `npm run setup`.
//
//   node scripts/setup.mjs           npm packages and the pinned Node
//   node scripts/setup.mjs --tests   also what the tests drive: Chromium, Xvfb, a runnable Electron
import { rmSync } from 'node:fs'
import { forgetElectronFailure, findElectron } from './electron.mjs'
import { Stop, atLeast, hashFile, inRoot, npm, readJson, runAsScript, say, writeJson } from './lib.mjs'
import { OLDEST_FOR_SCRIPTS, hasUsableNode, installPinnedNode } from './node.mjs'
import { installTestTools } from './system.mjs'

const recordPath = inRoot('node_modules', '.latch-setup.json')

/** Makes node_modules match package-lock.json, with the pinned Node in it. Returns at once when nothing changed. */
export async function setup() {
  if (!atLeast(process.version, OLDEST_FOR_SCRIPTS)) {
    throw new Stop(`Latch needs Node ${OLDEST_FOR_SCRIPTS} or newer to set itself up; this is ${process.version}.`)
  }
  const wanted = {
    lockfileSha256: hashFile(inRoot('package-lock.json'), 'sha256', 'hex'),
    platform: `${process.platform}-${process.arch}`,
  }
  const record = readJson(recordPath)
  const isSame = record?.lockfileSha256 === wanted.lockfileSha256 && record.platform === wanted.platform
  if (isSame && hasUsableNode()) return

  if (record !== undefined && record.platform !== wanted.platform) await installPackages()
  else if (!packagesMatchLockfile()) await installPackages()
  await installPinnedNode()
  writeJson(recordPath, wanted)
}

/** npm keeps a copy of what it installed. Packages that are optional depend on the platform, and are not compared. */
function packagesMatchLockfile() {
  const wanted = readJson(inRoot('package-lock.json')).packages
  const installed = readJson(inRoot('node_modules', '.package-lock.json'))?.packages
  if (installed === undefined) return false
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional === true || installed[path]?.integrity === entry.integrity,
  )
}

async function installPackages() {
  say('Installing the npm packages of package-lock.json …')
  // No install scripts: the native packages carry their binaries inside, and must not be compiled for another Node.
  // Development packages in any case: NODE_ENV=production would leave them out. Not `npm ci`: it refuses a lockfile
  // without the binaries of platforms for which some registry has none, and on Windows cannot replace what runs.
  const args = ['install', '--no-save', '--ignore-scripts', '--include=dev', '--include=optional']
  rmSync(recordPath, { force: true })
  const { code } = await npm([...args, '--no-audit', '--no-fund', '--loglevel=error'], { stdio: ['ignore', 2, 2] })
  if (code !== 0) throw new Stop('npm could not install the packages; its own words are above. Then start again.')
}

runAsScript(import.meta.url, async (args) => {
  const unknown = args.find((arg) => arg !== '--tests')
  if (unknown !== undefined) throw new Stop(`setup does not know ${unknown}; it knows --tests`)
  await setup()
  forgetElectronFailure()
  const forTests = args.includes('--tests')
  if (forTests) await installTestTools()
  const electron = await findElectron({ forTests })
  say(electron.why ?? `${electron.name} ${electron.version} is ready.`)
  say('Latch is set up.')
})
