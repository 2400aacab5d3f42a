#!/usr/bin/env node
// The command. Runs out/main/cli.js under the pinned Node, with compiled code kept between runs.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const cli = join(root, 'out', 'main', 'cli.js')
const pinnedNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
const OLDEST_MAJOR = 24

if (!existsSync(cli)) {
  fail('Latch is not built yet: run `npm start`, or `npm run build`.')
} else if (Number(process.versions.node.split('.')[0]) >= OLDEST_MAJOR) {
  module.enableCompileCache(join(root, 'node_modules', '.cache', 'latch'))
  await import(pathToFileURL(cli).href)
} else if (existsSync(pinnedNode)) {
  const child = spawn(pinnedNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail(`The pinned Node does not start: ${error.message}`))
  child.on('close', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
  })
} else {
  fail(`Latch needs Node ${OLDEST_MAJOR}, and its own is not there: run \`npm run setup\`.`)
}

function fail(line) {
  process.stderr.write(`${line}\n`)
  process.exitCode = 1
}
