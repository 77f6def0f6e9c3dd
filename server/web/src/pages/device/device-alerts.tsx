import { AlertResource, pageOf } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { lastAlertChange, openAlerts } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { request } from '../../session/session.ts'
import { AlertRow } from '../alerts/alert-row.tsx'
import { compareAlerts } from '../alerts/alert-words.ts'
import { AlertList } from '../alerts/alerts-page.tsx'

const AlertPage = pageOf(AlertResource)
const MOST_PAST = 10

type Props = { readonly device: string; readonly interface?: string }

/** What is open here, on top: it is why most people come. */
export function OpenDeviceAlerts({ device, interface: name }: Props): JSX.Element | null {
  const state = openAlerts.value
  if (state.kind !== 'ready') return null
  const fits = (one: AlertResource): boolean => one.device === device && (name === undefined || one.interface === name)
  const all = [...state.value.values()].filter(fits).sort(compareAlerts)
  if (all.length === 0) return null
  return (
    <section class="section" aria-labelledby="device-alerts">
      <h2 id="device-alerts">Open alerts</h2>
      <div class="panel pairs">
        {all.map((alert) => (
          <AlertRow key={alert.id} alert={alert} />
        ))}
      </div>
    </section>
  )
}

/** What was, below: the device's history. */
export function PastDeviceAlerts({ device }: { device: string }): JSX.Element | null {
  const newest = lastAlertChange.value
  const { state } = useFetch(
    device,
    (signal) =>
      request({
        path: `/api/v1/alerts/history?state=resolved&device=${encodeURIComponent(device)}&limit=${MOST_PAST}`,
        answer: AlertPage,
        signal,
      }),
    newest?.device === device && newest.state === 'resolved' ? newest.id : '',
  )
  if (state.value.kind !== 'ready') return null
  const { items, total } = state.value.value
  return (
    <section class="section" aria-labelledby="device-history">
      <div class="section-head">
        <h2 id="device-history">Earlier alerts</h2>
        <span class="faint">
          {total > items.length ? `the newest ${items.length} of ${total}` : total === 0 ? '' : total}
        </span>
      </div>
      {items.length === 0 ? <p class="faint">None so far.</p> : <AlertList rows={items} brief />}
    </section>
  )
}
