import type { OpenAPI } from '@orpc/openapi'

/** The operations of `document` as one plain page: nothing to run, nothing from elsewhere. */
export function apiPage(document: OpenAPI.Document): string {
  const groups = Map.groupBy(operationsOf(document), ({ tag }) => tag)
  const body = [...groups].map(
    ([tag, operations]) => `<h2>${escape(tag)}</h2>\n<dl>\n${operations.map(entryOf).join('\n')}\n</dl>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(document.info.title)} API</title>
<link rel="stylesheet" href="/api/page.css">
</head>
<body>
<h1>${escape(document.info.title)} API <small>${escape(document.info.version)}</small></h1>
<p>${escape(document.info.description ?? '')}</p>
<p>For programs: <a href="/api/openapi.json">openapi.json</a> (OpenAPI ${escape(document.openapi)}).</p>
${body.join('\n')}
</body>
</html>
`
}

export const apiPageStyle = `:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 2rem; border-bottom: 1px solid }
dt { margin-top: 1rem }
dd { margin-left: 2rem }
code { font-family: ui-monospace, monospace }
`

interface Operation {
  readonly tag: string
  readonly method: string
  readonly path: string
  readonly summary: string
  readonly parameters: readonly string[]
  readonly body: readonly string[]
  readonly streams: boolean
}

function operationsOf(document: OpenAPI.Document): Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = item?.[method]
      if (operation === undefined) return []
      const answer = operation.responses?.['200']
      return [
        {
          tag: operation.tags?.[0] ?? 'other',
          method: method.toUpperCase(),
          path: item?.servers === undefined ? `/api${path}` : path,
          summary: operation.summary ?? '',
          parameters: (operation.parameters ?? []).flatMap((parameter) =>
            'name' in parameter ? [parameter.name] : [],
          ),
          body: fieldsOf(operation.requestBody),
          streams: answer !== undefined && 'content' in answer && answer.content?.['text/event-stream'] !== undefined,
        },
      ]
    }),
  )
}

function fieldsOf(body: OpenAPI.OperationObject['requestBody']): string[] {
  if (body === undefined || !('content' in body)) return []
  return [...new Set(namesIn(body.content['application/json']?.schema))]
}

/** The fields of an object; of a choice between objects, those of each. */
function namesIn(schema: OpenAPI.MediaTypeObject['schema']): string[] {
  if (typeof schema !== 'object') return []
  if ('anyOf' in schema && Array.isArray(schema.anyOf)) return schema.anyOf.flatMap((one) => namesIn(one))
  return 'properties' in schema ? Object.keys(schema.properties ?? {}) : []
}

function entryOf({ method, path, summary, parameters, body, streams }: Operation): string {
  const list = (label: string, names: readonly string[]): string =>
    names.length === 0 ? '' : `<br>${label}: ${names.map((name) => `<code>${escape(name)}</code>`).join(', ')}`
  return (
    `<dt><code>${method} ${escape(path)}</code></dt>\n<dd>${escape(summary)}${streams ? ' (a stream of events)' : ''}` +
    `${list('parameters', parameters)}${list('body', body)}</dd>`
  )
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
