// `npm run bench -- suite …`: the benchmarks, against a fresh build and under the Node that Latch runs under. The suites
// `window` and `flood` need what the tests in real windows need, and say so where it is not to be had.
import { buildIfStale } from './build.mjs'
import { desktopPlace, leavePlace } from './desktop-place.mjs'
import { inRoot, run, runAsScript, say } from './lib.mjs'
import { pinnedNode } from './node.mjs'
import { inClone } from './ordinary-user.mjs'
import { setup } from './setup.mjs'

const WINDOWS = ['window', 'flood']
const bench = inRoot('test', 'bench', 'index.ts')

async function inWindows(suites) {
  const { why, user, electron, display } = await desktopPlace()
  if (why !== undefined) {
    say(`${suites.join(', ')}: skipped, because ${why}`)
    return 0
  }
  const displayed = display ? [inClone(user.clone, inRoot('scripts', 'display.mjs')), user.node] : []
  const [command, ...args] = [...user.prefix, user.node, ...displayed, inClone(user.clone, bench), ...suites]
  try {
    const env = { ...process.env, ...user.env, LATCH_ELECTRON: JSON.stringify(electron) }
    return (await run(command, args, { cwd: user.clone, stdio: 'inherit', env })).code
  } finally {
    leavePlace()
  }
}

runAsScript(import.meta.url, async (suites) => {
  await setup()
  await buildIfStale()
  const all = suites.length === 0
  const others = suites.filter((name) => !WINDOWS.includes(name))
  const windows = WINDOWS.filter((name) => all || suites.includes(name))
  const codes = []
  if (all || others.length > 0) codes.push((await run(pinnedNode(), [bench, ...others], { stdio: 'inherit' })).code)
  if (windows.length > 0) codes.push(await inWindows(windows))
  return codes.find((code) => code !== 0) ?? 0
})
