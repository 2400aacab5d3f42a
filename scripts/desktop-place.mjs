// Where real Electron windows can be started from: an ordinary user, a display, a distribution that runs in its sandbox.
import { existsSync } from 'node:fs'
import { findElectron } from './electron.mjs'
import { inClone, ordinaryUser } from './ordinary-user.mjs'
import { findXvfb, rootsBrowsers, whyNoSandbox } from './system.mjs'

let user

/** Made at the first that asks, as it may be a copy of the clone. */
export async function place() {
  const electron = await findElectron({ forTests: true })
  user ??= await ordinaryUser([electron.dist, rootsBrowsers].filter((path) => path !== undefined && existsSync(path)))
  return user
}

export function leavePlace() {
  user?.close?.()
  user = undefined
}

/** `{user, electron, display}`, or `{why}` where windows cannot be had. */
export async function desktopPlace() {
  const electron = await findElectron({ forTests: true })
  if (electron.why !== undefined) return { why: electron.why }
  const display = process.platform === 'linux'
  if (display && findXvfb() === undefined && !process.env.DISPLAY) return { why: 'there is neither Xvfb nor a display' }
  const user = await place()
  if (user.why !== undefined) return { why: user.why }
  const { dist, executable } = electron
  const inside = { ...electron, dist: inClone(user.clone, dist), executable: inClone(user.clone, executable) }
  const why = await whyNoSandbox(inside.dist, user.prefix)
  return why === undefined ? { user, electron: inside, display } : { why }
}
