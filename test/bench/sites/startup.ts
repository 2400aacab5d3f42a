import type { Figure } from '../report.ts'
import { summarize } from '../stats.ts'
import type { ImportCalls } from './imports.ts'
import type { Measured } from './measured.ts'
import { LONG_MS, program } from './programs.ts'

const suite = 'sites'

/** What copies cost whoever keeps none: the library they are made with, at each start. */
export async function startup({ imports: rounds }: Measured): Promise<Figure[]> {
  const fresh = async <Name extends keyof ImportCalls>(name: Name): Promise<Awaited<ReturnType<ImportCalls[Name]>>> => {
    const one = await program<ImportCalls>('imports.ts', {})
    try {
      return (await one.call(name, null, LONG_MS)) as Awaited<ReturnType<ImportCalls[Name]>>
    } finally {
      await one.kill()
    }
  }
  const library = []
  const start = []
  for (let round = 0; round < rounds; round++) {
    library.push(await fresh('library'))
    start.push(await fresh('start'))
  }
  const ofLibrary = start[0]?.ofLibrary ?? 0
  const what = `the library of copies (${library[0]?.modules ?? 0} modules)`
  return [
    { suite, what: `import of ${what}`, unit: 'ms', summary: summarize(library.map(({ ms }) => ms)) },
    { suite, what: `memory of ${what}`, unit: 'MiB', summary: summarize(library.map(({ mebibytes }) => mebibytes)) },
    {
      suite,
      what: `import of a node (${start[0]?.modules ?? 0} modules; ${ofLibrary} of that library)`,
      unit: 'ms',
      summary: summarize(start.map(({ ms }) => ms)),
    },
  ]
}
