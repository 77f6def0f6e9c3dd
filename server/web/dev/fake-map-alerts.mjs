// Alerts of the made-up networks for the map. Never part of the build.
import { alert, on } from './fake-site.mjs'

const TROUBLES = [
  { rule: 'InterfaceErrors', interface: 'Gi1/0/7', summary: 'receives 3.2 errors/s' },
  { rule: 'TemperatureHigh', summary: 'is 48 °C warm' },
]

/** What fires on a made network: the cause, and what only needs a look and does not merely keep SNMP to itself. */
export function alertsOf({ nodes, failure }, now) {
  if (failure === undefined) return []
  const down = { rule: 'DeviceDown', summary: 'does not answer' }
  const warned = nodes.filter((node) => failure.warned.includes(node.id) && !failure.mute.includes(node.id))
  const all = [[failure.failed, down], ...warned.map((node, at) => [node, TROUBLES[at % TROUBLES.length]])]
  return all.map(([node, { rule, summary, ...part }]) =>
    alert(
      {
        ...on(node.name, part),
        ...{ rule, severity: rule === 'DeviceDown' ? 'critical' : 'warning', state: 'firing', minutes: 14, expr: '' },
        annotations: { summary: `${node.name} ${summary}` },
      },
      now,
    ),
  )
}
