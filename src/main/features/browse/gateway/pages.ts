import { createHash } from 'node:crypto'
import type { OpenStep } from '../../../../shared/model/browse.ts'
import type { HeaderList } from '../../../platform/http-message.ts'
import type { OpenErrorFacts } from '../types.ts'

/** A page of ours: no script, one style, nothing loaded. */
export interface OurPage {
  readonly headers: HeaderList
  readonly body: Buffer
}

const style = `:root{color-scheme:light dark}
body{margin:0;background:light-dark(#fdfcfb,#1e1c1a);color:light-dark(#24211d,#edeae5);font:15px/22px system-ui,sans-serif}
main{max-width:36rem;margin:0 auto;padding:12vh 24px 48px}
h1{font-size:24px;line-height:32px;font-weight:600;margin:0 0 8px}
p{margin:0 0 16px}
small,.steps{color:light-dark(#575149,#b9b3a9);font-size:13px;line-height:20px}
.steps{list-style:none;display:flex;flex-wrap:wrap;gap:4px 16px;padding:16px 0 0;margin:24px 0 16px;border-top:1px solid light-dark(#e4dfd8,#2f2c29)}
.failed{color:light-dark(#a82a22,#f19289);font-weight:600}
code{font:13px/20px ui-monospace,monospace;overflow-wrap:anywhere;user-select:all}
pre{background:light-dark(#f3f0ec,#181715);border-radius:8px;padding:12px 16px;margin:0 0 16px;white-space:pre-wrap}
a{color:light-dark(#86601a,#d6ae5c)}`

const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const steps: readonly (readonly [OpenStep, string])[] = [
  ['address', 'Address'],
  ['ledger', 'Whose it is'],
  ['zone', 'Where it points'],
  ['device', 'A device'],
  ['connect', 'Connection'],
  ['door', 'Their door'],
  ['answer', 'Answer'],
  ['copy', 'A copy'],
]

const titles: Partial<Record<OpenErrorFacts['code'], string>> = {
  'bad-address': 'This is no address of a site',
  nobody: 'Nobody has this name',
  'no-zone': 'This name points nowhere yet',
  'no-site': 'There is no site here',
  'catching-up': 'Latch is still catching up',
  'name-refused': 'This name does not open now',
  'name-unreachable': 'Where this name points could not be found out',
  'device-unreachable': 'The owner cannot be reached',
  'knock-first': 'Knock first',
  denied: 'You are not let in here',
  unproven: 'They could not make out who you are',
  busy: 'Too busy just now',
  silent: 'No answer',
  cut: 'The connection broke',
  timeout: 'It took too long',
  malformed: 'The answer could not be understood',
  'copy-missing': 'The owner is away, and there is no copy',
  'copy-damaged': 'The owner is away, and the copy is damaged',
}

/** Why a site did not open, which step it was, and what to do. */
export function errorPage(site: string, { code, step, why, knock }: OpenErrorFacts): OurPage {
  // A copy is looked for where the owner was not reached: what lies between did not come about.
  const at = steps.findIndex(([one]) => one === (step === 'copy' ? 'device' : step))
  const line = steps
    // A copy is a step only where one was looked for.
    .filter(([one]) => one !== 'copy' || step === 'copy')
    .map(([one, word], i) => (one === step ? `<li class="failed">✕ ${word}: failed</li>` : `<li>${i < at ? `✓ ${word}` : `– ${word}`}</li>`))
  const knocking = knock === null ? '' : knockingOf(knock)
  return page(titles[code] ?? 'This site did not open', `<p>${escaped(why)}</p>${knocking}\n<ul class="steps">${line.join('')}</ul>\n<small><code>peer://${escaped(site)}/</code></small>`)
}

export function refusedPage(why: string): OurPage {
  return page('Not for you', `<p>${escaped(why)}</p>`)
}

/** What the gateway is, and nothing of whoever runs it. */
export function aboutPage(tld: string, port: number): OurPage {
  const example = `http://alice.${tld}.localhost:${port}/`
  return page(
    'The gateway of Latch',
    `<p>Sites of your network open here in any browser of this machine. Write the name, <code>.localhost:${port}</code> and the path:</p>
<pre><code>${escaped(example)}</code></pre>
<p>Each name is kept apart from the others. Only this machine can ask here; the owners of sites see your account, as they do in Latch itself.</p>
<small>Some browsers do not know names that end in .localhost; Chrome, Edge and Firefox do. Switch the gateway off in the settings of Latch, or with <code>latch gateway off</code>.</small>`,
  )
}

function knockingOf({ peerId, site, path }: NonNullable<OpenErrorFacts['knock']>): string {
  // What stands in the address was chosen by whoever made the link: nothing of it that a shell would read goes into a command.
  const which = path !== null && path !== '/' && /^[\w./~-]+$/.test(path) ? ` --path ${path}` : ''
  return `\n<p>Open Latch to knock, or in a terminal:</p>\n<pre><code>latch knock ${escaped(peerId)} --for visit --name ${escaped(site)}${which}</code></pre>`
}

function page(title: string, content: string): OurPage {
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style></head>
<body><main>
<h1>${title}</h1>
${content}
</main></body>
</html>
`
  const body = Buffer.from(html)
  return {
    body,
    headers: [
      ['Content-Type', 'text/html; charset=utf-8'],
      ['Content-Length', String(body.byteLength)],
      ['Content-Security-Policy', policy],
      ['Cache-Control', 'no-store'],
      ['Referrer-Policy', 'no-referrer'],
      ['Cross-Origin-Resource-Policy', 'same-origin'],
      ['Cross-Origin-Opener-Policy', 'same-origin'],
      ['Origin-Agent-Cluster', '?1'],
      ['X-Content-Type-Options', 'nosniff'],
      ['X-Frame-Options', 'DENY'],
    ],
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')
}
