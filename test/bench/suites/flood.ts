import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { constants, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { PeerId, type AccountId, type TransferId } from '../../../src/shared/ids.ts'
import { Knock } from '../../../src/shared/model/door.ts'
import type { Transfer } from '../../../src/shared/model/files.ts'
import { GiB, MiB } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { figuresOf } from '../../lab/process-figures.ts'
import { apiOf, createAccount, LATCH, start, withPage, type Api } from '../electron-app.ts'
import type { CrowdOrders, CrowdReport } from '../flood/crowd.ts'
import type { DoorAt } from '../flood/stranger.ts'
import { letEverybodyChat, openHouse, type House } from '../house.ts'
import { ratio, type Figure } from '../report.ts'
import { summarize } from '../stats.ts'

const suite = 'flood'
const FLOOD = { strangers: 1_000, knocks: 10, lastsMs: 10_000 }
const QUIET_KEYS = 300
/** A fast typist. */
const KEY_EVERY_MS = 30
const FILE_BYTES = GiB
/** In the middle of the flood. */
const CONTACT_AFTER_MS = 5_000

/**
 * What a person feels at the window while 1,000 strangers knock ten times each within ten seconds: the time from a key
 * to what it did, through Chromium's process, which is the node's too. All of them come over loopback, where no bound
 * for each subnet protects the door. Meanwhile a contact sends 1 GiB, and in the midst of it knocks.
 */
export async function flood(): Promise<Figure[]> {
  const { executable } = JSON.parse(process.env['LATCH_ELECTRON'] ?? '{}') as { executable?: string }
  if (executable === undefined) throw new Error('run this suite through npm run bench -- flood')
  const folder = await mkdtemp(join(tmpdir(), 'latch-bench-'))
  const dataFolder = join(folder, 'latch')
  const crowd = await gather({ folder: join(folder, 'crowd'), ...FLOOD })
  // What comes goes to a home that is removed with all of this, and not among somebody's downloads.
  const app = start(executable, LATCH, dataFolder, { LATCH_LISTEN: '/ip4/127.0.0.1/tcp/0', HOME: join(folder, 'home') })
  const bea = await openHouse('Bea')
  try {
    return await withPage(app, async (page) => {
      await createAccount(page, 'Ana')
      const api = await apiOf(dataFolder)
      const door = await doorOf(api)
      await bea.household.peers.connect(door.address)
      await eventually('Bea, met', async () => (await api<{ account: AccountId }[]>('GET', '/contacts')).some(({ account }) => account === bea.account))
      await api('PUT', `/contacts/${bea.account}/petname`, { petname: 'Bea' })

      const staged = await stageFile(bea, api, folder)

      await page.keyboard.press('Control+k')
      const quiet = await type(page, (typed) => typed < QUIET_KEYS)
      const before = await figuresOf(app.child.pid ?? 0)
      let report: CrowdReport | null = null
      const knocked = contactKnocks(bea.household, door.peerId, api)
      void floodOf(crowd, door).then((done) => (report = done))
      const came = sendFile(bea, api, staged)
      const flooded = await type(page, () => report === null)
      const after = await figuresOf(app.child.pid ?? 0)
      const knocks = Knock.array().parse(await api('GET', '/door/knocks'))
      console.log(
        `outcomes of ${FLOOD.strangers * FLOOD.knocks} knocks: ${JSON.stringify(report)}; at the door after it: ` +
          `${knocks.filter(({ state }) => state === 'pending').length} shown, ${knocks.filter(({ state }) => state === 'queued').length} waiting`,
      )
      const [idle, busy] = [summarize(quiet), summarize(flooded)]
      return [
        { suite, what: 'a key in the window, quiet', unit: 'ms', summary: idle },
        { suite, what: 'a key in the window, 1,000 strangers knocking and 1 GiB coming', unit: 'ms', summary: busy, ...ratio(busy, idle, 'quiet'), goal: 'p99 ≤ 100 ms' },
        { suite, what: 'a contact’s knock in their midst, until it is shown', unit: 'ms', summary: summarize([await knocked]), goal: '≤ 1 s' },
        { suite, what: '1 GiB from a contact meanwhile', unit: 'MB/s', summary: summarize([FILE_BYTES / 1e3 / (await came)]) },
        { suite, what: 'memory of the main process, before (RSS)', unit: 'MiB', summary: summarize([before.residentBytes / MiB]) },
        { suite, what: 'memory of the main process, after (RSS)', unit: 'MiB', summary: summarize([after.residentBytes / MiB]) },
      ]
    })
  } finally {
    crowd.kill()
    await bea.close()
    app.child.kill('SIGTERM')
    await once(app.child, 'exit')
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Lets Bea send, and makes the file ready at hers. */
async function stageFile(bea: House, api: Api, folder: string): Promise<TransferId> {
  letEverybodyChat(bea)
  for (const capability of ['contact', 'file'] as const) {
    await api('POST', '/door/rules', { who: { kind: 'account', account: bea.account }, capability, verdict: 'allow' })
  }
  const path = join(folder, 'large.bin')
  const file = await open(path, 'w')
  await file.truncate(FILE_BYTES)
  await file.close()
  return (await bea.household.files.stage(path, {})).id
}

/** In ms, from the message with the file until that is verified and under its name. */
async function sendFile(bea: House, api: Api, staged: TransferId): Promise<number> {
  const { me } = await api<{ me: { account: AccountId } }>('GET', '/identity')
  const startMs = performance.now()
  await bea.household.chat.send(bea.household.chat.open(me.account).id, { text: '', files: [staged] })
  const isDone = async (): Promise<boolean> => {
    const transfer = (await api<Transfer[]>('GET', '/files')).find(({ direction }) => direction === 'in')
    if (transfer?.state === 'failed' || transfer?.state === 'gone') throw new Error(transfer.why ?? transfer.state)
    return transfer?.state === 'done'
  }
  await eventually('the file, whole', isDone, { withinMs: 300_000, everyMs: 100 })
  return performance.now() - startMs
}

async function gather(orders: CrowdOrders): Promise<ChildProcess> {
  const crowd = fork(join(import.meta.dirname, '../flood/crowd.ts'), [JSON.stringify(orders)])
  await once(crowd, 'message')
  // In life they have processors of their own: what these two have is the app's first.
  setPriority(crowd.pid ?? 0, constants.priority.PRIORITY_LOW)
  return crowd
}

async function floodOf(crowd: ChildProcess, door: DoorAt): Promise<CrowdReport> {
  crowd.send(door)
  const [report] = (await once(crowd, 'message')) as [CrowdReport]
  return report
}

/** Types until `goesOn` says no; gives how long each key took. */
async function type(page: Page, goesOn: (typed: number) => boolean): Promise<number[]> {
  const took: number[] = []
  while (goesOn(took.length)) {
    const startMs = performance.now()
    await page.keyboard.press(took.length % 8 === 7 ? 'Backspace' : 'a')
    took.push(performance.now() - startMs)
    await new Promise((resolve) => setTimeout(resolve, KEY_EVERY_MS))
  }
  return took
}

async function doorOf(api: Api): Promise<DoorAt> {
  const { me } = await api<{ me: { peerId: string } }>('GET', '/identity')
  const peerId = PeerId.parse(me.peerId)
  const { listening } = await api<{ listening: string[] }>('GET', '/reachability')
  const [address] = listening.filter((one) => one.includes('/tcp/'))
  if (address === undefined) throw new Error('the app listens nowhere')
  return { peerId, address: address.includes('/p2p/') ? address : `${address}/p2p/${peerId}` }
}

/** How long after Bea knocked her knock is one of those shown. */
async function contactKnocks({ door }: Awaited<ReturnType<typeof openHouse>>['household'], to: PeerId, api: Api): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, CONTACT_AFTER_MS))
  const startMs = performance.now()
  const { id } = await door.knock({ peerId: to }, 'visit', '')
  const isShown = async (): Promise<boolean> => {
    const knocks = Knock.array().parse(await api('GET', '/door/knocks'))
    return knocks.some((knock) => knock.id === id && knock.state === 'pending')
  }
  await eventually('Bea’s knock, shown', isShown, { withinMs: 60_000, everyMs: 10 })
  return performance.now() - startMs
}
