// A failure at random, and what it does in truth.
import { cutCable, deviceOff, powerOff, seenFrom } from '../../shared/dist/made-network/made-network.js'

/** Draws are made until one shows: a cable of a station, or an empty place, is nobody's outage. */
const MAX_DRAWS = 200

/**
 * A switch or router that fails, a cable that is cut, or a place that loses its power. Not the agent's own machine, cable
 * and place: that is a case of its own (`own-line`). `spare`: a cable whose cut takes nobody away; undefined where there is none.
 */
export function drawFailure(site, kind, random) {
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const failure = candidate(site, kind, random)
    if (failure === undefined) continue
    const effect = effectOf(site, failure.network)
    if (kind === 'spare' && (effect.away.size > 0 || !isAsked(site, failure))) continue
    if (effect.away.size + effect.ports.size > 0) return { kind, ...failure, ...effect }
  }
  return undefined
}

/** The cable of the first agent's machine. */
export function ownLine(site) {
  const [home] = site.standing
  const cables = site.network.cables.filter(({ a, b }) => a.device === home || b.device === home)
  const network = cables.reduce((cut, { id }) => cutCable(cut, id), site.network)
  return { kind: 'own-line', network, what: home, cables: cables.map(({ id }) => id), ...effectOf(site, network) }
}

/** Whether both ends of a cable are asked: nobody else tells of a cable that nobody needs. */
function isAsked({ network }, { ends }) {
  return ends.every((end) => network.devices.some(({ name, managed }) => name === end.device && managed))
}

function candidate({ network, standing }, kind, random) {
  const pick = (list) => list[Math.floor(random() * list.length)]
  const isOwn = ({ a, b }) => standing.includes(a.device) || standing.includes(b.device)
  if (kind === 'switch') {
    const device = pick(
      network.devices.filter(({ name, bridges, routes }) => (bridges || routes) && !standing.includes(name)),
    )
    return { network: deviceOff(network, device.name), what: device.name, isManaged: device.managed }
  }
  if (kind === 'link' || kind === 'spare') {
    const cable = pick(network.cables.filter((one) => !isOwn(one)))
    return { network: cutCable(network, cable.id), what: cable.id, ends: [cable.a, cable.b] }
  }
  const homes = network.devices.filter(({ name }) => standing.includes(name))
  const places = network.devices.filter(
    ({ site, place, managed }) => managed && !homes.some((home) => home.site === site && home.place === place),
  )
  const { site, place } = pick(places)
  return { network: powerOff(network, { site, place }), what: place, site }
}

/** Who is not reached any more, who has no power, and which ports of those who answer went down. */
function effectOf(site, network) {
  const before = seenByAll(site, site.network)
  const now = seenByAll(site, network)
  const away = new Set([...before.answers].filter((name) => !now.answers.has(name)))
  const ports = new Set([...now.ports].filter((port) => !before.ports.has(port)))
  return { away, ports, off: network.off }
}

/** What all agents see, each of the devices that it watches. */
export function seenByAll({ standing, devices }, network) {
  const answers = new Set()
  const ports = new Set()
  for (const agent of standing) {
    const seen = seenFrom(network, agent)
    for (const { name, agent: watcher } of devices) if (watcher === agent && seen.answers.has(name)) answers.add(name)
    for (const { device, port } of seen.portsDown) ports.add(`${device} ${port}`)
  }
  return { answers, ports: new Set([...ports].filter((port) => answers.has(port.split(' ')[0]))) }
}
