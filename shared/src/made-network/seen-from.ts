import type { MadeEnd, MadeNetwork } from './made-device.ts'
import { wiringOf } from './wiring.ts'

/** What an agent can see of a network from where it stands. */
export type Seen = {
  /** Managed devices that answer. */
  readonly answers: ReadonlySet<string>
  /** Cabled, enabled interfaces that are down, at devices that answer. */
  readonly portsDown: readonly MadeEnd[]
}

/**
 * Who answers an agent on this device, now that the spanning tree and the routes have found their ways round what failed:
 * everything with power that a chain of live cables reaches, over devices that pass frames or packets on. Nothing answers
 * where the agent's own device has no power. Throws RangeError for an unknown device.
 */
export function seenFrom(network: MadeNetwork, agent: string): Seen {
  const wiring = wiringOf(network)
  const home = wiring.devices.get(agent)
  if (home === undefined) throw new RangeError(`there is no device ${agent}`)
  const reached = new Set<string>(network.off.has(agent) ? [] : [agent])
  const open = [...reached]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const device = wiring.devices.get(name)
    const passes = name === agent || device?.bridges === true || device?.routes === true
    if (!passes) continue
    for (const way of wiring.waysAt.get(name) ?? []) {
      const next = way.a.device === name ? way.b.device : way.a.device
      if (!way.live || reached.has(next)) continue
      reached.add(next)
      open.push(next)
    }
  }
  const answers = new Set([...reached].filter((name) => wiring.devices.get(name)?.managed === true))
  const ends = network.cables.flatMap(({ a, b }) => [a, b])
  return { answers, portsDown: ends.filter((end) => answers.has(end.device) && !wiring.isUp(end)) }
}
