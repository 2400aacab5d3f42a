// What `npm run audit:deps` holds dependencies to: pure, on package.json and package-lock.json as they are read. Each rule gives sentences about
// what is wrong, and nothing where all is well. test/unit/security holds the tree to them in each run.

/** Anybody may ship these, changed or not, if the notice goes along. */
const PERMISSIVE = new Set([
  'MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'WTFPL', 'CC0-1.0', 'Unlicense',
])

/** Shipped under terms of their own kind, each with the reason why that does no harm here. */
export const EXCEPTIONS = [
  { licence: 'MPL-2.0', names: /^(?:node-datachannel|@node-datachannel\/.+)$/, why: 'copyleft by file, and its files are shipped as they are' },
  { licence: 'OFL-1.1', names: /^(?:@fontsource(?:-variable)?\/.+|@infolektuell\/noto-color-emoji)$/, why: 'a font, shipped with programs and not sold by itself' },
]

/** Would bind the whole of what links it; not even as a tool, which somebody may one day import. */
const BINDING = /\b(?:A?GPL|LGPL|SSPL|BUSL|CPAL|EUPL)\b/i

/** As some packages write it. */
const SPELLINGS = new Map([
  ['MPL 2.0', 'MPL-2.0'],
  ['Apache 2.0', 'Apache-2.0'],
  ['BSD', 'BSD-2-Clause'],
])

const EXACT = /^\d+\.\d+\.\d+(?:-[\w.-]+)?$/
const FROM_ELSEWHERE = /^(?:git\b|git[+:@]|github:|gitlab:|bitbucket:|gist:|https?:|file:|link:|workspace:|[\w.-]+\/[\w.-]+(?:#|$))/
/** Newest majors that Electron mends. https://www.electronjs.org/docs/latest/tutorial/electron-timelines */
export const SUPPORTED_MAJORS = 3

/** `@scope/name` of `node_modules/a/node_modules/@scope/name`. */
export const nameAt = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

const entriesOf = (lock) => Object.entries(lock.packages).filter(([path]) => path !== '')

/** A package by its name, and perhaps something in it. */
const NAMED = /^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*(?:\/[\w./-]+)?$/

/** The package of `from 'a/b'`, or null of what is ours or Node's. */
export function packageOf(request) {
  if (/^(?:\.|\/|node:|virtual:|~)/.test(request)) return null
  return request.split('/', request.startsWith('@') ? 2 : 1).join('/')
}

/** What a source file imports, by package; also a style sheet, and a type. */
export function packagesImported(text) {
  const requests = [...text.matchAll(/(?:(?<!\.)\bfrom\s*|\bimport\s*\(?\s*|@import\s*(?:url\()?)["']([^"'\n]+)["']/g)].map(([, request]) => request)
  return [...new Set(requests.filter((request) => NAMED.test(request)).map(packageOf).filter((name) => name !== null))]
}

/** Where Node finds `name` from `path`, as npm wrote it down; null: it was left out, as an optional one may be. */
function found(lock, path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const there = `${at === '' ? '' : `${at}/`}node_modules/${name}`
    if (lock.packages[there] !== undefined) return there
    if (at === '') return null
    if (!at.includes('/node_modules/')) at = ''
  }
}

/** Paths of everything that `roots` need, themselves too: what is in a package of Latch, by whatever way. */
export function shipped(lock, roots) {
  const seen = new Set()
  const open = roots.map((name) => found(lock, '', name)).filter((path) => path !== null)
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = lock.packages[path]
    const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true)
    for (const name of [...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...peers]) {
      const there = found(lock, path, name)
      if (there !== null) open.push(there)
    }
  }
  return [...seen]
}

/** Whether somebody may ship what is under this SPDX expression. Of alternatives one is enough. */
export function isAllowed(name, expression) {
  const text = expression.replaceAll(/[()]/g, '')
  if (/\bOR\b/.test(text)) return text.split(/\s+OR\s+/).some((one) => isAllowed(name, one))
  return text.split(/\s+AND\s+/).every((one) => {
    const licence = SPELLINGS.get(one.trim()) ?? one.trim()
    return PERMISSIVE.has(licence) || EXCEPTIONS.some((exception) => exception.licence === licence && exception.names.test(name))
  })
}

export function licences(lock, paths) {
  const ours = paths.flatMap((path) => {
    const { license } = lock.packages[path]
    if (typeof license !== 'string') return [`${path} says no licence`]
    return isAllowed(nameAt(path), license) ? [] : [`${path} is under ${license}, which is not among what Latch ships`]
  })
  const binding = entriesOf(lock).flatMap(([path, { license }]) => {
    const isBinding = typeof license === 'string' && license.split(/\s+OR\s+/).every((one) => BINDING.test(one))
    return isBinding ? [`${path} is under ${license}, also as a tool`] : []
  })
  return [...ours, ...binding]
}

/** Every direct one at one exact version, which is the one that is locked. */
export function pins(manifest, lock) {
  return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) => {
    const wanted = Object.entries(manifest[kind] ?? {})
    const drifted = Object.keys(lock.packages['']?.[kind] ?? {}).filter((name) => manifest[kind]?.[name] === undefined)
    return [
      ...drifted.map((name) => `${name} is locked as one of ${kind}, and package.json does not name it`),
      ...wanted.flatMap(([name, version]) => {
        if (!EXACT.test(version)) return [`${name} is "${version}" and no exact version`]
        const locked = lock.packages[`node_modules/${name}`]?.version
        return locked === version ? [] : [`${name} is ${version} in package.json and ${locked ?? 'nowhere'} in package-lock.json`]
      }),
    ]
  })
}

/** Nothing without a hash that is still good, nothing from anywhere but a registry. */
export function sources(lock) {
  if (lock.lockfileVersion !== 3) return ['package-lock.json is not of version 3']
  return entriesOf(lock).flatMap(([path, entry]) => {
    const { version, integrity, resolved, link } = entry
    const wrong = []
    if (link === true) wrong.push(`${path} is a link`)
    if (!EXACT.test(String(version).replace(/\+.*$/, ''))) wrong.push(`${path} has no exact version`)
    if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')) wrong.push(`${path} has no SHA-512 of its own`)
    if (resolved !== undefined && !/^https:\/\/[^/]+\/.+\.tgz$/.test(resolved)) wrong.push(`${path} comes from ${resolved.replace(/:.*$/s, ':')}`)
    for (const kind of ['dependencies', 'optionalDependencies']) {
      for (const [name, spec] of Object.entries(entry[kind] ?? {})) {
        if (FROM_ELSEWHERE.test(spec)) wrong.push(`${path} takes ${name} from elsewhere than a registry`)
      }
    }
    return wrong
  })
}

/** What would run something at its installation is listed in package.json, and only the listed `true` may. */
export function installScripts(manifest, lock, mayRun) {
  const listed = manifest.allowScripts ?? {}
  const unlisted = entriesOf(lock).flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript === true && listed[nameAt(path)] === undefined ? [`${path} would run a script at its installation, and is not listed`] : [],
  )
  const running = Object.keys(listed).filter((name) => listed[name] === true && !mayRun.includes(name))
  return [...unlisted, ...running.map((name) => `${name} may run a script at its installation, for which nobody gave a reason`)]
}

/** `latest`: the newest version that is not a preview. */
export function electronMajor(pinned, latest) {
  const [ours, newest] = [pinned, latest].map((version) => Number(/^\d+/.exec(version)?.[0]))
  if (!Number.isInteger(newest)) return [`the newest Electron, "${latest}", is no version`]
  return ours > newest - SUPPORTED_MAJORS ? [] : [`Electron ${pinned} is no longer mended: the newest is ${latest}, and ${SUPPORTED_MAJORS} majors are`]
}

/** What its own people say of a version: that nobody should use it any more. */
export function deprecations(lock, packuments) {
  return Object.entries(packuments).flatMap(([path, packument]) => {
    const said = packument.versions?.[lock.packages[path].version]?.deprecated
    return typeof said === 'string' && said !== '' ? [`${nameAt(path)} ${lock.packages[path].version} is deprecated: ${said.slice(0, 200)}`] : []
  })
}

/** What npm's answer says of those that are shipped; null where it is no answer. */
export function advisories(report, names) {
  if (typeof report?.vulnerabilities !== 'object' || report.vulnerabilities === null) return null
  return Object.values(report.vulnerabilities)
    .filter(({ name }) => names.has(name))
    .map(({ name, severity, range }) => `${name} ${range}: ${severity}`)
}
