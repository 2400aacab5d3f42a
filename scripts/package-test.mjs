// `npm run package:test`: packs this commit twice, with the Electron that tests use, and tests what came out: that it runs
// from its package, what is in it and how it is fused, and that both times gave the same bytes. Two to three minutes, so
// that it is a command of its own and no part of `npm test`.
import { mkdirSync } from 'node:fs'
import { findElectron } from './electron.mjs'
import { playwright, skippedPlaywright, summarise } from './legs.mjs'
import { inRoot, runAsScript, say } from './lib.mjs'
import { makePackages } from './package.mjs'
import { ordinaryUser } from './ordinary-user.mjs'
import { setup } from './setup.mjs'
import { findProgram, findXvfb, installTestTools, whyNoSandbox } from './system.mjs'

async function why(electron) {
  if (process.platform !== 'linux') return 'packages are tested on Linux only'
  if (findProgram('dpkg-deb') === undefined) return 'there is no dpkg-deb'
  if (electron.why !== undefined) return electron.why
  if (findXvfb() === undefined && !process.env.DISPLAY) return 'there is neither Xvfb nor a display'
  return undefined
}

async function test() {
  const electron = await findElectron({ forTests: true })
  const skip = (reason) => skippedPlaywright('package', 'package', reason)
  const missing = await why(electron)
  if (missing !== undefined) return skip(missing)
  const packed = []
  for (const name of ['first', 'second']) {
    const into = inRoot('dist', 'test', name)
    const { folder, files } = await makePackages({ system: 'linux', forTests: true, into })
    packed.push({ folder, deb: files[0] })
  }
  say(`Testing the package, made with ${electron.name} ${electron.version}`)
  mkdirSync(inRoot('artifacts'), { recursive: true })
  const user = await ordinaryUser([electron.dist, inRoot('dist')])
  if (user.why !== undefined) return skip(user.why)
  try {
    const noSandbox = await whyNoSandbox(electron.dist, user.prefix)
    if (noSandbox !== undefined) return await skip(noSandbox)
    return await playwright('package', 'package', { user, display: true, env: { LATCH_PACKAGES: JSON.stringify(packed) } })
  } finally {
    user.close?.()
  }
}

runAsScript(import.meta.url, async () => {
  await setup()
  await installTestTools()
  return summarise([await test()])
})
