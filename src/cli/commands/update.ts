import type { UpdateFinding, Updates } from '../../shared/model/updates.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { bytes } from '../layout.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'

export const register: Register = (program, context) => {
  const update = program
    .command('update')
    .description('whether there is a newer Latch; nothing is looked for before you say so')
    .action(async () => {
      const updates = await (await context.client()).updates.get()
      context.show(updates, () => updatesText(updates))
    })

  update
    .command('check')
    .description('look now; exit code 4 where what came was not believed')
    .action(async () => {
      const updates = await (await context.client()).updates.check()
      if (updates.found?.outcome === 'refused') context.exitWith(exitCodes.refused)
      context.show(updates, () => foundText(updates.running, updates.found))
    })

  update
    .command('daily')
    .description('look once a day, or never by itself')
    .argument('<state>', 'on or off')
    .action(async (state: string) => {
      if (state !== 'on' && state !== 'off') throw wrongArgument(`Looking daily is on or off, not "${state}".`)
      const updates = await (await context.client()).updates.daily({ on: state === 'on' })
      context.show(updates, () => dailyText(updates))
    })

  update
    .command('save')
    .description('save a file of the newer version into the downloads, once its hash is the signed one; nothing is installed')
    .argument('[file]', 'its name; not needed where there is one for this system')
    .action(async (file: string | undefined) => {
      const client = await context.client()
      const { found } = await client.updates.get()
      const names = found?.outcome === 'new' ? found.release.files.map(({ name }) => name) : []
      const name = file ?? (names.length === 1 ? names[0] : undefined)
      if (name === undefined) {
        const which = names.length === 0 ? 'The last check found no file for this system.' : `Say which: ${names.join(', ')}.`
        throw new CliError(exitCodes.failed, which, 'NOT_FOUND')
      }
      const saved = await client.updates.save({ name })
      context.show(saved, () => `Saved as ${saved.path}`)
    })
}

function updatesText(updates: Updates): string[] {
  if (updates.source === null) return [`Latch ${updates.running}. This build has no release key, and looks for nothing newer.`]
  return [`Latch ${updates.running}, newer ones are announced at ${updates.source}`, dailyText(updates), ...foundText(updates.running, updates.found)]
}

function dailyText({ daily }: Updates): string {
  if (daily === 'on') return 'It looks once a day.'
  return `It does not look by itself${daily === 'unasked' ? ', as nobody said that it should: latch update daily on' : ''}.`
}

function foundText(running: string, found: UpdateFinding | null): string[] {
  switch (found?.outcome) {
    case undefined:
      return ['It never looked: latch update check']
    case 'current':
      return [`${running} is the newest.`]
    case 'refused':
      return [`What was found is not believed: ${found.why}.`]
    case 'new': {
      const { version, notes, page, files } = found.release
      // Signed, and still no text that moves the cursor.
      const words = notes.split('\n').map((line) => `  ${oneLine(line)}`.trimEnd())
      const saved = files.map((file) => `  latch update save ${file.name}   ${bytes(file.sizeBytes)}`)
      return [`There is ${version}:`, ...words, `Read more: ${oneLine(page)}`, ...saved]
    }
  }
}
