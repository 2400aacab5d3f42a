import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { PeerId } from '../../src/shared/ids.ts'
import type { Introduction } from '../../src/shared/model/reach.ts'
import { serve } from './remote.ts'

/* Runs `latch introduce` in the namespace in which this process was started, and asks its /status from within. */

export interface IntroducerOrders {
  readonly name: string
  readonly dataFolder: string
  /** Two tell every kind of NAT apart. Only the first is told to others. */
  readonly addresses: readonly string[]
  /** Further flags of `latch introduce`. */
  readonly flags: readonly string[]
}

export interface IntroducerReady {
  readonly link: string
  readonly peerId: PeerId
  /** Where it is told to be, with its peer id. */
  readonly addresses: readonly string[]
  /** Of `latch introduce` itself. */
  readonly pid: number
}

/** The design's ports: WebSocket where only 443 gets out, and two for STUN. */
const PORTS = { tcp: 4100, ws: 443, stun: [3478, 3479] }
const MAIN = join(import.meta.dirname, '../../src/main/headless.ts')

const { name, dataFolder, addresses, flags } = JSON.parse(process.argv[2] ?? '') as IntroducerOrders
const [first = ''] = addresses
const announce = [`/ip4/${first}/tcp/${PORTS.tcp}`, `/ip4/${first}/tcp/${PORTS.ws}/ws`]
const settings: [string, readonly string[]][] = [
  ['name', [name]],
  ['data', [dataFolder]],
  ['listen', [`/ip4/0.0.0.0/tcp/${PORTS.tcp}`, `/ip4/0.0.0.0/tcp/${PORTS.ws}/ws`]],
  ['announce', announce],
  ['stun-listen', addresses.flatMap((address) => PORTS.stun.map((port) => `${address}:${port}`))],
  ['drain', ['10s']],
]
const set = settings.flatMap(([flag, values]) => values.flatMap((value) => [`--${flag}`, value]))
const node = [process.execPath, '--disable-warning=ExperimentalWarning']
const command = [...node, MAIN, 'introduce', ...set, ...flags, '--json']
const introducer = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], { stdio: ['ignore', 'pipe', 'inherit'] })
let isEnding = false
introducer.once('exit', () => {
  if (!isEnding) process.exit(0)
})

const [line] = (await once(createInterface({ input: introducer.stdout }), 'line')) as [string]
const { link, status } = JSON.parse(line) as { link: string; status: string }

async function facts(): Promise<{ peerId: PeerId; introduction: Introduction }> {
  const response = await fetch(`${status}/status`)
  return (await response.json()) as { peerId: PeerId; introduction: Introduction }
}

const calls = {
  status: async (): Promise<Introduction> => (await facts()).introduction,
  /** As a system does that wants to restart it. Gives its exit code. */
  terminate: async (): Promise<number | null> => {
    isEnding = true
    const exited = once(introducer, 'exit') as Promise<[number | null]>
    introducer.kill('SIGTERM')
    return (await exited)[0]
  },
}
export type IntroducerCalls = typeof calls

const { peerId } = await facts()
const { pid = 0 } = introducer
serve(calls, { link, peerId, addresses: announce.map((one) => `${one}/p2p/${peerId}`), pid } satisfies IntroducerReady)
