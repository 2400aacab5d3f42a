import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BackupContents, BackupStatus } from '../../../src/shared/model/backup.ts'
import type { OwnDevice } from '../../../src/shared/model/devices.ts'
import type { Identity } from '../../../src/shared/model/identity.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openFreshHome, openHome, type FreshHome, type Home } from './two-households.ts'

const PASSPHRASE = 'a passphrase of five words'

/** Ada's node, a phone that becomes hers, and a new machine that her backup comes to. */
let ada: Home
let bea: Home
let phone: FreshHome
let folder: string
beforeAll(async () => {
  ;[ada, bea, phone] = await Promise.all([openHome('Ada'), openHome('Bea'), openFreshHome()])
  folder = await mkdtemp(join(tmpdir(), 'latch-backups-'))
  const invited = (await ada.run('invite')).out.split(/\s/).find((word) => word.startsWith('latch://'))
  await bea.run('connect', invited ?? '')
  await eventually('Ada and Bea are contacts', async () => /Bea/.test((await ada.run('contacts')).out))
})
afterAll(async () => {
  await Promise.all([ada.close(), bea.close(), phone.close()])
  await rm(folder, { recursive: true, force: true })
})

it('devices of the account are listed; a code that is none is refused before anything is asked', async () => {
  expect((await ada.run('devices')).out).toMatch(/^DEVICE +ID +ADDED +SEEN +LACKS\n\S+.* this one +-\n$/)
  expect((await ada.run('devices', 'list')).out).toBe((await ada.run('devices')).out)
  expect(await phone.run('devices', 'join', 'peer://alice.peer/')).toMatchObject({ code: 2, out: '', err: 'latch: That is no code that links a device. It begins with latch:link/\n' })
  expect(await ada.run('devices', 'link')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('or say --yes') as string })
  expect(await ada.run('devices', 'revoke', 'nobody')).toMatchObject({ code: 1, out: '' })
})

it('another device is linked by the code: both show the same words, and a person says yes', async () => {
  const questions: string[] = []
  const linking = ada.begin(['devices', 'link'], { answer: 'yes', questions })
  const code = await eventually('the code', () => /latch:link\/\S+/.exec(linking.out())?.[0])
  expect(linking.out()).toMatch(/\nOn the new device: latch devices join <code>\. It counts until \d\d:\d\d\.\n/)
  const joined = await phone.piped(`${code}\n`, 'devices', 'join', '-', '--label', 'phone')
  expect(joined).toMatchObject({ code: 0, err: '' })
  expect(joined.out).toMatch(/This device is one of Ada's now\.\n$/)
  const linked = await linking.done
  expect(linked).toMatchObject({ code: 0, err: '' })
  expect(linked.out).toMatch(/"phone" is linked\. What was said comes to it by itself\.\n$/)
  const words = /Both must show: (\S+ \S+ [^.]+)\./.exec(joined.out)?.[1]
  expect(questions).toEqual([`"phone" wants to be one of yours. Both must show: ${words}\nAre they the same? Type "yes": `])
  expect((await phone.run('contacts')).out).toContain('Bea')
  expect((await ada.json('devices')) as OwnDevice[]).toHaveLength(2)
  expect(await phone.run('devices', 'join', code)).toMatchObject({ code: 1, out: '' })
})

it('a code is told as values with --json, and counts no more once it was stopped', async () => {
  const linking = ada.begin(['devices', 'link', '--yes', '--json'])
  await eventually('the code', () => linking.out().includes('latch:link/'))
  linking.interrupt()
  expect(await linking.done).toMatchObject({ code: 130, err: expect.stringContaining('The code counts no more.') as string })
  const states = linking.out().trimEnd().split('\n').map((line) => (JSON.parse(line) as { state: string }).state)
  expect(states[0]).toBe('waiting')
})

it('a device is called something else, and given up', async () => {
  expect((await ada.run('devices', 'rename', 'phone', 'old phone')).out).toMatch(/\nold phone +/)
  expect(await ada.run('devices', 'revoke', 'old phone')).toMatchObject({ code: 2, out: '' })
  const asked: string[] = []
  const refused = await ada.begin(['devices', 'revoke', 'old phone'], { answer: 'no', questions: asked }).done
  expect(refused.code).not.toBe(0)
  expect(asked[0]).toMatch(/^old phone \(\S+\) is of this account no more\. Nothing takes it back\./)
  expect((await ada.run('devices', 'revoke', 'old phone', '--yes')).out).not.toContain('old phone')
  expect((await ada.json('devices')) as OwnDevice[]).toMatchObject([{ here: true }])
  const [own] = (await ada.json('devices')) as OwnDevice[]
  expect(await ada.run('devices', 'revoke', own?.peerId ?? '', '--yes')).toMatchObject({ code: 2, out: '' })
})

it('a backup is made, looked into, and restored on a machine that nobody has named themselves on', async () => {
  const path = join(folder, 'ada.latchbackup')
  expect((await ada.run('backup')).out).toMatch(/^Last +none was made\nBy itself +no\n$/)
  expect(await ada.piped('short\n', 'backup', 'make', path)).toMatchObject({ code: 2, out: '', err: 'latch: A passphrase has at least 8 characters.\n' })
  const made = await ada.piped(`${PASSPHRASE}\n`, 'backup', 'make', path)
  expect(made).toMatchObject({ code: 0, err: '' })
  expect(made.out).toMatch(/^Wrote \S+ada\.latchbackup \([\d.]+ [KM]iB\)\. Without its passphrase nobody can read it, you neither\.\n$/)
  expect((await stat(path)).mode & 0o077).toBe(0)
  expect(await ada.piped(`${PASSPHRASE}\n`, 'backup', 'make', path)).toMatchObject({ code: 0 })
  const precious = join(folder, 'bad')
  await writeFile(precious, 'nothing of the kind')
  expect(await ada.piped(`${PASSPHRASE}\n`, 'backup', 'make', precious)).toMatchObject({ code: 1, out: '' })
  expect((await ada.run('backup')).out).toMatch(/^Last +\d\d:\d\d, \S+ada\.latchbackup \(/)

  const fresh = await openFreshHome()
  try {
    const read = await fresh.piped(PASSPHRASE, 'backup', 'read', path)
    expect(read.out).toMatch(/^Of +Ada, on .+\nMade +\d\d:\d\d\nHolds +\d+ conversations?, \d+ messages?, [\d.]+ [KM]iB\nRevocation +is in it\n$/)
    const contents = JSON.parse((await fresh.piped(PASSPHRASE, 'backup', 'read', path, '--json')).out) as BackupContents
    expect(contents).toMatchObject({ name: 'Ada', revocation: true })
    expect(await fresh.piped('another passphrase', 'backup', 'restore', path)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/passphrase does not open/) as string })
    expect(await fresh.piped(PASSPHRASE, 'backup', 'read', join(folder, 'none'))).toMatchObject({ code: 1, out: '' })
    const restored = await fresh.piped(PASSPHRASE, 'backup', 'restore', path)
    expect(restored).toEqual({ code: 0, out: `You are Ada again (${ada.me.account}).\n`, err: '' })
    expect((await fresh.run('contacts')).out).toContain('Bea')
    expect(await fresh.piped(PASSPHRASE, 'backup', 'restore', path)).toMatchObject({ code: 1, out: '' })
  } finally {
    await fresh.close()
  }
})

it('backups are made by themselves where that is wanted, and what makes no sense is refused', async () => {
  expect(await ada.piped(PASSPHRASE, 'backup', 'auto', 'on')).toMatchObject({ code: 2, err: expect.stringContaining('--folder <path>') as string })
  expect(await ada.piped(PASSPHRASE, 'backup', 'auto', 'on', '--folder', folder, '--every', '5m')).toMatchObject({ code: 2 })
  expect(await ada.piped(PASSPHRASE, 'backup', 'auto', 'on', '--folder', folder, '--keep', '0')).toMatchObject({ code: 2 })
  expect(await ada.run('backup', 'auto', 'perhaps')).toMatchObject({ code: 2, err: 'latch: Say on or off.\n' })
  const on = await ada.piped(PASSPHRASE, 'backup', 'auto', 'on', '--folder', folder, '--every', '1w', '--keep', '2')
  expect(on.out).toMatch(new RegExp(`\\nBy itself +every 7 days to ${folder}, 2 are kept\\n`))
  expect((await ada.run('backup', 'auto', 'off')).out).toMatch(/\nBy itself +no\n/)
  expect((await ada.json('backup')) as BackupStatus).toMatchObject({ automatic: null })
})

it('the end of the account is written to a file, and publishing it is seen at a contact and at its own device', async () => {
  const path = join(folder, 'ada.latchrevocation')
  expect((await ada.run('backup', 'revocation', path)).out).toBe(`Wrote ${path}. Whoever has it can end your account: keep it where only you find it.\n`)
  expect((await stat(path)).mode & 0o077).toBe(0)
  const bad = join(folder, 'bad')
  expect(await bea.run('backup', 'revocation', 'publish', bad, '--yes')).toMatchObject({ code: 2, out: '' })
  expect(await bea.run('backup', 'revocation', 'publish', path)).toMatchObject({ code: 2, out: '' })
  expect((await bea.run('backup', 'revocation', 'publish', path, '--yes')).out).toMatch(new RegExp(`^${ada.me.account} counts no more; told \\d+ so far\\.\n$`))
  expect((await bea.run('contacts')).out).toMatch(/\nAda .*revoked/)
  await bea.run('chat', 'send', 'Ada', 'are you there?')
  expect((await bea.run('chat')).out).toContain('1 message: Their account was revoked: nothing goes out to it any more.')
  expect((await bea.run('chat', 'trace', 'Ada')).out).toMatch(/\n\S+ +waits +- +Their account was revoked/)
  await eventually('Ada’s own device hears of it', async () => ((await ada.json('identity')) as Extract<Identity, { state: 'ready' }>).me.revokedMs !== undefined)
  for (const command of ['identity', 'status']) {
    expect((await ada.run(command)).out).toMatch(/\nRevoked +this account was revoked; heard here \d\d:\d\d\. Nobody who knows it lets it in any more/)
  }
})

it('what lies about afterwards is what was asked for', async () => {
  expect((await readdir(folder)).toSorted()).toEqual(['ada.latchbackup', 'ada.latchrevocation', 'bad'])
  expect((await readFile(join(folder, 'bad'), 'utf8'))).toBe('nothing of the kind')
})
