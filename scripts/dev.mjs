// `npm run dev`: like `npm start`, and at each change below src it builds and starts again.
//
// Not electron-vite's own dev server: the window loads app:// only, and no switch in the app may let it load anything
// else. A build takes two seconds.
import { watch } from 'node:fs'
import { buildIfStale } from './build.mjs'
import { Stop, inRoot, runAsScript, say } from './lib.mjs'
import { setup } from './setup.mjs'
import { latchCommand, passSignalsTo, startInOurPlace } from './window.mjs'

/** An editor writes a file in several steps, and a branch is many files. */
const QUIET_MS = 300

runAsScript(import.meta.url, async (args) => {
  await setup()
  await buildIfStale()
  const command = await latchCommand(args)
  let current
  const start = () => {
    const started = { ...startInOurPlace(command), isReplaced: false }
    current = started
    void started.ended.then((code) => started.isReplaced || process.exit(code))
  }
  const startAgain = async () => {
    try {
      if ((await buildIfStale()) === 'current') return undefined
    } catch (error) {
      if (!(error instanceof Stop)) throw error
      return say(error.message)
    }
    current.isReplaced = true
    current.child.kill()
    await current.ended
    start()
  }

  start()
  passSignalsTo(() => current.child)
  let timer
  let work = Promise.resolve()
  watch(inRoot('src'), { recursive: true }, () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      work = work.then(startAgain)
    }, QUIET_MS)
  })
  return new Promise(() => {})
})
