// How Latch is started from a clone: a window where there can be one, headless where not.
import { spawn } from 'node:child_process'
import { findElectron } from './electron.mjs'
import { exitCode, inRoot, root, say } from './lib.mjs'
import { pinnedNode } from './node.mjs'
import { whyNoSandbox } from './system.mjs'

/** Program and arguments that start Latch here. Says in one line why there is no window, where there is none. */
export async function latchCommand(args) {
  const window = await findWindow()
  if (window.why === undefined) return [window.executable, root, ...args]
  say(`No window, as ${window.why}. Starting headless, for a browser:`)
  return [pinnedNode(), inRoot('out', 'main', 'headless.js'), ...args]
}

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

/** Starts a program with our input and output. Gives the child, and its exit code once it ended. */
export function startInOurPlace([command, ...args]) {
  const child = spawn(command, args, { stdio: 'inherit' })
  const ended = new Promise((done, failed) => {
    child.on('error', failed)
    child.on('close', (code, signal) => done(exitCode(code, signal)))
  })
  return { child, ended }
}

/** Hands the signals that end us to whatever `currentChild` gives. */
export function passSignalsTo(currentChild) {
  // Ctrl-C in a terminal reaches the whole foreground group; a second one would mean "now, without tidying up".
  process.on('SIGINT', () => process.stdin.isTTY || currentChild()?.kill('SIGINT'))
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => currentChild()?.kill(signal))
}
