import type { Settings } from '../../shared/model/settings.ts'
import { quietText } from '../door/quiet-text.ts'
import { wrongArgument } from '../failure.ts'
import { fields } from '../layout.ts'
import type { Register } from '../program.ts'

const switches: Readonly<Record<string, boolean>> = {
  on: true,
  yes: true,
  true: true,
  off: false,
  no: false,
  false: false,
}

export const register: Register = (program, context) => {
  const settings = program
    .command('settings')
    .description('what you chose for this account on this device')
    .action(async () => show(await (await context.client()).settings.get()))

  settings
    .command('set')
    .description('change one')
    .argument('<name>', 'one of those that latch settings lists')
    .argument('<value>', 'on or off; or one of its words')
    .action(async (name: string, value: string) => {
      const change = await changeOf(name, value)
      show(await (await context.client()).settings.set(change))
    })

  function show(values: Settings): void {
    const nowMs = context.io.nowMs()
    context.show(values, () => fields(Object.entries(values).map(([name, value]) => [name, word(value, nowMs)])))
  }
}

async function changeOf(name: string, value: string): Promise<Partial<Settings>> {
  const { Settings, defaultSettings } = await import('../../shared/model/settings.ts')
  const usual = Object.entries(defaultSettings).find(([key]) => key === name)?.[1]
  if (usual === undefined) {
    throw wrongArgument(`There is no setting "${name}", only ${Object.keys(defaultSettings).join(', ')}.`)
  }
  if (name === 'doNotDisturb') throw wrongArgument('Do not disturb has a command of its own: latch dnd on --for 1h')
  const isSwitch = typeof usual === 'boolean'
  const meant = typeof usual === 'number' && /^\d{1,15}$/.test(value) ? Number(value) : value
  const parsed = Settings.partial().safeParse({ [name]: isSwitch ? switches[value] : meant })
  if (!parsed.success) throw wrongArgument(`${name} cannot be "${value}": ${parsed.error.issues[0]?.message ?? 'no'}.`)
  if (isSwitch && switches[value] === undefined) throw wrongArgument(`${name} is on or off, not "${value}".`)
  return parsed.data as Partial<Settings>
}

function word(value: Settings[keyof Settings], nowMs: number): string {
  if (typeof value === 'object') return quietText(value, nowMs)
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)
}
