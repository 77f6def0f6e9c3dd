import { Problem, type Role } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { RouteConfig } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { z } from 'zod'
import { type Actor, type Auth, type Principal, requireRole } from '../auth/auth.ts'
import { InvalidInput } from './problem.ts'
import { type BodyForm, readBody } from './request-body.ts'
import { jsonResponse } from './text-response.ts'

/** What the HTTP server hands along with a request; nothing in a test. */
export type Peer = { readonly incoming?: { readonly socket: { readonly remoteAddress?: string | undefined } } }
export type ApiEnv = { Bindings: Peer; Variables: { address: string; route: string } }
export type ApiContext = Context<ApiEnv>
export type Access = 'public' | Role
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** What a handler gets: input in its shape, and who asks. */
export type Call<P, Q, B> = {
  readonly params: P
  readonly query: Q
  readonly body: B
  /** undefined only where the access is public. */
  readonly principal: Principal | undefined
  readonly actor: Actor
  readonly context: ApiContext
}

type Spec<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, A extends z.ZodType> = {
  readonly method: Method
  /** As OpenAPI writes it: /api/v1/things/{id} */
  readonly path: string
  /** The least role; there is no default. */
  readonly access: Access
  readonly tag: string
  readonly summary: string
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  readonly bodyForm?: BodyForm
  /** Where the usual limit is too small. */
  readonly maxBodyBytes?: number
  readonly status?: 200 | 201
  /** Shape of the JSON that is answered; absent: 204, unless `media` says what the handler makes itself. */
  readonly answer?: A
  readonly media?: string
  /** More than the summary, for the document. */
  readonly remark?: string
  /** What the document says of the body, where `body` is looser. */
  readonly documentedBody?: z.ZodType
  handle(call: Call<z.output<P>, z.output<Q>, z.output<B>>): Answer<z.output<A>>
}
type Answer<T> = Promise<T | Response> | T | Response

/** One route with its shapes and the role it needs; the checks are part of it and cannot be forgotten. */
export type Endpoint = {
  readonly method: Method
  readonly path: string
  readonly access: Access
  readonly doc: RouteConfig
  run(context: ApiContext, auth: Auth): Promise<Response>
}

export function endpoint<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, A extends z.ZodType>(
  spec: Spec<P, Q, B, A>,
): Endpoint {
  const { method, path, access, params, query, body, status = 200 } = spec
  return {
    method,
    path,
    access,
    doc: describe(spec),
    async run(context, auth) {
      const principal = await admit(access, { context, auth })
      if (CLOSED_TAGS.has(spec.tag)) expectKnown(query?.shape ?? {}, new URL(context.req.url).searchParams)
      const answer = await spec.handle({
        params: shaped('path', params, context.req.param()),
        query: shaped('query', query, context.req.query()),
        body: shaped('body', body, body && (await readBody(context.req.raw, spec.bodyForm, spec.maxBodyBytes))),
        principal,
        actor: { name: principal?.name ?? '(nobody)', address: context.get('address') },
        context,
      })
      if (answer instanceof Response) return answer
      if (answer === undefined) return new Response(null, { status: 204 })
      return jsonResponse(answer, { status })
    },
  }
}

/** A parameter that is misspelt would leave something out silently, such as a filter. Elsewhere other programs ask, which send more. */
const CLOSED_TAGS: ReadonlySet<string> = new Set(['topology', 'devices', 'discovery', 'incidents'])
/** Wrong ones that are named, and of each as much. */
const MAX_NAMED = 5
const MAX_NAME_LENGTH = 50

/** Of a parameter that is there twice one would be left out silently, too. */
function expectKnown(shape: z.ZodRawShape, sent: URLSearchParams): void {
  const names = [...new Set(sent.keys())]
  const unknown = names.filter((name) => !Object.hasOwn(shape, name))
  if (unknown.length > 0) {
    const known = Object.keys(shape).join(', ') || 'none'
    throw new EyeNetError('invalid', `there is no parameter ${quoted(unknown)} here; there is ${known}`)
  }
  const repeated = names.filter((name) => sent.getAll(name).length > 1)
  if (repeated.length > 0) throw new EyeNetError('invalid', `give the parameter ${quoted(repeated)} once`)
}

const quoted = (names: readonly string[]): string =>
  names
    .slice(0, MAX_NAMED)
    .map((name) => JSON.stringify(name.slice(0, MAX_NAME_LENGTH)))
    .join(', ')

async function admit(
  access: Access,
  { context, auth }: { context: ApiContext; auth: Auth },
): Promise<Principal | undefined> {
  const principal = access === 'public' ? undefined : await auth.authenticate(context.req.header('authorization'))
  if (access === 'public') return undefined
  if (principal === undefined) {
    throw new EyeNetError('unauthenticated', 'log in, or send an API token as Authorization: Bearer')
  }
  requireRole(principal, access)
  return principal
}

function shaped<T extends z.ZodType>(where: string, shape: T | undefined, input: unknown): z.output<T>
function shaped(where: string, shape: z.ZodType | undefined, input: unknown): unknown {
  if (shape === undefined) return undefined
  const parsed = shape.safeParse(input)
  if (!parsed.success) throw new InvalidInput(where, parsed.error)
  return parsed.data
}

function describe<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, A extends z.ZodType>(
  spec: Spec<P, Q, B, A>,
): RouteConfig {
  const { method, path, access, tag, summary, params, query, body, bodyForm = 'json', remark = '' } = spec
  const type = bodyForm === 'json' ? 'application/json' : 'application/x-www-form-urlencoded'
  const schema = spec.documentedBody ?? body
  const needs = access === 'public' ? 'Needs no login.' : `Needs the role ${access}.`
  return {
    method,
    path,
    tags: [tag],
    summary,
    description: `${needs} ${remark}`.trim(),
    security: access === 'public' ? [] : [{ bearer: [] }],
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(schema && { body: { required: !schema.safeParse(undefined).success, content: { [type]: { schema } } } }),
    },
    responses: {
      ...goodAnswer(spec),
      default: { description: 'An error', content: { 'application/problem+json': { schema: Problem } } },
    },
  }
}

function goodAnswer({ answer, media, status = 200 }: { answer?: z.ZodType; media?: string; status?: number }) {
  if (answer !== undefined)
    return { [status]: { description: 'Done', content: { 'application/json': { schema: answer } } } }
  if (media !== undefined) return { [status]: { description: 'Done', content: { [media]: { schema: z.string() } } } }
  return { 204: { description: 'Done' } }
}

/** The logged-in person of a call; EyeNetError('forbidden') for an API token, which has no password and no profile. */
export function personOf(principal: Principal | undefined): Principal {
  if (principal?.kind !== 'user') throw new EyeNetError('forbidden', 'this is for people, not for API tokens')
  return principal
}
