import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
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
import { exitCodes, sentence, signalled, survive } from './process.ts'

/*
 * The node without a window: for a machine without a display, for servers, for the command line (`latch start`).
 *
 *   flags → log → node → HTTP on loopback → one line: where its window opens
 *   SIGINT, SIGTERM or `node.stop` → HTTP → node (writes, closes)
 */

/** Gives the exit code, when the node has stopped. `windowFolder`: the built window, served beside the contract. */
export async function runHeadless(args: readonly string[], windowFolder: string): Promise<number> {
  const read = readFlags(args)
  if (read.read === 'flags') return start(read.flags, windowFolder)
  if (read.read === 'wrong') {
    process.stderr.write(`${read.why} See latch start --help.\n`)
    return exitCodes.wrongArgument
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
    return exitCodes.failed
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
