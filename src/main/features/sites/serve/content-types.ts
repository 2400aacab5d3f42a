import { extname } from 'node:path'

/** What the files of a site are called on the web (IANA), by their ending. Text is UTF-8. */
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html', htm: 'text/html', xhtml: 'application/xhtml+xml', css: 'text/css', csv: 'text/csv', txt: 'text/plain',
  text: 'text/plain', log: 'text/plain', md: 'text/markdown', markdown: 'text/markdown', ics: 'text/calendar', vcf: 'text/vcard', vtt: 'text/vtt',
  js: 'text/javascript', mjs: 'text/javascript', cjs: 'text/javascript', json: 'application/json', map: 'application/json',
  jsonld: 'application/ld+json', geojson: 'application/geo+json', webmanifest: 'application/manifest+json', xml: 'application/xml',
  xsl: 'application/xml', rss: 'application/rss+xml', atom: 'application/atom+xml', yaml: 'application/yaml', yml: 'application/yaml',
  toml: 'application/toml', wasm: 'application/wasm', pdf: 'application/pdf', rtf: 'application/rtf', epub: 'application/epub+zip',
  png: 'image/png', apng: 'image/apng', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', avif: 'image/avif',
  jxl: 'image/jxl', heic: 'image/heic', svg: 'image/svg+xml', ico: 'image/vnd.microsoft.icon', bmp: 'image/bmp', tif: 'image/tiff', tiff: 'image/tiff',
  woff: 'font/woff', woff2: 'font/woff2', ttf: 'font/ttf', otf: 'font/otf', ttc: 'font/collection', eot: 'application/vnd.ms-fontobject',
  mp4: 'video/mp4', m4v: 'video/mp4', webm: 'video/webm', ogv: 'video/ogg', mov: 'video/quicktime', mkv: 'video/matroska', mpeg: 'video/mpeg',
  mpg: 'video/mpeg', ts: 'video/mp2t', m3u8: 'application/vnd.apple.mpegurl', mpd: 'application/dash+xml',
  mp3: 'audio/mpeg', m4a: 'audio/mp4', aac: 'audio/aac', ogg: 'audio/ogg', oga: 'audio/ogg', opus: 'audio/ogg', flac: 'audio/flac',
  wav: 'audio/wav', weba: 'audio/webm', mid: 'audio/midi', midi: 'audio/midi',
  zip: 'application/zip', gz: 'application/gzip', tgz: 'application/gzip', bz2: 'application/x-bzip2', xz: 'application/x-xz', zst: 'application/zstd',
  '7z': 'application/x-7z-compressed', tar: 'application/x-tar', glb: 'model/gltf-binary', gltf: 'model/gltf+json', torrent: 'application/x-bittorrent',
  doc: 'application/msword', xls: 'application/vnd.ms-excel', ppt: 'application/vnd.ms-powerpoint', odt: 'application/vnd.oasis.opendocument.text',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
}

/** What nothing is known of is bytes: never guessed at, and never a page. */
export function contentType(path: string): string {
  const type = TYPES[extname(path).slice(1).toLowerCase()] ?? 'application/octet-stream'
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
