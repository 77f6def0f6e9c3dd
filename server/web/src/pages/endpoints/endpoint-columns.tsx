import type { Endpoint } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { nameWithin } from '../../format/common-domain.ts'
import { macNumber } from '../../format/mac-number.ts'
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
  width: '140px',
  hide: 'medium',
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

/** `domain`: the end of device names that is not said again. */
export function endpointColumns(domain: string): readonly Column<Endpoint>[] {
  return [
    {
      id: 'mac',
      title: 'MAC',
      width: '160px',
      hide: 'small',
      cell: (one) => (
        <span class="copyable">
          <span class="mono">{one.mac}</span>
          <CopyButton text={one.mac} what="MAC" />
        </span>
      ),
      sort: (one) => macNumber(one.mac),
      text: (one) => one.mac,
    },
    MAKER,
    {
      id: 'name',
      title: 'Name and address',
      cell: (one) => <Name one={one} />,
      sort: (one) => one.name || one.ips[0],
      text: (one) => [one.name, ...one.ips].filter((text) => text !== '').join(' '),
    },
    {
      id: 'where',
      title: 'Behind',
      cell: (one) => <Where one={one} domain={domain} />,
      sort: whereWords,
      text: whereWords,
    },
    {
      id: 'vlan',
      title: 'VLAN',
      width: '72px',
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
      hide: 'large',
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
      width: '164px',
      hide: 'medium',
      cell: (one) => <Before one={one} domain={domain} />,
      sort: (one) => one.before.length,
      text: beforeWords,
      largestFirst: true,
    },
  ]
}

/** On a telephone the MAC stands here too: it has no column of its own there. */
function Name({ one }: { one: Endpoint }): JSX.Element {
  const [first, ...more] = [one.name, ...one.ips].filter((text) => text !== '')
  return (
    <>
      <span class="beside" title={[first, ...more].join('\n')}>
        {first === undefined ? <span class="faint">nameless</span> : <span class="name">{first}</span>}
        {more.length > 0 && <span class="mono faint">{` ${more.join(' ')}`}</span>}
      </span>
      <span class="second mono">{one.mac}</span>
    </>
  )
}

type PlaceProps = { readonly one: Endpoint; readonly domain: string }

/** The device gives way where room is short: the port is what somebody goes to. */
function Where({ one, domain }: PlaceProps): JSX.Element {
  const known = devices.value
  const { device, port } = one
  if (device === undefined) return <span class="faint">not known now</span>
  const state = known.kind === 'ready' ? known.value.get(device)?.state : undefined
  const name = deviceName(device, one.deviceName)
  return (
    <span class="behind-port" title={whereWords(one)}>
      {state !== undefined && <StateMark kind={state} bare />}
      <a class="name cut" href={hrefOf({ kind: 'device', id: device })}>
        {nameWithin(name, domain)}
      </a>
      {port !== undefined && (
        <a class="quiet cut port" href={hrefOf({ kind: 'interface', id: device, name: port })}>
          {port}
        </a>
      )}
    </span>
  )
}

/** Where it was last, and how often it moved. */
function Before({ one, domain }: PlaceProps): JSX.Element {
  const [last, ...more] = one.before
  if (last === undefined) return <span class="faint">never moved</span>
  return (
    <span class="quiet" title={beforeWords(one)}>
      <span class="cut">{`${nameWithin(deviceName(last.device), domain)} ${last.port}`}</span>
      <span class="second">{`until ${formatShortMoment(last.to, now.value)}${more.length === 0 ? '' : `, ${more.length} places before`}`}</span>
    </span>
  )
}
