import type { Register } from '../program.ts'

export const register: Register = (program, context) => {
  program
    .command('reach')
    .description('how this device is reached: NAT, introducers, what was tried; as text for support, or --json')
    .option('--check', 'look at the network again first; takes up to some 10 seconds')
    .action(async ({ check }: { check?: boolean }) => {
      const client = await context.client()
      const checked = check === true ? await client.reach.check() : null
      if (context.json) return context.show(checked ?? (await client.reach.connectivity()), () => '')
      const { text } = await client.reach.report()
      context.show({ text }, () => text.trimEnd())
    })
}
