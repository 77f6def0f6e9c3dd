// What inference knows of each device of a made network; ids are made of the names.
import { createHash } from 'node:crypto'
import { toldBy } from '../../shared/dist/made-network/made-network.js'

export function deviceId(name) {
  const hex = createHash('sha1').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The view of one device at a moment; undefined for one without power and for one that nobody asks. */
export function viewOf(network, made, moment) {
  const told = toldBy(network, made.name, moment)
  if (told === undefined) return undefined
  const { identity, up, adminUp } = told
  return {
    ...{
      device: deviceId(made.name),
      name: made.name,
      sysName: identity.sysName,
      serial: identity.serial,
      kind: 'snmp',
    },
    ...{ site: made.site, role: made.role, place: made.place, address: made.address, linksAt: moment },
    links: told.links,
    interfaces: told.interfaces.map(({ interface: port, ...rest }) => ({
      ...{ port, ...rest, isUp: up.has(port), adminUp: adminUp.has(port) },
    })),
  }
}

export const viewsOf = (network, moment) =>
  network.devices.map((made) => viewOf(network, made, moment)).filter((view) => view !== undefined)

/** The links of layer 2 of a graph, with the names of made devices in place of ids. */
export function namedLinks(network, graph) {
  const names = new Map(network.devices.map(({ name }) => [deviceId(name), name]))
  const named = ({ node, port }) => ({ node: names.get(node) ?? node, port })
  return graph.links.filter(({ layer }) => layer === 'l2').map(({ a, b }) => ({ a: named(a), b: named(b) }))
}
