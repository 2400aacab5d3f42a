import { defineConfig } from 'vitest/config'

const tests = (folder: string): string[] => [`test/${folder}/**/*.test.ts`, `test/${folder}/**/*.test.tsx`]

export default defineConfig({
  test: {
    // Two is what the smallest test machine has; more make timing-sensitive network tests starve each other.
    maxWorkers: 2,
    restoreMocks: true,
    projects: [
      {
        test: {
          name: 'unit',
          include: [...tests('unit'), ...tests('architecture')],
          exclude: tests('unit/renderer'),
          environment: 'node',
          // One process for many files: they share modules and nothing else, and loading those anew took a third of the time.
          isolate: false,
          testTimeout: 10_000,
        },
      },
      {
        test: {
          name: 'ui',
          include: tests('unit/renderer'),
          environment: 'happy-dom',
          testTimeout: 10_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: tests('integration'),
          environment: 'node',
          // Real sockets and real timers: a thread that stood still at the wrong moment is no defect, one that does twice is.
          retry: 1,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          // Only where namespaces may be made: scripts/lab.mjs asks first.
          name: 'lab',
          include: tests('lab'),
          environment: 'node',
          // Each file builds an internet of its own; side by side they would wait for each other's packets.
          fileParallelism: false,
          // Whole machines on two processors: one that stood still at the wrong moment is no defect, one that does twice is.
          retry: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
