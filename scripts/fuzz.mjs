// `npm run fuzz -- target … --seconds 60`: fuzzes the decoders that strangers reach, one target after another; all of them
// where none is named. With @jazzer.js/core (libFuzzer) where its compiled part loads, which takes a C library of 2023 or
// later, and otherwise with the fuzzer of test/fuzz/engine.ts: see docs/fuzzing.md.
//
//   --seconds 60     for each target
//   --engine own     rather than libFuzzer (`jazzer`)
//   --keep           afterwards puts into test/fuzz/corpus what takes branches that nothing kept takes
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle, targets } from '../test/fuzz/bundle.mjs'
import { inRoot, run, runAsScript, say, Stop } from './lib.mjs'
import { pinnedNode } from './node.mjs'
import { setup } from './setup.mjs'

const MAX_INPUT_BYTES = 8_192
const MAX_WORD_CHARS = 40
const folder = inRoot('.cache', 'fuzz')

runAsScript(import.meta.url, async (words) => {
  await setup()
  const { names, seconds, engine, keep } = read(words)
  const chosen = engine ?? ((await loads()) ? 'jazzer' : 'own')
  say(`Bundling ${names.length} targets for ${chosen === 'own' ? 'the fuzzer of this project' : 'libFuzzer'} …`)
  const counted = join(folder, 'counted')
  const plain = join(folder, 'plain')
  for (const dir of [counted, plain]) rmSync(dir, { recursive: true, force: true })
  if (chosen === 'own' || keep) await bundle(names, counted, { counted: true })
  if (chosen === 'jazzer') await bundle(names, plain, { counted: false })
  const dictionary = writeWords()
  let worst = 0
  for (const name of names) {
    const [working, kept] = [join(folder, 'corpus', name), inRoot('test', 'fuzz', 'corpus', name)]
    for (const dir of [working, kept]) mkdirSync(dir, { recursive: true })
    say(`${name}:`)
    const job = { target: join(counted, `target-${name}.cjs`), working, kept, words: dictionary.words, seconds }
    const { code } = chosen === 'own' ? await node([join(counted, 'engine.cjs'), JSON.stringify(job)]) : await jazzer({ name, plain, working, kept, dictionary, seconds })
    if (code !== 0) say(`${name}: ended with ${code}; what broke it lies in test/fuzz/corpus/${name}`)
    worst = Math.max(worst, code)
    if (keep && code === 0) await node([join(counted, 'keep.cjs'), JSON.stringify(job)])
  }
  return worst
})

function read(words) {
  const known = targets()
  const names = []
  const options = { seconds: 60, engine: undefined, keep: false }
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]
    if (word === '--seconds') options.seconds = Number(words[(at += 1)])
    else if (word === '--engine') options.engine = words[(at += 1)]
    else if (word === '--keep') options.keep = true
    else if (known.includes(word)) names.push(word)
    else throw new Stop(`${word} is no target; there are ${known.join(', ')}`)
  }
  if (!(options.seconds > 0)) throw new Stop('--seconds takes a number')
  if (![undefined, 'own', 'jazzer'].includes(options.engine)) throw new Stop('--engine is own or jazzer')
  return { ...options, names: names.length === 0 ? known : names }
}

const node = (args, options = {}) => run(pinnedNode(), args, { stdio: 'inherit', ...options })

/** Whether libFuzzer can be loaded by this Node, on this system. */
async function loads() {
  const { code } = await run(pinnedNode(), ['-e', 'require("@jazzer.js/fuzzer")'], { capture: true })
  return code === 0
}

function jazzer({ name, plain, working, kept, dictionary, seconds }) {
  const cli = inRoot('node_modules', '@jazzer.js', 'core', 'dist', 'cli.js')
  const options = [
    `-max_total_time=${seconds}`,
    `-max_len=${MAX_INPUT_BYTES}`,
    '-timeout=5',
    '-rss_limit_mb=2048',
    '-print_final_stats=1',
    `-dict=${dictionary.dict}`,
    `-artifact_prefix=${join(kept, 'found-')}`,
  ]
  return node([cli, join(plain, `target-${name}.cjs`), working, kept, '-i', plain, '-e', 'library', '--', ...options])
}

/** Words of the sources: what formats compare with. Once as a list, and as libFuzzer reads it, also as DAG-CBOR has them. */
function writeWords() {
  const found = new Set()
  for (const room of ['src/shared', 'src/main/protocols', 'src/main/platform', 'src/main/features']) {
    for (const path of readdirSync(inRoot(room), { recursive: true })) {
      if (!path.endsWith('.ts')) continue
      const code = readFileSync(inRoot(room, path), 'utf8')
      for (const [, word] of code.matchAll(/'([^'\\\n ]{1,40})'/g)) found.add(word)
      for (const [, word] of code.matchAll(/\b([a-z][A-Za-z]{1,20}): z\./g)) found.add(word)
    }
  }
  const list = [...found].filter((word) => word.length <= MAX_WORD_CHARS && !/[./]ts$|^\.\.?\//.test(word)).toSorted((a, b) => (a < b ? -1 : 1))
  const words = join(folder, 'words.json')
  writeFileSync(words, JSON.stringify(list))
  const dict = join(folder, 'words.dict')
  const escaped = (bytes) => `"${[...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`
  const asCbor = (bytes) => Buffer.concat([bytes.length < 24 ? Buffer.of(0x60 + bytes.length) : Buffer.of(0x78, bytes.length), bytes])
  writeFileSync(dict, list.flatMap((word) => [escaped(Buffer.from(word)), escaped(asCbor(Buffer.from(word)))]).join('\n'))
  return { words, dict }
}
