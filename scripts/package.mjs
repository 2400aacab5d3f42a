// Makes the packages of one system:
//
//   npm run package                     those of the system it runs on
//   npm run package -- linux            deb, tar.xz, and the AppImage where its runtime can be had
//   npm run package -- windows | mac    on that system, or wherever electron-builder can
//
//   --dir        the folder with the app alone, from which all else is made
//   --for-tests  with whatever Electron the tests use, for a package that is never given out, packed quickly
//   --into <dir> somewhere else than dist/
//
// The same commit gives the same bytes: every time stamp is the commit's (or SOURCE_DATE_EPOCH's), every list is sorted.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from './build.mjs'
import { findElectron } from './electron.mjs'
import { Stop, hashFile, inRoot, readJson, run, runAsScript, say } from './lib.mjs'
import { pinnedNode } from './node.mjs'
import { debAndArchive } from './package-deb.mjs'
import { stage } from './package-stage.mjs'
import { setup } from './setup.mjs'

const SYSTEMS = {
  linux: { platform: 'linux', flag: '--linux' },
  windows: { platform: 'win32', flag: '--win' },
  mac: { platform: 'darwin', flag: '--mac' },
}

/** The commit's time, in seconds: what a file is dated with has to be the same wherever it is packed. */
async function epoch() {
  const given = Number(process.env.SOURCE_DATE_EPOCH ?? '')
  if (Number.isInteger(given) && given > 0) return given
  const { code, output } = await run('git', ['log', '-1', '--format=%ct'], { capture: true })
  if (code !== 0) throw new Stop('Not a clone: set SOURCE_DATE_EPOCH to the seconds that files are to be dated with.')
  return Number(output)
}

async function builder(args, epochSeconds, electron) {
  const cli = inRoot('node_modules', 'electron-builder', 'out', 'cli', 'cli.js')
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(epochSeconds), TZ: 'UTC', NODE_ENV: 'production' }
  // No certificate of whoever happens to be logged in: signing is asked for by naming one.
  if (env.CSC_LINK === undefined && env.CSC_NAME === undefined) env.CSC_IDENTITY_AUTO_DISCOVERY = 'false'
  const given = electron === undefined ? [] : [`-c.electronDist=${electron.dist}`, `-c.electronVersion=${electron.version}`]
  const config = ['--config', inRoot('electron-builder.config.mjs'), '--publish', 'never']
  return run(pinnedNode(), [cli, ...args, ...config, ...given], { capture: true, env })
}

/** Packages for one system. Gives the folder of the app and the files that were made. */
export async function makePackages({ system, dirOnly = false, forTests = false, into = inRoot('dist') }) {
  const { platform, flag } = SYSTEMS[system]
  const native = platform === process.platform
  const electron = native ? await findElectron({ forTests }) : undefined
  if (electron?.why !== undefined) throw new Stop(`${electron.why}\nA package for tests can do with another one: --for-tests`)
  const republished = electron !== undefined && electron.name !== 'Electron'
  const epochSeconds = await epoch()
  const { version } = readJson(inRoot('package.json'))
  const arch = process.arch

  const staged = join(into, 'app')
  rmSync(into, { recursive: true, force: true })
  mkdirSync(into, { recursive: true })
  await build()
  const files = stage(staged, { platform, arch, version, epochSeconds })
  say(`Packing ${files.length} files for ${system} ${arch}${electron === undefined ? '' : `, ${electron.name} ${electron.version}`} …`)
  const folders = [`-c.directories.app=${staged}`, `-c.directories.output=${into}`]
  const target = dirOnly || system === 'linux' ? ['--dir'] : []
  const { code, output } = await builder([flag, ...target, `--${arch}`, ...folders], epochSeconds, electron)
  if (code !== 0) throw new Stop(`electron-builder failed:\n${output.trim()}`)
  if (system !== 'linux') return { folder: into, files: [] }

  const folder = join(into, 'linux-unpacked')
  if (republished) {
    // What starts the app that a test names: see scripts/electron.mjs.
    rmSync(join(folder, 'resources', 'app'), { recursive: true, force: true })
    writeFileSync(join(folder, 'ONLY-FOR-TESTS.txt'), ONLY_FOR_TESTS(electron))
  }
  if (dirOnly) return { folder, files: [] }
  const made = await debAndArchive({ folder, into, version, arch, epochSeconds, quick: forTests })
  if (!forTests) made.push(...(await appImage(folder, into, folders, epochSeconds, electron)))
  writeFileSync(join(into, 'SHA256SUMS'), made.map((path) => `${hashFile(path, 'sha256', 'hex')}  ${path.slice(into.length + 1)}\n`).join(''))
  return { folder, files: made }
}

const ONLY_FOR_TESTS = ({ name, version }) =>
  `This package holds ${name} ${version}, which is not the Electron that its makers published.\nIt was made to be tested, and is never to be given out.\n`

/** Its tools and its runtime are downloaded by electron-builder; without them there is a deb and an archive. */
async function appImage(folder, into, folders, epochSeconds, electron) {
  const { code, output } = await builder(['--linux', 'AppImage', '--prepackaged', folder, ...folders], epochSeconds, electron)
  const path = join(into, `latch-${readJson(inRoot('package.json')).version}-linux-x86_64.AppImage`)
  if (code === 0 && existsSync(path)) return [path]
  const why = /(?:error|cause)[^\n]*(?:ENOTFOUND|ECONN|EAI_AGAIN|status|download)[^\n]*/i.exec(output)?.[0] ?? output.trim().split('\n').at(-1)
  say(`No AppImage was made: ${why}`)
  return []
}

runAsScript(import.meta.url, async (args) => {
  const options = { dir: { type: 'boolean' }, 'for-tests': { type: 'boolean' }, into: { type: 'string' } }
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const here = Object.keys(SYSTEMS).find((name) => SYSTEMS[name].platform === process.platform) ?? 'linux'
  const system = positionals[0] ?? here
  if (!(system in SYSTEMS) || positionals.length > 1) throw new Stop(`package.mjs knows ${Object.keys(SYSTEMS).join(', ')}`)
  await setup()
  const into = values.into === undefined ? undefined : resolve(values.into)
  const { folder, files } = await makePackages({ system, dirOnly: values.dir, forTests: values['for-tests'], ...(into && { into }) })
  for (const path of files) say(`${path}, ${(readFileSync(path).length / 1e6).toFixed(1)} MB`)
  if (files.length === 0) say(folder)
})
