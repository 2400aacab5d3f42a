/** The world around one run of the command: what a test replaces. */
export interface Io {
  out(text: string): void
  err(text: string): void
  /** Bytes to standard output as they come, no faster than they are taken. */
  pour(chunks: AsyncIterable<Uint8Array>): Promise<void>
  /** All of standard input, as text. */
  readInput(): Promise<string>
  /** The same, as it came. */
  readInputBytes(): Promise<Uint8Array>
  /** Asks on the terminal; only where `canAsk`. `hidden`: what is typed is not shown. */
  ask(question: string, how?: { readonly hidden: boolean }): Promise<string>
  readonly canAsk: boolean
  /** Standard output is a terminal: lines may be rewritten in place. */
  readonly isTerminal: boolean
  /** Colour is wanted; it never carries meaning alone. */
  readonly colour: boolean
  nowMs(): number
  /** Resolves after `ms`, or as soon as `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Runs a program in our place, with our input, output and signals. Its exit code. */
  follow(program: string, args: readonly string[]): Promise<number>
  /** Aborts on the first Ctrl-C; the second ends the process. */
  readonly interrupted: AbortSignal
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly home: string
  /** The headless host of the node, beside this command. */
  readonly headless: string
  /** The version of this command. */
  readonly version: string
}
