// Puts together what a package holds, and nothing else: out/, the packages that are not bundled with what they need at run
// time, one system's addons, the icons of the window, a package.json that says no more than has to be known.
import { copyFileSync, existsSync, lutimesSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { Stop, inRoot, readJson } from './lib.mjs'

/** As in electron.vite.config.ts: what stays outside of the bundle. */
const NOT_BUNDLED = ['better-sqlite3-multiple-ciphers', 'sodium-native', 'node-datachannel', 'classic-level']

/** Where node-datachannel keeps its addon, which is a package for each system. */
const DATACHANNEL = { linux: (arch) => `linux-${arch}-gnu`, darwin: (arch) => `darwin-${arch}`, win32: (arch) => `win32-${arch}-msvc` }

/** What a package is loaded by. Sources, headers, types, tests and words about it stay behind. */
const LOADED = /\.(?:c?js|mjs|json)$/
const LEFT_BEHIND = new Set(['deps', 'src', 'test', 'tests', 'types', 'docs', 'extensions', 'node_modules', 'jest.config.ts'])
const LEFT_BEHIND_FILES = /^\.|^(?:test|build-test|example|benchmark)\.js$|\.test\.c?js$|^(?:rollup|jest)\.config\.|^tsconfig\.json$/

/** Fills `folder` for one system. Every file gets the time of the commit. Gives the paths, sorted. */
export function stage(folder, { platform, arch, version, epochSeconds }) {
  rmSync(folder, { recursive: true, force: true })
  for (const entry of ['main', 'preload', 'renderer']) copyBuilt(inRoot('out', entry), join(folder, 'out', entry))
  copy(inRoot('resources', 'icon.png'), join(folder, 'resources', 'icon.png'))
  copy(inRoot('LICENSE'), join(folder, 'LICENSE'))
  for (const name of neededPackages([...NOT_BUNDLED, `@node-datachannel/${DATACHANNEL[platform](arch)}`])) {
    copyPackage(name, join(folder, 'node_modules', name), { platform, arch })
  }
  const { name, description, license, main } = readJson(inRoot('package.json'))
  const manifest = { name, productName: 'Latch', version, description, author: 'Latch contributors', license, type: 'module', main, desktopName: 'latch.desktop' }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  const paths = filesOf(folder)
  for (const path of paths) lutimesSync(path, epochSeconds, epochSeconds)
  return paths.map((path) => relative(folder, path)).toSorted((a, b) => (a < b ? -1 : 1))
}

/** A package, and what it needs, down to the last. All of them lie at the top, where npm put one version of each. */
function neededPackages(names) {
  const needed = new Set()
  const visit = (name) => {
    if (needed.has(name)) return
    const manifest = readJson(inRoot('node_modules', name, 'package.json'))
    if (manifest === undefined) throw new Stop(`${name} is not installed for this system: \`npm run setup\`, or package on the system itself`)
    needed.add(name)
    for (const below of Object.keys(manifest.dependencies ?? {})) {
      if (existsSync(inRoot('node_modules', name, 'node_modules', below))) throw new Stop(`${name} has a ${below} of its own, which the package would lose`)
      if (!COMPILE_ONLY.has(below)) visit(below)
    }
  }
  names.forEach(visit)
  return [...needed].toSorted((a, b) => (a < b ? -1 : 1))
}

/** Headers for compiling, which nobody does here. */
const COMPILE_ONLY = new Set(['node-addon-api', 'napi-macros'])

function copyBuilt(from, to) {
  for (const path of filesOf(from)) if (!path.endsWith('.map')) copy(path, join(to, relative(from, path)))
}

function copyPackage(name, to, system) {
  const from = inRoot('node_modules', name)
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        if (folder === from && LEFT_BEHIND.has(entry.name)) continue
        walk(path)
      } else if (isShipped(relative(from, path), system)) copy(path, join(to, relative(from, path)))
    }
  }
  walk(from)
}

function isShipped(path, { platform, arch }) {
  if (path.endsWith('.node')) return !path.startsWith('prebuilds') || isForSystem(path.split(/[/\\]/).slice(1), platform, arch)
  if (/licen[cs]e/i.test(basename(path))) return true
  return LOADED.test(path) && !LEFT_BEHIND_FILES.test(basename(path))
}

/** `linux-x64.node`, `linux-x64/sodium-native.node`, `darwin-x64+arm64/classic-level.node`, `linux-x64/classic-level.musl.node`. */
function isForSystem([place, file = ''], platform, arch) {
  const [system, processors = ''] = place.replace(/\.node$/, '').split('-')
  return system === platform && processors.split('+').includes(arch) && !file.includes('.musl.')
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, to)
}

/** Every file below, in the order of their names. */
export function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesOf(join(folder, entry.name)) : [join(folder, entry.name)]))
}
