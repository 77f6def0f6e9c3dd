import type { Incident } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { isSmall } from '../../../app/small-screen.ts'
import { nameWithin } from '../../../format/common-domain.ts'
import { devices, openAlerts } from '../../../live/site.ts'
import { Icon } from '../../../parts/icon.tsx'
import { Note } from '../../../parts/notes.tsx'
import type { KnownMap } from '../data/use-map.ts'
import type { Past } from '../data/use-past.ts'
import { NODE_STATES, type NodeState } from '../graph/node-state.ts'
import { alertsByDevice, troubleWords } from '../graph/trouble-words.ts'
import { failedPlace } from '../map-words.ts'
import { IncidentList } from './incident-list.tsx'

type Props = {
  readonly map: KnownMap
  readonly incidents: readonly Incident[]
  readonly incidentsFailed: boolean
  /** Undefined: the map shows now. */
  readonly past: Past | undefined
  readonly picked: string
  readonly onFound: (id: string) => void
}

/** So many leave the map in sight on a telephone. */
const MOST_BEFORE_MAP = 2

/** What is broken, and what else needs a look, by name. Beside the map, or before it where that is small. */
export function WrongFirst({ map, incidents, incidentsFailed, past, picked, onFound }: Props): JSX.Element {
  const present = past === undefined
  return (
    <>
      {present && incidentsFailed && (
        <Note kind="unknown">The failures could not be loaded: the map shows states, but not what causes what.</Note>
      )}
      {incidents.length > 0 && (
        <section class="map-card" aria-labelledby="map-broken">
          <h2 id="map-broken">{present ? 'Broken now' : 'Broken then'}</h2>
          <IncidentList
            all={incidents}
            picked={picked}
            domain={map.tree.domain}
            {...(isSmall.value && { most: MOST_BEFORE_MAP })}
            onPick={(one) => onFound(failedPlace(one) ?? one.failed[0] ?? '')}
          />
        </section>
      )}
      {!(isSmall.value && incidents.length > 0) && <Troubled {...{ map, past, incidents, onFound }} />}
    </>
  )
}

const TROUBLED: readonly NodeState[] = NODE_STATES.filter((state) => state === 'critical' || state === 'warning')
const MOST_TROUBLED = 12

type TroubledProps = Pick<Props, 'map' | 'past' | 'incidents' | 'onFound'>

/** What needs a look and is no incident of its own: warnings, and what is critical by an alert. */
function Troubled({ map, past, incidents, onFound }: TroubledProps): JSX.Element | null {
  const reasonOf = reasons(past)
  const told = new Set(incidents.flatMap((one) => [...one.failed, one.cause.device ?? '']))
  const all = TROUBLED.flatMap((state) =>
    [...map.tree.nodes.values()].filter(
      (node) => map.tree.states.get(node.id) === state && !told.has(node.device ?? ''),
    ),
  )
  if (all.length === 0) return null
  return (
    <section class="map-card" aria-labelledby="map-troubled">
      <h2 id="map-troubled">{`Needs a look · ${all.length}`}</h2>
      <ul class="card-list">
        {all.slice(0, MOST_TROUBLED).map((node) => (
          <li class="card-row" key={node.id}>
            <button type="button" class="row-button" onClick={() => onFound(node.id)}>
              <span class={`state ${map.tree.states.get(node.id) ?? ''}`}>
                <Icon name={map.tree.states.get(node.id) === 'critical' ? 'critical' : 'warning'} />
              </span>
              <span class="troubled">
                <span class="cut">{nameWithin(node.name, map.tree.domain)}</span>
                <span class="wrap faint">{reasonOf(node.device ?? '')}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {all.length > MOST_TROUBLED && <p class="faint">{`${all.length - MOST_TROUBLED} more in the table.`}</p>}
    </section>
  )
}

/** Why a device needs a look, now or then. */
function reasons(past: Past | undefined): (device: string) => string {
  if (past !== undefined) return (device) => (past.kind === 'known' ? past.troubleOf(device) : '')
  const known = devices.value
  const alerts = alertsByDevice(openAlerts.value.kind === 'ready' ? openAlerts.value.value.values() : [])
  return (device) => {
    const reach = known.kind === 'ready' ? known.value.get(device)?.reach : undefined
    return troubleWords({ alerts: alerts.get(device) ?? [], reach })
  }
}
