import { type AlertResource, AlertResource as AlertSchema, pageOf } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { formatBrief, formatMoment } from '../../format/moment.ts'
import { now } from '../../live/clock.ts'
import { lastAlertChange, openAlerts } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { Skeleton } from '../../parts/skeleton.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf } from '../../router/router.ts'
import { request } from '../../session/session.ts'
import { alertSentence } from '../alerts/alert-words.ts'

const AlertPageSchema = pageOf(AlertSchema)
const MOST_SHOWN = 12

type Change = { readonly at: number; readonly alert: AlertResource; readonly ended: boolean }

/** What began and what ended lately, newest first. */
export function Changes(): JSX.Element {
  const newest = lastAlertChange.value
  const { state } = useFetch(
    'recent',
    (signal) => request({ path: '/api/v1/alerts/history?state=resolved&limit=20', answer: AlertPageSchema, signal }),
    newest?.state === 'resolved' ? newest.id : '',
  )
  const open = openAlerts.value.kind === 'ready' ? [...openAlerts.value.value.values()] : []
  const changes = state.value.kind === 'ready' ? changesOf(open, state.value.value.items) : []
  return (
    <section class="section" aria-labelledby="changes">
      <div class="section-head">
        <h2 id="changes">Lately</h2>
        <a class="end quiet" href={hrefOf({ kind: 'alerts' }, { state: 'history' })}>
          History
        </a>
      </div>
      <ul class="panel pairs">
        {state.value.kind === 'loading' && (
          <li class="line-row">
            <Skeleton width="70%" />
          </li>
        )}
        {state.value.kind === 'failed' && <li class="line-row faint">Could not be loaded.</li>}
        {state.value.kind === 'ready' && changes.length === 0 && (
          <li class="line-row faint">Nothing has changed yet.</li>
        )}
        {changes.map((one) => (
          <li class="change-row" key={`${one.alert.id} ${one.ended}`}>
            <time class="faint" dateTime={new Date(one.at).toISOString()} title={formatMoment(one.at)}>
              {formatBrief(one.at, now.value)}
            </time>
            <StateMark kind={one.ended ? 'ok' : one.alert.severity} word={one.ended ? 'ended' : 'began'} bare />
            <a class="cut" href={hrefOf({ kind: 'alert', id: one.alert.id })} title={alertSentence(one.alert)}>
              {one.ended ? `Resolved: ${alertSentence(one.alert)}` : alertSentence(one.alert)}
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

function changesOf(open: readonly AlertResource[], ended: readonly AlertResource[]): readonly Change[] {
  const all: Change[] = []
  for (const alert of [...open, ...ended]) {
    if (alert.state !== 'pending') all.push({ at: alert.firedAt ?? alert.startedAt, alert, ended: false })
    if (alert.endedAt !== undefined) all.push({ at: alert.endedAt, alert, ended: true })
  }
  return all.sort((a, b) => b.at - a.at).slice(0, MOST_SHOWN)
}
