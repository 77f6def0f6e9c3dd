import type { AlertResource } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { formatDuration } from '../../format/duration.ts'
import { formatShortMoment } from '../../format/moment.ts'
import { now } from '../../live/clock.ts'
import { Since } from '../../parts/since.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf } from '../../router/router.ts'
import { AlertActions } from './alert-actions.tsx'
import { alertCause, alertMark, alertNext, alertSentence, alertWord } from './alert-words.ts'

/** One alert in a list: what, where, since when, why, what next. */
export function AlertRow({ alert, brief = false }: { alert: AlertResource; brief?: boolean }): JSX.Element {
  const cause = alertCause(alert)
  const next = alertNext(alert)
  return (
    <article class={`alert-row${alert.acknowledgement === undefined ? '' : ' seen'}`}>
      <div class="alert-state">
        <StateMark kind={alertMark(alert)} word={alertWord(alert)} strong />
        <span class="faint">
          {alert.endedAt === undefined ? <Since at={alert.startedAt} /> : formatShortMoment(alert.startedAt, now.value)}
        </span>
      </div>
      <div class="alert-text">
        <div class="alert-title">
          <h3>
            <a href={hrefOf({ kind: 'alert', id: alert.id })}>{alertSentence(alert)}</a>
          </h3>
          <Where alert={alert} />
        </div>
        {!brief && cause !== undefined && <p class="quiet">{cause}</p>}
        {!brief && next !== undefined && alert.endedAt === undefined && (
          <p class="quiet">
            <span class="faint">Next: </span>
            {next}
          </p>
        )}
      </div>
      <div class="alert-do">
        {alert.endedAt === undefined ? (
          <AlertActions alert={alert} />
        ) : (
          <Lasted from={alert.startedAt} to={alert.endedAt} />
        )}
      </div>
    </article>
  )
}

function Lasted({ from, to }: { from: number; to: number }): JSX.Element {
  return <span class="faint">{`lasted ${formatDuration(to - from)}`}</span>
}

function Where({ alert }: { alert: AlertResource }): JSX.Element {
  const { device, deviceName, interface: name, rule } = alert
  return (
    <div class="where">
      {device !== undefined && <a href={hrefOf({ kind: 'device', id: device })}>{deviceName ?? device}</a>}
      {device !== undefined && name !== undefined && (
        <a href={hrefOf({ kind: 'interface', id: device, name })}>{name}</a>
      )}
      <span class="faint">{rule}</span>
    </div>
  )
}
