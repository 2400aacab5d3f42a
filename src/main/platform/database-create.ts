import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a database beside its place and moves it there when it is whole, so that a crash in between leaves none rather
 * than an empty one, and an empty file always means damage. `make` is given an empty file of mode 0600.
 */
export function createAtomically(path: string, make: (temporary: string) => void): void {
  const temporary = `${path}.new`
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${temporary}${suffix}`, { force: true })
  closeSync(openSync(temporary, 'wx', 0o600))
  make(temporary)
  sync(temporary)
  renameSync(temporary, path)
  syncFolder(dirname(path))
}

export function sync(path: string): void {
  const file = openSync(path, constants.O_RDWR)
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Makes a rename in `folder` outlive a power cut. Windows has no such call, and does not need it. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, constants.O_RDONLY)
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
