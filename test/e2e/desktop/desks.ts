import { test as base, expect, type Page } from '@playwright/test'
import { nameYourself } from '../../helpers/journey.ts'
import { type Desktop, launchDesktop } from '../../helpers/electron.ts'
import { type OpenIntroducer, withIntroducers } from '../../helpers/introducers.ts'
import { Complaints } from '../../helpers/windows.ts'

/** Somebody with the desktop app, on a data folder of their own. */
export interface Desk {
  readonly name: string
  readonly dataFolder: string
  readonly complaints: Complaints
  readonly page: Page
  desktop: Desktop
  /** On the same data folder; `args` as a system gives them that opens a link. */
  reopen(args?: readonly string[]): Promise<void>
}

interface DeskOptions {
  /** Otherwise the first run is walked, with this desk's name. */
  named?: false
  demo?: boolean
  /** What the desktop around it says, such as where its bus is. */
  env?: Readonly<Record<string, string>>
  /** Switches of Chromium, at each start. */
  args?: readonly string[]
}

interface Fixtures {
  openDesk: (name: string, options?: DeskOptions) => Promise<Desk>
  openIntroducer: OpenIntroducer
}

/** Loopback and TCP: nothing leaves this machine, and nothing comes that no test sent. */
const QUIET = { LATCH_LISTEN: '/ip4/127.0.0.1/tcp/0' }
const LOUD_SERVICES = 'lan upnp webrtc'

/** Desks that are closed after each test; whatever their pages complained about fails it. */
export const test = base.extend<Fixtures>({
  openDesk: async ({ playwright: _playwright }, use, info) => {
    const desks: Desk[] = []
    await use(async (name, { named, demo = false, env: around, args: always = [] } = {}) => {
      const dataFolder = info.outputPath(`${name}-${desks.length}`)
      const env = { ...QUIET, ...around, LATCH_WITHOUT: demo ? LOUD_SERVICES : `${LOUD_SERVICES} demo` }
      const complaints = new Complaints()
      const launch = async (args: readonly string[] = []): Promise<Desktop> => {
        const desktop = await launchDesktop({ dataFolder, env, args: [...always, ...args] })
        complaints.listenTo(desktop.window)
        return desktop
      }
      const desk: Desk = {
        name,
        dataFolder,
        complaints,
        desktop: await launch(),
        get page() {
          return desk.desktop.window
        },
        async reopen(args) {
          desk.desktop = await launch(args)
        },
      }
      desks.push(desk)
      if (named !== false) await nameYourself(desk.page, name)
      return desk
    })
    for (const { desktop } of desks) await desktop.kill()
    for (const { name, complaints } of desks) expect(complaints.unexpected(), `the window of ${name}`).toEqual([])
  },
  openIntroducer: ({ playwright: _playwright }, use, info) => withIntroducers(use, info),
})

export { expect }
