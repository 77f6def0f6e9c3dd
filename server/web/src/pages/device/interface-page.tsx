import type { InterfaceResource } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { Copyable } from '../../parts/copy-button.tsx'
import { Figure } from '../../parts/figure.tsx'
import { Empty, FailureNote } from '../../parts/notes.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf } from '../../router/router.ts'
import { AnomalyMarks } from '../anomalies/anomaly-marks.tsx'
import { DeviceAnomalies } from '../anomalies/device-anomalies.tsx'
import { ChartGrid } from './chart-grid.tsx'
import { OpenDeviceAlerts } from './device-alerts.tsx'
import { interfaceCharts } from './device-charts.ts'
import { interfaceMark } from './interface-words.ts'
import { useDevice, useInterfaces, useReadings } from './use-device.ts'

/** One interface and its charts. */
export function InterfacePage({ id, name }: { id: string; name: string }): JSX.Element {
  const { device } = useDevice(id)
  const { state, reload } = useInterfaces(id)
  const readings = useReadings(id)
  const loaded = state.value
  const one = loaded.kind === 'ready' ? loaded.value.find((each) => each.interface === name) : undefined
  const known = device.kind === 'ready' ? device.value : undefined
  const values = readings.state.value.kind === 'ready' ? readings.state.value.value : undefined
  return (
    <div class="sheet">
      <header class="device-head">
        <nav class="crumb" aria-label="Where this is">
          <a href={hrefOf({ kind: 'devices' })}>Devices</a>
          <span aria-hidden="true">/</span>
          <a href={hrefOf({ kind: 'device', id })}>{known?.name ?? 'Device'}</a>
        </nav>
        <div class="page-head">
          <h1>{name}</h1>
          {one !== undefined && <StateMark {...interfaceMark(one)} strong />}
          {one !== undefined && one.ifAlias !== '' && <span class="quiet">{one.ifAlias}</span>}
        </div>
        {one !== undefined && <Facts one={one} />}
        {loaded.kind === 'loading' && <Skeleton width="60%" height={38} />}
      </header>
      {loaded.kind === 'failed' && <FailureNote failure={loaded.failure} what="this interface" retry={reload} />}
      {loaded.kind === 'ready' && one === undefined && (
        <Empty
          title="The device has no such interface"
          action={
            <a class="button" href={hrefOf({ kind: 'device', id })}>
              All its interfaces
            </a>
          }
        >
          It may have been renamed or taken out.
        </Empty>
      )}
      {one !== undefined && <OpenDeviceAlerts device={id} interface={name} />}
      {one !== undefined && <DeviceAnomalies device={id} interface={name} />}
      {one !== undefined && values !== undefined && (
        <AnomalyMarks device={id}>
          <ChartGrid
            plans={interfaceCharts(id, name)}
            readings={values.filter((each) => each.labels.interface === name)}
            follow={[id]}
            intervalSeconds={known?.intervalSeconds}
          />
        </AnomalyMarks>
      )}
    </div>
  )
}

function Facts({ one }: { one: InterfaceResource }): JSX.Element {
  return (
    <dl class="facts">
      <div>
        <dt>In, last 5 min</dt>
        <dd>
          <Figure value={one.inBps} unit="bits_per_second" />
        </dd>
      </div>
      <div>
        <dt>Out, last 5 min</dt>
        <dd>
          <Figure value={one.outBps} unit="bits_per_second" />
        </dd>
      </div>
      <div>
        <dt>Nominal speed</dt>
        <dd>
          <Figure value={one.speedBps} unit="bits_per_second" />
        </dd>
      </div>
      {one.mac !== '' && (
        <div>
          <dt>MAC</dt>
          <dd>
            <Copyable text={one.mac} what="MAC address" />
          </dd>
        </div>
      )}
      <div>
        <dt>Device's own words</dt>
        <dd>{`${one.ifDescr || one.ifName} (ifIndex ${one.ifIndex})`}</dd>
      </div>
    </dl>
  )
}
