// `npm run soak -- --minutes 10 [--seed N]`: whole nodes that talk, come and go and are killed for so long, under the Node
// that Latch runs under. Ends with 1 where anything was lost or something grew.
import { inRoot, run, runAsScript } from './lib.mjs'
import { pinnedNode } from './node.mjs'
import { setup } from './setup.mjs'

runAsScript(import.meta.url, async (options) => {
  await setup()
  const args = ['--no-warnings', inRoot('test', 'soak', 'index.ts'), ...options]
  return (await run(pinnedNode(), args, { stdio: 'inherit' })).code
})
