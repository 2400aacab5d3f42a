import { request } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { HOUR, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold, type OpenHousehold } from '../../helpers/households.ts'
import { folderOf } from '../sites/two-sites.ts'
import { failureOf, text } from './opening-scene.ts'

/** Blocks of two seconds and half a second of work, on a machine that has other things to do. */
const PATIENCE_MS = 60 * SECOND
const PATIENCE = { withinMs: PATIENCE_MS, everyMs: 50 }
const site = SiteName.parse('cleo.peer')

const toClose: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close()
})

async function house(name: string): Promise<OpenHousehold> {
  const opened = await openHousehold({ name, services: { gossip: true } })
  toClose.push(() => opened.close())
  return opened
}

/** Cleo has a name in a network of her own, and Bea follows it. */
async function together(): Promise<{ cleo: OpenHousehold; bea: OpenHousehold }> {
  const cleo = await house('Cleo')
  const bea = await house('Bea')
  const { network } = cleo.networks.active()
  await bea.peers.connect((await cleo.peers.invite(HOUR)).link)
  await eventually('Bea follows the network', () => bea.networks.active().network === network && bea.ledger.head().sync.state === 'ready', PATIENCE)
  const steps: string[] = []
  for await (const { step } of cleo.names.claim(NameLabel.parse('cleo'))) steps.push(step)
  expect(steps.at(-1)).toBe('yours')
  await eventually('Bea knows whose it is', () => bea.ledger.name(NameLabel.parse('cleo')), PATIENCE)
  return { cleo, bea }
}

const get = async (from: OpenHousehold, path = '/'): Promise<{ source: string; body: string }> => {
  const page = await from.browse.opening.fetch(site, { method: 'GET', path, headers: [] })
  return { source: page.source.kind, body: await text(page) }
}

test('a site opens by its name from one whole node to another, in its own, by the gateway, and from a copy when its owner has gone', { timeout: 4 * PATIENCE_MS }, async () => {
  const { cleo, bea } = await together()
  expect(await failureOf(bea.browse.opening.find(site))).toMatchObject({ code: expect.stringMatching(/^(no-zone|no-site|name-unreachable)$/) })
  const folder = await folderOf({ 'index.html': '<h1>Cleo</h1>', 'ten.txt': '0123456789' })
  toClose.push(() => folder.remove())
  await cleo.sites.publish({ name: site, source: { kind: 'folder', path: folder.path, fallback: false }, audience: 'anyone', copies: true })
  const isMade = (): boolean => cleo.sites.list().some(({ copies, pointed }) => copies.kind === 'made' && pointed.kind === 'pointed')
  await eventually('it is published, and its zone says so', isMade, PATIENCE)
  const lived = await eventually('Bea opens it', () => get(bea).catch(() => null), PATIENCE)
  expect(lived).toEqual({ source: 'live', body: '<h1>Cleo</h1>' })
  expect(await get(cleo)).toEqual({ source: 'here', body: '<h1>Cleo</h1>' })

  const state = await eventually('the gateway is on', async () => {
    const port = 20_000 + Math.floor(Math.random() * 20_000)
    const now = await bea.browse.setGateway(true, port)
    return now.state === 'on' ? now : null
  })
  const ranged = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const headers = { host: `${site}.localhost:${state.port}`, range: 'bytes=2-4' }
    const sent = request({ host: '127.0.0.1', port: state.port, path: '/ten.txt', agent: false, headers }, (message) => {
      text({ body: message }).then((body) => resolve({ status: message.statusCode, body }), reject)
    })
    sent.on('error', reject)
    sent.end()
  })
  expect(ranged).toEqual({ status: 206, body: '234' })

  const found = await eventually('the copy is in the zone', async () => {
    const page = await bea.browse.opening.find(site, { again: true })
    return page.cid === null ? null : page
  }, PATIENCE)
  expect(found.owner).toBe(cleo.me.account)
  await bea.copies.keep(site)
  await eventually('Bea keeps it', () => bea.copies.list().some((copy) => copy.state.kind === 'whole'), PATIENCE)
  await cleo.close()
  const kept = await eventually('the copy is shown', () => get(bea).catch(() => null), PATIENCE)
  expect(kept).toEqual({ source: 'copy', body: '<h1>Cleo</h1>' })
})
