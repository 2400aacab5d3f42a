// `npm run bench -- suite …`: the benchmarks, against a fresh build and under the Node that Latch runs under. The suites
// `window` and `flood` need what the tests in real windows need, and say so where it is not to be had; of `chat` only the
// part in a window does.
import { buildIfStale } from './build.mjs'
import { desktopPlace, leavePlace } from './desktop-place.mjs'
import { inRoot, run, runAsScript, say } from './lib.mjs'
import { pinnedNode } from './node.mjs'
import { inClone } from './ordinary-user.mjs'
import { setup } from './setup.mjs'

const WINDOWS = ['window', 'flood', 'chat']
const DO_WITHOUT = ['chat']
const bench = inRoot('test', 'bench', 'index.ts')

/** What is measured: the abbreviated id of the commit, with a plus where files differ from it. */
async function commitHere() {
  const git = (...words) => run('git', ['-C', inRoot('.'), ...words], { capture: true })
  const [head, changed] = [await git('rev-parse', '--short', 'HEAD'), await git('status', '--porcelain', '--untracked-files=no')]
  return head.code === 0 ? `${head.output.trim()}${changed.output.trim() === '' ? '' : '+'}` : ''
}

async function inWindows(suites, options) {
  const { why, user, electron, display } = await desktopPlace()
  if (why !== undefined) {
    say(`${suites.join(', ')}: no windows, because ${why}`)
    const without = suites.filter((name) => DO_WITHOUT.includes(name))
    return without.length === 0 ? 0 : (await run(pinnedNode(), [bench, ...without, ...options], { stdio: 'inherit' })).code
  }
  const displayed = display ? [inClone(user.clone, inRoot('scripts', 'display.mjs')), user.node] : []
  const [command, ...args] = [...user.prefix, user.node, ...displayed, inClone(user.clone, bench), ...suites, ...options]
  try {
    const env = { ...process.env, ...user.env, LATCH_ELECTRON: JSON.stringify(electron) }
    return (await run(command, args, { cwd: user.clone, stdio: 'inherit', env })).code
  } finally {
    leavePlace()
  }
}

runAsScript(import.meta.url, async (words) => {
  await setup()
  await buildIfStale()
  process.env.LATCH_COMMIT = await commitHere()
  const options = words.filter((word) => word.startsWith('--'))
  const suites = words.filter((word) => !options.includes(word))
  const all = suites.length === 0
  const others = suites.filter((name) => !WINDOWS.includes(name))
  const windows = WINDOWS.filter((name) => all || suites.includes(name))
  const codes = []
  if (all || others.length > 0) codes.push((await run(pinnedNode(), [bench, ...others, ...options], { stdio: 'inherit' })).code)
  if (windows.length > 0) codes.push(await inWindows(windows, options))
  if (!options.includes('--quick')) await run(pinnedNode(), [inRoot('test', 'bench', 'write-page.ts')], { stdio: 'inherit' })
  return codes.find((code) => code !== 0) ?? 0
})
