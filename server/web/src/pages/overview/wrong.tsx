import { type AlertResource, AlertResource as AlertSchema, pageOf } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { agents, devices, openAlerts } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { Icon } from '../../parts/icon.tsx'
import { Since } from '../../parts/since.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { hrefOf } from '../../router/router.ts'
import { request } from '../../session/session.ts'
import { FreshRows } from '../../table/fresh-rows.tsx'
import { useSteadyRows } from '../../table/use-steady-rows.ts'
import { AlertRow } from '../alerts/alert-row.tsx'
import { compareAlerts } from '../alerts/alert-words.ts'

/** As many as fit a screen; the rest is a page of its own. */
const MOST_SHOWN = 6

/** What is wrong now; or that nothing is, and since when. */
export function Wrong(): JSX.Element | null {
  const state = openAlerts.value
  const held = useSignal(false)
  const all = state.kind === 'ready' ? [...state.value.values()].sort(compareAlerts) : []
  const steady = useSteadyRows(all, {
    keyOf: (one) => one.id,
    orderKey: held.value ? 'held' : `free ${all.map((one) => one.id).join()}`,
    sort: (some) => some,
  })
  if (state.kind === 'loading') return <SkeletonRows rows={3} what="alerts" />
  if (state.kind === 'failed') return null
  if (all.length === 0) return <AllWell />
  const hold = (value: boolean) => () => {
    held.value = value
  }
  const { rows, waiting } = steady
  return (
    <section
      class="section"
      aria-labelledby="wrong-now"
      onMouseEnter={hold(true)}
      onMouseLeave={hold(false)}
      onFocusIn={hold(true)}
      onFocusOut={hold(false)}
    >
      <div class="section-head">
        <h2 id="wrong-now">{headline(all)}</h2>
        <span class="faint">{counts(all)}</span>
        <FreshRows count={waiting} show={steady.release} />
        <a class="end quiet" href={hrefOf({ kind: 'alerts' })}>
          All alerts
        </a>
      </div>
      <div class="panel pairs">
        {rows.slice(0, MOST_SHOWN).map((alert) => (
          <AlertRow key={alert.id} alert={alert} />
        ))}
        {rows.length > MOST_SHOWN && (
          <a class="more-row" href={hrefOf({ kind: 'alerts' })}>
            {`${rows.length - MOST_SHOWN} more`}
          </a>
        )}
      </div>
    </section>
  )
}

function headline(all: readonly AlertResource[]): string {
  const firing = all.filter((one) => one.state === 'firing').length
  if (firing > 0) return firing === 1 ? 'One thing is wrong now' : `${firing} things are wrong now`
  return all.some((one) => one.state === 'unknown') ? 'Something cannot be told' : 'Something may be going wrong'
}

function counts(all: readonly AlertResource[]): string {
  const parts = (
    [
      ['critical', all.filter((one) => one.state === 'firing' && one.severity === 'critical').length],
      ['warning', all.filter((one) => one.state === 'firing' && one.severity === 'warning').length],
      ['unknown', all.filter((one) => one.state === 'unknown').length],
      ['pending', all.filter((one) => one.state === 'pending').length],
      ['acknowledged', all.filter((one) => one.acknowledgement !== undefined).length],
    ] as const
  ).filter(([, count]) => count > 0)
  return parts.map(([word, count]) => `${count} ${word}`).join(' · ')
}

const AlertPageSchema = pageOf(AlertSchema)

function AllWell(): JSX.Element {
  const { state } = useFetch('last resolved', (signal) =>
    request({ path: '/api/v1/alerts/history?state=resolved&limit=1', answer: AlertPageSchema, signal }),
  )
  const doubt = useDoubt()
  const last = state.value.kind === 'ready' ? state.value.value.items[0] : undefined
  return (
    <section class="all-well" aria-label="Nothing is wrong">
      <span class={doubt === undefined ? 'ok-ink' : 'ink-unknown'}>
        <Icon name={doubt === undefined ? 'ok' : 'unknown'} />
      </span>
      <div>
        <h2>{doubt === undefined ? 'Nothing is wrong' : `No alert is open, but ${doubt}`}</h2>
        <p class="quiet">
          {last?.endedAt === undefined ? (
            'No alert has been raised yet.'
          ) : (
            <>
              {'For '}
              <Since at={last.endedAt} />
              {'. The last alert was '}
              <a href={hrefOf({ kind: 'alert', id: last.id })}>{last.annotations.summary ?? last.rule}</a>.
            </>
          )}
        </p>
      </div>
    </section>
  )
}

/** Why the quiet may be deceptive: who does not report raises no alarm. */
function useDoubt(): string | undefined {
  const [known, reporters] = [devices.value, agents.value]
  const away =
    reporters.kind === 'ready' ? [...reporters.value.values()].filter((one) => one.state !== 'connected') : []
  if (away.length > 0)
    return away.length === 1 ? `agent ${away[0]?.name} is not connected` : `${away.length} agents are not connected`
  const silent = known.kind === 'ready' ? [...known.value.values()].filter((one) => one.state === 'unknown') : []
  if (silent.length === 0) return undefined
  return silent.length === 1 ? `${silent[0]?.name} sends no data` : `${silent.length} devices send no data`
}
