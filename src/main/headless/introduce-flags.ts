import { parseArgs } from 'node:util'
import { flagOf, type Key, keys, type Setting, settings } from './introduce-settings.ts'

/** What the command line asks of `latch introduce`, before the configuration is read. */
export interface IntroduceFlags {
  readonly command: 'run' | 'doctor' | 'print-config'
  readonly configFile: string | null
  /** What it sets, as text. */
  readonly given: ReadonlyMap<Key, readonly string[]>
  readonly qr: boolean
  readonly json: boolean
  readonly verbose: boolean
}

export type ReadIntroduceFlags =
  | { read: 'flags'; flags: IntroduceFlags }
  | { read: 'help' | 'version' }
  | { read: 'wrong'; why: string }

export const usage = `Usage: latch introduce [options]
       latch introduce doctor [options]

Runs an introduction server until Ctrl-C or \`latch stop\`, and prints the link by which others use it. \`doctor\` looks
at the machine instead: ports, clock, reachability.

  --config <file>            a TOML file (LATCH_INTRODUCE_CONFIG); packaging/introducer.toml shows what can be in it
  --print-config             prints what holds, as TOML, with where each value is from
  --qr                       prints the link as a QR code as well
  --json                     prints that one line as JSON
  --verbose                  writes the log to standard error as well, in detail
  --help, --version

Each of these is also a key of the file (--relay-ttl is ttl in [relay]) and a variable (LATCH_INTRODUCE_RELAY_TTL); a
flag is stronger than a variable, and that than the file. Flags marked with * may be repeated.

${keys.map(usageOf).join('\n')}
`

/** Pure. `why` is one sentence. */
export function readIntroduceFlags(args: readonly string[]): ReadIntroduceFlags {
  let parsed
  try {
    parsed = parseArgs({ args: [...args], strict: true, allowPositionals: true, options: { ...own, ...ofSettings } })
  } catch (error) {
    const [what = 'That cannot be read'] = error instanceof Error ? error.message.split(/\.|\n/) : []
    return { read: 'wrong', why: `${what}.` }
  }
  const { positionals, values } = parsed
  if (values.help) return { read: 'help' }
  if (values.version) return { read: 'version' }
  const [word, ...more] = positionals
  if ((word !== undefined && word !== 'doctor') || more.length > 0) {
    return { read: 'wrong', why: `"${more[0] ?? word ?? ''}" is nothing that latch introduce does.` }
  }
  if (values.config === '') return { read: 'wrong', why: '--config is empty.' }
  const given = new Map<Key, readonly string[]>()
  for (const key of keys) {
    const texts = (values as Readonly<Record<string, unknown>>)[flagOf(key)]
    if (Array.isArray(texts)) given.set(key, texts.map(String))
  }
  const command = word === 'doctor' ? 'doctor' : values['print-config'] ? 'print-config' : 'run'
  const { config = null, qr, json, verbose } = values
  return { read: 'flags', flags: { command, configFile: config, given, qr, json, verbose } }
}

const own = {
  config: { type: 'string' },
  'print-config': { type: 'boolean', default: false },
  qr: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
} as const

/** All of them lists: that one was given twice is then told with what it may be. */
const ofSettings = Object.fromEntries(keys.map((key) => [flagOf(key), { type: 'string', multiple: true } as const]))

function usageOf(key: Key): string {
  const { kind, help } = settings[key] as Setting<unknown>
  const flag = `  --${flagOf(key)} ${kind.placeholder}${kind.isList ? '*' : ''}`
  return `${flag.padEnd(38)} ${help}`
}
