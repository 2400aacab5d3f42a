import type { Io } from './io.ts'
import { oneLine } from './plain.ts'

const REWRITE = '\r\u001b[2K'

/** One line that changes: in place on a terminal, otherwise a line for each thing that is new. */
export class LiveLine {
  readonly #io: Io
  #last = ''
  #isOpen = false

  constructor(io: Io) {
    this.#io = io
  }

  /** `goesOn`: more will be said in its place. */
  say(text: string, goesOn: boolean): void {
    const line = oneLine(text)
    if (line === this.#last) return
    this.#last = line
    if (!this.#io.isTerminal) return this.#io.out(`${line}\n`)
    this.#io.out(`${this.#isOpen ? REWRITE : ''}${line}${goesOn ? '' : '\n'}`)
    this.#isOpen = goesOn
  }

  /** What comes next begins on a line of its own. */
  end(): void {
    if (this.#isOpen) this.#io.out('\n')
    this.#isOpen = false
  }
}
