import type { JSX } from 'preact'
import { hrefOf, navigate } from '../../router/router.ts'
import { useIncidents } from '../map/data/use-topology.ts'
import { behindWords, failedPlace } from '../map/map-words.ts'
import { IncidentList } from '../map/side/incident-list.tsx'

/** What is broken by its cause; what is only cut off behind it is counted, not listed. Nothing where nothing is. */
export function Incidents(): JSX.Element | null {
  const state = useIncidents().state.value
  const all = state.kind === 'ready' ? state.value : []
  if (all.length === 0) return null
  const behind = all.reduce((sum, one) => sum + one.behind.length, 0)
  return (
    <section class="section" aria-labelledby="incidents">
      <div class="section-head">
        <h2 id="incidents">{all.length === 1 ? 'One failure' : `${all.length} failures`}</h2>
        <span class="faint">{behindWords(behind)}</span>
        <a class="end quiet" href={hrefOf({ kind: 'map' })}>
          On the map
        </a>
      </div>
      <IncidentList
        all={all}
        picked=""
        onPick={(one) => navigate(hrefOf({ kind: 'map' }, { pick: failedPlace(one) ?? one.failed[0] ?? '' }))}
      />
    </section>
  )
}
