import { realpathSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import type { FolderLook } from '../../shared/model/sites.ts'
import { wrongArgument } from '../failure.ts'

/** A folder as it was typed, from the root of the disk on. Errors: CliError where Latch keeps its keys in it, or it lies among them. */
export function folderToShow(typed: string, dataFolder: string): string {
  const [folder, ours] = [real(resolve(typed)), real(resolve(dataFolder))]
  if (isWithin(folder, ours) || isWithinOpenly(ours, folder)) {
    throw wrongArgument('Latch keeps its own keys and letters in this folder: choose, or make, one that holds the site and nothing else.')
  }
  return resolve(typed)
}

/** What whoever shows it may not have meant. */
export function folderWarnings(look: Pick<FolderLook, 'path' | 'hasIndex'>, home: string): string[] {
  const folder = real(look.path)
  const isWide = folder === real(home) || dirname(folder) === folder
  return [
    ...(isWide ? ['All files in it that are not hidden can be fetched by whoever knows or guesses their names: a folder of its own is safer.'] : []),
    ...(look.hasIndex ? [] : ['There is no index.html in it: its first page is "not here".']),
  ]
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(folder, way) === path)
}

/** Within, and on no way through what begins with a dot, which is not shown. */
function isWithinOpenly(path: string, folder: string): boolean {
  return isWithin(path, folder) && !relative(folder, path).split(sep).some((part) => part.startsWith('.'))
}

/** Where it is not there, whoever is asked for it says so. */
function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
