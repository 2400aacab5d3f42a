// Counts, in code that is bundled for fuzzing, how often each branch is taken. Positions come from the parser of vite; what is
// put in are expressions and statements that change nothing else.
import { parseSync } from 'vite'

/** How many branches are told apart; those beyond share. Four times as many as all targets have. */
export const EDGES = 16_384

const COUNTER = '__latchEdges'
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

/** What stands at the top of each bundled file. */
export const BANNER = `const ${COUNTER} = globalThis.${COUNTER} ??= new Uint8Array(${EDGES});`

/** A plugin of rolldown that counts in every file that `isOurs`. */
export function countEdges(isOurs) {
  let next = 0
  return {
    name: 'count-edges',
    transform(code, id) {
      if (!isOurs(id)) return null
      return counted(code, id, () => next++ % EDGES)
    },
  }
}

function counted(code, id, number) {
  const { program, errors } = parseSync(id, code)
  if (errors.length > 0) return null
  const put = []
  const count = () => `${COUNTER}[${number()}]++`
  const statement = (node) => {
    if (node === null || node === undefined) return
    if (node.type === 'BlockStatement') put.push([node.start + 1, `${count()};`])
    else put.push([node.start, `{${count()};`], [node.end, '}'])
  }
  const expression = (node) => put.push([node.start, `(${count()},`], [node.end, ')'])
  walk(program, (node) => {
    if (FUNCTIONS.has(node.type) && node.body?.type === 'BlockStatement') statement(node.body)
    else if (FUNCTIONS.has(node.type) && node.body !== null) expression(node.body)
    else if (node.type === 'IfStatement') [node.consequent, node.alternate].forEach(statement)
    else if (/^(For|ForOf|ForIn|While|DoWhile)Statement$/.test(node.type)) statement(node.body)
    else if (node.type === 'CatchClause') statement(node.body)
    else if (node.type === 'ConditionalExpression') [node.consequent, node.alternate].forEach(expression)
    else if (node.type === 'LogicalExpression') expression(node.right)
    else if (node.type === 'SwitchCase' && node.consequent.length > 0) put.push([node.consequent[0].start, `${count()};`])
  })
  return { code: woven(code, put), map: null }
}

/** Where two meet, what closes comes before what opens: the inner before the outer, and then the outer before the inner. */
function woven(code, put) {
  const all = put.map(([at, text], order) => ({ at, text, order: isClose(text) ? -order : order, close: isClose(text) ? 0 : 1 }))
  let out = ''
  let done = 0
  for (const { at, text } of all.toSorted((a, b) => a.at - b.at || a.close - b.close || a.order - b.order)) {
    out += code.slice(done, at) + text
    done = at
  }
  return out + code.slice(done)
}

const isClose = (text) => text === ')' || text === '}'

function walk(node, visit) {
  if (node === null || typeof node !== 'object') return
  if (Array.isArray(node)) {
    for (const one of node) walk(one, visit)
    return
  }
  if (typeof node.type === 'string') visit(node)
  for (const key in node) if (key !== 'parent') walk(node[key], visit)
}
