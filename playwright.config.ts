import { defineConfig } from '@playwright/test'
import { findChromium } from './scripts/system.mjs'

const artifacts = process.env['LATCH_ARTIFACTS'] ?? 'artifacts'
// Empty where there is none. The workers read this file again, and are told what was found.
const chromium = process.env['LATCH_CHROMIUM'] ?? (await findChromium()) ?? ''
process.env['LATCH_CHROMIUM'] = chromium

/** Nothing leaves the machine: every name but the loopback ones is unknown. */
const QUIET = [
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost',
  '--disable-domain-reliability',
  '--no-pings',
]

export default defineConfig({
  testDir: 'test/e2e',
  // Two nodes and two windows for each test keep two cores busy.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  retries: 0,
  forbidOnly: process.env['CI'] !== undefined,
  use: { actionTimeout: 15_000, trace: 'retain-on-failure', screenshot: 'only-on-failure' },
  projects: [
    {
      name: 'browser',
      // One each: a run empties its own.
      outputDir: `${artifacts}/playwright/browser`,
      testMatch: 'browser/**/*.spec.ts',
      use: {
        browserName: 'chromium',
        viewport: { width: 1280, height: 800 },
        launchOptions: {
          ...(chromium === '' ? {} : { executablePath: chromium }),
          args: QUIET,
        },
      },
    },
    {
      name: 'desktop',
      outputDir: `${artifacts}/playwright/desktop`,
      testMatch: 'desktop/**/*.spec.ts',
    },
    {
      // By `npm run package:test`, which packs first.
      name: 'package',
      outputDir: `${artifacts}/playwright/package`,
      testMatch: 'package/**/*.spec.ts',
      timeout: 120_000,
    },
  ],
})
