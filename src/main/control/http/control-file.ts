import { readFile, rm } from 'node:fs/promises'
import { writeFileAtomic } from '../../platform/atomic-file.ts'

/** `control.json` in the data folder: how programs of this person find the running node. Mode 0600: it opens the door. */
export interface ControlFile {
  readonly url: string
  readonly token: string
  readonly pid: number
}

export async function writeControlFile(path: string, control: ControlFile): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(control, null, 2)}\n`, { mode: 0o600 })
}

/** Removes the file, unless another process has put its own there since. */
export async function removeControlFile(path: string, token: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '')
  if (text.includes(`"${token}"`)) await rm(path, { force: true })
}
