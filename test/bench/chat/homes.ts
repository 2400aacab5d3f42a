import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { AccountId } from '../../../src/shared/ids.ts'
import { accountIdOf } from '../../../src/main/features/identity/keys.ts'
import { Remote } from '../../lab/remote.ts'
import type { Story, TalkCalls, TalkFacts } from './talk-home.ts'

/** A device that talks, as a process of its own. */
export type TalkHome = Remote<TalkCalls> & { readonly facts: TalkFacts; readonly folder: string }

export interface HomeOptions {
  /** Another device of the account with that phrase. */
  readonly phrase?: string
  readonly story?: Story
  /** Of a device that was there before. */
  readonly folder?: string
}

export type Opens = (name: string, options?: HomeOptions) => Promise<TalkHome>

/** Devices that are gone with their folders when `run` is over. */
export async function withHomes<T>(run: (open: Opens) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), 'latch-bench-chat-'))
  const started: TalkHome[] = []
  const open: Opens = async (name, { folder = join(root, `${name} ${started.length}`), ...rest } = {}) => {
    const args = ['--no-warnings', join(import.meta.dirname, 'talk-home.ts'), JSON.stringify({ name, folder, ...rest })]
    const one = await Remote.start<TalkCalls>(name, spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }))
    const made = Object.assign(one, { facts: one.ready as TalkFacts, folder })
    started.push(made)
    return made
  }
  try {
    return await run(open)
  } finally {
    for (const one of started) await one.kill()
    await rm(root, { recursive: true, force: true })
  }
}

/** An account whose devices nobody can find. */
export async function somebody(): Promise<AccountId> {
  return AccountId.parse(accountIdOf((await generateKeyPair('Ed25519')).publicKey))
}
