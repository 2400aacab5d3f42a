import type { Client } from './client.ts'
import type { Control } from './control-file.ts'
import type { Io } from './io.ts'

/** What a command has: the world, the options given to all commands, the node, and how to say what came of it. */
export interface Context {
  readonly io: Io
  readonly json: boolean
  readonly dataFolder: string
  readonly dataFolderIsDefault: boolean
  /** Where the node answers. Errors: CliError with exit code 3 when none runs. */
  control(): Promise<Control>
  client(): Promise<Client>
  /** The same, with every text as it came: for what is written to a file, and not shown. */
  rawClient(): Promise<Client>
  /** What to fail with when nothing answers. */
  gone(): Error
  /** One JSON value on a line of its own with `--json`; otherwise the text, line by line. */
  show(value: unknown, text: () => string | readonly string[]): void
  /** What the shell gets when the command has done its work. */
  exitWith(code: number): void
}
