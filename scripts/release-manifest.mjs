// The word on a new release, and its signature. docs/release.md says what is done with both, and where a key is kept.
//
//   node scripts/release-manifest.mjs key <file>                  makes a release key; prints the line to pin
//   node scripts/release-manifest.mjs make --notes <file> --page <url> --base <url> [--into <dir>] <package …>
//   node scripts/release-manifest.mjs sign --key <file> [--key <file>] <latest.json>
//
// What is signed is drawn in src/main/features/updates/signature.ts.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign as signBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { Stop, hashFile, inRoot, readJson, run, runAsScript, say } from './lib.mjs'

const CONTEXT = 'latch-release-manifest-1\n'
const SECRET = /^latch-release-secret-1 ([A-Za-z0-9_-]{43}) ([A-Za-z0-9_-]{43})\n?$/

/** `{ secret, pinned }`: the line that is kept, and the one that goes into the program. */
export function makeKey() {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  return { secret: `latch-release-secret-1 ${d} ${x}\n`, pinned: `latch-release-key-1 ${x}` }
}

const idOf = (x) => createHash('sha256').update(Buffer.from(x, 'base64url')).digest('hex').slice(0, 16)

/** The text of the signature file: a line for each secret. */
export function signManifest(manifest, secrets) {
  const signed = Buffer.concat([Buffer.from(CONTEXT), manifest])
  return secrets
    .map((secret) => {
      const [, d, x] = SECRET.exec(secret) ?? []
      if (x === undefined) throw new Stop('That file holds no release key.')
      const key = createPrivateKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', d, x } })
      if (createPublicKey(key).export({ format: 'jwk' }).x !== x) throw new Stop('That release key is damaged: its halves do not fit.')
      return `latch-release-signature-1 ${idOf(x)} ${signBytes(null, signed, key).toString('base64url')}\n`
    })
    .join('')
}

/** Which system a package is for, by the names that electron-builder.config.mjs and package-deb.mjs give. */
export function systemOf(name) {
  const arch = /arm64|aarch64/.test(name) ? 'arm64' : 'x64'
  if (/\.(?:deb|AppImage|tar\.xz)$/.test(name)) return `linux-${arch}`
  if (name.endsWith('.exe')) return `win32-${arch}`
  if (/\.dmg$|mac.*\.zip$/.test(name)) return `darwin-${arch}`
  throw new Stop(`${name}: for which system that is, its name does not say.`)
}

/** `files`: paths of packages; `date` in ISO 8601. */
export function manifestOf({ version, date, notes, page, base, files }) {
  const described = files.map((path) => ({
    system: systemOf(basename(path)),
    name: basename(path),
    sizeBytes: statSync(path).size,
    sha256: hashFile(path, 'sha256', 'hex'),
    url: `${base.replace(/\/$/, '')}/${basename(path)}`,
  }))
  return `${JSON.stringify({ format: 1, program: 'latch', version, date, notes, page, files: described }, null, 2)}\n`
}

async function make(args) {
  const options = { notes: { type: 'string' }, page: { type: 'string' }, base: { type: 'string' }, into: { type: 'string', default: 'dist' } }
  const { values, positionals: files } = parseArgs({ args, options, allowPositionals: true })
  if (values.notes === undefined || values.page === undefined || values.base === undefined || files.length === 0) {
    throw new Stop('make needs --notes, --page, --base, and the packages')
  }
  const { code, output } = await run('git', ['log', '-1', '--format=%ct'], { capture: true })
  if (code !== 0) throw new Stop('Not a clone: the date of a release is its commit’s.')
  const date = new Date(Number(process.env.SOURCE_DATE_EPOCH ?? output) * 1_000).toISOString()
  const { version } = readJson(inRoot('package.json'))
  const path = join(values.into, 'latest.json')
  writeFileSync(path, manifestOf({ ...values, version, date, files, notes: readFileSync(values.notes, 'utf8').trim() }))
  say(`${path}: ${version}, ${files.length} files`)
}

const DOES = {
  async key([path]) {
    if (path === undefined) throw new Stop('key needs the name of a file')
    if (existsSync(path)) throw new Stop(`${path} is there already; a release key is never written over.`)
    const { secret, pinned } = makeKey()
    writeFileSync(path, secret, { mode: 0o600, flag: 'wx' })
    say(`${path} holds the key, and whoever has it can announce releases. To pin:\n${pinned}`)
  },
  make,
  async sign(args) {
    const { values, positionals } = parseArgs({ args, options: { key: { type: 'string', multiple: true } }, allowPositionals: true })
    const [path] = positionals
    if (path === undefined || values.key === undefined) throw new Stop('sign needs --key and the manifest')
    writeFileSync(`${path}.sig`, signManifest(readFileSync(path), values.key.map((key) => readFileSync(key, 'utf8'))))
    say(`${path}.sig`)
  },
}

runAsScript(import.meta.url, async ([verb, ...args]) => {
  const does = DOES[verb]
  if (does === undefined) throw new Stop(`release-manifest.mjs knows ${Object.keys(DOES).join(', ')}`)
  await does(args)
})
