// Runs one tool of node_modules under the pinned Node, after setting up what is missing:
//
//   node scripts/tool.mjs vitest run --project=unit
import { inRoot, run, runAsScript, Stop } from './lib.mjs'
import { pinnedNode } from './node.mjs'
import { setup } from './setup.mjs'

const TOOLS = {
  oxlint: ['oxlint', 'bin', 'oxlint'],
  tsc: ['typescript', 'bin', 'tsc'],
  vitest: ['vitest', 'vitest.mjs'],
}

runAsScript(import.meta.url, async ([name, ...args]) => {
  const path = TOOLS[name]
  if (path === undefined) throw new Stop(`tool.mjs knows ${Object.keys(TOOLS).join(', ')}`)
  await setup()
  return (await run(pinnedNode(), [inRoot('node_modules', ...path), ...args], { stdio: 'inherit' })).code
})
