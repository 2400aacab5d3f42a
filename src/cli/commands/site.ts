import { resolve } from 'node:path'
import type { Site, SiteName, SiteSource } from '../../shared/model/sites.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes } from '../failure.ts'
import { LiveLine } from '../live-line.ts'
import type { Register } from '../program.ts'
import { audienceOf, portOf, siteOf } from '../sites/find.ts'
import { folderToShow, folderWarnings } from '../sites/folder.ts'
import { audienceText, copiesText, describeSite, lookText, sitesTable, visitorsTable } from '../sites/site-text.ts'

interface PublishOptions {
  readonly as: string
  readonly for: string
  readonly copies?: boolean
  readonly spa?: boolean
}

const FOR = 'anyone, contacts, or ask: you are asked about each'

export const register: Register = (program, context) => {
  const site = program
    .command('site')
    .description('sites of yours: a folder or a local port, shown under a name')
    .action(() => list(context))

  site
    .command('list')
    .description('what is shown, and to whom (as without a word)')
    .action(() => list(context))

  site
    .command('publish')
    .description('show a folder under a name of yours')
    .argument('<folder>')
    .requiredOption('--as <name>', 'alice.peer, www.alice.peer')
    .option('--for <whom>', FOR, 'ask')
    .option('--copies', 'name the content in the zone, so that others can keep it and show it while you are away')
    .option('--spa', 'a page that is not there is answered with index.html')
    .action((folder: string, options: PublishOptions) =>
      publish(context, { kind: 'folder', path: folderToShow(folder, context.dataFolder), fallback: options.spa === true }, options),
    )

  site
    .command('serve')
    .description('show a program that listens on a port of this machine')
    .argument('<port>')
    .requiredOption('--as <name>', 'app.alice.peer')
    .option('--for <whom>', FOR, 'ask')
    .action((port: string, options: PublishOptions) => publish(context, { kind: 'port', port: portOf(port) }, options))

  site
    .command('look')
    .description('what a folder would show, before it is published')
    .argument('<folder>')
    .action(async (folder: string) => {
      const client = await context.client()
      const look = await client.sites.look({ path: resolve(folder) })
      context.show(look, () => lookText(look))
    })

  site
    .command('show')
    .description('one site: what it shows, where its name points, its copies')
    .argument('<name>')
    .action(async (text: string) => {
      const client = await context.client()
      const shown = await ownSite(client, await siteOf(client, text))
      context.show(shown, () => describeSite(shown, context.io.nowMs()))
    })

  site
    .command('visitors')
    .description('who visits now')
    .action(async () => {
      const client = await context.client()
      const visitors = await client.sites.visitors()
      context.show(visitors, () => (visitors.length === 0 ? 'Nobody visits now.' : visitorsTable(visitors, context.io.nowMs())))
    })

  site
    .command('audience')
    .description('who may visit where no rule of the door says otherwise')
    .argument('<name>')
    .argument('<whom>', FOR)
    .action(async (text: string, whom: string) => {
      const audience = audienceOf(whom)
      const client = await context.client()
      const now = await client.sites.setAudience({ name: await siteOf(client, text), audience })
      context.show(now, () => audienceText(now.name, audience))
    })

  site
    .command('refresh')
    .description('read the folder again, and name its new content in the zone')
    .argument('<name>')
    .action(async (text: string) => {
      const client = await context.client()
      const name = await siteOf(client, text)
      await client.sites.refresh({ name })
      const now = await settled(context, client, name)
      context.show(now, () => `${now.name}: ${copiesText(now.copies)}`)
    })

  site
    .command('unpublish')
    .description('take a site down; whoever is there leaves')
    .argument('<name>')
    .action(async (text: string) => {
      const client = await context.client()
      const done = await client.sites.unpublish({ name: await siteOf(client, text) })
      context.show(done, () => `${done.name} is not shown any more.`)
    })
}

async function list(context: Context): Promise<void> {
  const client = await context.client()
  const sites = await client.sites.list()
  context.show(sites, () => (sites.length === 0 ? 'You show nothing. A folder: latch site publish <folder> --as <name>' : sitesTable(sites)))
}

async function ownSite(client: Client, name: SiteName): Promise<Site> {
  const site = (await client.sites.list()).find((one) => one.name === name)
  if (site === undefined) throw new CliError(exitCodes.failed, `You show nothing under ${name}.`, 'NOT_FOUND')
  return site
}

async function publish(context: Context, source: SiteSource, options: PublishOptions): Promise<void> {
  const audience = audienceOf(options.for)
  const client = await context.client()
  const name = await siteOf(client, options.as)
  await client.sites.publish({ name, source, audience, copies: options.copies === true })
  const warnings = source.kind === 'folder' && !context.json ? folderWarnings(await client.sites.look({ path: source.path }), context.io.home) : []
  const site = await settled(context, client, name)
  context.show(site, () => {
    const lines = [...audienceText(`peer://${site.name}/`, audience), ...warnings]
    if (site.state.kind === 'failing') lines.push(site.state.why)
    if (site.pointed.kind === 'pointing') lines.push('Its name is being pointed here.')
    if (site.pointed.kind === 'failed') lines.push(`Its name does not point here yet: ${site.pointed.why}`)
    if (site.copies.kind === 'made') lines.push(`Its content is ${site.copies.cid}.`)
    if (site.copies.kind === 'failed') lines.push(`No copies: ${site.copies.why}`)
    return lines
  })
  if (site.pointed.kind === 'failed' || site.copies.kind === 'failed') context.exitWith(exitCodes.failed)
}

/** Until its name points here and its copy is made, or cannot be; Ctrl-C ends the waiting, and nothing else. */
async function settled(context: Context, client: Client, name: SiteName): Promise<Site> {
  const line = new LiveLine({ ...context.io, out: (text) => context.io.err(text) })
  try {
    for await (const item of await client.sites.watch(undefined, { signal: context.io.interrupted })) {
      const all = item.kind === 'snapshot' ? item.snapshot.sites : item.event.event === 'site-changed' ? [item.event.site] : []
      const site = all.find((one) => one.name === name)
      if (site === undefined) continue
      if (site.copies.kind !== 'making' && site.pointed.kind !== 'pointing') return site
      if (context.io.isTerminal && !context.json && site.copies.kind === 'making') line.say(`Reading the folder: ${copiesText(site.copies)}`, true)
    }
  } catch (error) {
    if (!context.io.interrupted.aborted) throw error
  } finally {
    line.end()
  }
  return ownSite(client, name)
}
