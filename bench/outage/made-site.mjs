// One site of the benchmark: a made network, the map that the server infers of it, and who watches what from where.
import { createHash } from 'node:crypto'
import { waysOf } from '../../server/dist/topology/depend/depend.js'
import { Inference } from '../../server/dist/topology/infer/infer.js'
import { makeNetwork, toldBy } from '../../shared/dist/made-network/made-network.js'

/** A UUID made of a name. */
export function idOf(name) {
  const hex = createHash('sha1').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** `agents`: one watches everything, or each site has its own, as far as the plan has places for them. */
export function makeSite({ kind, devices, seed, lldp, agents, at }) {
  const network = makeNetwork({ kind, devices, seed, lldp })
  const graph = inferred(network, at)
  const standing = agents === 'all' ? network.agents : network.agents.slice(0, 1)
  const siteOf = new Map(network.devices.map(({ name, site }) => [name, site]))
  const [first] = standing
  const agentOf = (device) => standing.find((one) => siteOf.get(one) === device.site) ?? first
  const watched = network.devices.filter(({ managed }) => managed)
  return {
    ...{ network, graph, ways: waysOf(graph), standing },
    devices: watched.map((device) => ({ ...device, id: idOf(device.name), agent: agentOf(device) })),
    watchers: standing.map((name) => ({
      ...{ agent: idOf(`agent ${name}`), name, host: idOf(name), site: siteOf.get(name), isConnected: true },
    })),
  }
}

function inferred(network, at) {
  const inference = new Inference()
  for (const made of network.devices) {
    const told = toldBy(network, made.name, at)
    if (told === undefined) continue
    const { identity, links, up, adminUp } = told
    inference.set({
      ...{
        device: idOf(made.name),
        name: made.name,
        sysName: identity.sysName,
        serial: identity.serial,
        site: made.site,
      },
      ...{ role: made.role, place: made.place, address: made.address, kind: 'snmp', links, linksAt: at },
      interfaces: told.interfaces.map(({ interface: port, ...rest }) => ({
        ...{ port, ...rest, isUp: up.has(port), adminUp: adminUp.has(port) },
      })),
    })
  }
  return inference.graph()
}
