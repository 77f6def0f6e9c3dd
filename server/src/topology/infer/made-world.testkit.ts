import type { EpochMs } from '@eyenet/shared/identity'
import { SiteName } from '@eyenet/shared/identity'
import { type MadeNetwork, toldBy, trueLinks } from '@eyenet/shared/made-network'
import type { DeviceView } from './device-view.ts'
import type { InferredGraph } from './inference.ts'
import { deviceId } from './made-view.testkit.ts'

/** What inference knows of each managed device of a made network. */
export function viewsOf(network: MadeNetwork, moment: EpochMs): readonly DeviceView[] {
  return network.devices.flatMap((made): readonly DeviceView[] => {
    const told = toldBy(network, made.name, moment)
    if (told === undefined) return []
    const { identity, links, up, adminUp } = told
    return [
      {
        ...{ device: deviceId(made.name), name: made.name, sysName: identity.sysName, serial: identity.serial },
        ...{ site: SiteName.parse(made.site), role: made.role, place: made.place, address: made.address, kind: 'snmp' },
        interfaces: told.interfaces.map(({ interface: port, speedBps, ...rest }) => ({
          ...(speedBps !== undefined && { speedBps }),
          ...{ port, ...rest, isUp: up.has(port), adminUp: adminUp.has(port) },
        })),
        links,
        linksAt: moment,
      },
    ]
  })
}

export type Score = {
  readonly expected: number
  readonly found: number
  readonly right: number
  readonly recall: number
  readonly precision: number
  readonly missing: readonly string[]
  readonly wrong: readonly string[]
}

/**
 * Links of layer 2 against the truth: both ends with device and port. An unmanaged switch that was found is the true one
 * with which it has most ends in common.
 */
export function score(network: MadeNetwork, graph: InferredGraph): Score {
  const names = new Map(network.devices.map(({ name }) => [deviceId(name) as string, name]))
  const managed = new Set(network.devices.filter((device) => device.managed).map(({ name }) => name))
  const truth = new Map<string, Set<string>>()
  const expected = new Set<string>()
  for (const { a, b } of trueLinks(network)) {
    const [ends, hubs] = [
      [a, b].filter((end) => managed.has(end.device)),
      [a, b].filter((end) => !managed.has(end.device)),
    ]
    const words = ends.map(({ device, port }) => `${device} ${port}`)
    for (const { device } of hubs) truth.set(device, new Set([...(truth.get(device) ?? []), ...words]))
    expected.add([...words, ...hubs.map(({ device }) => `hub ${device}`)].sort().join(' - '))
  }
  const byNode = new Map<string, string[]>()
  const l2 = graph.links.filter(({ layer }) => layer === 'l2')
  const words = ({ node, port }: { node: string; port?: string | undefined }): string =>
    names.has(node) ? `${names.get(node)} ${port ?? '?'}` : node
  for (const { a, b } of l2) {
    for (const [near, far] of [
      [a, b],
      [b, a],
    ] as const) {
      if (!names.has(near.node)) byNode.set(near.node, [...(byNode.get(near.node) ?? []), words(far)])
    }
  }
  const hubOf = sameHubs(byNode, truth)
  const found = l2.map(({ a, b }) =>
    [a, b]
      .map((end) => hubOf.get(end.node) ?? words(end))
      .sort()
      .join(' - '),
  )
  const right = new Set(found.filter((one) => expected.has(one))).size
  return {
    ...{ expected: expected.size, found: found.length, right },
    recall: expected.size === 0 ? 1 : right / expected.size,
    precision: found.length === 0 ? 1 : right / found.length,
    missing: [...expected].filter((one) => !found.includes(one)),
    wrong: found.filter((one) => !expected.has(one)),
  }
}

/** Which found switch is which true one: those with most ends in common first, each once. */
function sameHubs(
  found: ReadonlyMap<string, readonly string[]>,
  truth: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, string> {
  const pairs = [...found].flatMap(([node, ends]) =>
    [...truth].map(([hub, all]) => ({ node, hub, count: ends.filter((end) => all.has(end)).length })),
  )
  const hubOf = new Map<string, string>()
  const taken = new Set<string>()
  for (const { node, hub, count } of pairs.sort((x, y) => y.count - x.count)) {
    if (count < 2 || hubOf.has(node) || taken.has(hub)) continue
    hubOf.set(node, `hub ${hub}`)
    taken.add(hub)
  }
  return hubOf
}
