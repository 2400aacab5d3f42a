// The steps of `npm run check` and `npm test`. Each gives {name, passed, failed, skipped, seconds, why?, broken?}; `broken` names the tests that failed.
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { inRoot, readJson, run, say } from './lib.mjs'
import { inClone } from './ordinary-user.mjs'
import { pinnedNode } from './node.mjs'

const tool = (...path) => inRoot('node_modules', ...path)
const reportPath = (name) => inRoot('artifacts', 'reports', `${name}.json`)

async function timed(name, work) {
  const startMs = performance.now()
  const result = await work()
  return { name, passed: 0, failed: 0, skipped: 0, ...result, seconds: (performance.now() - startMs) / 1000 }
}

/** A step without tests of its own counts as one; what it says is shown only when it fails. */
const quietStep = (name, path, args) =>
  timed(name, async () => {
    const { code, output } = await run(pinnedNode(), [path, ...args], { capture: true })
    if (code === 0) return { passed: 1 }
    say(`${name}:\n${output.trim()}`)
    return { failed: 1 }
  })

export const types = () => quietStep('types', tool('typescript', 'bin', 'tsc'), ['-p', inRoot('tsconfig.json'), '--noEmit'])

export const lint = () => quietStep('lint', tool('oxlint', 'bin', 'oxlint'), ['--type-aware', '--deny-warnings'])

/** Types and lint side by side: each leaves a core idle half of the time. */
export const typesAndLint = () => Promise.all([types(), lint()])

export const vitest = (name, projects) =>
  timed(name, async () => {
    const report = reportPath(name)
    rmSync(report, { force: true })
    const { code } = await run(pinnedNode(), [
      tool('vitest', 'vitest.mjs'),
      'run',
      ...projects.map((project) => `--project=${project}`),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ])
    return vitestTotals(code, readJson(report))
  })

/** A file that cannot be loaded has no tests to count, and an error between tests has no test: each is one failure. */
export function vitestTotals(code, report) {
  if (report === undefined) return { failed: 1 }
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  const broken = report.testResults.flatMap((file) =>
    file.assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => `${withinRoot(file.name)}: ${fullName}`),
  )
  const failed = report.numFailedTests + unloaded.length
  return {
    passed: report.numPassedTests,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    broken: [...unloaded.map((file) => withinRoot(file.name)), ...broken],
  }
}

const withinRoot = (path) => relative(inRoot('.'), path)

/** `user` is a place to run from, as `ordinaryUser` gives it; `display` puts an X server below the windows. */
export const playwright = (name, project, { user, env, display }) =>
  timed(name, async () => {
    const report = `${user.env.LATCH_ARTIFACTS}/reports/${name}.json`
    rmSync(report, { force: true })
    const [command, ...args] = [
      ...user.prefix,
      user.node,
      ...(display ? [inClone(user.clone, inRoot('scripts', 'display.mjs')), user.node] : []),
      inClone(user.clone, tool('@playwright', 'test', 'cli.js')),
      'test',
      `--project=${project}`,
      '--reporter=list,json',
      '--pass-with-no-tests',
    ]
    const { code } = await run(command, args, {
      cwd: user.clone,
      env: { ...process.env, ...user.env, ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    })
    return playwrightTotals(code, readJson(report))
  })

export function playwrightTotals(code, report) {
  if (report === undefined) return { failed: 1 }
  const { expected, unexpected, flaky, skipped } = report.stats
  const failed = unexpected + (report.errors?.length ?? 0)
  const broken = report.suites?.flatMap(brokenSpecs) ?? []
  return { passed: expected + flaky, failed: code !== 0 && failed === 0 ? 1 : failed, skipped, broken }
}

const brokenSpecs = (suite) => [
  ...(suite.specs ?? []).filter(({ ok }) => !ok).map(({ file, title }) => `${file}: ${title}`),
  ...(suite.suites ?? []).flatMap(brokenSpecs),
]

/** A leg that cannot run, with how many tests that leaves out. */
export const skippedPlaywright = (name, project, why) =>
  timed(name, async () => {
    say(`${name}: skipped, because ${why}`)
    const args = [tool('@playwright', 'test', 'cli.js'), 'test', `--project=${project}`, '--list', '--reporter=json']
    const { output } = await run(pinnedNode(), args, { capture: true, env: { ...process.env, LATCH_CHROMIUM: '' } })
    return { skipped: countListed(output), why }
  })

function countListed(output) {
  try {
    const count = (suite) =>
      (suite.specs ?? []).reduce((sum, spec) => sum + spec.tests.length, 0) +
      (suite.suites ?? []).reduce((sum, inner) => sum + count(inner), 0)
    return Math.max(1, JSON.parse(output).suites.reduce((sum, suite) => sum + count(suite), 0))
  } catch {
    return 1
  }
}

/** Pairs of hosts behind NATs; the program counts them itself. */
export const labPairs = (program, args) =>
  timed('lab pairs', async () => {
    const report = reportPath('lab-pairs')
    mkdirSync(dirname(report), { recursive: true })
    rmSync(report, { force: true })
    const { code } = await run(pinnedNode(), [program, ...args, '--report', report])
    const { passed = 0, failed = 0 } = readJson(report) ?? {}
    return { passed, failed: code !== 0 && failed === 0 ? 1 : failed }
  })

/** A leg that cannot run as a whole. */
export const skippedLeg = (name, why) =>
  timed(name, async () => {
    say(`${name}: skipped, because ${why}`)
    return { skipped: 1, why }
  })

/** What failed by its name, the table, and the closing line alone on the last: who sees the end alone sees why. Gives the exit code. */
export function summarise(results) {
  const total = (what) => results.reduce((sum, result) => sum + result[what], 0)
  const width = Math.max(...results.map(({ name }) => name.length))
  say('')
  for (const { name, broken = [] } of results) for (const test of broken) say(`failed in ${name}: ${test}`)
  for (const { name, passed, failed, skipped, seconds, why } of results) {
    const counts = why === undefined ? counted(passed, failed, skipped) : `skipped, because ${why}`
    say(`${name.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s  ${counts}`)
  }
  process.stdout.write(`\n${counted(total('passed'), total('failed'), total('skipped'))}\n`)
  return total('failed') === 0 ? 0 : 1
}

export function counted(passed, failed, skipped) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`
}
