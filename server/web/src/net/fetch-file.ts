import { problemOf } from './api-client.ts'
import { type Answer, failed, ok } from './failure.ts'

/** A file that only a person with a token may have; a plain link could not send it. */
export async function fetchFileFrom(
  fetchFrom: typeof fetch,
  path: string,
  token: string | undefined,
): Promise<Answer<Blob>> {
  const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` })
  try {
    const response = await fetchFrom(path, { headers, credentials: 'same-origin', cache: 'no-store' })
    return response.ok ? ok(await response.blob()) : failed(await problemOf(response))
  } catch {
    return failed({ kind: 'offline' })
  }
}
