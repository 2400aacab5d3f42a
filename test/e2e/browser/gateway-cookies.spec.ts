import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { expect, test } from '@playwright/test'

/* What a script of one name can do to another one's cookies in an ordinary browser, by a real gateway. See test/fixtures/two-names. */

test('a cookie that a page set for all names of the network is no other site’s, nor its page’s', async ({ page }) => {
  const child = spawn(process.execPath, ['test/fixtures/two-names/main.ts'], { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    let port = ''
    for await (const line of createInterface(child.stdout)) {
      port = /^port (\d+)$/.exec(line)?.[1] ?? ''
      if (port !== '') break
    }
    const forAll = async (): Promise<string[]> =>
      (await page.context().cookies()).filter(({ domain }) => domain === '.peer.localhost').map(({ name, path }) => `${name} ${path}`).toSorted()
    const heard = page.locator('output')
    await page.goto(`http://alice.peer.localhost:${port}/`)
    await page.goto(`http://mallory.peer.localhost:${port}/`)
    // They are there, for all names: without the gateway's doing each site would get them.
    expect(await forAll()).toEqual(['csrf /', 'latch-owner /', 'latch-seal-csrf /', 'session /', 'session /notes'])
    await page.goto(`http://alice.peer.localhost:${port}/notes/today`)
    await expect(heard).toHaveText(/^(?:session=alice; seen=1|seen=1; session=alice)$/)
    expect(await page.evaluate(() => String(Reflect.get(window, 'early')))).toBe('seen=1')
    expect(await forAll()).toEqual([])
    // What the page's own script sets stays in it.
    await page.evaluate(() => (document.cookie = 'theme=dark; Path=/'))
    await page.reload()
    await expect(heard).not.toHaveText(/theme/)
    expect(await page.evaluate(() => document.cookie)).toContain('theme=dark')
  } finally {
    child.stdin.end()
    child.kill()
  }
})
