// `npm test`: sets up what is missing, builds, and runs every test: check, integration, and end to end in Chromium and
// in real Electron windows. A leg that cannot run here says why; one that can and fails makes the exit code 1.
//
// With names of legs it runs only those: node scripts/test.mjs browser desktop
import { buildIfStale } from './build.mjs'
import { check } from './check.mjs'
import { findElectron } from './electron.mjs'
import { playwright, skippedPlaywright, summarise, vitest } from './legs.mjs'
import { Stop, runAsScript, say } from './lib.mjs'
import { inClone, ordinaryUser } from './ordinary-user.mjs'
import { setup } from './setup.mjs'
import { findChromium, findXvfb, installTestTools, whyNoSandbox } from './system.mjs'

const LEGS = {
  check,
  integration: async () => [await vitest('integration', ['integration'])],
  browser: async () => [await browser()],
  desktop: async () => [await desktop()],
}

async function browser() {
  const chromium = await findChromium()
  if (chromium === undefined) return skippedPlaywright('browser', 'browser', 'there is no Chromium')
  const user = await ordinaryUser([])
  if (user.why !== undefined) return skippedPlaywright('browser', 'browser', user.why)
  try {
    return await playwright('browser', 'browser', { user, env: { LATCH_CHROMIUM: chromium } })
  } finally {
    user.close()
  }
}

async function desktop() {
  const electron = await findElectron({ forTests: true })
  const skip = (why) => skippedPlaywright('desktop', 'desktop', why)
  if (electron.why !== undefined) return skip(electron.why)
  const display = process.platform === 'linux'
  if (display && findXvfb() === undefined && !process.env.DISPLAY) return skip('there is neither Xvfb nor a display')
  const user = await ordinaryUser([electron.dist])
  if (user.why !== undefined) return skip(user.why)
  try {
    const { dist, executable } = electron
    const inside = { ...electron, dist: inClone(user.clone, dist), executable: inClone(user.clone, executable) }
    const why = await whyNoSandbox(inside.dist, user.prefix)
    if (why !== undefined) return await skip(why)
    say(`Testing in ${electron.name} ${electron.version}`)
    return await playwright('desktop', 'desktop', { user, display, env: { LATCH_ELECTRON: JSON.stringify(inside) } })
  } finally {
    user.close()
  }
}

runAsScript(import.meta.url, async (names) => {
  const unknown = names.find((name) => !(name in LEGS))
  if (unknown !== undefined) throw new Stop(`there is no leg ${unknown}; there are ${Object.keys(LEGS).join(', ')}`)
  await setup()
  await installTestTools()
  await buildIfStale()
  const results = []
  for (const name of names.length === 0 ? Object.keys(LEGS) : names) results.push(...(await LEGS[name]()))
  return summarise(results)
})
