import { cookiesOf, endsForAll, sealed, sealFor, unsealed } from '../../../src/main/features/browse/gateway/cookies.ts'
import { withoutReports } from '../../../src/main/features/browse/gateway/headers.ts'
import { markedValidators, siteValidators } from '../../../src/main/features/browse/gateway/validators.ts'
import { askedHeaders, readableHeaders } from '../../../src/main/features/sites/ask/answer-headers.ts'
import { asObject, endToEnd, framingOf } from '../../../src/main/features/sites/headers.ts'
import { askedOfLibrary } from '../../../src/main/features/sites/serve/asked-of-library.ts'
import { chooseEncoding } from '../../../src/main/features/sites/serve/encoding.ts'
import { inPairs } from '../../../src/main/platform/http-message.ts'
import { must } from '../oracle.ts'

const sealOf = (name: string, value: string): string => `${name.length}.${value.length}`
const FILE = { etag: '"one"', modifiedMs: 1_700_000_000_000, sizeBytes: 1_000 }

/** Headers of requests and answers once Node has read them: of a site that is asked, and of whoever asks ours. */
export async function fuzz(data: Buffer): Promise<void> {
  const lines = data.toString('latin1').split('\n').slice(0, 64)
  const list = inPairs(lines.flatMap((line) => [line.slice(0, Math.max(0, line.indexOf(':'))), line.slice(line.indexOf(':') + 1)]))
  const names = (of: typeof list): string[] => of.map(([name]) => name.toLowerCase())
  must(!names(endToEnd(list)).includes('connection') && !names(askedHeaders(list)).includes('host'), 'what is not passed on')
  must(!names(readableHeaders(list, undefined)).some((name) => ['alt-svc', 'content-length', 'report-to'].includes(name)), 'a header that leads elsewhere')
  const object = asObject(list)
  must(Object.getPrototypeOf(object) === Object.prototype, 'a header that is more than a name')
  for (const line of lines) {
    const cookies = cookiesOf(line)
    must(sealed(cookies, sealOf).length <= cookies.length && unsealed(cookies, sealOf).length <= cookies.length, 'more cookies than came')
    sealFor(line, sealOf)
    must(endsForAll(cookies, 'alice.peer.localhost', line).length <= 60, 'more ends than a browser takes')
    framingOf({ 'content-length': line })
    framingOf({ 'transfer-encoding': line })
    chooseEncoding(line, 'text/html', 5_000)
    withoutReports(line)
    const [range = '', tag = '', condition = ''] = line.split('|')
    askedOfLibrary('GET', { range, 'if-range': tag, 'if-none-match': condition, 'if-match': tag, 'if-modified-since': condition }, FILE)
  }
  siteValidators(list, 'mark')
  markedValidators(list, 'mark')
}
