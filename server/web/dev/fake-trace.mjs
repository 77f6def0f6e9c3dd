// Ways and traces for the fake API: the shortest over the made network, and packets that go beside it.
import { randomUUID } from 'node:crypto'

/** Nodes and links in turn, without the nodes in `beside`. */
function wayBetween({ links }, [from, to], beside = []) {
  const cameBy = new Map([[from, undefined]])
  for (const [node] of cameBy) {
    for (const one of links) {
      const next = one.a.node === node ? one.b.node : one.b.node === node ? one.a.node : undefined
      if (next === undefined || cameBy.has(next) || beside.includes(next) || one.state === 'down') continue
      cameBy.set(next, { node, link: one.id })
    }
  }
  if (!cameBy.has(to)) return []
  const hops = []
  for (let at = to, link; at !== undefined; ) {
    hops.unshift({ node: at, ...(link !== undefined && { link }) })
    link = cameBy.get(at)?.link
    at = cameBy.get(at)?.node
  }
  return hops
}

export function pathAnswer({ topology }, url) {
  const [from, to] = [url.searchParams.get('from'), url.searchParams.get('to')]
  const hops = wayBetween(topology, [from, to])
  const cuts = hops.slice(1, -1).map(({ node }) => node)
  return { from, to, hops, cuts: cuts.filter((node) => wayBetween(topology, [from, to], [node]).length === 0) }
}

const withHops = (way, at) => way.map((step) => (at.has(step.node) ? { ...step, hop: at.get(step.node) } : step))

/** A trace from the middle of the network: by the other core where there is one, over a stranger, one hop silent. */
function laidTrace({ topology }, { from, to }) {
  const expected = wayBetween(topology, [from, to])
  const other = wayBetween(topology, [from, to], expected.length > 2 ? [expected[1].node] : [])
  const taken = other.length > 0 ? other : expected
  const name = (node) => topology.nodes.find((one) => one.id === node)?.name ?? node
  const known = taken.slice(1)
  const onPath = new Set(expected.map(({ node }) => node))
  const hops = known.map(({ node }, at) => ({
    ...{ hop: at + (at > 0 ? 3 : 1), rtts: [0.00034, 0.00042, 0.00051].slice(at % 2), lost: at % 2 },
    answers: [
      { address: at === 1 ? '2001:db8:85a3::8a2e:370:7334' : `192.0.2.${at + 1}`, node, why: `${name(node)} has it` },
    ],
    place: onPath.has(node) ? 'expected' : 'elsewhere',
  }))
  hops.splice(
    1,
    0,
    { hop: 2, rtts: [0.001, 0.001, 0.002], lost: 0, answers: [{ address: '203.0.113.77' }], place: 'unknown' },
    { hop: 3, rtts: [], lost: 3, answers: [], place: 'silent' },
  )
  const hopOf = new Map(known.map(({ node }, at) => [node, at + (at > 0 ? 3 : 1)]))
  const beside = known.filter(({ node }) => !onPath.has(node)).map(({ node }) => name(node))
  const text =
    beside.length === 0
      ? 'The packets go as the graph has it. Not on the map: 203.0.113.77. 1 hop does not answer.'
      : `The packets go by ${beside.join(', ')}, the shortest way of the graph is by ${name(expected[1]?.node)}. Both are ways, equally short. Not on the map: 203.0.113.77. 1 hop does not answer.`
  return {
    ...{ from, to, hops, expected: withHops(expected, hopOf), taken: withHops(taken, hopOf) },
    ...{ outcome: beside.length === 0 ? 'as-expected' : 'elsewhere', text },
  }
}

/** `parts`: topology, trace, AGENT, TASK. A trace runs for three questions. */
export function traceAnswer(site, { method, parts, body }, { json, problem }) {
  site.traces ??= new Map()
  if (method === 'POST') {
    const { from: agent, to } = JSON.parse(body)
    const task = {
      ...{ id: randomUUID(), agent, kind: 'traceroute', about: '192.0.2.9', by: 'mira', at: Date.now() },
      ...{ state: 'running', progress: { done: 1, at: '192.0.2.1' } },
    }
    site.traces.set(task.id, { task, to: to.device, asked: 0 })
    return json({ task }, 202)
  }
  const one = site.traces.get(parts[3])
  if (one === undefined)
    return problem(404, ['not_found', 'there is no traceroute of that id; results are kept for 15 minutes'])
  one.asked += 1
  if (one.asked < 3) return json({ task: { ...one.task, progress: { done: one.asked, at: '192.0.2.1' } } })
  const access = site.topology.nodes.find(({ name }) => name.endsWith('access-1')) ?? site.topology.nodes[0]
  const laid = laidTrace(site, { from: access.id, to: one.to })
  const result = { kind: 'traceroute', ended: 'whole', message: '192.0.2.9 is 5 hops away.', hops: [] }
  return json({ task: { ...one.task, state: 'done', endedAt: Date.now(), result }, laid })
}
