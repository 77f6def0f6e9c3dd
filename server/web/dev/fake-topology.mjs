// Made-up networks for the map: 12, 200 and 1,000 devices over several sites, healthy and broken. Never part of the build.
import { chance, idOf } from './fake-site.mjs'
import { pathAnswer, traceAnswer } from './fake-trace.mjs'

const MINUTE = 60_000
const DAY = 86_400_000
const SIZES = {
  12: { sites: ['berlin'], access: 3, leafs: 2 },
  200: { sites: ['berlin', 'hamburg', 'munich'], access: 9, leafs: 5 },
  1000: {
    sites: ['berlin', 'hamburg', 'munich', 'leipzig', 'cologne', 'dresden', 'warehouse'],
    access: 14,
    leafs: 8.6,
  },
}
const LEAFS = [
  ['ap', 'access-point', 'Ubiquiti', 'U6 Pro'],
  ['cam', 'camera', 'Axis', 'P3245'],
  ['phone', 'phone', 'Yealink', 'T46'],
  ['srv', 'server', 'Dell', 'R650'],
  ['prn', 'printer', 'HP', 'M611'],
]

/** A network of about `size` devices: a core and branches by tree, two uplinks to every switch but some. */
function makeNetwork(size) {
  const { sites, access, leafs } = SIZES[size]
  const nodes = []
  const links = []
  const add = (name, role, at) => {
    const node = { id: idOf(name), kind: 'device', device: idOf(name), name, role, ...at }
    nodes.push(node)
    return node
  }
  const cable = (a, b, more = {}) => links.push(link([a, b], links.length, more))
  let first
  for (const [number, site] of sites.entries()) {
    const short = site.slice(0, 3)
    const room = { site, place: 'server room' }
    const cores = size === 12 ? ['core-1', 'core-2'] : [`${short}-core-1`, `${short}-core-2`]
    const [one, two] = cores.map((name) => add(name, 'switch', room))
    cable(one, two, { kind: 'bundle', speedBps: 8e10 })
    const router = add(size === 12 ? 'rt-1' : `${short}-rt-1`, 'router', room)
    cable(router, one, { speedBps: 1e10 })
    cable(router, two, { speedBps: 1e10 })
    if (first === undefined) {
      first = router
      const wan = add('fw-1', 'firewall', room)
      cable(wan, router, { speedBps: 1e10 })
    } else cable(first, router, { speedBps: 1e9, kind: 'ethernet' })
    for (let at = 1; at <= access; at += 1) {
      const place = { site, place: `rack ${String.fromCharCode(64 + Math.ceil(at / 4))}${((at - 1) % 4) + 1}` }
      const name = size === 12 ? `access-${at}` : `${short}-access-${at}`
      const here = add(name, 'switch', place)
      cable(one, here, { speedBps: 1e10 })
      // Every fifth switch of the large ones has one uplink only.
      if (at % 5 !== 3) cable(two, here, { speedBps: 1e10, state: size !== 12 && at % 4 === 0 ? 'blocked' : 'up' })
      const count = Math.max(1, Math.round(leafs * (0.6 + 0.8 * chance(`${name} leafs`))))
      const [kind, role] = LEAFS[(at + number) % LEAFS.length]
      for (let port = 1; port <= count; port += 1) {
        const leaf = add(size === 12 ? `${kind}-${at}${port}` : `${short}-${kind}-${at}-${port}`, role, place)
        cable(here, leaf, { speedBps: 1e9, ...(port === count && at % 3 === 0 ? { confidence: 0.55 } : {}) })
      }
    }
  }
  return { nodes: nodes.slice(0, size), links: links.filter((one) => inside(one, nodes.slice(0, size))) }
}

const inside = (one, nodes) => [one.a.node, one.b.node].every((id) => nodes.some((node) => node.id === id))

const EVIDENCE = {
  lldp: (a, b, port) => `${a.name} hears ${b.name} on ${port} by LLDP.`,
  fdb: (a, b, port) => `${b.name} is the only station that ${a.name} has learnt on ${port}.`,
}

function link([a, b], number, { kind = 'ethernet', speedBps = 1e9, state = 'up', confidence = 0.98 } = {}) {
  const how = confidence < 0.7 ? 'fdb' : 'lldp'
  const [aPort, bPort] = [`Gi1/0/${(number % 48) + 1}`, b.role === 'switch' ? `Te1/1/${(number % 4) + 1}` : 'eth0']
  const members = [1, 2].map((at) => ({ a: `${aPort}.${at}`, b: `${bPort}.${at}` }))
  return {
    id: `l-${idOf(`${a.id} ${b.id} ${number}`).slice(0, 12)}`,
    layer: 'l2',
    kind,
    a: { node: a.id, port: aPort },
    b: { node: b.id, port: bPort },
    members: kind === 'bundle' ? members : [],
    confidence,
    evidence: [
      {
        kind: how,
        device: a.device ?? b.device,
        port: aPort,
        text: EVIDENCE[how](a, b, aPort),
        at: Date.now() - 4 * MINUTE,
      },
    ],
    state,
    vlans: number % 3 === 0 ? [10, 20] : number % 3 === 1 ? [10] : [10, 20, 30],
    speedBps,
    since: Math.round(Date.now() - (2 + 30 * chance(`since ${number}`)) * DAY),
  }
}

/** What is not a device of ours: a switch that nobody asks, a neighbour that is heard, an access point by radio. */
function addOthers(network, size) {
  const at = (name) => network.nodes.find((node) => node.name.endsWith(name))
  const here = at('access-2') ?? network.nodes[0]
  const place = { site: here.site, place: here.place }
  const unmanaged = {
    id: `unmanaged:${here.id}`,
    kind: 'unmanaged',
    name: 'unmanaged switch',
    role: 'switch',
    ...place,
  }
  const heard = {
    id: 'heard:rogue',
    kind: 'heard',
    name: '<b onclick="alert(1)">rogue</b>\u202e',
    role: 'switch',
    ...place,
  }
  network.nodes.push(unmanaged, heard)
  network.links.push(link([here, unmanaged], 901, { confidence: 0.6 }), link([here, heard], 902, { confidence: 0.9 }))
  if (size > 12) {
    const ap = at('ap-1-1') ?? at('-ap-5-1')
    const far = network.nodes.filter((node) => node.role === 'access-point')[3]
    if (ap !== undefined && far !== undefined)
      network.links.push(link([ap, far], 903, { kind: 'wireless', speedBps: 3e8 }))
  }
}

/** One switch without a second uplink fails, with all behind it; beside it a link is down and one is lost. */
function breakIt(network, size, now) {
  const failed = network.nodes.find((node) => node.name.endsWith(size === 12 ? 'access-3' : 'ham-access-3'))
  const behind = network.links
    .filter(
      (one) => one.a.node === failed.id && network.nodes.find((node) => node.id === one.b.node)?.role !== 'switch',
    )
    .map((one) => one.b.node)
  for (const one of network.links) if (one.a.node === failed.id || one.b.node === failed.id) one.state = 'down'
  const other = network.links.find((one) => one.speedBps === 1e10 && one.state === 'up' && chance(one.id) > 0.6)
  if (size > 12) other.state = 'lost'
  const uplink = network.links.find((one) => one.b.node === failed.id)
  const above = network.nodes.find((node) => node.id === uplink.a.node)
  const warned = network.nodes.filter(
    (node) => node.id !== failed.id && chance(`${node.id} warn`) > 1 - 4 / network.nodes.length,
  )
  const ended = {
    ...{ id: 'inc-0', site: failed.site, kind: 'device', cause: { device: above.id, text: 'access-1' } },
    ...{ or: ['its link from dist-1 Ethernet10'], since: now - 1500 * MINUTE, endedAt: now - 1493 * MINUTE },
    ...{ failed: [above.id], behind: [], evidence: ['access-1 answers no check'] },
    afterwards: {
      failed: 'link',
      text: 'access-1 has run on all the time: its link from dist-1 Ethernet10 had failed, and not the device',
    },
  }
  return {
    failed,
    behind,
    ended: [ended],
    warned: warned.map((node) => node.id),
    mute: warned.filter((_, at) => at % 3 === 1).map((node) => node.id),
    incidents: [
      {
        id: 'inc-1',
        site: failed.site,
        kind: 'device',
        cause: { device: failed.id, text: failed.name },
        or: [`the link ${above.name} ${uplink.a.port}`],
        since: now - 14 * MINUTE,
        failed: [failed.id],
        behind,
        evidence: [
          `${above.name} ${uplink.a.port} is down since 14 min`,
          `none of the ${behind.length} behind it answers`,
        ],
      },
    ],
  }
}

export function makeTopology(scenario, now) {
  const [, text, broken] = /^map-(\d+)(-broken)?$/.exec(scenario) ?? [
    undefined,
    '12',
    scenario === 'normal' ? '-broken' : undefined,
  ]
  const size = Number(text)
  const network = makeNetwork(size)
  addOthers(network, size)
  const failure = broken === undefined ? undefined : breakIt(network, size, now)
  return {
    ...network,
    size,
    failure,
    incidents: failure?.incidents ?? [],
    endedIncidents: failure?.ended ?? [],
    events: makeEvents(network, failure, now),
    positions: {},
  }
}

function makeEvents({ nodes, links }, failure, now) {
  const name = (id) => nodes.find((node) => node.id === id)?.name ?? id
  const event = (at, [kind, text], more) => ({
    at: now - at * MINUTE,
    kind,
    text,
    cause: 'links told by the device',
    devices: [],
    ...more,
  })
  const [moved, came] = [links.at(-4), links.at(-6)]
  const events = [
    event(52, ['link-added', `New link: ${name(came.a.node)} ${came.a.port} – ${name(came.b.node)}`], { link: came }),
    event(38, ['neighbor-moved', `${name(moved.b.node)} moved from ${name(moved.a.node)} Gi1/0/7 to ${moved.a.port}`], {
      link: moved,
      before: { ...moved, id: `${moved.id}-old`, a: { ...moved.a, port: 'Gi1/0/7' } },
    }),
    event(30, ['endpoint-new', `New station 00:1c:73:aa:bb:cc on ${name(moved.a.node)} Gi1/0/9`], {}),
  ]
  if (failure !== undefined) {
    const lost = links.filter((one) => one.a.node === failure.failed.id || one.b.node === failure.failed.id).slice(0, 2)
    for (const one of lost)
      events.push(
        event(14, ['link-lost', `Link lost: ${name(one.a.node)} ${one.a.port} – ${name(one.b.node)}`], { link: one }),
      )
  }
  return events.map((one, at) => ({ seq: at + 1, ...one })).reverse()
}

/** Devices of the API for the nodes of a made network. */
export function devicesOf({ nodes, failure }, now) {
  return nodes
    .filter((node) => node.kind === 'device')
    .map((node, at) => {
      const state =
        failure === undefined
          ? 'ok'
          : node.id === failure.failed.id
            ? 'critical'
            : failure.behind.includes(node.id)
              ? 'behind-failure'
              : failure.warned.includes(node.id)
                ? 'warning'
                : 'ok'
      const silent = state === 'critical' || state === 'behind-failure'
      return {
        id: node.id,
        name: node.name,
        address: `10.${Math.floor(at / 250)}.0.${(at % 250) + 1}`,
        site: node.site,
        agent: idOf('agent-berlin'),
        kind: 'snmp',
        intervalSeconds: 30,
        state,
        since: now - (silent ? 14 * MINUTE : 3 * DAY),
        reach: {
          snmp: silent || failure?.mute.includes(node.id) ? 'down' : 'up',
          icmp: silent ? 'down' : 'up',
          problem: '',
        },
        vendor: 'Arista',
        os: 'eos',
        model: '',
        version: '4.31',
        interfaces: 48,
        openAlerts: state === 'critical' || state === 'warning' ? 1 : 0,
        role: node.role,
        lifecycle: 'active',
        ...(state === 'behind-failure' && { behind: { incident: 'inc-1', text: `behind ${failure.failed.name}` } }),
        rttSeconds: 0.001,
        trafficBps: 1e8 * chance(node.id),
      }
    })
}

/** Traffic of the ports that are asked about. */
export function linkTraffic({ links }, expr) {
  const way = expr.includes('ifHCIn') ? 'in' : 'out'
  const result = []
  for (const one of links.slice(0, 3_000)) {
    if (!expr.includes(one.a.node)) continue
    const load = one.state === 'up' ? chance(`${one.id} load`) ** 7 : 0
    const value = String(load * one.speedBps * (way === 'in' ? 1 : 0.6))
    result.push({ metric: { device: one.a.node, interface: one.a.port }, value: [Date.now() / 1000, value] })
  }
  return { status: 'success', data: { resultType: 'vector', result } }
}

/** What the network was: before the failure, before the cable moved. */
function graphAt(topology, at) {
  const { nodes, links, events, failure } = topology
  const past = at < Date.now() - 14 * MINUTE
  const moved = events.find((one) => one.kind === 'neighbor-moved')
  const came = events.find((one) => one.kind === 'link-added')
  const then = links.flatMap((one) => {
    if (came !== undefined && one.id === came.link.id && at < came.at) return []
    if (moved !== undefined && one.id === moved.link.id && at < moved.at) return [moved.before]
    return [
      past && failure !== undefined && (one.state === 'down' || one.state === 'lost') ? { ...one, state: 'up' } : one,
    ]
  })
  return { nodes, links: then }
}

/** What changed before an alert: near it, and far. */
export function alertChanges({ topology }, alert) {
  const items = topology.events.slice(0, 4).map((event, at) => ({ event, ...(at < 3 && { hops: at }) }))
  return { from: alert.startedAt - 60 * MINUTE, to: alert.startedAt, items, truncated: false }
}

export function topologyAnswer(site, { method, parts, url, body }, { json, page, problem }) {
  const { topology } = site
  if (parts[0] === 'incidents') {
    const all = [...topology.incidents, ...topology.endedIncidents]
    const one = parts[1] === undefined ? undefined : all.find((each) => each.id === parts[1])
    if (parts[1] !== undefined) return one === undefined ? problem(404, ['not_found', 'No such incident.']) : json(one)
    return json(page(topology.incidents))
  }
  if (parts[1] === 'events') {
    const device = url.searchParams.get('device')
    return json(page(topology.events.filter((one) => device === null || JSON.stringify(one).includes(device))))
  }
  if (parts[1] === 'positions') {
    if (method === 'PUT') topology.positions = JSON.parse(body).positions
    return json({ positions: topology.positions })
  }
  if (parts[1] === 'path') return json(pathAnswer(site, url))
  if (parts[1] === 'trace') return traceAnswer(site, { method, parts, body }, { json, problem })
  if (parts[1] === 'export') return json({ format: url.searchParams.get('format') })
  const at = Number(url.searchParams.get('at') ?? Date.now())
  const graph = graphAt(topology, at)
  const layer = url.searchParams.get('layer') ?? 'l2'
  if (site.scenario === 'map-empty') graph.nodes = []
  const focus = url.searchParams.get('focus')
  if (focus !== null) {
    graph.links = graph.links.filter((one) => one.a.node === focus || one.b.node === focus)
    const ids = graph.links.flatMap((one) => [one.a.node, one.b.node])
    graph.nodes = graph.nodes.filter((one) => one.id === focus || ids.includes(one.id))
  }
  const shown = site.scenario === 'map-unlinked' || layer === 'l3' ? [] : graph.links
  const vlans = [
    { id: 10, name: 'office' },
    { id: 20, name: 'voice' },
    { id: 30, name: 'cameras <hall>' },
  ]
  return json({ at, seq: topology.events.length, nodes: graph.nodes, links: shown, vlans })
}
