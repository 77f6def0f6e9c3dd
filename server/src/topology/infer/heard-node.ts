import type { TopologyNode } from '@eyenet/shared/api'
import type { DeviceRole } from '@eyenet/shared/roles'
import type { HeardNeighbor } from '@eyenet/shared/wire'
import { plainName, shortName } from './directory.ts'
import type { Hearing } from './hearing.ts'
import { macNumber, macText } from './port-names.ts'

/** Neighbours that are not in the inventory: one node for one chassis, however many hear it. */
export class HeardNodes {
  readonly #byName = new Map<string, string | undefined>()
  readonly #nodes = new Map<string, TopologyNode>()

  /** `hearings` in an order that does not depend on who was told first. */
  constructor(hearings: readonly Hearing[]) {
    const strangers = hearings.filter(({ to }) => to === undefined)
    for (const { heard } of strangers) {
      const { chassis, name } = namingOf(heard)
      if (chassis === '' || name === '') continue
      const before = this.#byName.get(name)
      this.#byName.set(name, this.#byName.has(name) && before !== chassis ? undefined : chassis)
    }
    for (const hearing of strangers) this.#add(hearing)
  }

  idOf(heard: HeardNeighbor): string {
    const { chassis: own, name } = namingOf(heard)
    const chassis = own || this.#byName.get(name)
    return `heard:${chassis || name || heard.remoteAddress || 'unnamed'}`
  }

  get(id: string): TopologyNode | undefined {
    return this.#nodes.get(id)
  }

  #add({ heard, by }: Hearing): void {
    const id = this.idOf(heard)
    const before = this.#nodes.get(id)
    const name = heard.remoteSysName.trim() || heard.remoteAddress || heard.remoteChassisId || 'unnamed'
    const role = heardRole(heard)
    const node: TopologyNode = { id, kind: 'heard', name, site: by.view.site, role, place: '' }
    if (before === undefined) this.#nodes.set(id, node)
    else if (before.role === 'unknown' && role !== 'unknown') this.#nodes.set(id, { ...before, role })
  }
}

/** Most is told again as it was, as the same object. */
const namings = new WeakMap<HeardNeighbor, { readonly chassis: string; readonly name: string }>()

function namingOf(heard: HeardNeighbor): { readonly chassis: string; readonly name: string } {
  const known = namings.get(heard)
  if (known !== undefined) return known
  const naming = { chassis: chassisOf(heard), name: nameOf(heard) }
  namings.set(heard, naming)
  return naming
}

function chassisOf(heard: HeardNeighbor): string {
  const chassis = plainName(heard.remoteChassisId ?? '')
  const mac = macNumber(chassis) ?? macNumber(nameOf(heard).replace(/^sep/, ''))
  return mac === undefined ? chassis : macText(mac)
}

/** The name without its domain, and without the serial number that CDP of some families puts behind it. */
function nameOf(heard: HeardNeighbor): string {
  return shortName(plainName(heard.remoteSysName).replace(/\([^()]*\)$/, ''))
}

/** What the neighbour says that it does; a telephone and an access point bridge and route too, so they come first. */
export function heardRole({ capabilities = [], remoteSysDescr = '' }: HeardNeighbor): DeviceRole {
  const can = new Set(capabilities.map((one) => one.toLowerCase()))
  if (can.has('telephone') || can.has('phone')) return 'phone'
  if (can.has('wlanaccesspoint') || /\baccess point\b|\bC?AP\d/i.test(remoteSysDescr)) return 'access-point'
  if (can.has('router') && !can.has('bridge')) return 'router'
  if (can.has('bridge') || can.has('switch')) return 'switch'
  if (can.has('stationonly') || can.has('host')) return 'server'
  return 'unknown'
}
