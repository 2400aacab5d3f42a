// `node scripts/lab.mjs`: hosts of ours behind every kind of NAT, in namespaces of this machine's network. Each pair
// has to connect, directly where that is possible at all. All of them: some five minutes, and the tables are written.
//
//   node scripts/lab.mjs                      every pair
//   node scripts/lab.mjs symmetric slow       one pair; with more kinds, all pairs among them
//   node scripts/lab.mjs --quick              twelve telling pairs, as in `npm test`
//   node scripts/lab.mjs --rounds 5           each pair so often; --at-once 1 for quieter times
//   node scripts/lab.mjs --without webrtc     without a service, to see what it is good for
//   node scripts/lab.mjs --down               removes what a killed run left behind
import { existsSync } from 'node:fs'
import { inRoot, run, runAsScript, say } from './lib.mjs'
import { pinnedNode } from './node.mjs'
import { setup } from './setup.mjs'
import { findProgram, installDebianPackages, isRoot } from './system.mjs'

export const labProgram = inRoot('test', 'lab', 'run.ts')

/** What the lab calls, and the package of Debian that brings it. */
const PROGRAMS = {
  nft: 'nftables',
  ip: 'iproute2',
  conntrack: 'conntrack',
  miniupnpd: 'miniupnpd-nftables',
  setpriv: 'util-linux',
}

/** Installs what is missing where that is possible; without it the lab says that it cannot be. */
export async function installLabTools() {
  const isThere = (name) => findProgram(name) !== undefined || existsSync(`/usr/sbin/${name}`)
  const missing = Object.keys(PROGRAMS).filter((name) => !isThere(name))
  if (missing.length === 0 || process.platform !== 'linux' || !isRoot || findProgram('apt-get') === undefined) return
  const why = await installDebianPackages(missing.map((name) => PROGRAMS[name]))
  if (why !== undefined) say(why)
}

/** Why there can be no lab here, or undefined. One sentence after `because`. */
export async function whyNoLab() {
  if (process.platform !== 'linux') return 'network namespaces are Linux’s'
  const { code, output } = await run(pinnedNode(), [labProgram, '--why'], { capture: true, timeoutMs: 60_000 })
  return code === 0 && output.trim() === '' ? undefined : output.trim()
}

runAsScript(import.meta.url, async (args) => {
  await setup()
  await installLabTools()
  return (await run(pinnedNode(), [labProgram, ...args])).code
})
