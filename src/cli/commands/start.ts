import type { Register } from '../program.ts'

export const register: Register = (program, context) => {
  program
    .command('start')
    .description('run a node without a window, until Ctrl-C or `latch stop` (also: latch --start-node)')
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .argument('[options...]', "the node's own options; see latch start --help")
    .action(async (options: readonly string[]) => {
      const { io, json } = context
      const data = context.dataFolderIsDefault ? [] : ['--data', context.dataFolder]
      const args = [io.headless, ...data, ...(json ? ['--json'] : []), ...options]
      context.exitWith(await io.follow(process.execPath, args))
    })
}
