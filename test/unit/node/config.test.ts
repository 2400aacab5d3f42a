import { expect, test } from 'vitest'
import { allServices, defaultListen, desktopConfig } from '../../../src/main/node/config.ts'
import type { Vault } from '../../../src/main/platform/vault.ts'

const vault: Vault = {
  protection: 'key-file',
  backend: 'test',
  seal: async (plain) => plain,
  open: async (sealed) => sealed,
}
const configOf = (env: Record<string, string>) => desktopConfig({ dataFolder: '/data', downloads: '/downloads', vault, env })

test('the desktop listens on every network and does all that Latch can', () => {
  expect(configOf({})).toMatchObject({ listen: defaultListen, services: allServices })
  expect(configOf({ LATCH_LISTEN: ' ', LATCH_WITHOUT: '' })).toMatchObject({ listen: defaultListen, services: allServices })
})

test('its environment says where else to listen, and what to leave out', () => {
  const config = configOf({ LATCH_LISTEN: '/ip4/127.0.0.1/tcp/0  /ip4/127.0.0.1/tcp/0/ws', LATCH_WITHOUT: 'lan demo' })
  expect(config.listen).toEqual(['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws'])
  expect(config.services).toEqual({ ...allServices, lan: false, demo: false })
})
