import { join, posix, resolve, win32 } from 'node:path'
import { wrongArgument } from './failure.ts'
import type { Io } from './io.ts'

/** The folder that `--data` or LATCH_DATA names, or this system's own place. A test holds it equal to the node's idea of it. */
export function dataFolderOf(
  given: string | undefined,
  io: Pick<Io, 'env' | 'platform' | 'home'>,
): { path: string; isDefault: boolean } {
  // `--data "$DIR"` of a script that has no DIR: the usual folder is somebody else's then.
  if (given === '') throw wrongArgument('--data is empty.')
  const named = given ?? io.env['LATCH_DATA']
  if (named !== undefined && named !== '') return { path: resolve(named), isDefault: false }
  return { path: systemFolder(io), isDefault: true }
}

function systemFolder({ env, platform, home }: Pick<Io, 'env' | 'platform' | 'home'>): string {
  if (platform === 'win32') return join(env['APPDATA'] ?? win32.join(home, 'AppData', 'Roaming'), 'Latch')
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Latch')
  const base = env['XDG_DATA_HOME']
  return posix.join(base !== undefined && base.startsWith('/') ? base : posix.join(home, '.local', 'share'), 'latch')
}
