import { parse, stringify, TomlDate, TomlError, type TomlValue } from 'smol-toml'
import {
  CONFIG_VARIABLE,
  flagOf,
  type Key,
  keys,
  type Machine,
  PREFIX,
  type Setting,
  settings,
  type Values,
  variableOf,
} from './introduce-settings.ts'

/** Where a value is from, the stronger ones last. */
export type Origin = 'default' | 'file' | 'variable' | 'flag'

export interface Given {
  readonly machine: Machine
  readonly file: { readonly path: string; readonly text: string } | null
  readonly env: Readonly<Record<string, string | undefined>>
  /** By key, as often as it was given. */
  readonly flags: ReadonlyMap<Key, readonly string[]>
}

export interface Config {
  readonly values: Values
  readonly origins: ReadonlyMap<Key, Origin>
  readonly path: string | null
}

export type ReadConfig = { read: 'config'; config: Config } | { read: 'wrong'; why: string }

class Wrong extends Error {}

/** Pure: the file, under the variables, under the flags. `why` is one sentence that names what is wrong, and where. */
export function readConfig({ machine, file, env, flags }: Given): ReadConfig {
  try {
    const inFile = file === null ? new Map<Key, unknown>() : keysIn(file)
    checkVariables(env)
    const origins = new Map<Key, Origin>()
    const values = Object.fromEntries(
      keys.map((key) => {
        const { value, origin } = valueOf(key, { machine, file, inFile, env, flags })
        origins.set(key, origin)
        return [key, value]
      }),
    ) as Values
    return { read: 'config', config: { values, origins, path: file?.path ?? null } }
  } catch (error) {
    if (error instanceof Wrong) return { read: 'wrong', why: error.message }
    throw error
  }
}

/** What holds, as TOML that can be read again, with where each value is from. */
export function printConfig({ values, origins, path }: Config): string {
  const from = (key: Key): string => {
    const origin = origins.get(key)
    if (origin === 'file') return `file ${path ?? ''}`
    if (origin === 'variable') return `variable ${variableOf(key)}`
    return origin === 'flag' ? `flag --${flagOf(key)}` : 'default'
  }
  const tables = Map.groupBy(keys, (key) => tableOf(key))
  const blocks = [...tables].map(([table, inTable]) => {
    const lines = inTable.map((key) => {
      const { kind } = settings[key] as Setting<unknown>
      const line = stringify({ [lastOf(key)]: kind.toToml(values[key]) }).trimEnd()
      return `${line} # ${from(key)}`
    })
    return [...(table === '' ? [] : [`[${table}]`]), ...lines].join('\n')
  })
  return `${blocks.join('\n\n')}\n`
}

interface Sources extends Given {
  readonly inFile: ReadonlyMap<Key, unknown>
}

function valueOf(key: Key, { machine, file, inFile, env, flags }: Sources): { value: unknown; origin: Origin } {
  const { kind, fallback } = settings[key] as Setting<unknown>
  const must = (where: string, given: unknown): Wrong => {
    const shown = shorten(JSON.stringify(given) ?? String(given))
    return new Wrong(`${where} is ${shown}, and must be ${kind.expected}.`)
  }
  const flag = flags.get(key)
  if (flag !== undefined) {
    const read = kind.fromText(flag)
    if (read === null) throw must(`--${flagOf(key)}`, flag.length === 1 ? flag[0] : flag)
    return { value: read.value, origin: 'flag' }
  }
  const variable = env[variableOf(key)]
  if (variable !== undefined && variable !== '') {
    const read = kind.fromText([variable])
    if (read === null) throw must(variableOf(key), variable)
    return { value: read.value, origin: 'variable' }
  }
  if (inFile.has(key)) {
    const given = inFile.get(key)
    const read = kind.fromToml(given)
    if (read === null) throw must(`${key} in ${file?.path ?? ''}`, given)
    return { value: read.value, origin: 'file' }
  }
  return { value: fallback(machine), origin: 'default' }
}

function keysIn({ path, text }: { path: string; text: string }): Map<Key, unknown> {
  let table
  try {
    table = parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [what = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n')
    throw new Wrong(`${path} is no TOML: ${what} (line ${error.line}, column ${error.column}).`)
  }
  const found = new Map<Key, unknown>()
  for (const [key, value] of leaves(table, [])) {
    if (!isKey(key)) throw new Wrong(`${path} has a key "${shorten(key)}", which is none; ${knownBeside(key)}.`)
    found.set(key, value)
  }
  return found
}

/** A table where a value is expected is handed on as it is, to be told as one. */
function leaves(table: Readonly<Record<string, TomlValue>>, path: readonly string[]): [string, TomlValue][] {
  return Object.entries(table).flatMap(([name, value]) => {
    const here = [...path, name]
    const key = here.join('.')
    const isTable = typeof value === 'object' && !Array.isArray(value) && !(value instanceof TomlDate)
    const hasBelow = keys.some((known) => known.startsWith(`${key}.`))
    return isTable && hasBelow ? leaves(value, here) : [[key, value]]
  })
}

function knownBeside(key: string): string {
  const table = tableOf(key)
  const beside = keys.filter((known) => tableOf(known) === table)
  if (beside.length === 0) return `there are ${keys.filter((known) => tableOf(known) === '').join(', ')} and tables`
  return `${table === '' ? 'at the top' : `in [${table}]`} there are ${beside.map(lastOf).join(', ')}`
}

/** A variable that is none is one that was mistyped. */
function checkVariables(env: Given['env']): void {
  const known = new Set([CONFIG_VARIABLE, ...keys.map((key) => variableOf(key))])
  const unknown = Object.keys(env).find((variable) => variable.startsWith(PREFIX) && !known.has(variable))
  if (unknown !== undefined) throw new Wrong(`There is no variable ${unknown}; latch introduce --help names them.`)
}

function isKey(key: string): key is Key {
  return Object.hasOwn(settings, key)
}

function tableOf(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf('.')))
}

function lastOf(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1)
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
