import { mkdirSync } from 'node:fs'
import type { TestInfo } from '@playwright/test'
import { type HeadlessIntroducer, startIntroducer } from './windows.ts'

export type OpenIntroducer = (name: string) => Promise<HeadlessIntroducer>

/** A fixture: introduction servers that end with the test. */
export async function withIntroducers(use: (open: OpenIntroducer) => Promise<void>, info: TestInfo): Promise<void> {
  const introducers: HeadlessIntroducer[] = []
  await use(async (name) => {
    const dataFolder = info.outputPath(`introducer-${introducers.length}`)
    mkdirSync(dataFolder, { recursive: true })
    const introducer = await startIntroducer({ dataFolder, name })
    introducers.push(introducer)
    return introducer
  })
  for (const introducer of introducers) await introducer.kill()
}
