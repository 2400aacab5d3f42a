import { readFileSync, readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'vite'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Paths below src (`main/index.ts`), with what the files hold. */
export type Sources = ReadonlyMap<string, string>

/** Every TypeScript file of src. */
export function readSources(): Sources {
  const src = join(ROOT, 'src')
  const paths = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path))
    .toSorted()
  return new Map(paths.map((path) => [path, readFileSync(join(src, path), 'utf8')]))
}

/** What a file imports, types included: packages by name, files of ours by their path below src. */
export function importsOf(path: string, code: string): string[] {
  const { module, errors } = parseSync(path, code)
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`)
  const requests = [
    ...module.staticImports.map((statement) => statement.moduleRequest.value),
    ...module.staticExports.flatMap((statement) => statement.entries.map((entry) => entry.moduleRequest?.value)),
    // `import('./x.ts')`, as a call and as a type.
    ...[...code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g)].map((match) => match[1]),
  ].filter((request) => request !== undefined)
  return [...new Set(requests)].map((request) =>
    request.startsWith('.') ? posix.join(posix.dirname(path), request) : request,
  )
}
