import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { launchDesktop } from '../../helpers/electron.ts'
import { nameYourself } from '../../helpers/journey.ts'

test('the window asks no server of the web for anything', async () => {
  const netLog = test.info().outputPath('net.json')
  const desktop = await launchDesktop({
    dataFolder: test.info().outputPath('data'),
    args: [`--log-net-log=${netLog}`, '--lang=en-US'],
    env: { LATCH_LISTEN: '/ip4/127.0.0.1/tcp/0', LATCH_WITHOUT: 'lan upnp webrtc demo' },
  })
  // The dictionary of a spelling checker would be fetched with the first window.
  await nameYourself(desktop.window, 'Ada')
  await desktop.window.getByRole('link', { name: 'Chats' }).click()
  await desktop.close()
  const log = await readFile(netLog, 'utf8')
  expect(log.length, 'what Chromium notes down of itself').toBeGreaterThan(1_000)
  expect([...new Set(log.match(/(?:https?|wss?):\/\/[^/"\\ ]+/g))]).toEqual([])
})
