// Runs a command on an X server without a screen, which ends with it:
//
//   node scripts/display.mjs command arguments …
//
// Where there is no Xvfb, and on systems without X, the command gets the display that is there.
import { spawn } from 'node:child_process'
import { Stop, exitCode, run, runAsScript } from './lib.mjs'
import { findXvfb } from './system.mjs'

const START_LIMIT_MS = 20_000

runAsScript(import.meta.url, async ([command, ...args]) => {
  if (command === undefined) throw new Stop('display.mjs needs a command to run')
  const xvfb = process.platform === 'linux' ? findXvfb() : undefined
  if (xvfb === undefined) return (await run(command, args)).code
  const server = await startServer(xvfb)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      server.process.kill()
      process.exit(exitCode(null, signal))
    })
  }
  try {
    const env = { ...process.env, DISPLAY: server.display }
    delete env.WAYLAND_DISPLAY
    delete env.XAUTHORITY
    return (await run(command, args, { env })).code
  } finally {
    server.process.kill()
  }
})

/** The server picks a free number itself and writes it to descriptor 3 once it listens. */
function startServer(xvfb) {
  const args = ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp']
  const server = spawn(xvfb, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
  return new Promise((started, failed) => {
    let complaints = ''
    const fail = (why) => failed(new Stop(`Xvfb did not start (${why}) ${complaints.trim()}`))
    const timer = setTimeout(() => {
      server.kill()
      fail('no answer')
    }, START_LIMIT_MS)
    server.stderr.on('data', (text) => (complaints += text))
    server.stdio[3].once('data', (number) => {
      clearTimeout(timer)
      started({ process: server, display: `:${String(number).trim()}` })
    })
    server.on('error', (error) => fail(error.message))
    server.on('exit', (code) => fail(`exit code ${code}`))
  })
}
