// `npm run dev`: the window with hot reloading. Needs a display and the official Electron.
import { findElectron } from './electron.mjs'
import { Stop, inRoot, run, runAsScript } from './lib.mjs'
import { pinnedNode } from './node.mjs'
import { setup } from './setup.mjs'

runAsScript(import.meta.url, async (args) => {
  await setup()
  const electron = await findElectron()
  if (electron.why !== undefined) throw new Stop(electron.why)
  const cli = inRoot('node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const env = { ...process.env, ELECTRON_EXEC_PATH: electron.executable }
  return (await run(pinnedNode(), [cli, 'dev', ...args], { stdio: 'inherit', env })).code
})
