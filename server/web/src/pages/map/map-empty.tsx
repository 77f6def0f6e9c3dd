import type { JSX } from 'preact'
import { Empty, Note } from '../../parts/notes.tsx'
import { hrefOf } from '../../router/router.ts'
import { may } from '../../session/session.ts'
import type { MapAddress } from './map-address.ts'

/** Nothing to draw yet, and how to begin. */
export function NoDevices({
  past,
  change,
}: {
  past: boolean
  change: (part: Partial<MapAddress>) => void
}): JSX.Element {
  if (past) {
    return (
      <div class="panel">
        <Empty
          title="Nothing was known at that moment"
          action={
            <button type="button" class="button" onClick={() => change({ at: undefined })}>
              Back to now
            </button>
          }
        >
          The history of the network begins with its first device.
        </Empty>
      </div>
    )
  }
  return (
    <div class="panel">
      <Empty
        title="The map draws itself"
        action={
          may('operator') && (
            <span class="actions">
              <a class="button solid" href={hrefOf({ kind: 'add-device' })}>
                Add a device
              </a>
              <a class="button" href={hrefOf({ kind: 'discovery', section: 'networks' })}>
                Let an agent look
              </a>
            </span>
          )
        }
      >
        Add devices, or let an agent look for them in its networks. As soon as switches and routers answer, their
        neighbours, links and places are drawn here.
      </Empty>
    </div>
  )
}

/** Devices are there, but none tells of another. */
export function NoLinks({ layer }: { layer: 'l2' | 'l3' }): JSX.Element {
  return (
    <Note>
      {layer === 'l2'
        ? 'No link is known yet. Links are told by switches and routers that are watched by SNMP: by LLDP or CDP, by their forwarding tables, or by ARP. The first come some minutes after a switch is added; see that the SNMP view allows LLDP-MIB and BRIDGE-MIB, and that the agents are not older than the server.'
        : 'No route is known yet: it takes routers that tell their addresses, OSPF or BGP.'}
    </Note>
  )
}
