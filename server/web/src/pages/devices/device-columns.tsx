import type { DeviceSummary } from '@eyenet/shared/api'
import { Spark } from '../../chart/spark.tsx'
import type { Sparks } from '../../chart/use-sparks.ts'
import { formatQuantity } from '../../format/quantity.ts'
import { Figure } from '../../parts/figure.tsx'
import { Since } from '../../parts/since.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf } from '../../router/router.ts'
import type { Column } from '../../table/column.ts'
import { deviceModel, deviceProblem, deviceWords, stateRank } from './device-words.ts'

type Col = Column<DeviceSummary>

const iso = (at: number | undefined): string | undefined => (at === undefined ? undefined : new Date(at).toISOString())

export function deviceColumns(sparks: Sparks): readonly Col[] {
  return [
    {
      id: 'state',
      title: 'State',
      width: '56px',
      cell: (one) => <StateMark kind={one.state} bare />,
      sort: stateRank,
      text: (one) => one.state,
    },
    {
      id: 'name',
      title: 'Name',
      cell: (one) => (
        <>
          <a class="name" href={hrefOf({ kind: 'device', id: one.id })}>
            {one.name}
          </a>
          <span class="second">{deviceProblem(one) ?? `${one.address} · ${deviceWords(one)}`}</span>
        </>
      ),
      sort: (one) => one.name,
      text: (one) => one.name,
    },
    {
      id: 'since',
      title: 'Since',
      width: '84px',
      hide: 'medium',
      cell: (one) => (
        <span class="quiet">
          <Since at={one.since} />
        </span>
      ),
      sort: (one) => -one.since,
      text: (one) => iso(one.since),
    },
    {
      id: 'address',
      title: 'Address',
      width: '136px',
      hide: 'small',
      cell: (one) => <span class="mono">{one.address}</span>,
      sort: (one) => one.address,
      text: (one) => one.address,
    },
    {
      id: 'kind',
      title: 'Kind',
      hide: 'medium',
      cell: (one) => (
        <span class="quiet" title={deviceWords(one)}>
          {deviceModel(one)}
        </span>
      ),
      sort: deviceWords,
      text: deviceWords,
    },
    {
      id: 'site',
      title: 'Site',
      width: '110px',
      hide: 'large',
      cell: (one) => one.site,
      sort: (one) => one.site,
      text: (one) => one.site,
    },
    ...figureColumns(sparks),
  ]
}

function figureColumns(sparks: Sparks): readonly Col[] {
  return [
    {
      id: 'alerts',
      title: 'Alerts',
      width: '76px',
      number: true,
      hide: 'large',
      largestFirst: true,
      cell: (one) => (one.openAlerts === 0 ? <span class="none">0</span> : one.openAlerts),
      sort: (one) => one.openAlerts,
      text: (one) => one.openAlerts,
    },
    {
      id: 'latency',
      title: 'Latency',
      width: '92px',
      number: true,
      hide: 'small',
      largestFirst: true,
      cell: (one) => <Figure value={one.rttSeconds} unit="seconds" />,
      sort: (one) => one.rttSeconds,
      text: (one) => one.rttSeconds,
    },
    {
      id: 'cpu',
      title: 'CPU',
      width: '76px',
      number: true,
      hide: 'small',
      largestFirst: true,
      cell: (one) => <Figure value={one.cpuRatio} unit="ratio" />,
      sort: (one) => one.cpuRatio,
      text: (one) => (one.cpuRatio === undefined ? undefined : formatQuantity(one.cpuRatio, 'ratio')),
    },
    {
      id: 'spark',
      title: '',
      width: '116px',
      hide: 'small',
      cell: (one) => (one.trafficBps === undefined ? null : <Spark values={sparks.get(one.id)} />),
    },
    {
      id: 'traffic',
      title: 'Traffic',
      width: '112px',
      number: true,
      largestFirst: true,
      cell: (one) => <Figure value={one.trafficBps} unit="bits_per_second" />,
      sort: (one) => one.trafficBps,
      text: (one) => one.trafficBps,
    },
  ]
}
