import { z } from 'zod'

const Operation = z.object({
  tags: z.array(z.string()).default(['other']),
  summary: z.string().default(''),
  description: z.string().default(''),
  parameters: z.array(z.object({ name: z.string(), in: z.string(), required: z.boolean().default(false) })).default([]),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) }).optional(),
  responses: z.record(
    z.string(),
    z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })).optional() }),
  ),
})
/** As much of an OpenAPI document as the page shows. */
const Document = z.object({
  info: z.object({ title: z.string(), version: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()).default({}) }).default({ schemas: {} }),
})

export const DOCS_STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
summary { cursor: pointer; padding: .3rem 0 }
code, pre { font: 14px/1.4 ui-monospace, monospace }
pre { overflow: auto; padding: .75rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent) }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700; text-transform: uppercase }`

/** The OpenAPI document as one page of plain HTML: no script, nothing from elsewhere. */
export function docsPage(document: unknown): string {
  const { info, paths, components } = Document.parse(document)
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method,
      operation,
      tag: operation.tags[0] ?? 'other',
    })),
  )
  const tags = [...new Set(operations.map(({ tag }) => tag))].sort()
  const sections = tags.map((tag) => {
    const own = operations.filter((one) => one.tag === tag)
    return `<h2>${escapeHtml(tag)}</h2>${own.map((one) => operationHtml(one)).join('')}`
  })
  const shapes = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<details id="${escapeHtml(name)}"><summary><code>${escapeHtml(name)}</code></summary>${block(schema)}</details>`,
  )
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(info.title)}</title><link rel="stylesheet" href="/api/docs/docs.css">
<h1>${escapeHtml(info.title)} ${escapeHtml(info.version)}</h1>
<p>As a document for tools: <a href="/api/v1/openapi.json">openapi.json</a>. Errors are
<code>application/problem+json</code> (RFC 9457); Prometheus' own routes answer errors as Prometheus does.</p>
${sections.join('')}<h2>shapes</h2>${shapes.join('')}</html>`
}

type Shown = { path: string; method: string; operation: z.infer<typeof Operation> }

function operationHtml({ path, method, operation }: Shown): string {
  const { summary, description, parameters, requestBody, responses } = operation
  const given = parameters.map(
    (one) => `<li><code>${escapeHtml(one.name)}</code> in ${escapeHtml(one.in)}${one.required ? '' : ', optional'}`,
  )
  const body = Object.entries(requestBody?.content ?? {}).map(
    ([type, { schema }]) => `<p>Body, ${escapeHtml(type)}</p>${block(schema)}`,
  )
  const answers = Object.entries(responses).flatMap(([status, { content }]) =>
    Object.values(content ?? {}).map(({ schema }) => `<p>Answer ${escapeHtml(status)}</p>${block(schema)}`),
  )
  return `<details><summary><span class="method">${escapeHtml(method)}</span> <code>${escapeHtml(path)}</code> ${escapeHtml(summary)}</summary>
<p>${escapeHtml(description)}</p><ul>${given.join('')}</ul>${body.join('')}${answers.join('')}</details>`
}

const block = (schema: unknown): string => `<pre>${escapeHtml(JSON.stringify(schema, null, 1) ?? '')}</pre>`

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
