import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { MiB } from '../../shared/units.ts'

/** Four files of 5 MiB: 20 MiB in all, a week or so of an ordinary node. */
const FILES = 4
const MAX_FILE_BYTES = 5 * MiB

/**
 * A file that lines are appended to, moved to `<path>.1`, `.2`, `.3` as it fills; the oldest is dropped. A disk that is
 * full or gone loses lines, never the caller.
 */
export class RotatingFile {
  readonly #path: string
  readonly #maxBytes: number
  #file: number | null = null
  #sizeBytes = 0

  constructor(path: string, maxBytes = MAX_FILE_BYTES) {
    this.#path = path
    this.#maxBytes = maxBytes
  }

  write(line: string): void {
    try {
      const bytes = Buffer.from(line)
      this.#file ??= this.#open()
      if (this.#sizeBytes > 0 && this.#sizeBytes + bytes.byteLength > this.#maxBytes) this.#rotate()
      this.#file ??= this.#open()
      writeSync(this.#file, bytes)
      this.#sizeBytes += bytes.byteLength
    } catch {
      this.close()
    }
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }

  #open(): number {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    const file = openSync(this.#path, 'a', 0o600)
    this.#sizeBytes = fstatSync(file).size
    return file
  }

  #rotate(): void {
    this.close()
    for (let age = FILES - 1; age >= 1; age--) {
      const from = age === 1 ? this.#path : `${this.#path}.${age - 1}`
      try {
        renameSync(from, `${this.#path}.${age}`)
      } catch {
        // There are not so many yet.
      }
    }
  }
}
