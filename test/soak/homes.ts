import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { MINUTE } from '../../src/shared/units.ts'
import { Remote } from '../lab/remote.ts'
import type { HomeCalls, HomeFacts } from './home.ts'

/** To load and to be ready, on a machine that is busy with other things: a soak is not about that. */
const READY_WITHIN_MS = 5 * MINUTE

/** One node that comes and goes: what is known of it while it is away too. */
export class Home {
  readonly name: string
  readonly folder: string
  /** Null: it is away. */
  remote: Remote<HomeCalls> | null = null
  #facts: HomeFacts | null = null
  /** How often it came: what was asked of it before is not answered by the next one. */
  starts = 0

  constructor(name: string, root: string) {
    this.name = name
    this.folder = join(root, name)
  }

  get facts(): HomeFacts {
    if (this.#facts === null) throw new Error(`${this.name} was never there`)
    return this.#facts
  }

  async start(): Promise<void> {
    // At its old port, as a device at home is: contacts dial what they knew.
    const port = this.#facts === null ? 0 : Number(/\/tcp\/(\d+)/.exec(this.#facts.address)?.[1] ?? 0)
    const args = ['--no-warnings', '--expose-gc', join(import.meta.dirname, 'home.ts'), JSON.stringify({ name: this.name, folder: this.folder, port })]
    // They start again and again: what was compiled once is kept for the next.
    const env = { ...process.env, NODE_COMPILE_CACHE: join(this.folder, '..', 'compiled') }
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], env })
    const remote = await Remote.start<HomeCalls>(this.name, child, READY_WITHIN_MS)
    const facts = remote.ready as HomeFacts
    if (this.#facts !== null && this.#facts.account !== facts.account) throw new Error(`${this.name} came back as somebody else`)
    this.#facts = facts
    this.remote = remote
    this.starts += 1
  }

  /** `kill`: as by kill -9, in the midst of whatever it does. */
  async leave(how: 'stop' | 'kill'): Promise<void> {
    const { remote } = this
    this.remote = null
    await (how === 'stop' ? remote?.stop(30_000) : remote?.kill())
  }

  /** It is there: a call on it. Errors: that it is away. */
  get call(): Remote<HomeCalls>['call'] {
    const { remote } = this
    if (remote === null) throw new Error(`${this.name} is away`)
    return remote.call.bind(remote)
  }
}
