import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { counted, playwrightTotals, vitestTotals } from '../../scripts/legs.mjs'
import { NODE_PACKAGES } from '../../scripts/node.mjs'

test('the sums of the pinned Node are those of the version in package.json', () => {
  const path = new URL('../../package.json', import.meta.url)
  const { devDependencies } = JSON.parse(readFileSync(path, 'utf8')) as { devDependencies: Record<string, string> }
  expect(NODE_PACKAGES.version).toBe(devDependencies['node'])
})

test('the closing line names what was skipped only when something was', () => {
  expect(counted(3, 0, 0)).toBe('3 passed, 0 failed')
  expect(counted(3, 1, 2)).toBe('3 passed, 1 failed, 2 skipped')
})

const vitestReport = { numPassedTests: 2, numFailedTests: 1, numPendingTests: 1, numTodoTests: 0, testResults: [] }

test('a unit test file that cannot be loaded is a failure', () => {
  expect(vitestTotals(1, vitestReport)).toEqual({ passed: 2, failed: 1, skipped: 1, broken: [] })
  const unloaded = { name: fileURLToPath(new URL('../unit/b.test.ts', import.meta.url)), status: 'failed', assertionResults: [] }
  expect(vitestTotals(1, { ...vitestReport, testResults: [unloaded] })).toMatchObject({ failed: 2, broken: ['test/unit/b.test.ts'] })
})

test('a runner that fails without a failed test, or leaves no report, is a failure', () => {
  expect(vitestTotals(1, { ...vitestReport, numFailedTests: 0 }).failed).toBe(1)
  expect(vitestTotals(1, undefined)).toEqual({ failed: 1 })
  expect(playwrightTotals(1, undefined)).toEqual({ failed: 1 })
  const stats = { expected: 2, unexpected: 0, flaky: 0, skipped: 0 }
  expect(playwrightTotals(1, { stats, errors: [] }).failed).toBe(1)
  expect(playwrightTotals(1, { stats, errors: [{ message: 'no tests' }] }).failed).toBe(1)
  expect(playwrightTotals(0, { stats, errors: [] })).toEqual({ passed: 2, failed: 0, skipped: 0, broken: [] })
})

test('what failed is named, with its file', () => {
  const name = fileURLToPath(new URL('../unit/a.test.ts', import.meta.url))
  const ofFile = { name, status: 'failed', assertionResults: [{ status: 'failed', fullName: 'a thing holds' }, { status: 'passed', fullName: 'another' }] }
  expect(vitestTotals(1, { ...vitestReport, testResults: [ofFile] }).broken).toEqual(['test/unit/a.test.ts: a thing holds'])
  const stats = { expected: 1, unexpected: 1, flaky: 0, skipped: 0 }
  const specs = [
    { file: 'b.spec.ts', title: 'a window opens', ok: false },
    { file: 'b.spec.ts', title: 'it closes', ok: true },
  ]
  expect(playwrightTotals(1, { stats, errors: [], suites: [{ suites: [{ specs }] }] }).broken).toEqual(['b.spec.ts: a window opens'])
})
