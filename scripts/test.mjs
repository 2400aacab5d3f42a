// `npm test`: sets up what is missing, builds, and runs every test: check, integration, the lab of NATs, and end to end
// in Chromium and in real Electron windows. A leg that cannot run here says why; one that can and fails makes the exit code 1.
//
// With names of legs it runs only those: node scripts/test.mjs browser desktop
import { rmSync } from 'node:fs'
import { buildIfStale } from './build.mjs'
import { check } from './check.mjs'
import { desktopPlace, leavePlace, place } from './desktop-place.mjs'
import { installLabTools, labProgram, whyNoLab } from './lab.mjs'
import { labPairs, playwright, skippedLeg, skippedPlaywright, summarise, vitest } from './legs.mjs'
import { Stop, inRoot, runAsScript, say } from './lib.mjs'
import { inClone } from './ordinary-user.mjs'
import { setup } from './setup.mjs'
import { findChromium, installTestTools } from './system.mjs'

const LEGS = {
  check,
  integration: async () => [await vitest('integration', ['integration'])],
  lab,
  browser: async () => [await browser()],
  desktop: async () => [await desktop()],
}

async function lab() {
  await installLabTools()
  const why = await whyNoLab()
  if (why !== undefined) return [await skippedLeg('lab', why)]
  return [await vitest('lab', ['lab']), await labPairs(labProgram, ['--quick'])]
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
  const { why, user, electron, display } = await desktopPlace()
  if (why !== undefined) return skippedPlaywright('desktop', 'desktop', why)
  say(`Testing in ${electron.name} ${electron.version}`)
  return playwright('desktop', 'desktop', { user, display, env: { LATCH_ELECTRON: JSON.stringify(electron) } })
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
    leavePlace()
  }
  return summarise(results)
})
