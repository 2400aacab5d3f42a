// `npm test`: sets up what is missing, builds, and runs every test: check, integration, and end to end in Chromium and
// in real Electron windows. A leg that cannot run here says why; one that can and fails makes the exit code 1.
//
// With names of legs it runs only those: node scripts/test.mjs browser desktop
import { existsSync, rmSync } from 'node:fs'
import { buildIfStale } from './build.mjs'
import { check } from './check.mjs'
import { findElectron } from './electron.mjs'
import { playwright, skippedPlaywright, summarise, vitest } from './legs.mjs'
import { Stop, inRoot, runAsScript, say } from './lib.mjs'
import { inClone, ordinaryUser } from './ordinary-user.mjs'
import { setup } from './setup.mjs'
import { findChromium, findXvfb, installTestTools, rootsBrowsers, whyNoSandbox } from './system.mjs'

const LEGS = {
  check,
  integration: async () => [await vitest('integration', ['integration'])],
  browser: async () => [await browser()],
  desktop: async () => [await desktop()],
}

async function browser() {
  const skip = (why) => skippedPlaywright('browser', 'browser', why)
  const chromium = await findChromium()
  if (chromium === undefined) return skip('there is no Chromium')
  const user = await place()
  if (user.why !== undefined) return skip(user.why)
  return playwright('browser', 'browser', { user, env: { LATCH_CHROMIUM: inClone(user.clone, chromium) } })
}

async function desktop() {
  const skip = (why) => skippedPlaywright('desktop', 'desktop', why)
  const electron = await findElectron({ forTests: true })
  if (electron.why !== undefined) return skip(electron.why)
  const display = process.platform === 'linux'
  if (display && findXvfb() === undefined && !process.env.DISPLAY) return skip('there is neither Xvfb nor a display')
  const user = await place()
  if (user.why !== undefined) return skip(user.why)
  const { dist, executable } = electron
  const inside = { ...electron, dist: inClone(user.clone, dist), executable: inClone(user.clone, executable) }
  const why = await whyNoSandbox(inside.dist, user.prefix)
  if (why !== undefined) return skip(why)
  say(`Testing in ${electron.name} ${electron.version}`)
  return playwright('desktop', 'desktop', { user, display, env: { LATCH_ELECTRON: JSON.stringify(inside) } })
}

let user

/** Where both end-to-end legs run: made at the first that asks, as it may be a copy of the clone. */
async function place() {
  const electron = await findElectron({ forTests: true })
  user ??= await ordinaryUser([electron.dist, rootsBrowsers].filter((path) => path !== undefined && existsSync(path)))
  return user
}

runAsScript(import.meta.url, async (names) => {
  const unknown = names.find((name) => !(name in LEGS))
  if (unknown !== undefined) throw new Stop(`there is no leg ${unknown}; there are ${Object.keys(LEGS).join(', ')}`)
  await setup()
  await installTestTools()
  await buildIfStale()
  if (names.length === 0) rmSync(inRoot('artifacts'), { recursive: true, force: true })
  const results = []
  try {
    for (const name of names.length === 0 ? Object.keys(LEGS) : names) results.push(...(await LEGS[name]()))
  } finally {
    user?.close?.()
  }
  return summarise(results)
})
