import { Command, CommanderError } from 'commander'
import type { Client } from './client.ts'
import type { Context } from './context.ts'
import { readControl } from './control-file.ts'
import { dataFolderOf } from './data-folder.ts'
import { asCliError, exitCodes, notRunning, wrongArgument } from './failure.ts'
import type { Io } from './io.ts'
import { oneLine, safeJson } from './plain.ts'

/** Adds its command, with what belongs under it, to the program. */
export type Register = (program: Command, context: Context) => void

/** Every command, in the order of the help. Loaded one at a time: `latch status` should not wait for the others. */
const commands: Readonly<Record<string, () => Promise<{ register: Register }>>> = {
  start: () => import('./commands/start.ts'),
  introduce: () => import('./commands/introduce.ts'),
  status: () => import('./commands/status.ts'),
  window: () => import('./commands/window.ts'),
  identity: () => import('./commands/identity.ts'),
  invite: () => import('./commands/invite.ts'),
  connect: () => import('./commands/connect.ts'),
  peers: () => import('./commands/peers.ts'),
  reach: () => import('./commands/reach.ts'),
  introducers: () => import('./commands/introducers.ts'),
  contacts: () => import('./commands/contacts.ts'),
  knock: () => import('./commands/knock.ts'),
  door: () => import('./commands/door.ts'),
  chat: () => import('./commands/chat.ts'),
  group: () => import('./commands/group.ts'),
  files: () => import('./commands/files.ts'),
  devices: () => import('./commands/devices.ts'),
  mailbox: () => import('./commands/mailbox.ts'),
  backup: () => import('./commands/backup.ts'),
  name: () => import('./commands/name.ts'),
  query: () => import('./commands/query.ts'),
  site: () => import('./commands/site.ts'),
  open: () => import('./commands/open.ts'),
  fetch: () => import('./commands/fetch.ts'),
  copies: () => import('./commands/copies.ts'),
  gateway: () => import('./commands/gateway.ts'),
  bookmarks: () => import('./commands/bookmarks.ts'),
  history: () => import('./commands/history.ts'),
  exit: () => import('./commands/exit.ts'),
  cache: () => import('./commands/cache.ts'),
  dns: () => import('./commands/dns.ts'),
  routing: () => import('./commands/routing.ts'),
  ledger: () => import('./commands/ledger.ts'),
  network: () => import('./commands/network.ts'),
  square: () => import('./commands/square.ts'),
  app: () => import('./commands/app.ts'),
  settings: () => import('./commands/settings.ts'),
  dnd: () => import('./commands/dnd.ts'),
  update: () => import('./commands/update.ts'),
  stop: () => import('./commands/stop.ts'),
}

const examples = `
Examples:
  latch start                       run a node without a window
  latch identity create Ada         name yourself, once
  latch invite                      a link that lets somebody through your door
  latch knock latch://invite/…      ask somebody for a chat, and wait for their answer
  latch door                        who is at your door
  latch door allow Bea --always
  latch dnd on --for 1h             knocks wait quietly
  latch chat send Bea "On my way"
  latch chat follow --json | jq     what is said, as it is said
  latch name claim alice.peer       a name of your own
  latch query alice.peer            whose a name is, and where it points
  latch site publish ./my-site --as alice.peer --for anyone
  latch fetch peer://alice.peer/notes.txt

Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 not running, 4 the answer was no;
of latch query and fetch: 5 nobody has it, 6 it points nowhere, 7 catching up, 8 unreachable.`

/** One run of `latch`: its exit code. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const given = withoutAlias(args)
  const program = createProgram(io)
  try {
    const { context, exitCode } = createContext(program, io)
    const wanted = commandOf(given)
    const loaded = wanted === null ? Object.values(commands) : [wanted]
    for (const load of loaded) (await load()).register(program, context)
    for (const command of withDescendants(program)) settle(command, io)
    if (given.length === 0) {
      program.outputHelp()
      return exitCodes.done
    }
    await program.parseAsync([...given], { from: 'user' })
    return exitCode()
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done
    const failure = error instanceof CommanderError ? wrongArgument(unknownWord(error, program) ?? sentence(error)) : asCliError(error)
    const json = given.includes('--json')
    io.err(
      json ? `${safeJson({ code: failure.code, message: failure.message })}\n` : `latch: ${oneLine(failure.message)}\n`,
    )
    return failure.exitCode
  }
}

function createProgram(io: Io): Command {
  return new Command('latch')
    .description('People talk directly, peer to peer, and nobody gets in unless you lift the latch.')
    .version(io.version)
    .option('--data <dir>', 'the data folder (or LATCH_DATA)')
    .option('--json', 'print JSON: one value, or one on each line for what goes on')
    .addHelpText('after', examples)
}

/** Errors end in one line of ours, whatever command they come from. */
function settle(command: Command, io: Io): void {
  command
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: () => {}, getOutHasColors: () => false })
    .configureHelp({ sortSubcommands: false })
    .showSuggestionAfterError(true)
}

function withDescendants(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withDescendants)]
}

function createContext(program: Command, io: Io): { context: Context; exitCode: () => number } {
  let exitCode: number = exitCodes.done
  const options = (): { data?: string; json?: boolean } => program.opts()
  const folder = (): { path: string; isDefault: boolean } => dataFolderOf(options().data, io)
  const gone = (): Error => notRunning(folder().path, folder().isDefault)
  const clientOf = async (forTerminal: boolean): Promise<Client> => {
    const control = await context.control()
    const { createClient } = await import('./client.ts')
    return createClient({ control, forTerminal, gone })
  }
  const context: Context = {
    io,
    get json() {
      return options().json === true
    },
    get dataFolder() {
      return folder().path
    },
    get dataFolderIsDefault() {
      return folder().isDefault
    },
    gone,
    async control() {
      const control = await readControl(folder().path)
      if (control === null) throw gone()
      return control
    },
    client: () => clientOf(!context.json),
    rawClient: () => clientOf(false),
    show(value, text) {
      if (context.json) return io.out(`${safeJson(value)}\n`)
      const lines = text()
      const all = typeof lines === 'string' ? [lines] : lines
      if (all.length > 0) io.out(`${all.join('\n')}\n`)
    },
    exitWith(code) {
      exitCode = code
    },
  }
  return { context, exitCode: () => exitCode }
}

/** Commands that may be written as options; `latch --query alice.peer` is the older spelling. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['--start-node', 'start'],
  ['--query', 'query'],
])

/** Where the command stands, behind the options of the program; -1 where there is none. */
function commandAt(args: readonly string[]): number {
  return args.findIndex((arg, at) => (aliases.has(arg) || !arg.startsWith('-')) && args[at - 1] !== '--data')
}

function withoutAlias(args: readonly string[]): readonly string[] {
  const at = commandAt(args)
  const command = aliases.get(args[at] ?? '')
  return command === undefined ? args : args.with(at, command)
}

/** The loader of the command that `args` name; null when help, or a word that is no command, needs to know them all. */
function commandOf(args: readonly string[]): (() => Promise<{ register: Register }>) | null {
  const name = args[commandAt(args)] ?? ''
  return Object.hasOwn(commands, name) ? (commands[name] ?? null) : null
}

/** A word after one that stands alone too, such as `latch ledger`, and is none of its commands; null where it is not that. */
function unknownWord({ code, message }: CommanderError, program: Command): string | null {
  const [, of, word] = /for '([\w-]+)'\. Expected 0 arguments but got \d+: ([^,]+)/.exec(message) ?? []
  if (code !== 'commander.excessArguments' || of === undefined || word === undefined) return null
  const isGroup = program.commands.some((command) => command.name() === of && command.commands.length > 0)
  if (!isGroup) return null
  return `"${word.replace(/\.$/, '')}" is no command of latch ${of}. See latch ${of} --help.`
}

/** Commander's "error: unknown option '--x'\n(Did you mean --y?)" as one sentence of ours. */
function sentence({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'Say what to do; latch help lists what there is.'
  const [first = '', ...hints] = message.replace(/^error: /, '').split('\n')
  const text = first.charAt(0).toUpperCase() + first.slice(1).replace(/\.$/, '')
  return `${text}. ${hints.length === 0 ? 'See latch --help.' : hints.join(' ').replace(/^\((.*)\)$/, '$1')}`
}
