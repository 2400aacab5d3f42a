// What the scripts share. Plain Node 20.19, no dependency: these run before anything is installed.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

/** The folder of the clone. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
export const isWindows = process.platform === 'win32'

export const inRoot = (...parts) => join(root, ...parts)

/**
 * One line for the person who waits, or what a tool had to say. To stderr, so that stdout stays what the started
 * program prints; in colour only where somebody looks, whatever the tool made of NO_COLOR.
 */
export function say(text) {
  process.stderr.write(`${process.stderr.isTTY ? text : stripVTControlCharacters(text)}\n`)
}

/** A failure whose message is all the person needs: no stack is printed for it. */
export class Stop extends Error {}

/** Runs `main` when `url` is the script that was started, and turns what it throws into one line and exit code 1. */
export function runAsScript(url, main) {
  if (process.argv[1] === undefined || resolve(process.argv[1]) !== fileURLToPath(url)) return
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code ?? 0
    },
    (error) => {
      say(error instanceof Stop ? error.message : (error.stack ?? String(error)))
      process.exitCode = 1
    },
  )
}

/** The value of a JSON file, or undefined when the file is missing or unreadable. */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

export function writeJson(path, value) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)
}

/** Hash of a file read in pieces, as an Electron distribution does not have to fit in memory. */
export function hashFile(path, algorithm, encoding) {
  const hash = createHash(algorithm)
  const piece = Buffer.allocUnsafe(1024 * 1024)
  const file = openSync(path, 'r')
  try {
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) hash.update(piece.subarray(0, read))
  } finally {
    closeSync(file)
  }
  return hash.digest(encoding)
}

/** `[24, 1, 0]` of `v24.1.0`. */
const versionParts = (version) => version.replace(/^v/, '').split('.').map(Number)

export function atLeast(version, wanted) {
  const [have, want] = [versionParts(version), versionParts(wanted)]
  for (let i = 0; i < want.length; i += 1) {
    if (have[i] !== want[i]) return have[i] > want[i]
  }
  return true
}

/** Exit code of a shell for how a child ended. */
export const exitCode = (code, signal) => code ?? 128 + (constants.signals[signal] ?? 0)

/**
 * Runs a program to its end and gives its exit code, and its output where `capture` is set.
 * `timeoutMs` ends it with SIGTERM and, 5 s later, SIGKILL; a program that cannot be started gives code 127.
 */
export function run(command, args, { capture = false, timeoutMs, onStart, ...options } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: capture ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      ...options,
    })
    let output = ''
    let timedOut = false
    const timers = []
    if (timeoutMs !== undefined) {
      timers.push(
        setTimeout(() => {
          timedOut = true
          child.kill('SIGTERM')
          timers.push(setTimeout(() => child.kill('SIGKILL'), 5000))
        }, timeoutMs),
      )
    }
    const end = (code, signal) => {
      timers.forEach(clearTimeout)
      done({ code: timedOut ? 124 : exitCode(code, signal), timedOut, output })
    }
    child.stdout?.on('data', (text) => (output += text))
    child.stderr?.on('data', (text) => (output += text))
    child.on('error', (error) => {
      output += error.message
      end(127, null)
    })
    child.on('close', end)
    onStart?.(child)
  })
}

/** Runs npm, without a shell where npm itself started us: its `npm.cmd` on Windows cannot be spawned without one. */
export function npm(args, options) {
  const cli = process.env.npm_execpath
  if (cli !== undefined && basename(cli) === 'npm-cli.js' && existsSync(cli)) {
    return run(process.env.npm_node_execpath ?? process.execPath, [cli, ...args], options)
  }
  return run(isWindows ? 'npm.cmd' : 'npm', args, { shell: isWindows, ...options })
}

const SHOWN_OUTPUT_LINES = 15

/** The end of a program's output, indented, for an error message. */
export const lastLines = (output) =>
  output
    .trim()
    .split('\n')
    .slice(-SHOWN_OUTPUT_LINES)
    .map((line) => `  ${line}`)
    .join('\n')

/** Fetches one package at one version as a tarball into `folder` and checks it against its pinned sha512. */
export async function fetchPackage(name, version, sha512, folder) {
  mkdirSync(folder, { recursive: true })
  const args = ['pack', `${name}@${version}`, '--loglevel=error', '--ignore-scripts', '--pack-destination', '.']
  // A working folder outside any package: npm reads the nearest package.json, and `.` needs no quoting in a shell.
  const { code, output } = await npm(args, { capture: true, cwd: folder, timeoutMs: 600_000 })
  const tarball = join(folder, `${name}-${version}.tgz`)
  if (code !== 0 || !existsSync(tarball)) {
    throw new Stop(`npm could not fetch ${name}@${version}:\n${lastLines(output)}`)
  }
  const found = hashFile(tarball, 'sha512', 'base64')
  if (found !== sha512) throw new Stop(`${name}@${version} is not the package it should be: its sha512 is ${found}`)
  return tarball
}

/** Unpacks `archive` into `folder`. Both lie beside each other and are named without a drive: tars disagree on `C:`. */
export async function unpack(archive, folder, { only = [] } = {}) {
  mkdirSync(folder, { recursive: true })
  const cwd = dirname(archive)
  if (dirname(folder) !== cwd) throw new Error(`${folder} is not beside ${archive}`)
  const args = ['--no-same-owner', '-xzf', basename(archive), '-C', basename(folder), ...only]
  const { code, output } = await run('tar', args, { capture: true, cwd })
  if (code !== 0) throw new Stop(`tar could not unpack ${basename(archive)}:\n${lastLines(output)}`)
}
