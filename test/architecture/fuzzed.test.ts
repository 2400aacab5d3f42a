import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { importsOf, readSources } from './sources.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(ROOT, 'test', 'fuzz', 'targets')
const targets = readdirSync(folder).map((name) => basename(name, '.ts'))
const page = readFileSync(join(ROOT, 'docs', 'fuzzing.md'), 'utf8')

/** What reads, as it is called everywhere. */
const READS = /^export (?:async )?(?:function|const) (?:decode|parse|read|open)[A-Za-z]*/m
/** The schemas of a protocol's frames. */
const MESSAGES = /^main\/protocols\/[^/]+\/messages\.ts$/

/** Files of protocols that are called as if they read strange bytes and do not, each with why. */
const NO_READERS: Readonly<Record<string, string>> = {
  'main/protocols/chat/chat-protocol.ts': 'opens streams; what comes on them is read by messages.ts',
}

/** Of src, what a target reads with. */
const fuzzed = new Set(
  targets.flatMap((name) => importsOf(`${name}.ts`, readFileSync(join(folder, `${name}.ts`), 'utf8')).map((path) => path.replace(/^(?:\.\.\/)+src\//, ''))),
)

function unfuzzed(sources: ReadonlyMap<string, string>, covered: ReadonlySet<string>): string[] {
  return [...sources]
    .filter(([path, code]) => path.startsWith('main/protocols/') && (READS.test(code) || MESSAGES.test(path)))
    .map(([path]) => path)
    .filter((path) => !covered.has(path) && !(path in NO_READERS))
}

describe('every decoder of a protocol', () => {
  test('is read with by a fuzz target, or has a reason not to be', () => {
    expect(unfuzzed(readSources(), fuzzed)).toEqual([])
    expect(Object.keys(NO_READERS).filter((path) => !existsSync(join(ROOT, 'src', path)))).toEqual([])
  })

  test('that is new is found', () => {
    const decoder = new Map([['main/protocols/new/letter.ts', 'export async function openThing() {}'], ['main/protocols/new/messages.ts', '']])
    expect(unfuzzed(decoder, new Set())).toEqual([...decoder.keys()])
    expect(unfuzzed(new Map([['main/protocols/new/constants.ts', 'export const MAX = 1']]), new Set())).toEqual([])
  })
})

describe('docs/fuzzing.md', () => {
  test('names every target', () => {
    expect(targets.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
  })

  test('names no file that is gone', () => {
    const named = [...page.matchAll(/`((?:src|test|scripts)\/[\w./-]+)`/g)].map(([, path = '']) => path)
    expect(named.length).toBeGreaterThan(targets.length)
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
})
