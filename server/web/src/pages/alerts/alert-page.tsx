import { AlertResource } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { Chart } from '../../chart/chart.tsx'
import { formatDuration } from '../../format/duration.ts'
import { formatMoment, formatShortMoment } from '../../format/moment.ts'
import { now } from '../../live/clock.ts'
import { lastAlertChange } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { Empty, FailureNote, Note } from '../../parts/notes.tsx'
import { Ago } from '../../parts/since.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf, rangeNamed } from '../../router/router.ts'
import { request } from '../../session/session.ts'
import { AnomalyMarks } from '../anomalies/anomaly-marks.tsx'
import { AlertActions } from './alert-actions.tsx'
import { AlertChangesSection, AlertIncident } from './alert-changes.tsx'
import { alertChart, alertSpan } from './alert-chart.ts'
import { alertCause, alertMark, alertNext, alertSentence, alertWord, runbookLink } from './alert-words.ts'

/** One alert: what, why, what next; its chart, its story, who was told. */
export function AlertPage({ id }: { id: string }): JSX.Element {
  const path = `/api/v1/alerts/${encodeURIComponent(id)}`
  const { state, reload } = useFetch(path, (signal) => request({ path, answer: AlertResource, signal }))
  const loaded = state.value
  const live = lastAlertChange.value
  if (loaded.kind === 'loading') {
    return (
      <div class="sheet">
        <SkeletonRows rows={6} what="the alert" />
      </div>
    )
  }
  if (loaded.kind === 'failed') {
    const gone = loaded.failure.kind === 'problem' && loaded.failure.code === 'not_found'
    return (
      <div class="sheet">
        {gone ? (
          <Empty
            title="There is no such alert"
            action={
              <a class="button" href={hrefOf({ kind: 'alerts' })}>
                All alerts
              </a>
            }
          >
            Old alerts are forgotten after a while.
          </Empty>
        ) : (
          <FailureNote failure={loaded.failure} what="this alert" retry={reload} />
        )}
      </div>
    )
  }
  return <Shown alert={live?.id === id ? live : loaded.value} />
}

function Shown({ alert }: { alert: AlertResource }): JSX.Element {
  const chart = alertChart(alert)
  const span = alertSpan(alert, Math.ceil(now.value / 60_000) * 60_000)
  return (
    <div class="sheet">
      <Head alert={alert} />
      <AnomalyMarks device={alert.device} {...(!rangeNamed.value && { span })}>
        <Chart
          title={`${alert.rule}: what the rule looks at`}
          unit={chart.unit}
          height={200}
          wide
          source={{
            unless: span,
            follow: alert.device === undefined ? [] : [alert.device],
            queries: () => chart.queries,
          }}
        />
      </AnomalyMarks>
      <AlertChangesSection alert={alert} />
      <div class="two">
        <Timeline alert={alert} />
        <Told alert={alert} />
      </div>
      <Rule alert={alert} expr={chart.expr} />
    </div>
  )
}

function Head({ alert }: { alert: AlertResource }): JSX.Element {
  const { device, deviceName, interface: name } = alert
  const [cause, next, link] = [alertCause(alert), alertNext(alert), runbookLink(alert)]
  const until = alert.endedAt ?? now.value
  return (
    <header class="device-head">
      <nav class="crumb" aria-label="Where this is">
        <a href={hrefOf({ kind: 'alerts' })}>Alerts</a>
        {device !== undefined && (
          <>
            <span aria-hidden="true">/</span>
            <a href={hrefOf({ kind: 'device', id: device })}>{deviceName ?? device}</a>
          </>
        )}
        {device !== undefined && name !== undefined && (
          <>
            <span aria-hidden="true">/</span>
            <a href={hrefOf({ kind: 'interface', id: device, name })}>{name}</a>
          </>
        )}
      </nav>
      <div class="page-head">
        <h1>{alertSentence(alert)}</h1>
      </div>
      <div class="alert-head">
        <StateMark kind={alertMark(alert)} word={alertWord(alert)} strong />
        <span class="quiet">
          {`${formatDuration(until - alert.startedAt)}${alert.endedAt === undefined ? '' : ', until '}${alert.endedAt === undefined ? '' : formatShortMoment(alert.endedAt, now.value)}`}
        </span>
        <AlertActions alert={alert} />
      </div>
      {alert.state === 'unknown' && (
        <Note kind="unknown">
          The data to tell is missing, so this is not taken for resolved. See whether the device's agent is connected.
        </Note>
      )}
      <AlertIncident alert={alert} />
      {cause !== undefined && <p class="prose">{cause}</p>}
      {(next !== undefined || link !== undefined) && (
        <p class="prose">
          <strong>Next: </strong>
          {next}
          {link !== undefined && (
            <>
              {' '}
              <a href={link} target="_blank" rel="noreferrer noopener">
                Runbook
              </a>
            </>
          )}
        </p>
      )}
    </header>
  )
}

function Timeline({ alert }: { alert: AlertResource }): JSX.Element {
  return (
    <section class="section" aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <ol class="panel pairs">
        {[...alert.timeline].reverse().map((one) => (
          <li class="event-row" key={`${one.at} ${one.what}`}>
            <time class="faint" dateTime={new Date(one.at).toISOString()}>
              {formatMoment(one.at)}
            </time>
            <span>
              {one.what}
              {one.by !== undefined && <span class="faint">{` by ${one.by}`}</span>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

const CHANGE_WORDS = { firing: 'that it fires', resolved: 'that it is resolved' } as const
const TOLD_MARKS = { sent: 'ok', waiting: 'pending', failed: 'critical' } as const
const TOLD_WORDS = { sent: 'told', waiting: 'waiting', failed: 'failed' } as const

function whyNobody({ firedAt, foundLateAt }: AlertResource): string {
  if (foundLateAt !== undefined) return 'it was over when it was found in data that came late'
  return firedAt === undefined ? 'it has not fired' : 'no channel is set up for it'
}

function Told({ alert }: { alert: AlertResource }): JSX.Element {
  return (
    <section class="section" aria-labelledby="told">
      <h2 id="told">Who was told</h2>
      <ul class="panel pairs">
        {alert.notifications.length === 0 && <li class="line-row faint">{`Nobody: ${whyNobody(alert)}.`}</li>}
        {alert.notifications.map((one) => (
          <li class="line-row" key={`${one.channel} ${one.change}`}>
            <div class="line-main">
              <StateMark kind={TOLD_MARKS[one.state]} word={TOLD_WORDS[one.state]} />
              <span>{`${one.channel}: ${CHANGE_WORDS[one.change]}`}</span>
              <span class="faint">
                <Ago at={one.at} />
                {one.attempts > 1 && `, ${one.attempts} tries`}
              </span>
            </div>
            {one.error !== undefined && one.error !== '' && <span class="ink-critical">{one.error}</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Rule({ alert, expr }: { alert: AlertResource; expr: string }): JSX.Element {
  return (
    <section class="section" aria-labelledby="rule">
      <div class="section-head">
        <h2 id="rule">Rule</h2>
        <span class="faint">{`${alert.rule}, group ${alert.group}; value when last seen: ${alert.value}`}</span>
        <a class="end quiet" href={hrefOf({ kind: 'query' }, { expr })}>
          Open as a query
        </a>
      </div>
      <div class="command">
        <code>{alert.expr}</code>
        <CopyButton text={alert.expr} what="rule" />
      </div>
      <div class="tags">
        {Object.entries(alert.labels).map(([name, value]) => (
          <span class="tag mono" key={name}>{`${name}=${value}`}</span>
        ))}
      </div>
    </section>
  )
}
