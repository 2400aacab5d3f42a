// `npm run bench -- suite …`: the benchmarks, against a fresh build and under the Node that Latch runs under.
import { buildIfStale } from './build.mjs'
import { inRoot, run, runAsScript } from './lib.mjs'
import { pinnedNode } from './node.mjs'
import { setup } from './setup.mjs'

runAsScript(import.meta.url, async (suites) => {
  await setup()
  await buildIfStale()
  return (await run(pinnedNode(), [inRoot('test', 'bench', 'index.ts'), ...suites], { stdio: 'inherit' })).code
})
