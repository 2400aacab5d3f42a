import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { multiaddr } from '@multiformats/multiaddr'
import { DisplayName } from '../../shared/model/identity.ts'

/** What the command line asks of the headless node. */
export interface Flags {
  readonly dataFolder: string | null
  /** Null: the networks of this machine, any port. */
  readonly listen: readonly string[] | null
  readonly bootstrap: readonly string[]
  /** Links or addresses of introducers to use, beside those that the account knows. */
  readonly introducers: readonly string[]
  /** Of the loopback HTTP door; 0 is whichever is free. */
  readonly port: number
  readonly name: string | null
  readonly passphraseFile: string | null
  readonly lan: boolean
  readonly upnp: boolean
  readonly webrtc: boolean
  readonly demo: boolean
  readonly json: boolean
  readonly verbose: boolean
}

export type ReadFlags = { read: 'flags'; flags: Flags } | { read: 'help' | 'version' } | { read: 'wrong'; why: string }

export const usage = `Usage: latch start [options]

Runs a Latch node without a window, until Ctrl-C, and prints the address at which its window opens in a browser.

  --data <folder>            where everything is kept (LATCH_DATA, or the system's place for it)
  --name <name>              creates the account, if there is none yet
  --passphrase-file <file>   the first line of this file opens the keys (otherwise: a key file in the data folder)
  --listen <multiaddr>       listens here instead of on every network; may be repeated
  --bootstrap <multiaddr>    connects to this peer and stays connected; may be repeated
  --introducer <link>        uses this introducer (latch://introducer/… or a multiaddr with its peer id); may be repeated
  --port <number>            port of the loopback address that is printed (otherwise: any)
  --no-lan                   neither announces this device on the local network nor looks for others
  --no-upnp                  asks no router for a port, whatever the settings say
  --no-webrtc                leaves WebRTC out
  --no-demo                  leaves the demonstration peer out
  --json                     prints that one line as JSON
  --verbose                  writes the log to standard error as well, in detail
  --help, --version
`

/** Pure. `why` is one sentence. */
export function readFlags(args: readonly string[]): ReadFlags {
  let values
  try {
    values = parse(args)
  } catch (error) {
    const [what = 'That cannot be read'] = error instanceof Error ? error.message.split(/\.|\n/) : []
    return wrong(`${what}.`)
  }
  if (values.help) return { read: 'help' }
  if (values.version) return { read: 'version' }

  const port = Number(values.port)
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) {
    return wrong(`--port is a number from 0 to 65535, not "${values.port}".`)
  }
  const name = values.name === undefined ? null : DisplayName.safeParse(values.name)
  if (name?.success === false) {
    return wrong('--name has 1 to 64 characters, none of them control or direction characters.')
  }
  for (const address of [...(values.listen ?? []), ...values.bootstrap]) {
    if (!isMultiaddr(address)) return wrong(`"${address}" is no multiaddr, as in /ip4/127.0.0.1/tcp/4001.`)
  }
  const noIntroducer = values.introducer.find((text) => !text.startsWith('latch://introducer/') && !isMultiaddr(text))
  if (noIntroducer !== undefined) {
    return wrong(`"${noIntroducer}" is no introducer: give its latch://introducer/… link, or a multiaddr that ends in its peer id.`)
  }
  for (const flag of ['data', 'passphrase-file'] as const) {
    if (values[flag] === '') return wrong(`--${flag} is empty.`)
  }

  return {
    read: 'flags',
    flags: {
      dataFolder: values.data === undefined ? null : resolve(values.data),
      listen: values.listen ?? null,
      bootstrap: values.bootstrap,
      introducers: values.introducer,
      port,
      name: name?.data ?? null,
      passphraseFile: values['passphrase-file'] ?? null,
      lan: values.lan,
      upnp: values.upnp,
      webrtc: values.webrtc,
      demo: values.demo,
      json: values.json,
      verbose: values.verbose,
    },
  }
}

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    strict: true,
    options: {
      data: { type: 'string' },
      name: { type: 'string' },
      'passphrase-file': { type: 'string' },
      listen: { type: 'string', multiple: true },
      bootstrap: { type: 'string', multiple: true, default: [] },
      introducer: { type: 'string', multiple: true, default: [] },
      port: { type: 'string', default: '0' },
      lan: { type: 'boolean', default: true },
      upnp: { type: 'boolean', default: true },
      webrtc: { type: 'boolean', default: true },
      demo: { type: 'boolean', default: true },
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      version: { type: 'boolean', default: false },
    },
  })
  return values
}

function isMultiaddr(text: string): boolean {
  try {
    return multiaddr(text).getComponents().length > 0
  } catch {
    return false
  }
}

function wrong(why: string): ReadFlags {
  return { read: 'wrong', why }
}
