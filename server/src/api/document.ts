import { LiveClientMessage, LiveServerMessage } from '@eyenet/shared/api'
import { OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import { DOCS_STYLE, docsPage } from './docs-page.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { problem } from './problem.ts'
import { textResponse } from './text-response.ts'

/** The OpenAPI 3.1 document of these endpoints. */
export function openApiDocument(endpoints: readonly Endpoint[], version: string): object {
  const app = new OpenAPIHono()
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'An access token of a login, or an API token (eyn_...).',
  })
  for (const [name, shape] of Object.entries({ LiveClientMessage, LiveServerMessage })) {
    app.openAPIRegistry.register(name, shape.clone())
  }
  for (const { doc } of endpoints) app.openAPIRegistry.registerPath(doc)
  return app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'EyeNet', version } })
}

const LIVE_REMARK = `Connect as a WebSocket and send a hello with an access token or API token within 10 s (shape
LiveClientMessage); the server answers welcome, then changes (shape LiveServerMessage). Send renew with a fresh token before the
old one ends. After a cut, send hello with resume; with resumed: false in the answer, fetch everything again. Close codes: 4400
not understood, 4401 log in again, 4403 not allowed, 4408 no hello in time; 1006 also for a client that does not read.`

/** The document, its page, and the live feed's place, which is a WebSocket. */
export function documentEndpoints(document: () => object): readonly Endpoint[] {
  let made: { json: string; page: string } | undefined
  const once = (): { json: string; page: string } => {
    if (made === undefined) {
      const built = document()
      made = { json: JSON.stringify(built), page: docsPage(built) }
    }
    return made
  }
  const common = { method: 'get', access: 'public', tag: 'server' } as const
  return [
    endpoint({
      ...common,
      path: '/api/v1/openapi.json',
      summary: 'This API as an OpenAPI document',
      answer: z.record(z.string(), z.unknown()),
      handle: () => textResponse(once().json, { headers: { 'content-type': 'application/json' } }),
    }),
    endpoint({
      ...common,
      path: '/api/docs',
      summary: 'This API as a page',
      media: 'text/html',
      handle: () => textResponse(once().page, { headers: { 'content-type': 'text/html; charset=utf-8' } }),
    }),
    endpoint({
      ...common,
      path: '/api/docs/docs.css',
      summary: 'Style of the page',
      media: 'text/css',
      handle: () => textResponse(DOCS_STYLE, { headers: { 'content-type': 'text/css; charset=utf-8' } }),
    }),
    endpoint({
      ...common,
      path: '/api/v1/live',
      access: 'viewer',
      summary: 'Live feed of changes (WebSocket)',
      remark: LIVE_REMARK,
      handle() {
        const detail = 'this is a WebSocket: connect with Upgrade: websocket'
        const response = problem({ status: 426, code: 'invalid', detail })
        response.headers.set('upgrade', 'websocket')
        return response
      },
    }),
  ]
}
