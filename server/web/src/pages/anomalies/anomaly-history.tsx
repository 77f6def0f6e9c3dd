import { Anomaly, pageOf } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { now } from '../../live/clock.ts'
import { lastAnomalyChange } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { type Answer, ok } from '../../net/failure.ts'
import { Empty, FailureNote, StaleNote } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { hrefOf, navigate, query, range, setQuery, setRange, spanOf, type TimeRange } from '../../router/router.ts'
import { request } from '../../session/session.ts'
import { sortingOf, sortingText, sortRows } from '../../table/column.ts'
import { DataTable } from '../../table/data-table.tsx'
import { ExportButton } from '../../table/export-button.tsx'
import { ANOMALY_COLUMNS, EXPORTED } from './anomaly-columns.tsx'
import { type AnomalyFilter, filterAnomalies, filterQuery, isFiltered } from './anomaly-filter.ts'

const AnomalyPages = pageOf(Anomaly)
const PAGE_SIZE = 1_000
/** More than this no list shows; a filter or a shorter time does. */
const MOST_PAGES = 5
const REFRESH_MS = 60_000
const NEWEST_FIRST = { column: 'since', descending: true }

type Past = { readonly items: readonly Anomaly[]; readonly total: number }

/** What was unusual within the page's time and is over. */
export function AnomalyHistory({ filter }: { filter: AnomalyFilter }): JSX.Element {
  const shown = range.value
  const asked = filterQuery(filter)
  const newest = lastAnomalyChange.value
  const minute = shown.kind === 'last' ? Math.floor(now.value / REFRESH_MS) : 0
  const { state, reload } = useFetch(
    `${JSON.stringify(asked)} ${JSON.stringify(shown)}`,
    (signal) => loadPast(asked, shown, signal),
    `${minute} ${newest?.id} ${newest?.endedAt} ${newest?.feedback?.at}`,
  )
  const loaded = state.value
  return (
    <section class="section" aria-labelledby="unusual-before">
      {loaded.kind === 'ready' ? (
        <>
          <StaleNote failure={loaded.stale} retry={reload} />
          <Shown past={loaded.value} filter={filter} />
        </>
      ) : (
        <>
          <h2 id="unusual-before">Before</h2>
          {loaded.kind === 'loading' && <SkeletonRows rows={6} what="the history" />}
          {loaded.kind === 'failed' && <FailureNote failure={loaded.failure} what="the history" retry={reload} />}
        </>
      )}
    </section>
  )
}

function Shown({ past, filter }: { past: Past; filter: AnomalyFilter }): JSX.Element {
  const sorting = sortingOf(query.value.get('sort'), NEWEST_FIRST)
  const found = filterAnomalies(past.items, filter)
  const rows = sortRows(found, ANOMALY_COLUMNS, sorting)
  return (
    <>
      <div class="section-head">
        <h2 id="unusual-before">Before</h2>
        <span class="faint" role="status">
          {past.total > past.items.length
            ? `${found.length}; the newest ${past.items.length} of ${past.total} were looked at`
            : `${found.length} in ${rangeWords(range.value)}`}
        </span>
        <div class="end tools">
          <ExportButton name="anomalies-before" columns={EXPORTED} rows={rows} />
        </div>
      </div>
      {rows.length === 0 ? (
        <NonePast filter={filter} />
      ) : (
        <DataTable
          caption="Anomalies that are over"
          columns={ANOMALY_COLUMNS}
          rows={rows}
          keyOf={(one) => one.id}
          sorting={sorting}
          onSort={(next) => setQuery({ sort: sortingText(next) })}
          onOpen={(one) => navigate(hrefOf({ kind: 'anomaly', id: one.id }))}
          maxHeight={560}
        />
      )}
    </>
  )
}

function NonePast({ filter }: { filter: AnomalyFilter }): JSX.Element {
  const longer = range.value.kind === 'last' && range.value.preset !== '7d'
  return (
    <div class="panel">
      <Empty
        title={isFiltered(filter) ? 'No earlier anomaly fits' : `None that ended in ${rangeWords(range.value)}`}
        action={
          longer && (
            <button type="button" class="button" onClick={() => setRange({ kind: 'last', preset: '7d' })}>
              The last 7 days
            </button>
          )
        }
      />
    </div>
  )
}

const PRESET_WORDS = {
  '15m': 'the last 15 minutes',
  '1h': 'the last hour',
  '6h': 'the last 6 hours',
  '24h': 'the last 24 hours',
  '7d': 'the last 7 days',
} as const
const rangeWords = (shown: TimeRange): string =>
  shown.kind === 'last' ? PRESET_WORDS[shown.preset] : 'the chosen time'

/** Pages of the history until the last or the most; what still lasts is not among it. */
async function loadPast(
  asked: Readonly<Record<string, string>>,
  shown: TimeRange,
  signal: AbortSignal,
): Promise<Answer<Past>> {
  const { from, to } = spanOf(shown, Date.now())
  const items: Anomaly[] = []
  let total = 0
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const search = new URLSearchParams({
      ...asked,
      from: String(Math.round(from)),
      to: String(Math.round(to)),
      active: 'false',
      limit: String(PAGE_SIZE),
      ...(cursor !== undefined && { cursor }),
    })
    const answer = await request({ path: `/api/v1/anomalies?${search}`, answer: AnomalyPages, signal })
    if (answer.kind === 'failed') return answer
    items.push(...answer.value.items.filter((one) => one.endedAt !== undefined))
    total = answer.value.total
    cursor = answer.value.next
    if (cursor === undefined) break
  }
  return ok({ items, total })
}
