import { CliError, exitCodes } from '../failure.ts'
import type { Register } from '../program.ts'

export const register: Register = (program, context) => {
  program
    .command('window')
    .description('an address that opens the window in a browser, once')
    .action(async () => {
      const { url, token } = await context.control()
      const headers = { authorization: `Bearer ${token}` }
      const response = await fetch(`${url}/window`, { method: 'POST', headers }).catch(() => {
        throw context.gone()
      })
      if (!response.ok) throw new CliError(exitCodes.failed, 'The node gives out no window address.')
      const window = (await response.json()) as { url: string }
      context.show(window, () => window.url)
    })
}
