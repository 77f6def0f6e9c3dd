import type { Device } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { openAlerts } from '../../../live/site.ts'
import { FailureNote } from '../../../parts/notes.tsx'
import { Skeleton } from '../../../parts/skeleton.tsx'
import { hrefOf } from '../../../router/router.ts'
import { DeviceAnomalies } from '../../anomalies/device-anomalies.tsx'
import { SoonestFull } from '../../forecasts/soonest-full.tsx'
import { ChartGrid } from '../chart-grid.tsx'
import { ChartsSkeleton } from '../charts-skeleton.tsx'
import { OpenDeviceAlerts, PastDeviceAlerts } from '../device-alerts.tsx'
import { deviceCharts } from '../device-charts.ts'
import { DeviceEvents } from '../device-events.tsx'
import { DeviceFacts } from '../device-head.tsx'
import { MeterList } from '../hardware/meter-list.tsx'
import { type MeteredKind, meteredOf, worstFirst } from '../hardware/metered.ts'
import { MeteredDialog } from '../hardware/metered-dialog.tsx'
import type { DeviceParts } from '../tab-facts.ts'
import { Completeness } from './completeness.tsx'
import { TopInterfaces } from './top-interfaces.tsx'
import { WrongSensors } from './wrong-sensors.tsx'

type Props = { readonly device: Device; readonly parts: DeviceParts; readonly reloadReadings: () => void }

function OverviewSkeleton(): JSX.Element {
  return (
    <div class="section" role="status">
      <span class="hidden-text">Loading what is known of the device</span>
      <Skeleton height={96} />
      <Skeleton width="70%" height={40} />
      <ChartsSkeleton />
    </div>
  )
}

/** Meters of one kind on the overview: the fullest; the rest is a click away. */
const MOST_METERS = 4
const KINDS: readonly MeteredKind[] = ['cpu', 'memory', 'storage', 'supply']

/** What is wrong now, what it is, how full it is, what it carries, and its charts. */
export function DeviceOverview({ device, parts, reloadReadings }: Props): JSX.Element {
  const { readings, hardware, interfaces, sensors } = parts
  // What comes first is known first: nothing moves once it is read.
  const waits = [sensors, hardware, interfaces, openAlerts.value].some((part) => part.kind === 'loading')
  if (waits) return <OverviewSkeleton />
  const metered = hardware.kind === 'ready' ? meteredOf(hardware.value) : undefined
  const any = metered !== undefined && KINDS.some((kind) => metered[kind].length > 0)
  const more = (
    <a class="quiet" href={hrefOf({ kind: 'device', id: device.id, tab: 'hardware' })}>
      All
    </a>
  )
  return (
    <>
      <OpenDeviceAlerts device={device.id} />
      <DeviceAnomalies device={device.id} />
      <WrongSensors device={device} parts={parts} />
      <DeviceFacts device={device} />
      {any && metered !== undefined && (
        <div class="meter-grid">
          {KINDS.map((kind) => (
            <MeterList key={kind} what={kind} all={worstFirst(metered[kind])} most={MOST_METERS} more={more} />
          ))}
        </div>
      )}
      <SoonestFull device={device.id} />
      {interfaces.kind === 'ready' && interfaces.value.length > 0 && (
        <TopInterfaces device={device.id} all={interfaces.value} />
      )}
      {readings.kind === 'loading' && <ChartsSkeleton />}
      {readings.kind === 'failed' && (
        <FailureNote failure={readings.failure} what="the readings" retry={reloadReadings} />
      )}
      {readings.kind === 'ready' && (
        <ChartGrid
          plans={deviceCharts(device.id)}
          readings={readings.value}
          follow={[device.id]}
          intervalSeconds={device.intervalSeconds}
        />
      )}
      <Completeness device={device.id} />
      <PastDeviceAlerts device={device.id} />
      <DeviceEvents device={device.id} changed={`${device.state} ${device.lifecycle}`} />
      {hardware.kind === 'ready' && <MeteredDialog device={device} hardware={hardware.value} />}
    </>
  )
}
