import { request, type IncomingMessage } from 'node:http'
import { LatchError, errorCodes, type ErrorCode } from '../../shared/errors.ts'
import type { OpenCode } from '../../shared/model/browse.ts'
import type { SiteName } from '../../shared/model/sites.ts'
import type { Control } from '../control-file.ts'
import { CliError, exitCodes, type ExitCode } from '../failure.ts'

export interface PageWanted {
  readonly site: SiteName
  /** From its slash on, with its query. */
  readonly path: string
  readonly method: 'GET' | 'HEAD'
  readonly headers: Readonly<Record<string, string>>
}

/** A page of a site through the running node, as it comes. Errors: CliError with an exit code of a look-up, or 1. */
export async function askForPage(control: Control, { site, path, method, headers }: PageWanted, signal: AbortSignal, gone: () => Error): Promise<IncomingMessage> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(
      `${control.url}/site/${site}${path}`,
      { method, headers: { ...headers, authorization: `Bearer ${control.token}` }, signal },
      resolve,
    )
    asked.on('error', (error) => reject(signal.aborted ? error : gone()))
    asked.end()
  })
  // What came from the site says so; everything else is the node's own answer.
  if (answer.headers['latch-source'] !== undefined) return answer
  throw await failureOf(answer, site)
}

interface Failure {
  readonly code?: unknown
  readonly message?: unknown
  readonly data?: { readonly code?: unknown } | null
}

async function failureOf(answer: IncomingMessage, site: SiteName): Promise<CliError | LatchError> {
  let text = ''
  answer.setEncoding('utf8')
  for await (const chunk of answer) text += chunk
  const { code, message, data } = read(text)
  const known: ErrorCode = typeof code === 'string' && Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : 'INTERNAL'
  const sentence = typeof message === 'string' ? message : `The node answered with status ${answer.statusCode ?? 0}.`
  if (data?.code === 'knock-first') return new CliError(exitCodes.refused, `${sentence} With: latch knock ${site} --for visit --name ${site}`, known)
  const exitCode = typeof data?.code === 'string' && Object.hasOwn(codes, data.code) ? codes[data.code as OpenCode] : undefined
  return exitCode === undefined ? new LatchError(known, sentence) : new CliError(exitCode, sentence, known)
}

function read(text: string): Failure {
  try {
    return JSON.parse(text) as Failure
  } catch {
    return {}
  }
}

/** The same as of `latch query`, so that a script can tell them apart. */
const codes: Partial<Record<OpenCode, ExitCode>> = {
  'bad-address': exitCodes.wrongArguments,
  'name-refused': exitCodes.refused,
  'knock-first': exitCodes.refused,
  denied: exitCodes.refused,
  unproven: exitCodes.refused,
  nobody: exitCodes.nobody,
  'no-zone': exitCodes.noZone,
  'no-site': exitCodes.noZone,
  'catching-up': exitCodes.catchingUp,
  'name-unreachable': exitCodes.unreachable,
  'device-unreachable': exitCodes.unreachable,
  'copy-missing': exitCodes.unreachable,
}
