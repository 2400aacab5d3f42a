import { mkdirSync } from 'node:fs'
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test'
import { type OpenIntroducer, withIntroducers } from '../../helpers/introducers.ts'
import { connectTo, nameYourself, ownAddress } from '../../helpers/journey.ts'
import { Complaints, type HeadlessNode, startNode } from '../../helpers/windows.ts'

/** Somebody with a node without a window, and a tab of Chromium that the node serves. */
export interface House {
  readonly name: string
  readonly page: Page
  readonly context: BrowserContext
  readonly complaints: Complaints
  node: HeadlessNode
  /** The tab stays as it is. */
  start(options?: { port?: number }): Promise<void>
  /** As a person would: with the address that the node printed. */
  enter(): Promise<void>
}

interface HouseOptions {
  /** Otherwise the first run is walked, with this house's name. */
  named?: false
  demo?: boolean
  /** Nobody can dial it. */
  hidden?: true
}

interface Fixtures {
  openHouse: (name: string, options?: HouseOptions) => Promise<House>
  openIntroducer: OpenIntroducer
}

/** Houses that are closed after each test; whatever their pages complained about fails it. */
export const test = base.extend<Fixtures>({
  openHouse: async ({ browser }, use, info) => {
    const houses: House[] = []
    await use(async (name, { named, demo = false, hidden } = {}) => {
      const dataFolder = info.outputPath(`${name}-${houses.length}`)
      mkdirSync(dataFolder, { recursive: true })
      const options = { dataFolder, demo, listens: hidden !== true }
      const node = await startNode(options)
      const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
      const complaints = new Complaints()
      const page = await context.newPage()
      complaints.listenTo(page)
      const house: House = {
        name,
        page,
        context,
        complaints,
        node,
        async start({ port } = {}) {
          house.node = await startNode({ ...options, ...(port === undefined ? {} : { port }) })
        },
        async enter() {
          await page.goto(house.node.url)
        },
      }
      houses.push(house)
      await house.enter()
      if (named !== false) await nameYourself(page, name)
      return house
    })
    for (const { node, context } of houses) {
      await context.close()
      // Stopping in peace is tried where it matters, and takes a second.
      await node.kill()
    }
    for (const { name, complaints } of houses) expect(complaints.unexpected(), `the window of ${name}`).toEqual([])
  },
  openIntroducer: ({ playwright: _playwright }, use, info) => withIntroducers(use, info),
})

/** Two that can reach each other, each in the other's list of people, neither let in. */
export async function introduce(from: House, to: House): Promise<void> {
  const address = await ownAddress(to.page)
  await connectTo(from.page, address)
}

export { expect }
