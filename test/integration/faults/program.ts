import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { onTestFinished } from 'vitest'
import { Contents, folderOfVersion, PASSPHRASE } from '../../fixtures/data-folders/contents.ts'
import { eventually } from '../../helpers/eventually.ts'

/* The headless program as a process of its own, on a copy of a folder in which there is something to lose. */

const entry = join(import.meta.dirname, '../../../src/main/headless.ts')
const quiet = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-lan', '--no-upnp', '--no-webrtc', '--no-demo']
/** To load, on a machine that does other things. */
const PATIENCE = { withinMs: 60_000, everyMs: 20 }

export interface Left {
  readonly folder: string
  readonly passphraseFile: string
  readonly contents: Contents
}

/** A copy of what 0.1.0 left, for one test. */
export async function leftBehind(): Promise<Left> {
  const root = await mkdtemp(join(tmpdir(), 'latch-fault-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const [from, folder, passphraseFile] = [folderOfVersion('0.1.0'), join(root, 'data'), join(root, 'passphrase')]
  await cp(join(from, 'data'), folder, { recursive: true })
  await writeFile(passphraseFile, `${PASSPHRASE}\n`)
  return { folder, passphraseFile, contents: Contents.parse(JSON.parse(await readFile(join(from, 'contents.json'), 'utf8'))) }
}

export interface Outcome {
  /** Null: it runs. */
  readonly code: number | null
  readonly err: string
  /** Of one that runs: who it is. */
  readonly account: string | null
  readonly child: ChildProcess
  call(path: string, init?: RequestInit): Promise<unknown>
  /** In order; gives the exit code. */
  stop(): Promise<number | null>
}

export interface StartOptions {
  /** Goes before the program: who runs it, with which limits. */
  readonly prefix?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Runs it until it ends or serves, and asks it who it is. */
export async function startOn({ folder, passphraseFile }: Pick<Left, 'folder' | 'passphraseFile'>, { prefix = [], args = [], env = {} }: StartOptions = {}): Promise<Outcome> {
  const words = [...prefix, process.execPath, entry, ...quiet, '--data', folder, '--passphrase-file', passphraseFile, ...args]
  const child = spawn(words[0] ?? '', words.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LATCH_DATA: '', ...env } })
  let [out, err] = ['', '']
  child.stdout.on('data', (text: Buffer) => (out += text.toString()))
  child.stderr.on('data', (text: Buffer) => (err += text.toString()))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  await eventually('the program to serve or to end', () => out.includes('\n') || child.exitCode !== null, PATIENCE)
  const [, url = '', token = ''] = /^(http:\/\/[^/]+)\/#token=(\S+)/.exec(out) ?? []
  const call = async (path: string, init?: RequestInit): Promise<unknown> => {
    const { token: programs } = JSON.parse(await readFile(join(folder, 'control.json'), 'utf8')) as { token: string }
    const headers = { authorization: `Bearer ${programs}`, 'content-type': 'application/json' }
    return (await fetch(`${url}/api${path}`, { ...init, headers })).json()
  }
  const stop = (): Promise<number | null> => {
    child.kill('SIGTERM')
    return ended
  }
  if (token === '') return { code: await ended, err, account: null, child, call, stop }
  const identity = (await call('/identity')) as { me?: { account: string } }
  return { code: null, err, account: identity.me?.account ?? null, child, call, stop }
}

/** SHA-256 of each file below `folder`, but for those that a start makes anew. */
export async function hashesOf(folder: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name))
    if (!entry.isFile() || /^(latch\.(lock|pid)|logs|datastore)/.test(path)) continue
    hashes[path] = createHash('sha256').update(await readFile(join(folder, path))).digest('hex')
  }
  return hashes
}
