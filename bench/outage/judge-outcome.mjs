// What was told against what happened.
import { idOf } from './made-site.mjs'

/**
 * `right`: `named` where the cause is exactly what failed; `alike` where it is named beside what looks the same from
 * outside (a device and its only link, a switch and the power of its place, an agent's line and its first hop). Undefined where
 * it is not named.
 */
export function judgeOutcome(site, failure, alerts) {
  const powerless = new Set([...failure.off].map(idOf))
  const away = new Set([...failure.away].map(idOf))
  // A device whose only link was cut stands for that link; no other that has power may alert.
  const behind = alerts.filter(
    ({ rule, what, incident }) =>
      rule === 'DeviceDown' &&
      away.has(what) &&
      !powerless.has(what) &&
      !isAtCut(site, failure, what) &&
      incident !== undefined,
  )
  const rights = alerts.map((alert) => rightOf(site, failure, alert))
  return { right: rights.find((one) => one !== undefined), alerts: alerts.length, behind: behind.length }
}

function isAtCut(site, { ends = [] }, device) {
  return ends.some((end) => idOf(end.device) === device) || ends.some((end) => isUnmanaged(site, end.device))
}

function isUnmanaged({ network }, name) {
  return network.devices.some((device) => device.name === name && !device.managed)
}

function rightOf(site, failure, { rule, what, incident }) {
  if (failure.kind === 'own-line') return rule === 'AgentIsolated' ? 'named' : undefined
  if (failure.kind === 'switch') return ofSwitch(site, failure, { rule, what, incident })
  if (failure.kind === 'link' || failure.kind === 'spare') return ofLink(site, failure, { rule, what, incident })
  if (rule === 'PowerLost') return incident?.cause.text === failure.what ? 'named' : undefined
  // One device of the place is away, or one explains all of it: that device is what lost its power.
  if (rule !== 'DeviceDown' || !failure.off.has(nameOf(site, what))) return ofFirstHop(failure, { rule, incident })
  const away = [...failure.off].filter((name) => failure.away.has(name))
  return away.length === 1 || incident?.or.some((one) => one.includes(failure.what)) ? 'alike' : undefined
}

function ofSwitch(site, failure, { rule, what, incident }) {
  if (rule === 'DeviceDown' && what === idOf(failure.what)) return 'named'
  if (!failure.isManaged && incident !== undefined) {
    // What nobody asks has no alert of its own: the port towards it, or the only device behind it, is named with it.
    return touches(site, incident, failure.what) ? 'alike' : undefined
  }
  return ofFirstHop(failure, { rule, incident })
}

function ofFirstHop(failure, { rule, incident }) {
  if (rule !== 'AgentIsolated') return undefined
  const named = new Set(incident?.or)
  return [failure.what, ...failure.off].some((name) => named.has(name)) ? 'alike' : undefined
}

function ofLink(site, failure, { rule, what, incident }) {
  const link = incident?.cause.link === undefined ? undefined : site.ways.links.get(incident.cause.link)
  if (rule === 'LinkDown') return link !== undefined && isOver(site, link, failure.ends) ? 'named' : undefined
  if (rule !== 'DeviceDown' || !isAtCut(site, failure, what)) return undefined
  return incident?.or.length > 0 ? 'alike' : undefined
}

/** Whether a link of the map is over the cable: both ends, or the one that is asked where the other is not. */
function isOver(site, link, ends) {
  const words = [link.a, link.b].flatMap(({ node, port }) => [
    `${node} ${port}`,
    ...link.members.flatMap(({ a, b }) => [`${node} ${a}`, `${node} ${b}`]),
  ])
  return ends
    .filter((end) => !isUnmanaged(site, end.device))
    .every((end) => words.includes(`${idOf(end.device)} ${end.port}`))
}

/** Whether the incident's link, or its only device, hangs on the switch that nobody asks. */
function touches(site, { cause, kind }, name) {
  const around = site.network.cables.flatMap(({ a, b }) => (a.device === name ? [b] : b.device === name ? [a] : []))
  const isAround = around.some((end) => idOf(end.device) === cause.device)
  return isAround && (kind === 'link' || kind === 'device')
}

function nameOf(site, id) {
  return site.devices.find((device) => device.id === id)?.name
}
