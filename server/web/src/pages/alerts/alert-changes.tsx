import { AlertChanges, type AlertResource, Incident } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { formatMoment } from '../../format/moment.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { FailureNote, Note } from '../../parts/notes.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { hrefOf } from '../../router/router.ts'
import { request } from '../../session/session.ts'
import { useIncidents } from '../map/data/use-topology.ts'
import { behindWords, devicesWord, failedPlace, failureWords } from '../map/map-words.ts'

/** The failure that explains this alert, or that its device is; once it is over, what was learnt of it then. */
export function AlertIncident({ alert }: { alert: AlertResource }): JSX.Element | null {
  const { incident, endedAt } = alert
  if (endedAt === undefined) return <OpenIncident alert={alert} />
  return incident === undefined ? null : <EndedIncident id={incident} />
}

function EndedIncident({ id }: { id: string }): JSX.Element | null {
  const path = `/api/v1/incidents/${encodeURIComponent(id)}`
  const { state } = useFetch(path, (signal) => request({ path, answer: Incident, signal }))
  const loaded = state.value
  if (loaded.kind !== 'ready' || loaded.value.afterwards === undefined) return null
  return <Note kind="info">{`${loaded.value.afterwards.text}.`}</Note>
}

function OpenIncident({ alert }: { alert: AlertResource }): JSX.Element | null {
  const state = useIncidents().state.value
  const { device } = alert
  if (state.kind !== 'ready' || device === undefined) return null
  const own = state.value.find((one) => one.failed.includes(device) || one.cause.device === device)
  const over = state.value.find((one) => one.behind.includes(device))
  const incident = own ?? over
  if (incident === undefined) return null
  const others = incident.behind.length - 1
  const said =
    own !== undefined
      ? `This is the cause: ${behindWords(incident.behind.length)}.`
      : `It is unreachable because ${failureWords(incident)}${others > 0 ? `, and ${devicesWord(others)} more are cut off` : ''}.`
  return (
    <Note kind={own === undefined ? 'behind-failure' : 'critical'}>
      {said} <a href={hrefOf({ kind: 'map' }, { pick: failedPlace(incident) ?? device })}>On the map</a>
    </Note>
  )
}

/** What changed in the network in the hour before: nearest to the device first. */
export function AlertChangesSection({ alert }: { alert: AlertResource }): JSX.Element | null {
  const path = `/api/v1/alerts/${encodeURIComponent(alert.id)}/changes`
  const { state, reload } = useFetch(path, (signal) => request({ path, answer: AlertChanges, signal }))
  const loaded = state.value
  // An older server keeps no history of the network: there is nothing to tell.
  if (loaded.kind === 'failed' && loaded.failure.kind === 'problem' && loaded.failure.status === 404) return null
  return (
    <section class="section" aria-labelledby="alert-changes">
      <div class="section-head">
        <h2 id="alert-changes">What changed in the hour before</h2>
        {loaded.kind === 'ready' && (
          <a
            class="end quiet"
            href={hrefOf({ kind: 'map' }, { since: String(loaded.value.from), at: String(loaded.value.to) })}
          >
            Compare on the map
          </a>
        )}
      </div>
      {loaded.kind === 'failed' && <FailureNote failure={loaded.failure} what="what changed" retry={reload} />}
      {loaded.kind !== 'failed' && (
        <ol class="panel pairs">
          {loaded.kind === 'loading' && (
            <li class="line-row">
              <Skeleton width="60%" />
            </li>
          )}
          {loaded.kind === 'ready' && loaded.value.items.length === 0 && (
            <li class="line-row faint">Nothing in the network: no link, neighbour or station changed.</li>
          )}
          {loaded.kind === 'ready' &&
            loaded.value.items.map(({ event, hops }) => (
              <li class="event-row" key={event.seq}>
                <time class="faint" dateTime={new Date(event.at).toISOString()}>
                  {formatMoment(event.at)}
                </time>
                <span class="wrap">
                  <a
                    href={hrefOf(
                      { kind: 'map' },
                      { at: String(event.at), pick: event.link?.id ?? event.node?.id ?? '' },
                    )}
                  >
                    {event.text}
                  </a>
                  <span class="faint">{` ${hopWords(hops)}`}</span>
                </span>
              </li>
            ))}
          {loaded.kind === 'ready' && loaded.value.truncated && (
            <li class="line-row faint">More changed than is listed.</li>
          )}
        </ol>
      )}
    </section>
  )
}

function hopWords(hops: number | undefined): string {
  if (hops === undefined) return 'not linked with it'
  if (hops === 0) return 'at the device itself'
  return hops === 1 ? 'next to it' : `${hops} hops away`
}
