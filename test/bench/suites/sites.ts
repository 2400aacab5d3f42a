import type { Size } from '../size.ts'
import type { Figure } from '../report.ts'
import { slowLink } from '../slow-link.ts'
import type { ClientCalls } from '../sites/client.ts'
import { copies } from '../sites/copies.ts'
import { crowd } from '../sites/crowd.ts'
import { downloads } from '../sites/download.ts'
import { coldLoads, type Contenders, rates, warmLoads } from '../sites/loads.ts'
import { type Measured, measured, ONE_WAY_MS } from '../sites/measured.ts'
import { writeSite } from '../sites/page.ts'
import { type Home, openStreet, portOf, program, SITE, type Street, temporaryFolder, visitor } from '../sites/programs.ts'
import { startup } from '../sites/startup.ts'
import type { Web } from '../sites/web.ts'
import type { Remote } from '../../lab/remote.ts'

/**
 * How soon pages of somebody's device open, beside the same files over HTTPS in the same run: a page of 50 files, cold and
 * warm, over loopback and over links of 25 ms; a large download beside raw TLS; requests a second; a hundred visitors at
 * once; copies; what copies cost a start. Owner, neighbour, each visitor, the servers of the others and their client are
 * processes of their own.
 */
export async function sites(size: Size): Promise<Figure[]> {
  const much = measured[size]
  await using folder = await temporaryFolder()
  await writeSite(folder.path, much.download.bytes)
  const street = await openStreet()
  const web = await program<unknown>('web.ts', { folder: folder.path })
  const client = await program<ClientCalls>('client.ts', {})
  try {
    await street.owner.call('publish', { site: SITE, folder: folder.path })
    return [
      ...(await near({ street, web, client }, much)),
      ...(await far({ street, web, client }, much)),
      ...(await crowd(street, much)),
      ...(await copies(street, much)),
      ...(await startup(much)),
    ]
  } finally {
    await web.kill()
    await client.kill()
    await street.close()
  }
}

interface Place {
  readonly street: Street
  readonly web: Remote<unknown>
  readonly client: Contenders['client']
}

async function near(place: Place, much: Measured): Promise<Figure[]> {
  const contenders = await contendersAt(place, 'loopback', await visitor(place.street), httpsOf(place))
  try {
    return [
      ...(await warmLoads(contenders, much)),
      ...(await coldLoads(contenders, much)),
      ...(await rates(contenders, much)),
      ...(await downloads(contenders, place.web, much)),
    ]
  } finally {
    await contenders.visitor.stop()
  }
}

/** With a delay on the links of the visitor to everybody, and on that to the servers of the others. */
async function far(place: Place, much: Measured): Promise<Figure[]> {
  const { street } = place
  const links = await Promise.all([portOf(street.owner), portOf(street.neighbour), httpsOf(place)].map((port) => slowLink(port, ONE_WAY_MS)))
  const [toOwner, toNeighbour, toWeb] = links.map(({ port }) => port)
  if (toOwner === undefined || toNeighbour === undefined || toWeb === undefined) throw new Error('there are three links')
  const visiting = await visitor(street, {
    links: [
      [portOf(street.owner), toOwner],
      [portOf(street.neighbour), toNeighbour],
    ],
  })
  const contenders = await contendersAt(place, `${ONE_WAY_MS} ms each way`, visiting, toWeb)
  try {
    return [...(await warmLoads(contenders, much)), ...(await coldLoads(contenders, much)), ...(await rates(contenders, much))]
  } finally {
    await visiting.stop()
    for (const link of links) await link.close()
  }
}

async function contendersAt({ street, client }: Place, link: string, visiting: Home, https: number): Promise<Contenders> {
  const port = await visiting.call('gateway')
  return {
    link,
    owner: street.owner,
    visitor: visiting,
    client,
    https: { kind: 'https', port: https },
    gateway: { kind: 'gateway', port, host: `${SITE}.localhost:${port}` },
  }
}

function httpsOf({ web }: Place): number {
  return (web.ready as Web).https
}
