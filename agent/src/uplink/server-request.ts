import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { EyeNetError } from '@eyenet/shared/errors'
import { connectionProblem } from './tls-problem.ts'

export type ServerRequest = {
  readonly url: URL
  /** Sent as JSON by POST; absent: a GET. */
  readonly body?: unknown
  /** CAs that may vouch for the server, PEM; `nobody` where what it says is checked in another way. */
  readonly trust: readonly string[] | 'nobody'
}

export type ServerAnswer = { readonly status: number; readonly text: string }

const TIMEOUT_MS = 15_000
/** Of an answer: an enrolment with three certificates is 8 KB. */
const MAX_ANSWER_BYTES = 256 * 1024

/** Asks the server once. Throws EyeNetError `unavailable` with what to do when there is no answer. */
export async function requestServer({ url, body, trust }: ServerRequest): Promise<ServerAnswer> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const options = {
    method: text === undefined ? 'GET' : 'POST',
    headers:
      text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    // No connection is kept: nothing of this trust may be used for another request.
    agent: false as const,
  }
  const encrypted = { ...options, ...(trust === 'nobody' ? { rejectUnauthorized: false } : { ca: [...trust] }) }
  try {
    return await new Promise<ServerAnswer>((resolve, reject) => {
      const asked = url.protocol === 'https:' ? tlsRequest(url, encrypted) : plainRequest(url, options)
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
      asked.end(text)
    })
  } catch (cause) {
    throw new EyeNetError('unavailable', `cannot reach the server at ${url.origin}: ${connectionProblem(cause)}`, {
      cause,
    })
  }
}
