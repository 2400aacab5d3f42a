import type { AccountId } from '../../../../shared/ids.ts'
import type { Message } from '../../../../shared/model/chat.ts'
import type { FileOffer } from '../../../../shared/model/files.ts'
import type { GroupNotice } from '../../../../shared/model/groups.ts'
import type { Source } from './exports.ts'
import { CHARS_WRITTEN } from './limits.ts'
import { style } from './style.ts'

type NameOf = (account: AccountId) => string

/**
 * One page to read, now and in twenty years: no scripts, nothing from elsewhere, which its own policy says too. Whatever somebody
 * wrote is text; an address is not a link, as nobody looks at it before it is clicked.
 */
export async function* htmlOf({ title, nowMs, nameOf, messages, pause }: Source): AsyncGenerator<string> {
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Latch">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<header><h1>${person(title)}</h1><p>Written down on ${moment(nowMs)}. Files are named, and not in it.</p></header>
<main>
`
  let day = ''
  let count = 0
  let html = ''
  for await (const some of messages) {
    for (const message of some) {
      const newDay = dayOf(message.sentMs)
      if (newDay !== day) html += `<h2>${newDay}</h2>\n`
      day = newDay
      html += message.notice === null ? articleOf(message, nameOf) : noticeOf(message, message.notice, nameOf)
      if (html.length >= CHARS_WRITTEN) {
        yield html
        html = ''
      }
      await pause()
    }
    count += some.length
  }
  yield `${html}</main>
<footer><p>${count === 1 ? '1 message' : `${count} messages`}</p></footer>
</body>
</html>
`
}

function articleOf(message: Message, nameOf: NameOf): string {
  const { id, from, mine, sentMs, pinned, forwarded } = message
  const marks = [...(pinned ? ['pinned'] : []), ...(forwarded ? ['forwarded'] : []), ...editedOf(message), ...expiresOf(message)]
  const said = marks.map((mark) => ` <span class="mark">${mark}</span>`).join('')
  return `<article id="${escaped(id)}"${mine ? ' class="mine"' : ''}>
<p class="head"><b>${person(nameOf(from))}</b> <time datetime="${new Date(sentMs).toISOString()}">${timeOf(sentMs)}</time>${said}</p>
${bodyOf(message, nameOf)}</article>
`
}

function bodyOf(message: Message, nameOf: NameOf): string {
  const { kind, deletedBy, from, text, files, reactions, reply } = message
  if (kind === 'deleted') {
    const who = deletedBy === null || deletedBy === from ? 'Taken back' : `Taken back by ${person(nameOf(deletedBy))}`
    return `<p class="gone">${who}.</p>\n`
  }
  if (kind === 'missing') return '<p class="gone">Its words have not come.</p>\n'
  const quote = reply === null ? '' : quoteOf(reply, nameOf)
  const words = text === '' ? '' : `<p class="text" dir="auto">${escaped(text)}</p>\n`
  const list = files.length === 0 ? '' : `<ul class="files">${files.map(fileOf).join('')}</ul>\n`
  const given = reactions.map(({ emoji, by }) => `<li>${escaped(emoji)} ${by.map((one) => person(nameOf(one))).join(', ')}</li>`)
  return `${quote}${words}${list}${given.length === 0 ? '' : `<ul class="reactions">${given.join('')}</ul>\n`}`
}

function quoteOf({ from, text, kind, id }: NonNullable<Message['reply']>, nameOf: NameOf): string {
  if (kind === 'gone' || from === null) return '<blockquote><p>A message that is not here.</p></blockquote>\n'
  const what = text !== '' ? escaped(text) : kind === 'voice' ? 'A voice note' : 'Files'
  return `<blockquote cite="#${escaped(id)}"><p><b>${person(nameOf(from))}</b> <span dir="auto">${what}</span></p></blockquote>\n`
}

function fileOf({ name, bytes, kind, durationMs, files }: FileOffer): string {
  const length = durationMs === null ? '' : `, ${Math.max(1, Math.round(durationMs / 1_000))} s`
  const many = files === null ? '' : `, ${files} ${files === 1 ? 'file' : 'files'}`
  return `<li>${kind}: ${person(name)} (${sizeOf(bytes)}${many}${length})</li>`
}

function noticeOf({ sentMs, from }: Message, notice: GroupNotice, nameOf: NameOf): string {
  const time = `<time datetime="${new Date(sentMs).toISOString()}">${timeOf(sentMs)}</time>`
  return `<p class="notice">${person(nameOf(from))} ${deedOf(notice, nameOf)} ${time}</p>\n`
}

/** With who did it before. */
function deedOf(notice: GroupNotice, nameOf: NameOf): string {
  const whom = 'whom' in notice ? person(nameOf(notice.whom)) : ''
  switch (notice.what) {
    case 'created':
      return 'made the group.'
    case 'added':
      return `added ${whom}.`
    case 'joined':
      return 'joined.'
    case 'left':
      return 'left.'
    case 'removed':
      return `removed ${whom}.`
    case 'promoted':
      return `made ${whom} a moderator.`
    case 'demoted':
      return `made ${whom} a member.`
    case 'made-owner':
      return `made ${whom} the owner.`
    case 'titled':
      return `called the group ${person(notice.title)}.`
    case 'pictured':
      return 'changed the picture.'
    case 'history-changed':
      return 'changed what late joiners see.'
    default:
      return 'changed who may add members.'
  }
}

function editedOf({ editedMs }: Message): string[] {
  return editedMs === null ? [] : [`edited ${moment(editedMs)}`]
}

function expiresOf({ expiresMs }: Message): string[] {
  return expiresMs === null ? [] : [`disappears ${moment(expiresMs)}`]
}

/** A name: it cannot turn the direction of what stands beside it. */
function person(name: string): string {
  return `<bdi>${escaped(name)}</bdi>`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text and nothing else, between tags and in attributes alike. What a page cannot hold is shown as such. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char).replace(/(?![\t\n])\p{Cc}/gu, '\uFFFD')
}

const two = (value: number): string => String(value).padStart(2, '0')

/** On this machine's clock and in its zone. */
function dayOf(ms: number): string {
  const date = new Date(ms)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

function timeOf(ms: number): string {
  const date = new Date(ms)
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}

function moment(ms: number): string {
  return `${dayOf(ms)} ${timeOf(ms)}`
}

function sizeOf(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10))
  return `${step === 0 ? bytes : (bytes / 1024 ** step).toFixed(1)} ${units[step]}`
}
