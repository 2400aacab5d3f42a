// `npm run sim -- part… --nodes N --seed S`: networks of real nodes in one process, under the Node that Latch runs under.
import { inRoot, run, runAsScript } from './lib.mjs'
import { pinnedNode } from './node.mjs'
import { setup } from './setup.mjs'

runAsScript(import.meta.url, async (words) => {
  await setup()
  return (await run(pinnedNode(), ['--no-warnings', inRoot('test', 'sim', 'index.ts'), ...words], { stdio: 'inherit' })).code
})
