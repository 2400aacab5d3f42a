// `npm start`: sets up what is missing, builds what is stale, opens the window; without a display, as root, or where
// Electron cannot be had, says so in one line and starts the same node headless. Arguments are passed on.
import { spawn } from 'node:child_process'
import { buildIfStale } from './build.mjs'
import { findElectron } from './electron.mjs'
import { exitCode, inRoot, root, runAsScript, say } from './lib.mjs'
import { pinnedNode } from './node.mjs'
import { setup } from './setup.mjs'
import { whyNoSandbox } from './system.mjs'

runAsScript(import.meta.url, async (args) => {
  await setup()
  await buildIfStale()
  const window = await findWindow()
  if (window.why === undefined) return follow(window.executable, [root, ...args])
  say(`No window, as ${window.why}. Starting headless, for a browser:`)
  return follow(pinnedNode(), [inRoot('out', 'main', 'headless.js'), ...args])
})

/** Electron's executable, or why there can be no window. */
async function findWindow() {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return { why: 'there is no display' }
  if (process.platform === 'linux' && process.getuid() === 0) return { why: 'Electron does not run as root' }
  const electron = await findElectron()
  if (electron.why !== undefined) return electron
  const why = await whyNoSandbox(electron.dist)
  return why === undefined ? electron : { why }
}

/** Runs a program in our place: its input, output, signals and exit code are ours. */
function follow(command, args) {
  const child = spawn(command, args, { stdio: 'inherit' })
  // Ctrl-C in a terminal reaches the whole foreground group; a second one would mean "now, without tidying up".
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return new Promise((done, failed) => {
    child.on('error', failed)
    child.on('close', (code, signal) => done(exitCode(code, signal)))
  })
}
