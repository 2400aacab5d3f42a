import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { LatchError } from '../../shared/errors.ts'
import { allServices, defaultListen } from '../node/config.ts'
import { openPeerNode } from '../node/peer-node.ts'
import type { NodeConfig, PeerNode } from '../node/types.ts'
import { version } from '../node/version.ts'
import { systemClock } from '../platform/clock.ts'
import { chosenDataFolder, dataFiles } from '../platform/data-folder.ts'
import { createKeyFileVault } from '../platform/key-file-vault.ts'
import { createLog, type Log } from '../platform/log.ts'
import { createPassphraseVault } from '../platform/passphrase-vault.ts'
import type { Vault } from '../platform/vault.ts'
import { readFlags, usage, type Flags } from './flags.ts'

/*
 * The node without a window: for a machine without a display, for servers, for the command line (`latch start`).
 *
 *   flags → log → node → HTTP on loopback → one line: where its window opens
 *   SIGINT, SIGTERM or `node.stop` → HTTP → node (writes, closes)
 */

const FAILED = 1
const WRONG_ARGUMENT = 2

/** Gives the exit code, when the node has stopped. `windowFolder`: the built window, served beside the contract. */
export async function runHeadless(args: readonly string[], windowFolder: string): Promise<number> {
  const read = readFlags(args)
  if (read.read === 'flags') return start(read.flags, windowFolder)
  if (read.read === 'wrong') {
    process.stderr.write(`${read.why} See latch start --help.\n`)
    return WRONG_ARGUMENT
  }
  process.stdout.write(read.read === 'help' ? usage : `${version}\n`)
  return 0
}

async function start(flags: Flags, windowFolder: string): Promise<number> {
  const dataFolder = flags.dataFolder ?? chosenDataFolder()
  const files = dataFiles(dataFolder)
  let log: ReturnType<typeof createLog> | null = null
  try {
    log = createLog({ folder: files.logs, stderr: flags.verbose, level: flags.verbose ? 'debug' : 'info' })
    survive(log)
    const vault = await vaultFor(flags, files.key)
    await runNode(configOf(flags, dataFolder, vault), flags, windowFolder, log)
    return 0
  } catch (error) {
    log?.error({ error }, 'the node ended')
    process.stderr.write(`${sentence(error)}\n`)
    return FAILED
  } finally {
    log?.close()
  }
}

/** Until it was stopped. */
async function runNode(config: NodeConfig, flags: Flags, windowFolder: string, log: Log): Promise<void> {
  const parts = { clock: systemClock, log, random: (bytes: number) => new Uint8Array(randomBytes(bytes)) }
  // From here on: whoever reads the first line may signal at once.
  const ending = signalled()
  const node = await openPeerNode(config, parts)
  try {
    await prepare(node, flags.name)
    const { serveHttp } = await import('../control/index.ts')
    const http = await serveHttp({ ...parts, node, port: flags.port, staticFolder: windowFolder })
    const url = http.windowUrl()
    process.stdout.write(flags.json ? `${JSON.stringify({ url })}\n` : `${url}\n`)
    await Promise.race([node.stopped, ending])
    await http.close()
  } finally {
    await node.stop()
  }
}

/** Nobody can type here: what a window would ask for comes from the flags, or the node goes without. */
async function prepare(node: PeerNode, name: string | null): Promise<void> {
  const identity = node.identity.current()
  if (identity.state === 'locked') throw new LatchError('LOCKED', identity.why)
  if (identity.state === 'none' && name !== null) await node.identity.create(name)
}

function configOf(flags: Flags, dataFolder: string, vault: Vault): NodeConfig {
  const { lan, upnp, webrtc, demo } = flags
  return {
    dataFolder,
    vault,
    host: 'headless',
    listen: flags.listen ?? defaultListen,
    bootstrap: flags.bootstrap,
    introducers: flags.introducers,
    services: { ...allServices, lan, upnp, webrtc, demo },
  }
}

async function vaultFor({ passphraseFile }: Flags, keyFile: string): Promise<Vault> {
  if (passphraseFile === null) return createKeyFileVault(keyFile)
  const text = await readFile(passphraseFile, 'utf8').catch((cause: unknown) => {
    throw new LatchError('LOCKED', `The passphrase file ${passphraseFile} cannot be read.`, { cause })
  })
  return createPassphraseVault(text.split(/\r?\n/)[0] ?? '')
}

/** An error that a library lost on the way ends no connection of others. */
function survive(log: Log): void {
  process.on('uncaughtException', (error) => log.error({ error }, 'uncaught; the node goes on'))
  process.on('unhandledRejection', (error) => log.error({ error }, 'unhandled rejection; the node goes on'))
  // Whoever started this may have closed their end.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
}

/** Resolves at the first signal that ends the node cleanly; the second ends it at once. */
function signalled(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let isFirst = true
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!isFirst) process.exit(128 + constants.signals[signal])
      isFirst = false
      resolve()
    })
  }
  return promise
}

function sentence(error: unknown): string {
  if (error instanceof LatchError) return error.message
  return `Latch could not start: ${error instanceof Error ? error.message : String(error)}`
}
