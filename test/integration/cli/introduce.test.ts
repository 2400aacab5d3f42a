import { expect, it } from 'vitest'
import { latch } from './held-io.ts'

it.each([
  [['introduce'], []],
  [['introduce', '--allow', 'a', '--allow', 'b'], ['--allow', 'a', '--allow', 'b']],
  [['introduce', 'doctor', '--config', 'i.toml'], ['doctor', '--config', 'i.toml']],
  [['introduce', '--help'], ['--help']],
  [['introduce', '--data', '/d', '--json', '--qr'], ['--data', '/d', '--json', '--qr']],
  [['--data', '/d', 'introduce', '--print-config'], ['--data', '/d', '--print-config']],
])('latch %j runs the server beside this command, and ends as it ends', async (args, passedOn) => {
  const followed: (readonly string[])[] = []
  const follow = (program: string, given: readonly string[]): Promise<number> => {
    followed.push([program, ...given])
    return Promise.resolve(7)
  }
  // The folder of the app is the app's: only one that is named here is the introducer's.
  expect(await latch(args, { follow, env: { LATCH_DATA: '/of/the/app' } })).toEqual({ code: 7, out: '', err: '' })
  expect(followed).toEqual([[process.execPath, '/app/headless.js', 'introduce', ...passedOn]])
})
