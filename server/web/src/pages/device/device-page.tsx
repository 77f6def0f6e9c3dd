import type { Device } from '@eyenet/shared/api'
import type { ComponentChildren, JSX } from 'preact'
import type { Loadable } from '../../live/loadable.ts'
import type { Fetched } from '../../live/use-fetch.ts'
import type { Failure } from '../../net/failure.ts'
import { Empty, FailureNote, StaleNote } from '../../parts/notes.tsx'
import { Skeleton, SkeletonRows } from '../../parts/skeleton.tsx'
import { type DeviceTab, hrefOf } from '../../router/router.ts'
import { AnomalyMarks } from '../anomalies/anomaly-marks.tsx'
import { ChartsSkeleton } from './charts-skeleton.tsx'
import { DeviceHead } from './device-head.tsx'
import { DeviceTabs } from './device-tabs.tsx'
import { HardwareSection } from './hardware/hardware-section.tsx'
import { InterfacesTable } from './interfaces-table.tsx'
import { NeighborsSection } from './neighbors/neighbors-section.tsx'
import { NetworkSection } from './network/network-section.tsx'
import { DeviceOverview } from './overview/device-overview.tsx'
import { ReadingsTable } from './readings-table.tsx'
import { SensorsSection } from './sensors/sensors-section.tsx'
import { tabFacts } from './tab-facts.ts'
import {
  useDevice,
  useHardware,
  useInterfaces,
  useNeighbors,
  useNetwork,
  useReadings,
  useSensors,
} from './use-device.ts'

export function DevicePage({ id, tab }: { id: string; tab?: DeviceTab | undefined }): JSX.Element {
  const { device, reload } = useDevice(id)
  return (
    <div class="sheet device">
      {device.kind === 'loading' && <DeviceSkeleton />}
      {device.kind === 'failed' && <NoDevice failure={device.failure} retry={reload} />}
      {device.kind === 'ready' && (
        <>
          <StaleNote failure={device.stale} retry={reload} />
          <AnomalyMarks device={id}>
            <Parts device={device.value} tab={tab} />
          </AnomalyMarks>
        </>
      )}
    </div>
  )
}

/** The device's places: what it lacks is neither a tab nor an empty table. */
function Parts({ device, tab }: { device: Device; tab: DeviceTab | undefined }): JSX.Element {
  const overview = tab === undefined
  const interfaces = useInterfaces(device.id)
  const readings = useReadings(device.id)
  const sensors = useSensors(device.id, overview || tab === 'sensors')
  const hardware = useHardware(device.id, overview || tab === 'hardware')
  const network = useNetwork(device.id)
  const neighbors = useNeighbors(device.id)
  const parts = {
    neighbors: neighbors.state.value,
    interfaces: interfaces.state.value,
    sensors: sensors.state.value,
    hardware: hardware.state.value,
    network: network.state.value,
    readings: readings.state.value,
  }
  const waiting = Object.values(parts).some((part) => part.kind === 'loading')
  const ports = parts.interfaces.kind === 'ready' ? parts.interfaces.value : []
  return (
    <>
      <div class="device-top">
        <DeviceHead device={device} />
        <DeviceTabs id={device.id} here={tab} facts={tabFacts(parts)} waiting={waiting} />
      </div>
      {tab === undefined && <DeviceOverview device={device} parts={parts} reloadReadings={readings.reload} />}
      {tab === 'neighbors' && (
        <Part id={device.id} of={neighbors} what="neighbours" none={(graph) => graph.links.length === 0}>
          {(graph) => <NeighborsSection device={device.id} graph={graph} />}
        </Part>
      )}
      {tab === 'interfaces' && (
        <Part id={device.id} of={interfaces} what="interfaces" none={(all) => all.length === 0}>
          {(all) => <InterfacesTable device={device.id} all={all} />}
        </Part>
      )}
      {tab === 'sensors' && (
        <Part id={device.id} of={sensors} what="sensors" none={(all) => all.items.length === 0}>
          {(all) => <SensorsSection device={device} sensors={all} changed={sensors.reload} />}
        </Part>
      )}
      {tab === 'hardware' && (
        <Part id={device.id} of={hardware} what="hardware" none={() => tabFacts(parts).hardware === undefined}>
          {(all) => <HardwareSection device={device} hardware={all} />}
        </Part>
      )}
      {tab === 'network' && (
        <Part
          id={device.id}
          of={network}
          what="neighbours and addresses"
          none={() => tabFacts(parts).network === undefined}
        >
          {(all) => <NetworkSection device={device.id} network={all} interfaces={ports} />}
        </Part>
      )}
      {tab === 'readings' && (
        <Part id={device.id} of={readings} what="readings" none={(all) => all.length === 0}>
          {(all) => <ReadingsTable all={all} />}
        </Part>
      )}
    </>
  )
}

type PartProps<T> = {
  readonly id: string
  readonly of: Fetched<T>
  readonly what: string
  readonly none: (value: T) => boolean
  readonly children: (value: T) => ComponentChildren
}

/** One place of the device in all its states. */
function Part<T>({ id, of, what, none, children }: PartProps<T>): JSX.Element {
  const state: Loadable<T> = of.state.value
  if (state.kind === 'loading') return <SkeletonRows rows={10} what={what} />
  if (state.kind === 'failed') return <FailureNote failure={state.failure} what={`the ${what}`} retry={of.reload} />
  return (
    <>
      <StaleNote failure={state.stale} retry={of.reload} />
      {none(state.value) ? <Nothing id={id} what={what} /> : children(state.value)}
    </>
  )
}

function Nothing({ id, what }: { id: string; what: string }): JSX.Element {
  return (
    <div class="panel">
      <Empty
        title={`This device tells no ${what}`}
        action={
          <a class="button" href={hrefOf({ kind: 'device', id })}>
            Its overview
          </a>
        }
      >
        What a device tells is looked at once an hour. If it should tell them, check what its SNMP view allows; a MIB
        file of its vendor, uploaded in Settings, helps EyeNet to understand more.
      </Empty>
    </div>
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
      <Skeleton height={34} />
      <ChartsSkeleton />
    </div>
  )
}
