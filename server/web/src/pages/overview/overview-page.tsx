import type { JSX } from 'preact'
import { agents, devices, loadAgents, loadAlerts, loadDevices, openAlerts } from '../../live/site.ts'
import { Icon } from '../../parts/icon.tsx'
import { Empty, FailureNote, Note, StaleNote } from '../../parts/notes.tsx'
import { SkeletonRows } from '../../parts/skeleton.tsx'
import { hrefOf } from '../../router/router.ts'
import { may } from '../../session/session.ts'
import { SoonestFull } from '../forecasts/soonest-full.tsx'
import { BusiestLinks } from './busiest-links.tsx'
import { Changes } from './changes.tsx'
import { Incidents } from './incidents.tsx'
import { OddestSeries } from './oddest-series.tsx'
import { Sites } from './sites.tsx'
import { WorstDevices } from './worst-devices.tsx'
import { Wrong } from './wrong.tsx'

/** Is something wrong, what, since when, why, what next; then how the rest is. */
export function OverviewPage(): JSX.Element {
  const alerts = openAlerts.value
  const known = devices.value
  const site = agents.value
  const first = known.kind === 'ready' && known.value.size === 0 && alerts.kind === 'ready' && alerts.value.size === 0
  return (
    <div class="sheet">
      <h1 class="hidden-text">Overview</h1>
      {!first && <Incidents />}
      {first ? <FirstRun hasAgent={site.kind === 'ready' && site.value.size > 0} /> : <Wrong />}
      {alerts.kind === 'failed' && (
        <FailureNote failure={alerts.failure} what="the alerts" retry={() => void loadAlerts()} />
      )}
      {alerts.kind === 'ready' && <StaleNote failure={alerts.stale} retry={() => void loadAlerts()} />}
      <div class="overview">
        <div class="overview-main">
          {known.kind === 'loading' && <SkeletonRows rows={6} what="devices" />}
          {known.kind === 'failed' && (
            <FailureNote failure={known.failure} what="the devices" retry={() => void loadDevices()} />
          )}
          {known.kind === 'ready' && known.value.size > 0 && <WorstDevices all={known.value} />}
          {known.kind === 'ready' && known.value.size > 0 && <BusiestLinks devices={known.value} />}
          {known.kind === 'ready' && known.value.size > 0 && <SoonestFull />}
        </div>
        <div class="overview-side">
          {site.kind === 'loading' && <SkeletonRows rows={3} what="sites" />}
          {site.kind === 'failed' && (
            <FailureNote failure={site.failure} what="the agents" retry={() => void loadAgents()} />
          )}
          {site.kind === 'ready' && !first && (
            <Sites agents={site.value} devices={known.kind === 'ready' ? known.value : undefined} />
          )}
          {!first && <OddestSeries />}
          {!first && <Changes />}
        </div>
      </div>
    </div>
  )
}

function FirstRun({ hasAgent }: { hasAgent: boolean }): JSX.Element {
  if (!may('admin') && !may('operator')) {
    return (
      <div class="panel">
        <Empty title="Nothing is watched yet">
          An administrator adds the first device; it will be here as soon as it answers.
        </Empty>
      </div>
    )
  }
  return (
    <div class="panel first-run">
      <h2>Nothing is watched yet</h2>
      <ol>
        <li class={hasAgent ? 'done' : ''}>
          <Icon name={hasAgent ? 'check' : 'agents'} />
          <div>
            <strong>An agent</strong>
            <p class="quiet">
              {hasAgent
                ? 'An agent is enrolled. It does the asking, from where the devices are.'
                : 'It runs where the devices are, and does the asking.'}
            </p>
          </div>
          {!hasAgent && (
            <a class="button solid" href={hrefOf({ kind: 'enrol' })}>
              Enrol an agent
            </a>
          )}
        </li>
        <li>
          <Icon name="devices" />
          <div>
            <strong>Your first device</strong>
            <p class="quiet">
              An address and how it speaks SNMP. It is tried before it is saved, and you see what answered.
            </p>
          </div>
          {hasAgent && (
            <a class="button solid" href={hrefOf({ kind: 'add-device' })}>
              Add your first device
            </a>
          )}
        </li>
        <li>
          <Icon name="overview" />
          <div>
            <strong>Charts and alerts</strong>
            <p class="quiet">
              They come by themselves: the first chart point after two polls, alerts by the rules that are shipped.
            </p>
          </div>
        </li>
      </ol>
      {!hasAgent && (
        <Note>The agent on the server's own machine enrols itself when it is started with `npm start`.</Note>
      )}
    </div>
  )
}
