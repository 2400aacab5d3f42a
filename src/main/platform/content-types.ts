import { extname } from 'node:path'
import send from '@fastify/send'

/** Where the library's list is older than what IANA says by now, or knows nothing. */
const NEWER: Readonly<Record<string, string>> = {
  // RFC 9239: any other name of it is obsolete.
  js: 'text/javascript', mjs: 'text/javascript', cjs: 'text/javascript',
  // RFC 9512.
  yaml: 'application/yaml', yml: 'application/yaml',
  // RFC 9559.
  mkv: 'video/matroska', mka: 'audio/matroska',
  aac: 'audio/aac', flac: 'audio/flac', m4v: 'video/mp4', jxl: 'image/jxl', vcf: 'text/vcard',
  tgz: 'application/gzip', zst: 'application/zstd',
}

/** What a file is called on the web, by its ending. Text is UTF-8. What nothing is known of is bytes: never guessed at, and never a page. */
export function contentType(path: string): string {
  const ending = extname(path).slice(1).toLowerCase()
  const known = ending === '' ? null : send.mime.getType(ending)
  const type = (Object.hasOwn(NEWER, ending) ? NEWER[ending] : known) ?? 'application/octet-stream'
  return isText(type) ? `${type}; charset=utf-8` : type
}

/** Whether compressing it saves anything: text of any kind, and the few that are not packed already. */
export function isCompressible(type: string): boolean {
  const [bare = ''] = type.split(';')
  return isText(bare) || /^(?:application\/(?:wasm|rtf|x-tar|vnd\.ms-fontobject)|font\/(?:ttf|otf|collection)|image\/(?:bmp|vnd\.microsoft\.icon))$/.test(bare)
}

function isText(type: string): boolean {
  return type.startsWith('text/') || /[/+](?:json|xml|yaml|toml)$/.test(type) || type === 'application/vnd.apple.mpegurl'
}
