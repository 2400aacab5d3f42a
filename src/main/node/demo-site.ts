import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/*
 * The site of the demonstration peer: what somebody sees first who opens a name. Two pages and a style sheet, so that there
 * is something to go back from; no script, so that the shield has nothing to say.
 */

const STYLE = `:root {
  color-scheme: light dark;
  --ground: #faf9f7; --ink: #22201d; --quiet: #6a655e; --line: #e2ded7; --brass: #8a6420;
}
@media (prefers-color-scheme: dark) {
  :root { --ground: #1a1917; --ink: #edeae4; --quiet: #a39d93; --line: #35322d; --brass: #d9ac5c; }
}
* { box-sizing: border-box }
body {
  margin: 0; padding: 12vh 24px 48px; background: var(--ground); color: var(--ink);
  font: 17px/1.6 system-ui, sans-serif; -webkit-font-smoothing: antialiased;
}
main { max-width: 36rem; margin: 0 auto }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 1rem; letter-spacing: -.01em }
p { margin: 0 0 1rem }
.quiet { color: var(--quiet) }
a { color: var(--brass); text-underline-offset: 3px }
ol { margin: 2rem 0; padding: 0; list-style: none; border-top: 1px solid var(--line) }
li { padding: 12px 0; border-bottom: 1px solid var(--line) }
li b { display: block }
code { font: 14px ui-monospace, monospace; background: color-mix(in srgb, var(--line) 50%, transparent); padding: 2px 6px; border-radius: 4px }
`

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`

const FILES: Readonly<Record<string, string>> = {
  'style.css': STYLE,
  'index.html': page(
    'A site that nobody hosts',
    `<h1>This page came straight from another peer.</h1>
<p>No server in between, no company, no certificate authority. Its name is on your own ledger, its address was signed by
whoever owns the name, and the page came over an encrypted connection from their device to yours.</p>
<p class="quiet">The device is the demonstration peer inside this Latch. Everything else is as it is with anybody’s.</p>
<p><a href="/how.html">What happened when you opened it</a></p>`,
  ),
  'how.html': page(
    'What happened when you opened it',
    `<h1>What happened when you opened it</h1>
<ol>
<li><b>The ledger said whose the name is.</b> <span class="quiet">The shield beside the address says as of which block.</span></li>
<li><b>A zone, signed by its owner, said where it points.</b> <span class="quiet">It has a number, and an end.</span></li>
<li><b>Latch connected to the owner’s device.</b> <span class="quiet">Directly where that is possible.</span></li>
<li><b>Its door let you in.</b> <span class="quiet">Whoever shows a site says who may visit.</span></li>
</ol>
<p>You can do the same: claim a name under <b>Names</b>, choose a folder under <b>Browse</b>, <b>Your sites</b>. Or on the command line:
<code>latch site publish ./my-site --as you.peer</code></p>
<p><a href="/">Back to the first page</a></p>`,
  ),
  '404.html': page(
    'Not here',
    `<h1>There is nothing at this address.</h1>
<p><a href="/">To the first page</a></p>`,
  ),
}

/** Writes the site below `folder` and gives where; a later version of Latch has another one. */
export async function writeDemoSite(folder: string): Promise<string> {
  const root = join(folder, 'site')
  await mkdir(root, { recursive: true })
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(root, name), text)
  return root
}
