import type { LaidHop, LaidTrace } from './topology-trace-resource.ts'

/** A row of a trace beside the expected way: a step of that, a hop, or both where they are one. */
export type BesideRow = { readonly node: string | undefined; readonly hop: LaidHop | undefined }

/** Expected steps and hops in one order: a hop stands beside its step, and what is between two such hops between them. */
export function besideRows({ expected, hops }: Pick<LaidTrace, 'expected' | 'hops'>): readonly BesideRow[] {
  const rows: BesideRow[] = []
  let next = 0
  for (const step of expected) {
    const at = step.hop === undefined ? -1 : hops.findIndex((one, index) => index >= next && one.hop === step.hop)
    if (at < 0) {
      rows.push({ node: step.node, hop: undefined })
      continue
    }
    for (const hop of hops.slice(next, at)) rows.push({ node: undefined, hop })
    rows.push({ node: step.node, hop: hops[at] })
    next = at + 1
  }
  return [...rows, ...hops.slice(next).map((hop) => ({ node: undefined, hop }))]
}
