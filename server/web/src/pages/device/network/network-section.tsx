import type { DeviceNetwork, DeviceSummary, InterfaceResource } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { devices } from '../../../live/site.ts'
import { Copyable } from '../../../parts/copy-button.tsx'
import { Note } from '../../../parts/notes.tsx'
import { StateMark } from '../../../parts/state-mark.tsx'
import { hrefOf } from '../../../router/router.ts'
import type { Column } from '../../../table/column.ts'
import { ListSection } from '../../../table/list-section.tsx'
import { bgpMark, interfaceOf, type Neighbor, neighborDevice, ospfMark } from './peer-words.ts'

type Props = {
  readonly device: string
  readonly network: DeviceNetwork
  readonly interfaces: readonly InterfaceResource[]
}

/** Who is beside it, its addresses and VLANs, and the routers it talks to. What a device lacks has no heading. */
export function NetworkSection({ device, network, interfaces }: Props): JSX.Element {
  const { neighbors, addresses, vlans, bgpPeers, ospfNeighbors } = network
  return (
    <>
      {network.truncated && <Note>This device tells more than is kept: lists are cut.</Note>}
      {neighbors.length > 0 && <Neighbors device={device} all={neighbors} interfaces={interfaces} />}
      {(bgpPeers.length > 0 || ospfNeighbors.length > 0) && (
        <div class="two">
          {bgpPeers.length > 0 && <BgpPeers all={bgpPeers} />}
          {ospfNeighbors.length > 0 && <OspfNeighbors all={ospfNeighbors} />}
        </div>
      )}
      <div class="two">
        {addresses.length > 0 && <Addresses device={device} all={addresses} interfaces={interfaces} />}
        {vlans.length > 0 && <Vlans all={vlans} />}
      </div>
    </>
  )
}

const UP = { column: '', descending: false }

type NeighborRow = {
  readonly key: string
  readonly one: Neighbor
  readonly port: InterfaceResource | undefined
  readonly known: DeviceSummary | undefined
}

function Neighbors({ device, all, interfaces }: Omit<Props, 'network'> & { all: readonly Neighbor[] }): JSX.Element {
  const site = devices.value
  const watched = site.kind === 'ready' ? [...site.value.values()] : []
  const rows = all.map((one, at) => ({
    key: String(at),
    one,
    port: interfaceOf({ ifIndex: one.localIfIndex, port: one.localPort }, interfaces),
    known: neighborDevice(one, watched),
  }))
  return (
    <ListSection
      id="neighbors"
      title="Neighbours"
      columns={neighborColumns(device)}
      all={rows}
      keyOf={(row) => row.key}
      textOf={({ one }) => [...Object.values(one)].join(' ')}
      sorting={{ column: 'local', descending: false }}
      placeholder="Port, system or address"
    />
  )
}

function localName({ one, port }: NeighborRow): string {
  return port?.interface ?? one.localPort ?? (one.localIfIndex === undefined ? '' : `ifIndex ${one.localIfIndex}`)
}

function neighborColumns(device: string): readonly Column<NeighborRow>[] {
  return [
    {
      id: 'local',
      title: 'Port here',
      width: 'var(--local)',
      cell: (row) => <PortLink device={device} port={row.port} text={localName(row)} />,
      sort: localName,
      text: localName,
    },
    {
      id: 'system',
      title: 'Neighbour',
      cell: ({ one, known }) => (
        <>
          <span class="neighbor">
            <span class="faint" aria-hidden="true">
              →
            </span>
            {known === undefined ? (
              <span class="cut">{one.remoteSysName || one.remoteChassisId || one.remoteAddress || 'not named'}</span>
            ) : (
              <>
                <StateMark kind={known.state} bare />
                <a class="name cut" href={hrefOf({ kind: 'device', id: known.id })}>
                  {known.name}
                </a>
              </>
            )}
          </span>
          <span class="second">{[one.remotePort, one.protocol.toUpperCase()].join(' · ')}</span>
        </>
      ),
      sort: ({ one }) => one.remoteSysName,
      text: ({ one }) => one.remoteSysName,
    },
    {
      id: 'port',
      title: 'Port there',
      hide: 'small',
      cell: ({ one }) => (
        <span title={one.remotePortDescr}>
          {one.remotePort}
          {one.remotePortDescr !== undefined && one.remotePortDescr !== one.remotePort && (
            <span class="faint">{` ${one.remotePortDescr}`}</span>
          )}
        </span>
      ),
      sort: ({ one }) => one.remotePort,
      text: ({ one }) => one.remotePort,
    },
    {
      id: 'address',
      title: 'Address',
      width: '190px',
      hide: 'medium',
      cell: ({ one }) => <span class="mono quiet">{one.remoteAddress ?? one.remoteChassisId}</span>,
      sort: ({ one }) => one.remoteAddress ?? one.remoteChassisId,
      text: ({ one }) => one.remoteAddress ?? one.remoteChassisId,
    },
    {
      id: 'protocol',
      title: 'By',
      width: '72px',
      hide: 'small',
      cell: ({ one }) => <span class="faint">{one.protocol.toUpperCase()}</span>,
      sort: ({ one }) => one.protocol,
      text: ({ one }) => one.protocol,
    },
  ]
}

type PortProps = { readonly device: string; readonly port: InterfaceResource | undefined; readonly text: string }

function PortLink({ device, port, text }: PortProps): JSX.Element {
  if (port === undefined) return <span class="quiet wrap-small">{text}</span>
  return (
    <a class="name wrap-small" href={hrefOf({ kind: 'interface', id: device, name: port.interface })}>
      {text}
    </a>
  )
}

type AddressRow = DeviceNetwork['addresses'][number] & { readonly port: InterfaceResource | undefined }
const withPrefix = ({ ip, prefixLength }: AddressRow): string =>
  prefixLength === undefined ? ip : `${ip}/${prefixLength}`

function Addresses({
  device,
  all,
  interfaces,
}: Omit<Props, 'network'> & { all: DeviceNetwork['addresses'] }): JSX.Element {
  const rows = all.map((one) => ({ ...one, port: interfaceOf({ ifIndex: one.ifIndex }, interfaces) }))
  const portText = ({ port, ifIndex }: AddressRow): string =>
    port?.interface ?? (ifIndex === undefined ? '' : `ifIndex ${ifIndex}`)
  const columns: readonly Column<AddressRow>[] = [
    {
      id: 'address',
      title: 'Address',
      cell: (one) => <Copyable text={withPrefix(one)} what="address" />,
      sort: withPrefix,
      text: withPrefix,
    },
    {
      id: 'interface',
      title: 'Interface',
      cell: (one) => <PortLink device={device} port={one.port} text={portText(one)} />,
      sort: portText,
      text: portText,
    },
  ]
  return (
    <ListSection
      id="addresses"
      title="Addresses"
      columns={columns}
      all={rows}
      keyOf={(one) => `${withPrefix(one)} ${one.ifIndex}`}
      textOf={(one) => `${withPrefix(one)} ${portText(one)}`}
      sorting={UP}
      placeholder="Address or interface"
    />
  )
}

type Vlan = DeviceNetwork['vlans'][number]
const VLAN_COLUMNS: readonly Column<Vlan>[] = [
  {
    id: 'id',
    title: 'VLAN',
    width: '88px',
    number: true,
    cell: (one) => one.id,
    sort: (one) => one.id,
    text: (one) => one.id,
  },
  { id: 'name', title: 'Name', cell: (one) => one.name, sort: (one) => one.name, text: (one) => one.name },
]

function Vlans({ all }: { all: readonly Vlan[] }): JSX.Element {
  return (
    <ListSection
      id="vlans"
      title="VLANs"
      columns={VLAN_COLUMNS}
      all={all}
      keyOf={(one) => String(one.id)}
      textOf={(one) => `${one.id} ${one.name}`}
      sorting={{ column: 'id', descending: false }}
      placeholder="Number or name"
    />
  )
}

type BgpPeer = DeviceNetwork['bgpPeers'][number]
const PEER_RANK = { warning: 0, unknown: 1, 'behind-failure': 1, info: 2, ok: 3, critical: 0, pending: 1 } as const
const BGP_COLUMNS: readonly Column<BgpPeer>[] = [
  {
    id: 'state',
    title: 'State',
    width: '140px',
    cell: (one) => <StateMark {...bgpMark(one.state)} />,
    sort: (one) => PEER_RANK[bgpMark(one.state).kind],
    text: (one) => one.state,
  },
  {
    id: 'peer',
    title: 'Peer',
    cell: (one) => <Copyable text={one.peer} what="address" />,
    sort: (one) => one.peer,
    text: (one) => one.peer,
  },
  {
    id: 'as',
    title: 'AS',
    width: '116px',
    number: true,
    cell: (one) => one.remoteAs,
    sort: (one) => one.remoteAs,
    text: (one) => one.remoteAs,
  },
]

function BgpPeers({ all }: { all: readonly BgpPeer[] }): JSX.Element {
  return (
    <ListSection
      id="bgp"
      title="BGP peers"
      columns={BGP_COLUMNS}
      all={all}
      keyOf={(one) => one.peer}
      textOf={(one) => `${one.peer} ${one.remoteAs} ${one.state ?? ''}`}
      sorting={{ column: 'state', descending: false }}
      placeholder="Peer, AS or state"
    />
  )
}

type OspfNeighbor = DeviceNetwork['ospfNeighbors'][number]
const OSPF_COLUMNS: readonly Column<OspfNeighbor>[] = [
  {
    id: 'state',
    title: 'State',
    width: '140px',
    cell: (one) => <StateMark {...ospfMark(one.state)} />,
    sort: (one) => PEER_RANK[ospfMark(one.state).kind],
    text: (one) => one.state,
  },
  {
    id: 'neighbor',
    title: 'Neighbour',
    cell: (one) => <Copyable text={one.neighbor} what="address" />,
    sort: (one) => one.neighbor,
    text: (one) => one.neighbor,
  },
  {
    id: 'router',
    title: 'Router id',
    width: '140px',
    cell: (one) => <span class="mono quiet">{one.routerId}</span>,
    sort: (one) => one.routerId,
    text: (one) => one.routerId,
  },
]

function OspfNeighbors({ all }: { all: readonly OspfNeighbor[] }): JSX.Element {
  return (
    <ListSection
      id="ospf"
      title="OSPF neighbours"
      columns={OSPF_COLUMNS}
      all={all}
      keyOf={(one) => `${one.neighbor} ${one.routerId}`}
      textOf={(one) => Object.values(one).join(' ')}
      sorting={{ column: 'state', descending: false }}
      placeholder="Address or state"
    />
  )
}
