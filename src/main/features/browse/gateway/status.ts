import type { OpenCode } from '../../../../shared/model/browse.ts'

/** Of an error page. Pure. */
export function statusOf(code: OpenCode): number {
  switch (code) {
    case 'bad-address':
      return 400
    case 'nobody':
    case 'no-zone':
    case 'no-site':
    case 'name-refused':
      return 404
    case 'knock-first':
    case 'denied':
    case 'unproven':
    case 'blocked':
      return 403
    case 'catching-up':
    case 'busy':
      return 503
    case 'timeout':
      return 504
    case 'name-unreachable':
    case 'device-unreachable':
    case 'silent':
    case 'cut':
    case 'malformed':
    case 'copy-missing':
    case 'copy-damaged':
    case 'exit-refused':
    case 'exit-unreachable':
    case 'certificate':
      return 502
    case 'crashed':
    case 'internal':
      return 500
  }
}
