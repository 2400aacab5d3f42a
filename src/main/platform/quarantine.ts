import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { SECOND } from '../../shared/units.ts'

/*
 * What a system is told of a file that somebody else made, so that it asks before it is opened or run:
 *
 *   macOS     extended attribute com.apple.quarantine, by its own command, as no library that is kept has it: Gatekeeper looks
 *   Windows   alternate data stream Zone.Identifier: SmartScreen, Office and the shell look
 *   Linux     extended attribute user.xdg.origin.url, where setfattr is installed: file managers show it
 *
 * A disk without such marks (FAT, many shares) keeps the file without one.
 * https://learn.microsoft.com/openspecs/windows_protocols/ms-fscc/6e3f7352-d11c-4d76-8c39-2516a9df36e8
 * https://www.freedesktop.org/wiki/CommonExtendedAttributes
 */

export type Mark =
  | { readonly by: 'command'; readonly command: string; readonly args: readonly string[] }
  | { readonly by: 'stream'; readonly path: string; readonly text: string }

export interface MarkHost {
  readonly platform: NodeJS.Platform
  readonly nowMs: number
  readonly uuid: string
}

/** `marked`; `unmarked`, with why, for the log: the file is there all the same. */
export type Marked = { readonly outcome: 'marked' } | { readonly outcome: 'unmarked'; readonly why: unknown }

/** Commands of these are a few ms; a network share may hold one up. */
const COMMAND_MS = 5 * SECOND
/** Longer ones say more of what a person does than of where a file is from, and an attribute has 4 KiB on some disks. */
const MAX_ORIGIN_CHARS = 1_024
const INTERNET_ZONE = 3
/** Downloaded, and not yet looked at by the person. */
const DOWNLOADED = '0081'

/** Where a file is from: an address, or null where that is nobody's business, as of a file in a conversation. Null: no mark there. Pure. */
export function markOf(path: string, from: string | null, { platform, nowMs, uuid }: MarkHost): Mark | null {
  const origin = from === null || from.length > MAX_ORIGIN_CHARS || /[^!-~]/.test(from) ? null : from
  switch (platform) {
    case 'darwin': {
      const value = `${DOWNLOADED};${Math.floor(nowMs / SECOND).toString(16)};Latch;${uuid.toUpperCase()}`
      return { by: 'command', command: '/usr/bin/xattr', args: ['-w', 'com.apple.quarantine', value, path] }
    }
    case 'win32': {
      const lines = ['[ZoneTransfer]', `ZoneId=${INTERNET_ZONE}`, ...(origin === null ? [] : [`HostUrl=${origin}`])]
      return { by: 'stream', path: `${path}:Zone.Identifier`, text: `${lines.join('\r\n')}\r\n` }
    }
    case 'linux':
      if (origin === null) return null
      return { by: 'command', command: 'setfattr', args: ['-n', 'user.xdg.origin.url', '-v', origin, '--', path] }
    default:
      return null
  }
}

export interface QuarantineParts {
  readonly platform: NodeJS.Platform
  readonly nowMs: () => number
  readonly uuid: () => string
  readonly run: (command: string, args: readonly string[]) => Promise<unknown>
  readonly write: (path: string, text: string) => Promise<unknown>
}

const thisMachine: QuarantineParts = {
  platform: process.platform,
  nowMs: () => Date.now(),
  uuid: () => randomUUID(),
  // No shell: a path is one argument, whatever stands in it.
  run: (command, args) => promisify(execFile)(command, [...args], { timeout: COMMAND_MS, windowsHide: true }),
  write: (path, text) => writeFile(path, text),
}

/** Marks a file that is whole and lies at an absolute path; the mark goes along when it is renamed or linked. Never rejects. */
export async function quarantine(path: string, from: string | null, parts: QuarantineParts = thisMachine): Promise<Marked> {
  const mark = markOf(path, from, { platform: parts.platform, nowMs: parts.nowMs(), uuid: parts.uuid() })
  if (mark === null) return { outcome: 'unmarked', why: `nothing to mark it with on ${parts.platform}` }
  try {
    await (mark.by === 'stream' ? parts.write(mark.path, mark.text) : parts.run(mark.command, mark.args))
    return { outcome: 'marked' }
  } catch (why) {
    return { outcome: 'unmarked', why }
  }
}
