import type { Endpoint } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { formatShortMoment } from '../../format/moment.ts'
import { now } from '../../live/clock.ts'
import { devices } from '../../live/site.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { Ago, Since } from '../../parts/since.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf } from '../../router/router.ts'
import type { Column } from '../../table/column.ts'

const deviceName = (id: string | undefined, told?: string): string => {
  const known = devices.value
  if (id === undefined) return ''
  return (known.kind === 'ready' ? known.value.get(id)?.name : undefined) ?? told ?? id
}

const whereWords = (one: Endpoint): string =>
  one.device === undefined ? '' : `${deviceName(one.device, one.deviceName)} ${one.port ?? ''}`.trim()

const beforeWords = (one: Endpoint): string =>
  one.before
    .map(
      (each) =>
        `${deviceName(each.device)} ${each.port}, ${formatShortMoment(each.from, now.value)} to ${formatShortMoment(each.to, now.value)}`,
    )
    .join('\n')

const MAKER: Column<Endpoint> = {
  id: 'vendor',
  title: 'Maker',
  width: '180px',
  hide: 'small',
  cell: (one) =>
    one.vendor === '' ? (
      <span class="faint">not known</span>
    ) : (
      <span class="cut" title={one.vendor}>
        {one.vendor}
      </span>
    ),
  sort: (one) => one.vendor,
  text: (one) => one.vendor,
}

export function endpointColumns(): readonly Column<Endpoint>[] {
  return [
    {
      id: 'mac',
      title: 'MAC',
      width: '160px',
      cell: (one) => (
        <span class="copyable">
          <span class="mono">{one.mac}</span>
          <CopyButton text={one.mac} what="MAC" />
        </span>
      ),
      sort: (one) => one.mac,
      text: (one) => one.mac,
    },
    MAKER,
    {
      id: 'name',
      title: 'Name and address',
      cell: (one) => (
        <>
          <span class="name cut">{one.name || one.ips[0] || <span class="faint">nameless</span>}</span>
          <span class="second mono">{one.ips.join(' ')}</span>
        </>
      ),
      sort: (one) => one.name || one.ips[0],
      text: (one) => [one.name, ...one.ips].filter((text) => text !== '').join(' '),
    },
    {
      id: 'where',
      title: 'Behind',
      cell: (one) => <Where one={one} />,
      sort: whereWords,
      text: whereWords,
    },
    {
      id: 'vlan',
      title: 'VLAN',
      width: '76px',
      number: true,
      hide: 'medium',
      cell: (one) => one.vlan ?? <span class="none">–</span>,
      sort: (one) => one.vlan,
      text: (one) => one.vlan,
    },
    {
      id: 'since',
      title: 'Known for',
      width: '96px',
      hide: 'small',
      cell: (one) => <Since at={one.firstSeenAt} />,
      sort: (one) => -one.firstSeenAt,
      text: (one) => new Date(one.firstSeenAt).toISOString(),
    },
    {
      id: 'seen',
      title: 'Last seen',
      width: '104px',
      hide: 'small',
      largestFirst: true,
      cell: (one) => <Ago at={one.lastSeenAt} />,
      sort: (one) => one.lastSeenAt,
      text: (one) => new Date(one.lastSeenAt).toISOString(),
    },
    {
      id: 'before',
      title: 'Before',
      hide: 'medium',
      cell: (one) => <Before one={one} />,
      sort: (one) => one.before.length,
      text: beforeWords,
      largestFirst: true,
    },
  ]
}

function Where({ one }: { one: Endpoint }): JSX.Element {
  const known = devices.value
  if (one.device === undefined) return <span class="faint">not known now</span>
  const state = known.kind === 'ready' ? known.value.get(one.device)?.state : undefined
  return (
    <span class="neighbor">
      {state !== undefined && <StateMark kind={state} bare />}
      <a class="name" href={hrefOf({ kind: 'device', id: one.device })}>
        {deviceName(one.device, one.deviceName)}
      </a>
      {one.port !== undefined && (
        <a class="quiet cut" href={hrefOf({ kind: 'interface', id: one.device, name: one.port })}>
          {one.port}
        </a>
      )}
    </span>
  )
}

/** Where it was last, and how often it moved. */
function Before({ one }: { one: Endpoint }): JSX.Element {
  const [last, ...more] = one.before
  if (last === undefined) return <span class="faint">never moved</span>
  return (
    <span class="quiet" title={beforeWords(one)}>
      <span class="cut">{`${deviceName(last.device)} ${last.port}`}</span>
      <span class="second">{`until ${formatShortMoment(last.to, now.value)}${more.length === 0 ? '' : `, ${more.length} places before`}`}</span>
    </span>
  )
}
