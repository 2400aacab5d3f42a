import type { IncomingMessage } from 'node:http'
import type { SiteName } from '../../../../shared/model/sites.ts'
import { inPairs } from '../../../platform/http-message.ts'
import { endToEnd, framingHeader, framingOf, type Framing, type HeaderList } from '../headers.ts'
import type { Asked } from './handler.ts'

/** What only whoever passes a request on may say, so that a program can go by it. */
const OURS = /^(?:host|forwarded|via|x-forwarded(?:-.*)?|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip|latch-.*)$/i

/** `Latch_Account` is `Latch-Account` to every program that is given headers as variables (CGI and its children). */
function isOurs(name: string): boolean {
  return OURS.test(name.replaceAll(/[^a-z0-9]/gi, '-'))
}

/** Of an answer: what runs here is nobody's business, and where else to find it is for the zone to say. */
const UNTOLD = /^(?:server|x-powered-by|alt-svc|strict-transport-security|latch-.*)$/i

/** The program believes to be at `localhost`: that is where it lets itself be asked from. */
export function forwardedHeaders(
  raw: readonly string[],
  { guest }: Asked,
  { port, framing, isUpgrade }: { port: number; framing: Framing; isUpgrade: boolean },
): HeaderList {
  const here = `http://localhost:${port}`
  const rest = endToEnd(inPairs(raw))
    .filter(([name]) => !isOurs(name))
    .map(([name, value]): readonly [string, string] => {
      const lower = name.toLowerCase()
      return lower === 'origin' || lower === 'referer' ? [name, moved(value, guest.site, here)] : [name, value]
    })
  return [
    ['Host', `localhost:${port}`],
    ...rest,
    ['X-Forwarded-Host', guest.site],
    ['Latch-Peer', guest.peerId],
    ...(guest.account === null ? [] : ([['Latch-Account', guest.account]] as const)),
    ...(isUpgrade ? ([['Connection', 'Upgrade'], ['Upgrade', 'websocket']] as const) : framingHeader(framing)),
  ]
}

/** A page of the site itself is a page of the program; one of another site is not, and the program is to see that. */
function moved(url: string, site: SiteName, here: string): string {
  for (const origin of [`peer://${site}`, `http://${site}.localhost`]) {
    if (url === origin || url.startsWith(`${origin}/`)) return here + url.slice(origin.length)
    const port = url.startsWith(`${origin}:`) ? /^:\d{1,5}(?=\/|$)/.exec(url.slice(origin.length))?.[0] : undefined
    if (port !== undefined) return here + url.slice(origin.length + port.length)
  }
  return url
}

export function answerHeaders(answer: IncomingMessage, port: number, site: SiteName): HeaderList {
  const list = endToEnd(inPairs(answer.rawHeaders))
    .filter(([name]) => !UNTOLD.test(name))
    .map(([name, value]): readonly [string, string] =>
      name.toLowerCase() === 'location' ? [name, movedBack(value, port, site)] : [name, value],
    )
  const framing = framingOf(answer.headers)
  return framing.kind === 'length' ? [...list, ...framingHeader(framing)] : list
}

/** The program sends people to itself by its own address, which is another machine to them. */
function movedBack(location: string, port: number, site: SiteName): string {
  const url = URL.parse(location)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return location
  const isProgram = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname) && (url.port || '80') === String(port)
  if (!isProgram && url.hostname !== site) return location
  // Two slashes would lead to another host.
  return url.pathname.replace(/^\/+/, '/') + url.search + url.hash
}
