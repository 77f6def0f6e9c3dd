import { readFileSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { Problem, type TokenRole } from '@eyenet/shared/api'
import { configFailure } from '@eyenet/shared/config'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { plainText } from '@eyenet/shared/terminal'
import type { z } from 'zod'
import type { ApiOptions } from './api-options.ts'
import { withOwnToken } from './own-token.ts'
import { readConfig } from './read-config.ts'

/** The API of a running server. EyeNetError as the server names it, `unavailable` where it does not answer. */
export type ServerApi = {
  get<T>(path: string, shape: z.ZodType<T>): Promise<T>
  /** What is no JSON: CSV, GraphML, DOT. */
  text(path: string): Promise<string>
  send<T>(
    method: 'POST' | 'PUT',
    path: string,
    ask: { readonly body: unknown; readonly shape: z.ZodType<T> },
  ): Promise<T>
  remove(path: string): Promise<void>
}

const TIMEOUT_MS = 60_000
/** A graph of 5,000 devices has about 20 MB. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024
/** Of a file with a token or a CA. */
const MAX_FILE_LETTERS = 1_000_000

/** Runs work with the API of the server that the options name; `role`: the least that the work needs. */
export async function withServerApi<T>(
  options: ApiOptions,
  role: TokenRole,
  work: (api: ServerApi) => Promise<T>,
): Promise<T> {
  const url = await serverUrl(options)
  const ca = options.caFile === undefined ? undefined : readText(options.caFile)
  const token = givenToken(options)
  const run = (one: string): Promise<T> => work(apiOf({ url, token: one, ca }))
  return token === undefined ? withOwnToken(options.data, role, run) : run(token)
}

async function serverUrl({ server = process.env.EYENET_SERVER, config }: ApiOptions): Promise<URL> {
  if (server !== undefined && server !== '') {
    const url = URL.canParse(server) ? new URL(server) : undefined
    if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
    throw new EyeNetError('invalid', `--server ${server} is no address such as https://eyenet.example.net`)
  }
  const read = readConfig(config)
  if (read.kind === 'invalid') throw configFailure(read.problems)
  const { encryptedPorts } = await import('../tls-ports.ts')
  const { listen } = read.config.server
  const here = listen.replace(/^(?:0\.0\.0\.0|\[::\]):/, 'localhost:')
  return new URL(`${encryptedPorts(read.config.server).http ? 'https' : 'http'}://${here}`)
}

function givenToken({ tokenFile }: ApiOptions): string | undefined {
  const text = tokenFile === undefined ? (process.env.EYENET_TOKEN ?? '') : readText(tokenFile)
  const token = text.trim()
  if (token === '' && tokenFile === undefined) return undefined
  if (/^[\x21-\x7e]{1,4096}$/.test(token)) return token
  throw new EyeNetError(
    'invalid',
    `${tokenFile ?? '$EYENET_TOKEN'} holds no API token: one word, as token add prints it`,
  )
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(0, MAX_FILE_LETTERS)
  } catch (cause) {
    throw new EyeNetError('not_found', `cannot read ${file}: ${messageOf(cause)}`, { cause })
  }
}

type Place = { readonly url: URL; readonly token: string; readonly ca: string | undefined }

function apiOf(place: Place): ServerApi {
  const json = async <T>(sent: Sent, shape: z.ZodType<T>): Promise<T> => {
    const text = await ask(place, sent)
    const read = shape.safeParse(jsonOf(text))
    if (read.success) return read.data
    const message = `${place.url.origin} answers something else than this version understands; is it an EyeNet server?`
    throw new EyeNetError('unavailable', message)
  }
  return {
    get: (path, shape) => json({ method: 'GET', path }, shape),
    text: (path) => ask(place, { method: 'GET', path }),
    send: (method, path, { body, shape }) => json({ method, path, body: JSON.stringify(body) }, shape),
    remove: async (path) => void (await ask(place, { method: 'DELETE', path })),
  }
}

type Sent = { readonly method: string; readonly path: string; readonly body?: string }

async function ask(place: Place, sent: Sent): Promise<string> {
  const { url } = place
  let answer: { readonly status: number; readonly text: string }
  try {
    answer = await exchange(place, sent)
  } catch (cause) {
    const message = `no answer from the server at ${url.origin}: ${messageOf(cause)}; see that it runs, or name another with --server`
    throw new EyeNetError('unavailable', message, { cause })
  }
  if (answer.status < 300) return answer.text
  const problem = Problem.safeParse(jsonOf(answer.text))
  const { code = 'unavailable', detail = `status ${answer.status}`, errors = [] } = problem.success ? problem.data : {}
  const where = errors.map(({ path, message }) => `${path}: ${message}`)
  const text = [detail, ...where.filter((one) => !detail.includes(one))].join('; ')
  throw new EyeNetError(code === 'internal' ? 'unavailable' : code, `the server refuses it: ${plainText(text)}`)
}

function exchange({ url, token, ca }: Place, { method, path, body }: Sent): Promise<{ status: number; text: string }> {
  const type =
    body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const options = {
    method,
    headers: { ...type, authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    agent: false as const,
  }
  const target = new URL(path, url)
  return new Promise((resolve, reject) => {
    const secure = { ...options, ...(ca !== undefined && { ca }) }
    const asked = target.protocol === 'https:' ? tlsRequest(target, secure) : plainRequest(target, options)
    asked.on('error', reject)
    asked.on('response', (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('error', reject)
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > MAX_ANSWER_BYTES) asked.destroy(new Error('its answer is too long'))
        else chunks.push(chunk)
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      )
    })
    asked.end(body)
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
