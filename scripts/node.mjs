// The pinned Node: the version of the `node` npm package in package.json, whatever Node the machine has.
//
// That package brings no binary: its install script runs `npm install` inside node_modules, unchecked, and on Windows
// leaves shims that lead nowhere. So npm is told to run no scripts, and the binary is put here, checked.
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Stop, atLeast, fetchPackage, hashFile, inRoot, isWindows, readJson, run, say, unpack } from './lib.mjs'

/** The oldest Node that runs these scripts, and the oldest that runs Latch (TypeScript without a build, libp2p 3). */
export const OLDEST_FOR_SCRIPTS = '20.19.0'
const OLDEST_FOR_LATCH = '24.0.0'

/** Version and sha512 of the tarballs that carry the binary. Platforms not named here get it from nodejs.org. */
export const NODE_PACKAGES = {
  version: '24.21.0',
  sha512: {
    'linux-x64': '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    'linux-arm64': 'FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    'win-x64': '0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
  },
}

const binary = inRoot('node_modules', 'node', 'bin', isWindows ? 'node.exe' : 'node')
const platform = `${isWindows ? 'win' : process.platform}-${process.arch}`

/** Path of the Node that Latch runs under: the pinned one, or the running one where it is new enough. */
export function pinnedNode() {
  if (existsSync(binary)) return binary
  if (atLeast(process.version, OLDEST_FOR_LATCH)) return process.execPath
  throw new Stop('Latch needs its pinned Node, which is not there yet: run `npm run setup`.')
}

/** Whether `pinnedNode` would give one. */
export const hasUsableNode = () => existsSync(binary) || atLeast(process.version, OLDEST_FOR_LATCH)

/** Puts the pinned Node at node_modules/node/bin and links it as node_modules/.bin/node. */
export async function installPinnedNode() {
  const { version } = readJson(inRoot('node_modules', 'node', 'package.json'))
  if (version !== NODE_PACKAGES.version) throw new Stop(`scripts/node.mjs knows Node ${NODE_PACKAGES.version} only`)
  if ((await versionOf(binary)) !== `v${version}`) {
    const why = await bringBinary(version)
    if (why !== undefined) {
      if (!atLeast(process.version, OLDEST_FOR_LATCH)) {
        throw new Stop(`Node ${version} could not be had (${why}). Install Node 24 or newer, and start again.`)
      }
      say(`Node ${version} could not be had (${why}): the scripts run under this Node, ${process.version}.`)
    }
  }
  linkBinary()
}

async function versionOf(path) {
  if (!existsSync(path)) return undefined
  const { code, output } = await run(path, ['--version'], { capture: true, timeoutMs: 10_000 })
  return code === 0 ? output.trim() : undefined
}

/** Gives why the binary could not be had, or undefined when it is in place. */
async function bringBinary(version) {
  say(`Fetching Node ${version}, which the scripts run under …`)
  const folder = inRoot('.cache', 'node')
  rmSync(folder, { recursive: true, force: true })
  try {
    const file = await (NODE_PACKAGES.sha512[platform] === undefined
      ? fromNodejsOrg(version, folder)
      : fromPackage(version, folder))
    chmodSync(file, 0o755)
    if ((await versionOf(file)) !== `v${version}`) return 'its program does not run on this system'
    mkdirSync(dirname(binary), { recursive: true })
    copyFileSync(file, `${binary}.new`)
    renameSync(`${binary}.new`, binary)
    return undefined
  } catch (error) {
    return error.message
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function fromPackage(version, folder) {
  const tarball = await fetchPackage(`node-${platform}`, version, NODE_PACKAGES.sha512[platform], folder)
  const inside = isWindows ? 'package/bin/node.exe' : 'package/bin/node'
  await unpack(tarball, join(folder, 'files'), { only: [inside] })
  return join(folder, 'files', inside)
}

const DOWNLOAD_LIMIT_MS = 300_000

/** npm carries no binary of this version for Macs and for Windows on ARM; its makers do, with a list of sums. */
async function fromNodejsOrg(version, folder) {
  const from = `https://nodejs.org/dist/v${version}`
  const name = isWindows ? `win-${process.arch}/node.exe` : `node-v${version}-${platform}.tar.gz`
  const sums = (await download(`${from}/SHASUMS256.txt`)).toString('utf8')
  const sum = sums.split('\n').find((line) => line.endsWith(`  ${name}`))?.split(' ')[0]
  if (sum === undefined) throw new Stop(`${from} has no ${name}`)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, isWindows ? 'node.exe' : 'node.tar.gz')
  writeFileSync(file, await download(`${from}/${name}`))
  if (hashFile(file, 'sha256', 'hex') !== sum) throw new Stop(`${name} is not the file it should be`)
  if (isWindows) return file
  const inside = `node-v${version}-${platform}/bin/node`
  await unpack(file, join(folder, 'files'), { only: [inside] })
  return join(folder, 'files', inside)
}

async function download(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_LIMIT_MS) }).catch((error) => {
    throw new Stop(`${url} cannot be reached: ${error.cause?.message ?? error.message}`)
  })
  if (!response.ok) throw new Stop(`${url} answered ${response.status}`)
  return Buffer.from(await response.arrayBuffer())
}

/**
 * Elsewhere node_modules/.bin/node makes `node` in npm scripts the pinned one. On Windows npm's shims for it lead to a
 * file that is not there and would hide the system's Node; and a running .exe could not be replaced by `npm ci`.
 */
function linkBinary() {
  const link = inRoot('node_modules', '.bin', 'node')
  const shims = isWindows ? ['', '.cmd', '.ps1'] : ['']
  for (const suffix of shims) rmSync(`${link}${suffix}`, { force: true })
  if (!isWindows && existsSync(binary)) symlinkSync('../node/bin/node', link)
}
