import { Endpoint, pageOf } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { now } from '../../live/clock.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { type Answer, type Failure, ok } from '../../net/failure.ts'
import { request } from '../../session/session.ts'

/** Stations that are listed, those seen last first, of so many that fit, as they were at that time. */
export type Listed = { readonly rows: readonly Endpoint[]; readonly total: number; readonly at: number }

export type KnownEndpoints = {
  /** Undefined: nothing came yet, or it failed. */
  readonly listed: Listed | undefined
  readonly failure: Failure | undefined
  readonly stale: Failure | undefined
  /** More is on its way. */
  readonly isLoading: boolean
  readonly reload: () => void
}

const EndpointPage = pageOf(Endpoint)
export const PAGE = 1_000
/** What one page holds: some 2 MB. The search and the file have the rest. */
const MOST_LISTED = 5_000
/** More pages than that many rows take, where each is seen anew while it is read. */
const MOST_PAGES = (2 * MOST_LISTED) / PAGE
const TYPING_MS = 250
/** A list of one answer is fetched again as often as the tables of switches are read; a longer one when it is asked for. */
const AGAIN_MS = 60_000

/** The stations that fit a query: a part of them as soon as it is there, then all, and again as time goes on. */
export function useEndpoints(asked: URLSearchParams): KnownEndpoints {
  const path = `/api/v1/endpoints?${asked}${asked.size === 0 ? '' : '&'}limit=${PAGE}`
  const part = useSignal<(Listed & { readonly path: string }) | undefined>(undefined)
  const last = useRef<Listed | undefined>(undefined)
  const isLong = last.current !== undefined && last.current.total > PAGE
  const { state, reload } = useFetch(
    path,
    async (signal) => {
      // A search for each letter would be many for one word.
      if (last.current !== undefined) await new Promise((resolve) => setTimeout(resolve, TYPING_MS))
      return fetchEndpoints(path, signal, (known) => {
        part.value = { ...known, path }
      })
    },
    isLong ? 0 : Math.floor(now.value / AGAIN_MS),
  )
  const loaded = state.value
  const begun = part.value?.path === path ? part.value : undefined
  if (loaded.kind === 'ready') last.current = loaded.value
  else if (begun !== undefined) last.current = begun
  return {
    // While the next answer is on its way, the last one stays.
    listed: loaded.kind === 'failed' ? begun : last.current,
    failure: loaded.kind === 'failed' ? loaded.failure : undefined,
    stale: loaded.kind === 'ready' ? loaded.stale : undefined,
    isLoading: loaded.kind === 'loading',
    reload,
  }
}

async function fetchEndpoints(
  path: string,
  signal: AbortSignal,
  onPart: (known: Listed) => void,
): Promise<Answer<Listed>> {
  const rows = new Map<string, Endpoint>()
  let cursor: string | undefined
  for (let page = 1; ; page += 1) {
    const more = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const answer = await request({ path: `${path}${more}`, answer: EndpointPage, signal })
    if (answer.kind === 'failed') return answer
    const { items, total, next } = answer.value
    // One that was seen meanwhile is in a page that was read before, too.
    for (const one of items) rows.set(one.mac, one)
    const known = { rows: [...rows.values()], total, at: Date.now() }
    if (next === undefined || items.length === 0 || rows.size >= MOST_LISTED || page >= MOST_PAGES) return ok(known)
    if (cursor === undefined) onPart(known)
    cursor = next
  }
}
