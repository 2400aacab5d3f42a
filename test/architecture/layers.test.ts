import { describe, expect, test } from 'vitest'
import { violations } from './layers.ts'
import { importsOf, readSources } from './sources.ts'

test('every import in src points where ARCHITECTURE.md lets it', () => {
  expect(violations(readSources())).toEqual([])
})

const found = (from: string, ...requests: string[]): string[] =>
  violations(new Map([[from, requests.map((request, i) => `import * as m${i} from '${request}'`).join('\n')]]))

describe('the test of layers', () => {
  test.each([
    ['main/platform/log.ts', '../protocols/chat/index.ts', 'imports point down'],
    ['main/protocols/chat/index.ts', '../../features/chat/index.ts', 'imports point down'],
    ['main/features/chat/outbox.ts', '../../node/create-node.ts', 'imports point down'],
    ['main/node/create-node.ts', '../control/router.ts', 'imports point down'],
    ['main/control/router.ts', '../headless.ts', 'imports point down'],
    ['main/headless.ts', './desktop/window.ts', 'imports point down'],
    ['main/desktop/window.ts', '../index.ts', 'imports point down'],
    ['main/features/chat/outbox.ts', '../door/index.ts', 'no feature imports another'],
    ['main/features/chat/outbox.ts', '../door/types.ts', 'no feature imports another'],
    ['main/features/chat/outbox.ts', '../../protocols/chat/messages.ts', 'a protocol is its index.ts'],
    ['main/control/router.ts', '../features/chat/outbox.ts', 'a feature is its index.ts and types.ts'],
    ['main/node/create-node.ts', 'electron', 'electron is for'],
    ['main/headless.ts', 'electron/main', 'electron is for'],
    ['renderer/App.tsx', 'electron', 'electron is for'],
    ['shared/ids.ts', 'node:crypto', 'shared imports zod'],
    ['shared/ids.ts', '@orpc/server', 'shared imports zod'],
    ['shared/ids.ts', '../main/platform/clock.ts', 'shared imports zod'],
    ['renderer/App.tsx', '../main/platform/clock.ts', 'renderer imports itself and shared'],
    ['cli/index.ts', '../main/headless.ts', 'cli imports itself and shared'],
    ['preload/index.ts', '../renderer/bridge/port.ts', 'preload imports itself and shared'],
    ['main/index.ts', '../cli/index.ts', 'main imports itself and shared'],
    ['renderer/ui/Button.tsx', '../features/chats/store.ts', 'never a store'],
    ['renderer/ui/Button.tsx', '../bridge/fed-store.ts', 'never a store'],
    ['renderer/ui/Button.tsx', 'zustand', 'never a store'],
    ['main/platform/log.ts', '../helpers/text.ts', 'helpers is no room of main'],
  ])('refuses that %s imports %s', (from, request, rule) => {
    expect(found(from, request)).toEqual([expect.stringContaining(rule)])
  })

  test.each([
    ['main/index.ts', 'electron', './desktop/window.ts', './control/index.ts', './node/create-node.ts'],
    ['main/desktop/window.ts', 'electron', '../platform/log.ts', '../node/types.ts'],
    ['main/features/chat/outbox.ts', './log.ts', '../../protocols/chat/index.ts', '../../protocols/host.ts'],
    ['main/control/router.ts', '../features/chat/index.ts', '../features/chat/types.ts', '@orpc/server'],
    ['shared/contract/chat.ts', 'zod', '@orpc/contract', '../ids.ts'],
    ['renderer/ui/Button.tsx', 'react', './cx.ts', '../../shared/errors.ts'],
    ['preload/index.ts', 'electron', '../shared/ids.ts'],
  ])('lets %s import %s and the like', (from, ...requests) => {
    expect(found(from, ...requests)).toEqual([])
  })

  test('sees imports of types, re-exports, dynamic imports and types written as imports', () => {
    const code = `import type { A } from './a.ts'
      export * from '../b.ts'
      export { c } from './c.ts'
      type D = import('./d.ts').D
      const e = await import("./e.ts")
      import './f.css'`
    expect(importsOf('main/node/x.ts', code).toSorted()).toEqual(
      ['main/b.ts', 'main/node/a.ts', 'main/node/c.ts', 'main/node/d.ts', 'main/node/e.ts', 'main/node/f.css'],
    )
  })
})
