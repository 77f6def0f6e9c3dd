import type { Incident } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { nameWithin } from '../../../format/common-domain.ts'
import { devices, openAlerts } from '../../../live/site.ts'
import { Icon } from '../../../parts/icon.tsx'
import { Note } from '../../../parts/notes.tsx'
import type { KnownMap } from '../data/use-map.ts'
import type { Past } from '../data/use-past.ts'
import type { NodeState } from '../graph/node-state.ts'
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
  /** before: what leaves the map in sight on a telephone; after: the rest of it there; all: beside the map. */
  readonly part: 'all' | 'before' | 'after'
}

const MOST_BEFORE_MAP = 2

/** What is broken, and what else needs a look, by name: a list before the picture. */
export function WrongFirst({ map, incidents, incidentsFailed, past, picked, onFound, part }: Props): JSX.Element {
  const present = past === undefined
  const shared = { map, past, incidents, onFound }
  if (part === 'after') return <Troubled {...shared} above={incidents.length > 0 ? 0 : MOST_BEFORE_MAP} />
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
            {...(part === 'before' && { most: MOST_BEFORE_MAP })}
            onPick={(one) => onFound(failedPlace(one) ?? one.failed[0] ?? '')}
          />
        </section>
      )}
      {part === 'all' && <Troubled {...shared} />}
      {part === 'before' && incidents.length === 0 && <Troubled {...shared} most={MOST_BEFORE_MAP} />}
    </>
  )
}

const TROUBLED: readonly NodeState[] = ['critical', 'warning', 'unknown']
const MOST_TROUBLED = 12

type TroubledProps = Pick<Props, 'map' | 'past' | 'incidents' | 'onFound'> & {
  readonly most?: number
  /** So many are listed in another place; where those are all, this one is not needed. */
  readonly above?: number
}

/** What needs a look and is no incident of its own: warnings, what is critical by an alert, what is not heard of. */
function Troubled(props: TroubledProps): JSX.Element | null {
  const { map, past, incidents, onFound, most = MOST_TROUBLED, above = 0 } = props
  const reasonOf = reasons(past)
  const told = new Set(incidents.flatMap((one) => [...one.failed, one.cause.device ?? '']))
  const all = TROUBLED.flatMap((state) =>
    [...map.tree.nodes.values()].filter(
      (node) => map.tree.states.get(node.id) === state && !told.has(node.device ?? ''),
    ),
  )
  if (all.length <= above) return null
  const id = `map-troubled-${most}`
  return (
    <section class="map-card" aria-labelledby={id}>
      <h2 id={id}>{`Needs a look · ${all.length}`}</h2>
      <ul class="card-list">
        {all.slice(0, most).map((node) => (
          <li class="card-row" key={node.id}>
            <button type="button" class="row-button" onClick={() => onFound(node.id)}>
              <span class={`state ${map.tree.states.get(node.id) ?? ''}`}>
                <Icon name={iconOf(map.tree.states.get(node.id))} />
              </span>
              <span class="troubled">
                <span class="cut">{nameWithin(node.name, map.tree.domain)}</span>
                <span class="wrap faint">{reasonOf(node.device ?? '')}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {all.length > most && (
        <p class="faint">{`${all.length - most} more ${most < MOST_TROUBLED ? 'below the map' : 'in the table'}.`}</p>
      )}
    </section>
  )
}

const iconOf = (state: NodeState | undefined) =>
  state === 'critical' ? 'critical' : state === 'unknown' ? 'unknown' : 'warning'

/** Why a device needs a look, now or then. */
function reasons(past: Past | undefined): (device: string) => string {
  if (past !== undefined) return (device) => (past.kind === 'known' ? past.troubleOf(device) : '')
  const known = devices.value
  const alerts = alertsByDevice(openAlerts.value.kind === 'ready' ? openAlerts.value.value.values() : [])
  return (device) => {
    const one = known.kind === 'ready' ? known.value.get(device) : undefined
    if (one?.state === 'unknown') return one.reach.problem || 'nothing was heard of it lately'
    return troubleWords({ alerts: alerts.get(device) ?? [], reach: one?.reach })
  }
}
