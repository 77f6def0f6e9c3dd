import { OpenAPIHono } from '@hono/zod-openapi'
import { DOCS_STYLE, docsPage } from './docs-page.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { problem } from './problem.ts'

/** The OpenAPI 3.1 document of these endpoints. */
export function openApiDocument(endpoints: readonly Endpoint[], version: string): object {
  const app = new OpenAPIHono()
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'An access token of a login, or an API token (eyn_...).',
  })
  for (const { doc } of endpoints) app.openAPIRegistry.registerPath(doc)
  return app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'EyeNet', version } })
}

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
      handle: () => new Response(once().json, { headers: { 'content-type': 'application/json' } }),
    }),
    endpoint({
      ...common,
      path: '/api/docs',
      summary: 'This API as a page',
      handle: () => new Response(once().page, { headers: { 'content-type': 'text/html; charset=utf-8' } }),
    }),
    endpoint({
      ...common,
      path: '/api/docs/docs.css',
      summary: 'Style of the page',
      handle: () => new Response(DOCS_STYLE, { headers: { 'content-type': 'text/css; charset=utf-8' } }),
    }),
    endpoint({
      ...common,
      path: '/api/v1/live',
      access: 'viewer',
      summary: 'Live feed (WebSocket): send {kind: "hello", accessToken} first',
      handle() {
        const detail = 'this is a WebSocket: connect with Upgrade: websocket'
        const response = problem({ status: 426, code: 'invalid', detail })
        response.headers.set('upgrade', 'websocket')
        return response
      },
    }),
  ]
}
