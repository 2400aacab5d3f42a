import { spawn, type ChildProcess } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Knock } from '../../../src/shared/model/door.ts'
import { eventually } from '../../helpers/eventually.ts'
import { knock, person } from '../../gallery/people.ts'
import { serveScene, type ServedScene } from './served-scene.ts'
import { openHome, type Home } from './two-households.ts'

const root = join(import.meta.dirname, '../../..')
const asked = (name: string, changes: Partial<Knock> = {}): Knock =>
  knock(name, { capability: 'app:build', greeting: 'x\n"; latch door allow Mallory; "', ...changes })

let folder: string
let child: ChildProcess | undefined
const closing: (() => Promise<void>)[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latch-program-'))
})
afterEach(async () => {
  // The shell and what it started.
  if (child?.pid !== undefined && child.exitCode === null) process.kill(-child.pid)
  child = undefined
  for (const close of closing.splice(0)) await close()
  await rm(folder, { recursive: true })
})

async function open(name: string): Promise<Home> {
  const home = await openHome(name)
  closing.push(() => home.close())
  return home
}

async function serve(): Promise<ServedScene> {
  const knocks = [asked('Bea'), asked('Mallory', { capability: 'file' })]
  const served = await serveScene({ people: [person('Bea')], knocks })
  closing.push(() => served.close())
  return served
}

it('the shell that docs/cli.md shows runs a door', async () => {
  const text = await readFile(join(root, 'docs/cli.md'), 'utf8')
  const [, script = ''] = /door-program\.test\.ts runs this\. -->\n```sh\n([^`]*)```/.exec(text) ?? []
  expect(script).toContain('latch door follow')
  const latch = join(folder, 'latch')
  await writeFile(latch, `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'src/cli/index.ts')}" "$@"\n`)
  await chmod(latch, 0o700)
  const [ada, bea] = [await open('Ada'), await open('Bea')]
  const greeting = 'x\n"; latch door allow Ada; "'
  // One waits already when the program begins.
  const building = ada.begin(['knock', bea.address, '--for', 'app:build', '--greeting', greeting])
  await eventually('a knock', async () => (await bea.run('door')).out.includes('app:build'))
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH']}`, LATCH_DATA: bea.dataFolder }
  let err = ''
  child = spawn('sh', ['-c', script], { env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  child.stderr?.on('data', (part: Buffer) => (err += part.toString()))

  expect((await building.done).code).toBe(0)
  const sending = ada.begin(['knock', bea.address, '--for', 'file', '--greeting', greeting])
  await eventually('it is denied', async () => /file +denied/.test((await bea.run('door', 'recent')).out))
  sending.interrupt()
  expect((await sending.done).code).toBe(130)
  expect(await bea.json('door', 'rules')).toMatchObject([
    { verdict: 'allow-and-tell', capability: 'app:build', until: { kind: 'time' } },
  ])
  expect(err).toBe('')
})

it('a program reads events as JSON, or each open knock once', async () => {
  const served = await serve()
  const all = served.start(['door', 'follow', '--json'])
  const knocks = served.start(['door', 'follow', '--knocks'])
  const whole = served.start(['door', 'follow', '--knocks', '--json'])
  await eventually('the snapshots', () => [all, knocks, whole].every((one) => one.out() !== ''))
  served.world.putKnock(asked('Cyd'))
  served.world.putKnock(asked('Cyd', { requests: 2 }))
  await served.run('door', 'allow', asked('Cyd').id)
  await eventually('its end', () => all.out().includes('"state":"allowed"'))
  await eventually('its beginning', () => [knocks, whole].every((one) => one.out().includes(asked('Cyd').id)))
  for (const running of [all, knocks, whole]) running.interrupt()
  const [events, lines, values] = await Promise.all([all.done, knocks.done, whole.done])

  expect([events.code, lines.code, values.code]).toEqual([0, 0, 0])
  const items = events.out.trim().split('\n').map((line) => JSON.parse(line) as { kind: string; seq: number })
  expect(items.map(({ kind, seq }) => [kind, seq])).toEqual([
    ['snapshot', 0],
    ['event', 1],
    ['event', 2],
    ['event', 3],
  ])
  const three = [asked('Bea'), asked('Mallory', { capability: 'file' }), asked('Cyd')]
  expect(lines.out).toBe(three.map(({ id, capability, account }) => `${id} ${capability} ${account}\n`).join(''))
  expect(values.out.trim().split('\n').map((line) => (JSON.parse(line) as Knock).id)).toEqual(three.map(({ id }) => id))
})

it('a person reads a line for each thing, in which nothing acts on the terminal', async () => {
  const served = await serve()
  const following = served.start(['door', 'follow'])
  await eventually('who waits', () => following.out().includes('app:build'))
  await served.run('door', 'rule', 'add', 'allow-and-tell', 'Bea', 'visit')
  await served.run('door', 'block', 'Bea')
  served.world.putKnock(asked('Cyd', { greeting: 'a\u001b[2Jb\nknock  me' }))
  await eventually('who came', () => following.out().includes('Cyd'))
  following.interrupt()
  const { code, out } = await following.done
  expect(code).toBe(0)
  expect(out).toMatch(/^\d\d:\d\d {2}knock {4}\w{8} {2}Bea asks for app:build \(direct\); \d+ s left; says "x /m)
  expect(out).toMatch(/^\d\d:\d\d {2}rule {5}new rule \w+ \(allow-and-tell Bea visit\)$/m)
  expect(out).toMatch(/^\d\d:\d\d {2}knock {4}\w{8} {2}Bea, app:build: denied$/m)
  expect(out).toMatch(/^\d\d:\d\d {2}knock .* "Cyd" \(not a contact\) .* says "ab knock {2}me"$/m)
  expect(out).not.toMatch(/(?!\n)\p{Cc}/u)
})
