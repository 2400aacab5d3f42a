import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@playwright/test'

let server: Server

test.beforeAll(async () => {
  server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>Here</title><p>A page of this machine')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
})

test.afterAll(() => {
  server.close()
})

test('Chromium opens a page of this machine', async ({ page }) => {
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await expect(page).toHaveTitle('Here')
})

test('Chromium finds no other machine by name', async ({ page }) => {
  await expect(page.goto('http://example.com/')).rejects.toThrow('ERR_NAME_NOT_RESOLVED')
})
