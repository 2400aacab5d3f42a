import { pipeline, type Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { LatchError } from '../../../../shared/errors.ts'
import type { AccountId } from '../../../../shared/ids.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import { readUrl } from '../address.ts'
import { MAX_REDIRECTS } from '../limits.ts'
import { OpenError } from '../opening/index.ts'
import type { Opening, PageAnswer } from '../types.ts'
import { headerOf, resolved } from '../views/page-policy.ts'
import { codeOf } from './writing.ts'

/** What is asked for, of the site whose page offered it and of no other. */
export interface Wanted {
  readonly site: SiteName
  /** Who the site belonged to when it was offered. */
  readonly owner: AccountId
  readonly url: string
}

/** A file that a site has: its bytes, unpacked. Errors: OpenError, LatchError, the signal's reason. */
export async function fetchFile(opening: Opening, wanted: Wanted, signal: AbortSignal): Promise<{ body: Readable; bytes: number | null }> {
  const answer = await asked(opening, wanted, signal, MAX_REDIRECTS)
  const unpack = unpackerOf(headerOf(answer.headers, 'content-encoding'))
  const said = headerOf(answer.headers, 'content-length')
  if (unpack !== null) return { body: pipeline(answer.body, unpack, () => {}), bytes: null }
  return { body: answer.body, bytes: said !== null && /^\d{1,15}$/.test(said) ? Number(said) : null }
}

async function asked(opening: Opening, { site, owner, url }: Wanted, signal: AbortSignal, redirects: number): Promise<PageAnswer> {
  const read = readUrl(url, site.slice(site.lastIndexOf('.') + 1))
  if (read.outcome !== 'page' || read.site !== site) throw new LatchError('NOT_ALLOWED', 'The site sends elsewhere for that file.')
  const headers = [['Accept', '*/*'], ['Accept-Encoding', 'identity']] as const
  const answer = await opening.fetch(site, { method: 'GET', path: read.path, headers }, { signal })
  if (answer.found.owner === owner && answer.status === 200) return answer
  answer.body.destroy()
  if (answer.found.owner !== owner) throw new LatchError('CONFLICT', `${site} belongs to another account now.`)
  const location = answer.status >= 300 && answer.status < 400 ? headerOf(answer.headers, 'location') : null
  if (location === null) throw new LatchError('NOT_FOUND', `The site answered ${answer.status} instead of the file.`)
  if (redirects === 0) throw new LatchError('NOT_FOUND', 'The site sends from one address to the next without end.')
  return asked(opening, { site, owner, url: resolved(location, url) ?? location }, signal, redirects - 1)
}

/** It was asked for as it is; a program behind a port may pack it all the same. */
function unpackerOf(coding: string | null): Transform | null {
  switch (coding?.trim().toLowerCase() ?? 'identity') {
    case 'identity':
    case '':
      return null
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    case 'br':
      return createBrotliDecompress()
    case 'deflate':
      return createInflate()
    default:
      throw new LatchError('DAMAGED', 'The site packed the file in a way that Latch does not know.')
  }
}

/** Why a file was not saved, in one sentence. */
export function whyNotSaved(error: unknown): string {
  if (error instanceof OpenError || error instanceof LatchError) return error.message
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'There is no more room on the disk. What was written is removed; make room, and download it again.'
    case 'EFBIG':
      return 'The file is larger than this disk takes.'
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
      return 'The folder for downloads cannot be written to.'
    default:
      return 'It broke off before it was whole. What was written is removed; download it again.'
  }
}
