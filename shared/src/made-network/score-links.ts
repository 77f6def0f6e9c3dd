import type { MadeNetwork } from './made-device.ts'
import { trueLinks } from './true-links.ts'

/** One link that was found: a node is a made device's name, or anything else for a switch that nobody asks. */
export type FoundLink = { readonly a: FoundEnd; readonly b: FoundEnd }
type FoundEnd = { readonly node: string; readonly port?: string | undefined }

/** How many of the true links were found, and how many of those found are true; the rest in words. */
export type LinkScore = {
  readonly expected: number
  readonly found: number
  readonly right: number
  readonly recall: number
  readonly precision: number
  readonly missing: readonly string[]
  readonly wrong: readonly string[]
}

/**
 * Links of layer 2 against the truth: right is one with both devices and both ports. An unmanaged switch that was found
 * is the true one with which it has most ends in common, two at least.
 */
export function scoreLinks(network: MadeNetwork, links: readonly FoundLink[]): LinkScore {
  const managed = new Set(network.devices.filter((device) => device.managed).map(({ name }) => name))
  const { expected, hubs } = expectedLinks(network, managed)
  const words = ({ node, port }: FoundEnd): string => `${node} ${port ?? '?'}`
  const endsAt = new Map<string, string[]>()
  for (const { a, b } of links) {
    for (const [near, far] of [
      [a, b],
      [b, a],
    ] as const) {
      if (!managed.has(near.node)) endsAt.set(near.node, [...(endsAt.get(near.node) ?? []), words(far)])
    }
  }
  const hubOf = sameHubs(endsAt, hubs)
  const found = links.map(({ a, b }) =>
    [a, b]
      .map((end) => (managed.has(end.node) ? words(end) : (hubOf.get(end.node) ?? end.node)))
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

function expectedLinks(network: MadeNetwork, managed: ReadonlySet<string>) {
  const hubs = new Map<string, Set<string>>()
  const expected = new Set<string>()
  for (const { a, b } of trueLinks(network)) {
    const ends = [a, b].filter((end) => managed.has(end.device)).map(({ device, port }) => `${device} ${port}`)
    const unmanaged = [a, b].filter((end) => !managed.has(end.device)).map(({ device }) => device)
    for (const hub of unmanaged) hubs.set(hub, new Set([...(hubs.get(hub) ?? []), ...ends]))
    expected.add([...ends, ...unmanaged.map((hub) => `hub ${hub}`)].sort().join(' - '))
  }
  return { expected, hubs }
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
