import type { LaidTrace, TopologyPath } from '@eyenet/shared/api'

/** A way as the map marks it, by ids of nodes and links. */
export type LitWay = {
  readonly expected: ReadonlySet<string>
  /** The way of the packets; undefined where none was traced. */
  readonly taken: ReadonlySet<string> | undefined
  /** The hop that a node answered as. */
  readonly hops: ReadonlyMap<string, number>
  /** Nodes of both ways. */
  readonly nodes: readonly string[]
}

type Step = { readonly node: string; readonly link?: string | undefined; readonly hop?: number | undefined }

/** The way of the map, and over it that of a trace, which has its own expected one: from where its agent is. */
export function litWay(path: TopologyPath['hops'], laid: LaidTrace | undefined): LitWay | undefined {
  const expected: readonly Step[] = laid === undefined || laid.expected.length === 0 ? path : laid.expected
  const taken: readonly Step[] = laid?.taken ?? []
  if (expected.length + taken.length === 0) return undefined
  const steps = [...expected, ...taken]
  return {
    expected: idsOf(expected),
    taken: laid === undefined ? undefined : idsOf(taken),
    hops: new Map(steps.flatMap(({ node, hop }) => (hop === undefined ? [] : [[node, hop] as const]))),
    nodes: [...new Set(steps.map(({ node }) => node))],
  }
}

const idsOf = (steps: readonly Step[]): ReadonlySet<string> =>
  new Set(steps.flatMap(({ node, link }) => (link === undefined ? [node] : [node, link])))

/** How something that stands for these nodes or links looks while a way is shown. */
export function wayLooks(ids: readonly string[], way: LitWay | undefined): readonly string[] {
  if (way === undefined) return []
  const { expected, taken } = way
  const [isExpected, isTaken] = [expected, taken ?? expected].map((set) => ids.some((id) => set.has(id)))
  if (isTaken) return [isExpected ? 'way' : 'way-elsewhere']
  return [isExpected ? 'way-missed' : 'way-beside']
}

/** The hop of a mark in a word, for those who see no colours. */
export function hopWord(ids: readonly string[], way: LitWay | undefined): string {
  const hop = ids.map((id) => way?.hops.get(id)).find((one) => one !== undefined)
  return hop === undefined ? '' : `\nhop ${hop}`
}
