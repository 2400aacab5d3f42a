// `npm start`: sets up what is missing, builds what is stale, opens the window; without a display, as root, or where
// Electron cannot be had, says so in one line and starts the same node headless. Arguments are passed on.
import { buildIfStale } from './build.mjs'
import { runAsScript } from './lib.mjs'
import { setup } from './setup.mjs'
import { latchCommand, passSignalsTo, startInOurPlace } from './window.mjs'

runAsScript(import.meta.url, async (args) => {
  await setup()
  await buildIfStale()
  const { child, ended } = startInOurPlace(await latchCommand(args))
  passSignalsTo(() => child)
  return ended
})
