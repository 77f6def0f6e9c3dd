import { type AlertResource, AlertResource as AlertSchema, pageOf } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { put } from '../../live/put.ts'
import { lastAlertChange, loadAlerts, openAlerts } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { Segments } from '../../parts/field.tsx'
import { Empty, FailureNote, StaleNote } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { query, setQuery } from '../../router/router.ts'
import { request } from '../../session/session.ts'
import { filterRows } from '../../table/column.ts'
import { FreshRows } from '../../table/fresh-rows.tsx'
import { useSteadyRows } from '../../table/use-steady-rows.ts'
import { AlertRow } from './alert-row.tsx'
import { alertSentence, alertWord, compareAlerts } from './alert-words.ts'

const textOf = (one: AlertResource): string =>
  `${alertSentence(one)} ${one.rule} ${one.deviceName ?? ''} ${one.interface ?? ''} ${one.severity} ${alertWord(one)} ${one.labels.site ?? ''}`

/** What is open, and what was. */
export function AlertsPage(): JSX.Element {
  const history = query.value.get('state') === 'history'
  const typed = query.value.get('q') ?? ''
  return (
    <div class="sheet">
      <div class="page-head">
        <h1>Alerts</h1>
        <Segments
          label="Which alerts"
          value={history ? 'history' : 'open'}
          onValue={(value) => setQuery({ state: value === 'open' ? undefined : value }, { replace: false })}
          options={[
            ['open', 'Open'],
            ['history', 'History'],
          ]}
        />
        <div class="end">
          <input
            class="input filter"
            type="search"
            placeholder="Filter"
            aria-label="Filter alerts"
            value={typed}
            onInput={(event) => setQuery({ q: event.currentTarget.value })}
          />
        </div>
      </div>
      {history ? <History typed={typed} /> : <Open typed={typed} />}
    </div>
  )
}

function Open({ typed }: { typed: string }): JSX.Element {
  const state = openAlerts.value
  const all = state.kind === 'ready' ? [...state.value.values()] : []
  const { rows, waiting, release } = useSteadyRows(filterRows(all, typed, textOf), {
    keyOf: (one) => one.id,
    orderKey: typed,
    sort: (some) => [...some].sort(compareAlerts),
  })
  if (state.kind === 'loading') return <SkeletonRows rows={5} what="alerts" />
  if (state.kind === 'failed')
    return <FailureNote failure={state.failure} what="the alerts" retry={() => void loadAlerts()} />
  return (
    <section class="section" aria-label="Open alerts">
      <StaleNote failure={state.stale} retry={() => void loadAlerts()} />
      <FreshRows count={waiting} show={release} />
      {rows.length === 0 ? (
        <div class="panel">
          {all.length === 0 ? (
            <Empty title="No open alerts">Nothing is firing, pending or unknown. What was is in the history.</Empty>
          ) : (
            <Empty title="No alert fits">{`None of the ${all.length} open alerts contains “${typed}”.`}</Empty>
          )}
        </div>
      ) : (
        <AlertList rows={rows} />
      )}
    </section>
  )
}

/** Drawn at first; a longer list is asked for in steps, for rows are of many heights. */
const SHOWN_STEP = 100

export function AlertList({ rows, brief = false }: { rows: readonly AlertResource[]; brief?: boolean }): JSX.Element {
  const shown = useSignal(SHOWN_STEP)
  return (
    <div class="panel pairs">
      {rows.slice(0, shown.value).map((alert) => (
        <AlertRow key={alert.id} alert={alert} brief={brief} />
      ))}
      {rows.length > shown.value && (
        <button type="button" class="button plain" onClick={() => put(shown)(shown.value + SHOWN_STEP)}>
          {`Show ${Math.min(SHOWN_STEP, rows.length - shown.value)} more of ${rows.length}`}
        </button>
      )}
    </div>
  )
}

const AlertPageSchema = pageOf(AlertSchema)
const HISTORY_LIMIT = 200

function History({ typed }: { typed: string }): JSX.Element {
  const newest = lastAlertChange.value
  const { state, reload } = useFetch(
    'history',
    (signal) =>
      request({
        path: `/api/v1/alerts/history?state=resolved&limit=${HISTORY_LIMIT}`,
        answer: AlertPageSchema,
        signal,
      }),
    newest?.state === 'resolved' ? newest.id : '',
  )
  const loaded = state.value
  if (loaded.kind === 'loading') return <SkeletonRows rows={8} what="the history" />
  if (loaded.kind === 'failed') return <FailureNote failure={loaded.failure} what="the history" retry={reload} />
  const { items, total } = loaded.value
  const rows = filterRows(items, typed, textOf)
  return (
    <section class="section" aria-label="Resolved alerts">
      <StaleNote failure={loaded.stale} retry={reload} />
      {rows.length === 0 ? (
        <div class="panel">
          <Empty title={items.length === 0 ? 'No alert has ended yet' : 'No alert fits'}>
            Alerts come here once they are resolved.
          </Empty>
        </div>
      ) : (
        <AlertList rows={rows} brief />
      )}
      {total > items.length && <p class="faint">{`The newest ${items.length} of ${total}.`}</p>}
    </section>
  )
}
