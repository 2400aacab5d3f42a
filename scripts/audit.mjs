// `npm run audit:deps`: what is known of the packages that Latch is made of. Licences, exact versions, hashes, sources and scripts are read from
// package-lock.json; deprecations, Electron's newest major and advisories are asked of the registry that npm is set to, and where that does not answer
// it says so and why. Exit code 1 when something is wrong; what could not be asked is no success of its own.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  EXCEPTIONS, advisories, deprecations, electronMajor, installScripts, isAllowed, licences, nameAt, packagesImported, pins, shipped, sources,
} from './audit-rules.mjs'
import { inRoot, lastLines, npm, readJson, runAsScript } from './lib.mjs'

/** The pinned Node is put in its place by its own script; nothing else runs one. docs/decisions.md, "Install scripts do not run, except one". */
export const MAY_RUN_SCRIPTS = ['node']
const ASKED_AT_ONCE = 8
const ANSWER_LIMIT_MS = 15_000
const AUDIT_LIMIT_MS = 120_000

/** The manifest, the lock, and what is shipped: what package.json calls so, what the code imports and the build packs, and Electron. */
export function readTree() {
  const manifest = readJson(inRoot('package.json'))
  const lock = readJson(inRoot('package-lock.json'))
  const files = readdirSync(inRoot('src'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && /\.(?:tsx?|css)$/.test(entry.name))
  const imported = files.flatMap((entry) => packagesImported(readFileSync(join(entry.parentPath, entry.name), 'utf8')))
  // Electron's own dependencies fetch and unpack it, and stay here.
  const roots = [...new Set([...Object.keys(manifest.dependencies), ...imported])].filter((name) => name !== 'electron')
  return { manifest, lock, imported: [...new Set(imported)], paths: [...shipped(lock, roots), 'node_modules/electron'] }
}

/** What needs nobody's answer, by the name of the check. */
export function offline({ manifest, lock, imported, paths }) {
  const named = { ...manifest.dependencies, ...manifest.devDependencies }
  return {
    licences: licences(lock, paths),
    'exact versions': pins(manifest, lock),
    'hashes and sources': sources(lock),
    'scripts at installation': installScripts(manifest, lock, MAY_RUN_SCRIPTS),
    'imports that package.json names': imported.filter((name) => named[name] === undefined && !lock.packages[`node_modules/${name}`]).map((name) => `${name} is imported and not named`),
  }
}

/** A difference between what is installed and what is locked; optional ones of other systems are not here. */
function installed({ lock, paths }) {
  return paths.flatMap((path) => {
    const there = readJson(inRoot(path, 'package.json'))
    if (there === undefined) return lock.packages[path].optional === true ? [] : [`${path} is not installed`]
    if (there.version !== lock.packages[path].version) return [`${path} is installed as ${there.version} and locked as ${lock.packages[path].version}`]
    const own = typeof there.license === 'string' ? there.license : undefined
    return own === undefined || isAllowed(nameAt(path), own) ? [] : [`${path} itself says ${own}`]
  })
}

/** Each packument by the path of its package; throws what kept one from coming. */
async function packuments(registry, { paths }) {
  const byName = new Map()
  const left = [...new Set(paths.map(nameAt))]
  const ask = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      const url = new URL(name.replace('/', '%2f'), registry.endsWith('/') ? registry : `${registry}/`)
      const signal = AbortSignal.timeout(ANSWER_LIMIT_MS)
      const answer = await fetch(url, { signal, headers: { accept: 'application/vnd.npm.install-v1+json' } })
      if (!answer.ok) throw new Error(`the registry answered ${answer.status} for ${name}`)
      byName.set(name, await answer.json())
    }
  }
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, ask))
  return Object.fromEntries(paths.map((path) => [path, byName.get(nameAt(path))]))
}

const why = (error) => [error.message, error.cause?.message].filter(Boolean).join(': ')

/** What the registry knows: findings by name of the check, or the reason for which it was not asked. */
async function online(tree) {
  const { output } = await npm(['config', 'get', 'registry', '--loglevel=error'], { capture: true, timeoutMs: ANSWER_LIMIT_MS })
  const registry = output.trim().split('\n').at(-1) ?? ''
  const checks = {}
  try {
    const answers = await packuments(registry, tree)
    checks['deprecations'] = deprecations(tree.lock, answers)
    checks['Electron is mended'] = electronMajor(tree.manifest.devDependencies.electron, answers['node_modules/electron']['dist-tags'].latest)
  } catch (error) {
    for (const name of ['deprecations', 'Electron is mended']) checks[name] ??= { skipped: why(error) }
  }
  const audit = await npm(['audit', '--json', '--package-lock-only', '--loglevel=error'], { capture: true, timeoutMs: AUDIT_LIMIT_MS })
  const from = audit.output.indexOf('{')
  let report
  try {
    report = JSON.parse(audit.output.slice(from, audit.output.lastIndexOf('}') + 1))
  } catch {
    report = undefined
  }
  const known = advisories(report, new Set(tree.paths.map(nameAt)))
  checks['advisories'] = known ?? { skipped: report?.message ?? report?.error?.summary ?? lastLines(audit.output).trim().split('\n')[0] }
  return checks
}

runAsScript(import.meta.url, async () => {
  const tree = readTree()
  const checks = { ...offline(tree), 'what is installed': installed(tree), ...(await online(tree)) }
  const count = Object.keys(tree.lock.packages).length - 1
  console.log(`${count} packages are locked, ${tree.paths.length} of them are shipped; ${EXCEPTIONS.map(({ licence, why: reason }) => `${licence}: ${reason}`).join('; ')}`)
  for (const [name, found] of Object.entries(checks)) {
    if (!Array.isArray(found)) console.log(`skipped  ${name}, because ${found.skipped}`)
    else console.log(`${found.length === 0 ? 'ok      ' : 'FAILED  '} ${[name, ...found].join('\n           ')}`)
  }
  return Object.values(checks).some((found) => Array.isArray(found) && found.length > 0) ? 1 : 0
})
