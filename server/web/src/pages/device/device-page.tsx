import type { Device } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import type { Failure } from '../../net/failure.ts'
import { Empty, FailureNote, StaleNote } from '../../parts/notes.tsx'
import { Skeleton, SkeletonRows } from '../../parts/skeleton.tsx'
import { hrefOf } from '../../router/router.ts'
import { ChartGrid } from './chart-grid.tsx'
import { OpenDeviceAlerts, PastDeviceAlerts } from './device-alerts.tsx'
import { deviceCharts } from './device-charts.ts'
import { DeviceHead } from './device-head.tsx'
import { InterfacesTable } from './interfaces-table.tsx'
import { ReadingsTable } from './readings-table.tsx'
import { useDevice, useInterfaces, useReadings } from './use-device.ts'

export function DevicePage({ id }: { id: string }): JSX.Element {
  const { device, reload } = useDevice(id)
  return (
    <div class="sheet">
      {device.kind === 'loading' && <DeviceSkeleton />}
      {device.kind === 'failed' && <NoDevice failure={device.failure} retry={reload} />}
      {device.kind === 'ready' && (
        <>
          <StaleNote failure={device.stale} retry={reload} />
          <DeviceHead device={device.value} />
          <OpenDeviceAlerts device={id} />
          <Measured device={device.value} />
          <PastDeviceAlerts device={id} />
        </>
      )}
    </div>
  )
}

function Measured({ device }: { device: Device }): JSX.Element {
  const interfaces = useInterfaces(device.id)
  const readings = useReadings(device.id)
  const [ports, values] = [interfaces.state.value, readings.state.value]
  return (
    <>
      {values.kind === 'loading' && <ChartsSkeleton />}
      {values.kind === 'failed' && <FailureNote failure={values.failure} what="the readings" retry={readings.reload} />}
      {values.kind === 'ready' && (
        <ChartGrid
          plans={deviceCharts(device.id)}
          readings={values.value}
          follow={[device.id]}
          intervalSeconds={device.intervalSeconds}
        />
      )}
      {ports.kind === 'loading' && <SkeletonRows rows={6} what="interfaces" />}
      {ports.kind === 'failed' && (
        <FailureNote failure={ports.failure} what="the interfaces" retry={interfaces.reload} />
      )}
      {ports.kind === 'ready' && ports.value.length > 0 && <InterfacesTable device={device.id} all={ports.value} />}
      {values.kind === 'ready' && values.value.length > 0 && <ReadingsTable all={values.value} />}
    </>
  )
}

export function NoDevice({ failure, retry }: { failure: Failure; retry: () => void }): JSX.Element {
  if (failure.kind !== 'problem' || failure.code !== 'not_found')
    return <FailureNote failure={failure} what="this device" retry={retry} />
  return (
    <Empty
      title="This device is not watched"
      action={
        <a class="button" href={hrefOf({ kind: 'devices' })}>
          All devices
        </a>
      }
    >
      It may have been removed, or the link is from another server.
    </Empty>
  )
}

function DeviceSkeleton(): JSX.Element {
  return (
    <div class="device-head" role="status">
      <span class="hidden-text">Loading the device</span>
      <Skeleton width="120px" />
      <Skeleton width="280px" height={28} />
      <Skeleton width="70%" height={40} />
      <ChartsSkeleton />
    </div>
  )
}

function ChartsSkeleton(): JSX.Element {
  return (
    <div class="charts" aria-hidden="true">
      <div class="chart wide">
        <Skeleton width="160px" />
        <Skeleton height={232} />
      </div>
      {[1, 2, 3, 4].map((key) => (
        <div class="chart" key={key}>
          <Skeleton width="100px" />
          <Skeleton height={180} />
        </div>
      ))}
    </div>
  )
}
