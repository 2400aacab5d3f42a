import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keys, settings, variableOf, CONFIG_VARIABLE } from '../../../src/main/headless/introduce-settings.ts'
import { SECOND } from '../../../src/shared/units.ts'

const root = join(import.meta.dirname, '../../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const machine = { hostname: 'h', dataFolder: '/d' }
const ports = (addresses: readonly string[]): string[] => [
  ...new Set(addresses.map((address) => /(?:tcp\/|:)(\d+)(?:\/ws)?$/.exec(address)?.[1] ?? '')),
]
const tcp = ports(settings.listen.fallback(machine))
const udp = [...new Set(settings['stun.listen'].fallback(machine).map(({ port }) => String(port)))]

test('the unit waits for the drain, and knows where the program and its data are', () => {
  const unit = read('packaging/latch-introduce.service')
  const [, seconds] = /^TimeoutStopSec=(\d+)s$/m.exec(unit) ?? []
  expect(Number(seconds) * SECOND).toBeGreaterThan(settings.drain.fallback(machine) + 15 * SECOND)
  const [, files] = /^LimitNOFILE=(\d+)$/m.exec(unit) ?? []
  expect(Number(files)).toBeGreaterThan(settings['limits.connections'].fallback(machine) * 2)
  expect(unit).toContain(`Environment=${variableOf('data')}=%S/latch-introducer`)
  expect(unit).toMatch(/^ExecStart=\S+ \/opt\/latch\/out\/main\/headless\.js introduce --config \S+$/m)
})

test('the image opens the ports that are listened at, and asks the page that is served', () => {
  const file = read('packaging/Dockerfile')
  const exposed = [...tcp.map((port) => `${port}/tcp`), ...udp.map((port) => `${port}/udp`)]
  expect(file).toContain(`EXPOSE ${exposed.join(' ')}`)
  const http = settings['http.listen'].fallback(machine)
  expect(file).toContain(`http://127.0.0.1:${http?.port}/readyz`)
  expect(file).toContain(`${variableOf('data')}=`)
  expect(file).toContain(`${CONFIG_VARIABLE}=`)
  expect(file).toMatch(/^USER node$/m)
})

test('the page tells of every key and port', () => {
  const page = read('docs/introducer.md')
  for (const key of keys) {
    const parts = key.split('.')
    const name = parts.pop() ?? ''
    expect(page, key).toContain(parts.length === 0 ? `\`${name}\`` : parts.join('.'))
    expect(page, key).toContain(name)
  }
  for (const port of [...tcp, ...udp]) expect(page).toContain(port)
})
