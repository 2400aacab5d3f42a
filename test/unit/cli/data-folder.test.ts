import { describe, expect, it } from 'vitest'
import { dataFolderOf } from '../../../src/cli/data-folder.ts'
import { defaultDataFolder } from '../../../src/main/platform/data-folder.ts'

describe('the data folder of the command line', () => {
  it.each([
    ['linux', {}],
    ['linux', { XDG_DATA_HOME: '/data' }],
    ['linux', { XDG_DATA_HOME: 'relative' }],
    ['darwin', {}],
    ['win32', {}],
    ['win32', { APPDATA: 'D:\\Roaming' }],
  ] as const)("is the node's own on %s with %o", (platform, env) => {
    const { path, isDefault } = dataFolderOf(undefined, { platform, env, home: '/home/ada' })
    const separators = (folder: string): string => folder.replaceAll('\\', '/')
    expect(separators(path)).toBe(separators(defaultDataFolder(platform, env, '/home/ada')))
    expect(isDefault).toBe(true)
  })

  it('is the one that is named: first by --data, then by LATCH_DATA', () => {
    const io = { platform: 'linux', env: { LATCH_DATA: '/from/env' }, home: '/home/ada' } as const
    expect(dataFolderOf(undefined, io)).toEqual({ path: '/from/env', isDefault: false })
    expect(dataFolderOf('/given', io)).toEqual({ path: '/given', isDefault: false })
    expect(dataFolderOf(undefined, { ...io, env: { LATCH_DATA: '' } }).isDefault).toBe(true)
  })
})
