// Builds out/ when it is older than what it is made of. By hand: `npm run build`, which always builds.
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, rmSync } from 'node:fs'
import { Stop, inRoot, readJson, run, runAsScript, say, writeJson } from './lib.mjs'
import { pinnedNode } from './node.mjs'
import { setup } from './setup.mjs'

const SOURCES = ['src', 'electron.vite.config.ts', 'tsconfig.json', 'package.json', 'package-lock.json']
const recordPath = inRoot('out', '.build.json')

/**
 * Builds if anything in SOURCES changed since the last build: by content, as a checkout touches every time stamp.
 *
 * @returns {Promise<'built' | 'current'>}
 */
export async function buildIfStale() {
  const hash = hashOfSources()
  if (readJson(recordPath)?.hash === hash) return 'current'
  await build(hash)
  return 'built'
}

/** Builds whatever is there already. */
export async function build(hash = hashOfSources()) {
  say('Building …')
  rmSync(recordPath, { force: true })
  const cli = inRoot('node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const { code, output } = await run(pinnedNode(), [cli, 'build', '--logLevel', 'warn'], {
    capture: true,
    env: { ...process.env, NODE_ENV: 'production' },
  })
  if (code !== 0) throw new Stop(`The build failed:\n${output.trim()}`)
  writeJson(recordPath, { hash })
}

function hashOfSources() {
  const hash = createHash('sha256')
  for (const source of SOURCES) {
    for (const path of filesOf(source)) hash.update(`${path}\0`).update(readFileSync(inRoot(path))).update('\0')
  }
  return hash.digest('hex')
}

function filesOf(path) {
  let entries
  try {
    entries = readdirSync(inRoot(path), { withFileTypes: true })
  } catch {
    return [path]
  }
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesOf(`${path}/${entry.name}`) : [`${path}/${entry.name}`]))
}

runAsScript(import.meta.url, async () => {
  await setup()
  await build()
})
