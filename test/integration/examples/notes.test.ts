import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { eventually } from '../../helpers/eventually.ts'

/*
 * The example as its README tells it: two headless nodes and the programs of two people, each a process of its own,
 * which know of each other what HTTP on this machine says.
 */

const root = join(import.meta.dirname, '../../..')
const quiet = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-lan', '--no-upnp', '--no-webrtc', '--no-demo']

const toEnd: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end()
})

interface Running {
  readonly child: ChildProcess
  readonly out: () => string
  readonly err: () => string
  readonly exited: Promise<unknown>
}

function run(args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, LATCH_DATA: '', ...env } })
  let [out, err] = ['', '']
  child.stdout.on('data', (text: Buffer) => (out += text.toString()))
  child.stderr.on('data', (text: Buffer) => (err += text.toString()))
  const exited = once(child, 'close').then(([code]) => code as unknown)
  toEnd.push(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return { child, out: () => out, err: () => err, exited }
}

interface Person {
  api(path: string, input?: unknown): Promise<unknown>
  /** Their program, with its own token. */
  notes(...args: string[]): Running
}

async function person(name: string): Promise<Person> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'latch-test-'))
  toEnd.push(() => rm(dataFolder, { recursive: true, force: true }))
  const node = run(['src/main/headless.ts', ...quiet, '--data', dataFolder, '--name', name])
  await eventually('the node runs', () => node.out().includes('\n'), { withinMs: 30_000 })
  const { url, token } = JSON.parse(await readFile(join(dataFolder, 'control.json'), 'utf8')) as { url: string; token: string }
  const api: Person['api'] = async (path, input) => {
    const response = await fetch(`${url}/api${path}`, {
      method: input === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(input === undefined ? {} : { body: JSON.stringify(input) }),
    })
    return response.json()
  }
  const registered = (await api('/apps', { id: 'notes', title: 'Sticky notes' })) as { token: string }
  const env = { LATCH_URL: url, LATCH_TOKEN: registered.token }
  return { api, notes: (...args) => run(['examples/notes/notes.mjs', ...args], env) }
}

const nameAll = async (of: Person): Promise<string[]> =>
  ((await of.api('/contacts')) as { petname: string | null }[]).flatMap(({ petname }) => petname ?? [])

test('a note goes through the door to a friend’s desk, and is crumpled there', { timeout: 90_000 }, async () => {
  const [ada, bea] = [await person('Ada'), await person('Bea')]
  const { link } = (await bea.api('/invitations', {})) as { link: string }
  await ada.api('/peers', { to: link })
  await eventually('both are contacts', async () => (await nameAll(ada)).includes('Bea') && (await nameAll(bea)).includes('Ada'))

  const desk = bea.notes()
  await eventually('the desk is there', () => desk.out() === 'Your desk is clear. Notes appear here.\n')
  const sticking = ada.notes('Bea', 'Lunch', 'at', 'one?')

  // Bea's door asks Bea; nothing is on her desk before she says yes.
  const knock = await eventually('the door asks', async () => ((await bea.api('/door/knocks')) as { id: string; capability: string }[])[0])
  expect(knock.capability).toBe('app:notes')
  expect(desk.out()).not.toContain('Lunch')
  await bea.api(`/door/knocks/${knock.id}/answer`, { answer: { verdict: 'allow', until: 'forever' } })

  expect(await sticking.exited).toBe(0)
  expect(sticking.out()).toBe('It hangs on Bea\'s desk.\n')
  await eventually('the note hangs there', () => desk.out().includes('1. “Lunch at one?” from Ada\n'))

  const account = ((await ada.api('/contacts')) as { account: string; petname: string }[]).find(({ petname }) => petname === 'Bea')?.account
  expect(await ada.api('/app/calls', { app: 'notes', to: { account }, method: 'burn' })).toMatchObject({
    status: 'failed',
    json: 'That is nothing that a desk can do.',
  })

  const looking = ada.notes('Bea')
  expect(await looking.exited).toBe(0)
  expect(looking.out()).toBe('Lunch at one?\n')
  desk.child.stdin?.write('1\n')
  await eventually('it is crumpled', () => desk.out().includes('Crumpled 1.\n'))
  const again = ada.notes('Bea')
  expect(await again.exited).toBe(0)
  expect(again.out()).toBe('None of yours.\n')

  // Bea leaves her desk: who comes hears that, and nobody is asked.
  desk.child.kill('SIGKILL')
  await desk.exited
  await eventually('Bea’s node knows', async () => ((await bea.api('/apps')) as { isConnected: boolean }[])[0]?.isConnected === false)
  const alone = ada.notes('Bea', 'Anybody there?')
  expect(await alone.exited).toBe(1)
  expect(alone.err()).toMatch(/^Bea: no-program\./)
})

test('a token that opens nothing, and a friend who is none, are told in a sentence', { timeout: 90_000 }, async () => {
  const ada = await person('Ada')
  const nobody = ada.notes('Cyd', 'hello')
  expect(await nobody.exited).toBe(1)
  expect(nobody.err()).toBe('You have no contact called Cyd.\n')
  const renewed = (await ada.api('/apps/notes/token', {})) as { token: string }
  expect(renewed.token).toMatch(/^[\w-]{43}$/)
  const old = ada.notes()
  expect(await old.exited).toBe(1)
  expect(old.err()).toContain('access token')
  const untold = run(['examples/notes/notes.mjs'], { LATCH_URL: '', LATCH_TOKEN: '' })
  expect(await untold.exited).toBe(1)
  expect(untold.err()).toBe('Set LATCH_URL and LATCH_TOKEN as `latch app add notes` prints them.\n')
})
