import type { IncomingMessage } from 'node:http'
import type { SiteName } from '../../shared/model/sites.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { STANDARD, writeParts } from '../files.ts'
import { withEnding } from '../names/find.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { MAX_ADDRESS } from '../sites/find.ts'
import { askForPage } from '../sites/page.ts'

interface FetchOptions {
  readonly out?: string
  readonly head?: boolean
  readonly range?: string
  readonly again?: boolean
}

/** As many as browsers follow. */
const MAX_REDIRECTS = 20

export const register: Register = (program, context) => {
  program
    .command('fetch')
    .description('a file of a site, to standard output as it comes')
    .argument('<address>', 'peer://alice.peer/file')
    .option('--out <file>', 'to a new file instead')
    .option('--head', 'what would come: status and headers')
    .option('--range <bytes>', 'a part: 0-99, 100-, or -500 for the last 500')
    .option('--again', 'ask for the name again too')
    .action((address: string, options: FetchOptions) => fetch(context, address, options))
}

async function fetch(context: Context, address: string, options: FetchOptions): Promise<void> {
  const client = await context.client()
  const typed = /[/:]/.test(address) ? address : withEnding(address, (await client.ledger.head()).tld)
  const { url, site } = await client.browse.read({ address: typed.slice(0, MAX_ADDRESS) })
  if (site === null) throw wrongArgument(`"${oneLine(address)}" leads to the outside web; this is for sites of the network.`)
  const { answer, path } = await followed(context, site, pathOf(url), options)
  const status = answer.statusCode ?? 0
  if (options.head === true) {
    const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !own.has(name)))
    answer.resume()
    if (status >= 400) context.exitWith(exitCodes.failed)
    return context.show({ status, headers }, () => [
      `${status} ${answer.statusMessage ?? ''}`.trimEnd(),
      ...Object.entries(headers).map(([name, value]) => oneLine(`${name}: ${String(value)}`)),
    ])
  }
  if (status >= 400) {
    answer.destroy()
    throw new CliError(exitCodes.failed, `${site} answered ${oneLine(path)} with ${status}${meanings[status] ?? ''}.`, 'NOT_FOUND')
  }
  if (options.range !== undefined && status !== 206) {
    answer.destroy()
    throw new CliError(exitCodes.failed, `${site} gives no parts of ${oneLine(path)}; without --range all of it comes.`, 'CONFLICT')
  }
  try {
    if (options.out === undefined || options.out === STANDARD) await context.io.pour(answer)
    else await writeParts(context.io, options.out, answer)
  } catch (error) {
    if (error instanceof CliError) throw error
    if (context.io.interrupted.aborted) throw new CliError(exitCodes.interrupted, 'Stopped.', 'INTERRUPTED')
    throw new CliError(exitCodes.failed, 'It broke off before its end.', 'UNREACHABLE', { cause: error })
  }
}

const meanings: Readonly<Record<number, string>> = { 404: ': it is not there', 416: ': it has no such part' }

/** Of this machine's own server, and of its connection with this command. */
const own: ReadonlySet<string> = new Set([
  'connection',
  'content-security-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'keep-alive',
  'referrer-policy',
  'transfer-encoding',
  'x-content-type-options',
])

/** The answer at the end of redirects within the site; one that leads elsewhere is said. */
async function followed(context: Context, site: SiteName, first: string, options: FetchOptions): Promise<{ answer: IncomingMessage; path: string }> {
  const control = await context.control()
  const headers = {
    // As it is: nobody here unpacks it.
    'accept-encoding': 'identity',
    ...(options.range === undefined ? {} : { range: rangeOf(options.range) }),
    ...(options.again === true ? { 'cache-control': 'no-cache' } : {}),
  }
  let path = first
  for (let count = 0; count <= MAX_REDIRECTS; count += 1) {
    const wanted = { site, path, method: options.head === true ? 'HEAD' : 'GET', headers } as const
    const answer = await askForPage(control, wanted, context.io.interrupted, () => context.gone())
    // As the site said it: `location` is for whoever follows it at this machine's own address.
    const [location] = [answer.headers['latch-location']].flat()
    if (options.head === true || location === undefined || (answer.statusCode ?? 0) < 300 || (answer.statusCode ?? 0) >= 400) return { answer, path }
    answer.resume()
    const to = new URL(location, `http://${site}${path}`)
    if (to.hostname !== site) throw new CliError(exitCodes.failed, `${site} leads on to ${oneLine(location)}, which is another site.`, 'NOT_FOUND')
    path = `${to.pathname}${to.search}`
  }
  throw new CliError(exitCodes.failed, `${site} leads on and on, more than ${MAX_REDIRECTS} times.`, 'NOT_FOUND')
}

function rangeOf(text: string): string {
  const [, first = '', last = ''] = /^(\d{0,15})-(\d{0,15})$/.exec(text) ?? []
  const isTurned = first !== '' && last !== '' && Number(last) < Number(first)
  if ((first === '' && last === '') || isTurned) throw wrongArgument(`A part is 0-99, 100- or -500, not "${oneLine(text)}".`)
  return `bytes=${text}`
}

/** What stands behind the name of `peer://alice.peer/a?b#c`. */
function pathOf(url: string): string {
  const [, path = '/'] = /^peer:\/\/[^/?#]+([^#]*)/.exec(url) ?? []
  return path.startsWith('/') ? path : `/${path}`
}
