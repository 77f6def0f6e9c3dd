import type { Anomaly } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { activeAnomalies, loadAnomalies } from '../../live/site.ts'
import { Segments } from '../../parts/field.tsx'
import { FailureNote, StaleNote } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { query, setQuery } from '../../router/router.ts'
import { may } from '../../session/session.ts'
import { ExportButton } from '../../table/export-button.tsx'
import { FreshRows } from '../../table/fresh-rows.tsx'
import { PageList } from '../../table/page-list.tsx'
import { useSteadyRows } from '../../table/use-steady-rows.ts'
import { EXPORTED } from './anomaly-columns.tsx'
import { type AnomalyFilter, filterAnomalies, filterOf } from './anomaly-filter.ts'
import { AnomalyFilters } from './anomaly-filters.tsx'
import { AnomalyHeading } from './anomaly-heading.tsx'
import { AnomalyHistory } from './anomaly-history.tsx'
import { type AnomalyItem, compareAnomalies, GROUPINGS, type Grouping, groupedItems } from './anomaly-order.ts'
import { AnomalyRow } from './anomaly-row.tsx'
import { BudgetLine } from './budget-line.tsx'
import { NoneUnusual } from './none-unusual.tsx'

/** What is unusual now, strongest first; below, what was. */
export function AnomaliesPage(): JSX.Element {
  const filter = filterOf(query.value)
  const grouping = GROUPINGS.find((one) => one === query.value.get('by')) ?? 'device'
  return (
    <div class={`sheet anomalies${may('operator') ? '' : ' only-read'}`}>
      <div class="page-head">
        <h1>Anomalies</h1>
        <Segments
          label="Grouped by"
          value={grouping}
          onValue={(by) => setQuery({ by: by === 'device' ? undefined : by }, { replace: false })}
          options={[
            ['device', 'By device'],
            ['time', 'By time'],
          ]}
        />
        <div class="end">
          <AnomalyFilters filter={filter} />
        </div>
      </div>
      <Now filter={filter} grouping={grouping} />
      <AnomalyHistory filter={filter} />
      <BudgetLine />
    </div>
  )
}

type NowProps = { readonly filter: AnomalyFilter; readonly grouping: Grouping }

const keyOf = (one: AnomalyItem): string => one.id

function Now({ filter, grouping }: NowProps): JSX.Element {
  const state = activeAnomalies.value
  const all = state.kind === 'ready' ? [...state.value.values()] : []
  const found = filterAnomalies(all, filter)
  // Headings keep their places too, so that nothing moves under the pointer when another one begins.
  const { rows, waiting, release } = useSteadyRows(groupedItems(found, grouping), {
    keyOf,
    orderKey: `${grouping} ${JSON.stringify(filter)}`,
    sort: (items) => items,
  })
  if (state.kind === 'loading') return <SkeletonRows rows={5} what="what is unusual" />
  if (state.kind === 'failed')
    return <FailureNote failure={state.failure} what="what is unusual" retry={() => void loadAnomalies()} />
  return (
    <section class="section" aria-labelledby="unusual-now">
      <StaleNote failure={state.stale} retry={() => void loadAnomalies()} />
      <div class="section-head">
        <h2 id="unusual-now">{headline(all)}</h2>
        {all.length > 0 && (
          <span class="faint" role="status">
            {found.length === all.length ? counts(all) : `${found.length} of ${all.length} fit`}
          </span>
        )}
        <FreshRows count={waiting} show={release} />
        {all.length > 0 && (
          <div class="end tools">
            <ExportButton name="anomalies-now" columns={EXPORTED} rows={[...found].sort(compareAnomalies)} />
          </div>
        )}
      </div>
      {rows.length === 0 ? (
        <NoneUnusual filtered={all.length > 0} />
      ) : (
        <div class="panel">
          <PageList label="Unusual now" rows={rows} keyOf={keyOf} heightOf={heightOf}>
            {(one) =>
              one.kind === 'anomaly' ? (
                <AnomalyRow anomaly={one.anomaly} named={grouping === 'time'} />
              ) : (
                <AnomalyHeading item={one} />
              )
            }
          </PageList>
        </div>
      )}
    </section>
  )
}

/** Rows without a chart, and those where somebody said something, are of other heights on a phone. */
function heightOf(item: AnomalyItem): string {
  if (item.kind !== 'anomaly') return 'heading-row'
  if (item.anomaly.series === undefined) return 'whole-row'
  return item.anomaly.feedback === undefined ? 'anomaly-row' : 'said-row'
}

function headline(all: readonly Anomaly[]): string {
  if (all.length === 0) return 'Nothing unusual now'
  return all.length === 1 ? 'One thing is unusual now' : `${all.length} things are unusual now`
}

function counts(all: readonly Anomaly[]): string {
  const devices = new Set(all.map((one) => one.device)).size
  return `on ${devices === 1 ? 'one device' : `${devices} devices`}, strongest first`
}
