import type { Register } from '../program.ts'

export const register: Register = (program, context) => {
  program
    .command('introduce')
    .description('run an introduction server, until Ctrl-C; latch introduce doctor looks at the machine')
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .argument('[options...]', 'its own options; see latch introduce --help')
    .action(async (options: readonly string[]) => {
      const { io, json } = context
      // The folder of the app is not its: only one that was named here.
      const { data } = program.opts<{ data?: string }>()
      const named = data === undefined ? [] : ['--data', context.dataFolder]
      const args = [io.headless, 'introduce', ...named, ...(json ? ['--json'] : []), ...options]
      context.exitWith(await io.follow(process.execPath, args))
    })
}
