import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { LatchError } from '../../shared/errors.ts'
import { SECOND } from '../../shared/units.ts'
import type { IntroductionFeature } from '../features/introduction/types.ts'
import { noServices } from '../node/config.ts'
import { openPeerNode } from '../node/peer-node.ts'
import type { NodeConfig, PeerNode } from '../node/types.ts'
import { version } from '../node/version.ts'
import { type Clock, delay, systemClock } from '../platform/clock.ts'
import { dataFiles, defaultDataFolder } from '../platform/data-folder.ts'
import { createKeyFileVault } from '../platform/key-file-vault.ts'
import { createLog, type Log } from '../platform/log.ts'
import { type Config, printConfig, readConfig, type ReadConfig } from './introduce-config.ts'
import { type IntroduceFlags, readIntroduceFlags, usage } from './introduce-flags.ts'
import { CONFIG_VARIABLE, introducerConfig, type Machine, type Values } from './introduce-settings.ts'
import { factsOf } from './introducer-facts.ts'
import { exitCodes, sentence, signalled, survive } from './process.ts'

/*
 * An introduction server: `latch introduce`.
 *
 *   flags, variables, file → configuration → node → HTTP for whoever keeps it → one line: the link that others use
 *   SIGINT, SIGTERM → drain: devices are told to move → HTTP → node (writes, closes)
 */

/** How long the first line waits for the transports that join late, so that the link names them too. */
const TRANSPORTS_TIMEOUT_MS = 5 * SECOND
const LOOK_EVERY_MS = SECOND / 20

/** Gives the exit code, when it has stopped. `windowFolder`: the built window, served beside the contract. */
export async function runIntroduce(args: readonly string[], windowFolder: string): Promise<number> {
  const read = readIntroduceFlags(args)
  if (read.read === 'wrong') return wrong(`${read.why} See latch introduce --help.`)
  if (read.read !== 'flags') {
    process.stdout.write(read.read === 'help' ? usage : `${version}\n`)
    return 0
  }
  const { flags } = read
  const path = flags.configFile ?? (process.env[CONFIG_VARIABLE] || null)
  const found = await configOf(path === null ? null : resolve(path), flags)
  if (flags.command === 'doctor') {
    const { runDoctor } = await import('./doctor.ts')
    return runDoctor(found, flags.json)
  }
  if (found.read === 'wrong') return wrong(found.why)
  if (flags.command === 'run') return start(found.config, flags, windowFolder)
  process.stdout.write(printConfig(found.config))
  return 0
}

async function start(config: Config, flags: IntroduceFlags, windowFolder: string): Promise<number> {
  const { values } = config
  let log: ReturnType<typeof createLog> | null = null
  try {
    const { logs } = dataFiles(values.data)
    log = createLog({ folder: logs, stderr: flags.verbose, level: flags.verbose ? 'debug' : 'info' })
    survive(log)
    await run(values, flags, windowFolder, log)
    return 0
  } catch (error) {
    log?.error({ error }, 'the introducer ended')
    process.stderr.write(`${sentence(error)}\n`)
    return exitCodes.failed
  } finally {
    log?.close()
  }
}

/** Until it was stopped. */
async function run(values: Values, flags: IntroduceFlags, windowFolder: string, log: Log): Promise<void> {
  const parts = { clock: systemClock, log, random: (bytes: number) => new Uint8Array(randomBytes(bytes)) }
  // From here on: whoever reads the first line may signal at once.
  const ending = signalled().then(() => 'signal' as const)
  const node = await openPeerNode(nodeConfig(values), parts)
  const closing: (() => Promise<void>)[] = []
  try {
    await prepare(node, values.name)
    const { serveHttp } = await import('../control/index.ts')
    const control = await serveHttp({ ...parts, node, port: 0, staticFolder: windowFolder })
    closing.push(() => control.close())
    const status = await serveFacts(values, node, log)
    if (status !== null) closing.push(() => status.close())
    const { introduction } = node.household()
    await transportsOf(values, node, parts.clock)
    await say(introduction, flags, status?.url ?? null)

    const why = await Promise.race([node.stopped.then(() => 'stopped' as const), ending])
    if (why === 'signal') await introduction.drain(values.drain)
  } finally {
    for (const close of closing) await close().catch((error: unknown) => log.error({ error }, 'did not close'))
    await node.stop()
  }
}

/** Nobody can type here: at its first start it names itself. */
async function prepare(node: PeerNode, name: string): Promise<void> {
  const identity = node.identity.current()
  if (identity.state === 'locked') throw new LatchError('LOCKED', identity.why)
  if (identity.state === 'none') await node.identity.create(name)
}

async function serveFacts({ 'http.listen': listen }: Values, node: PeerNode, log: Log) {
  if (listen === null) return null
  const [{ serveStatus }, { createMetrics }] = [await import('./status-http.ts'), await import('./metrics.ts')]
  const facts = () => factsOf(node)
  const nowMs = (): number => systemClock.nowMs()
  return serveStatus({ listen, facts, metrics: createMetrics(facts), nowMs, log: log.child('status') })
}

/** Until something listens at each port that was asked for, or it is clear that nothing will. */
async function transportsOf({ announce, listen }: Values, node: PeerNode, clock: Clock): Promise<void> {
  if (announce.length > 0) return
  const wanted = new Set(listen.map((wish) => wish.replace(/^\/ip[46]\/[^/]+/, '')))
  const endMs = clock.monotonicMs() + TRANSPORTS_TIMEOUT_MS
  while (clock.monotonicMs() < endMs) {
    const listening = node.status().listening
    const isThere = (wish: string): boolean => {
      const [, kind = ''] = /^\/tcp\/\d+(.*)$/.exec(wish) ?? []
      return listening.some((address) => {
        const [, port = '', found = ''] = /\/tcp\/(\d+)(\/ws)?/.exec(address) ?? []
        return found === kind && (wish.startsWith('/tcp/0') || wish.startsWith(`/tcp/${port}`))
      })
    }
    if ([...wanted].every(isThere)) return
    await delay(clock, LOOK_EVERY_MS)
  }
}

/** The link, on a line of its own. Who has none yet is told why; /status has it as soon as there is one. */
async function say(introduction: IntroductionFeature, flags: IntroduceFlags, status: string | null): Promise<void> {
  const link = await introduction.link().catch((error: unknown) => {
    process.stderr.write(`${sentence(error)} Name one with --announce.\n`)
    return null
  })
  if (flags.json) process.stdout.write(`${JSON.stringify({ link, status })}\n`)
  else if (link !== null) process.stdout.write(`${link}\n`)
  if (!flags.qr || flags.json || link === null) return
  const { encodeQR } = await import('qr')
  process.stdout.write(`${encodeQR(link, 'ascii', { ecc: 'low' })}\n`)
}

function nodeConfig(values: Values): NodeConfig {
  return {
    dataFolder: values.data,
    vault: createKeyFileVault(dataFiles(values.data).key),
    host: 'headless',
    listen: values.listen,
    bootstrap: [],
    introducer: introducerConfig(values),
    // A server needs nobody on its local network, no router's port, and no way through other people's NATs.
    services: { ...noServices, autonat: true, dht: true, gossip: true },
  }
}

function thisMachine(): Machine {
  // Beside the folder of the app, and not the one that LATCH_DATA names: another process has that while the app runs.
  return { hostname: hostname(), dataFolder: `${defaultDataFolder()}-introducer` }
}

async function configOf(path: string | null, flags: IntroduceFlags): Promise<ReadConfig> {
  try {
    const file = path === null ? null : { path, text: await readFile(path, 'utf8') }
    return readConfig({ machine: thisMachine(), file, env: process.env, flags: flags.given })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { read: 'wrong', why: `The configuration ${path ?? ''} cannot be read (${reason}).` }
  }
}

function wrong(why: string): number {
  process.stderr.write(`${why}\n`)
  return exitCodes.wrongArgument
}
