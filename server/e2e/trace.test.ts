import { TopologyGraph, TopologyTrace } from '@eyenet/shared/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AgentProcess, startAgent } from './agent-process.testkit.ts'
import { RoutedNetwork, whyNoRouters } from './routed.testkit.ts'
import { type ServerProcess, startServer } from './server-process.testkit.ts'
import { Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const why = whyNoRouters()
const stage = new Stage()
afterAll(() => stage.close())

let server: ServerProcess
let agent: AgentProcess
let network: RoutedNetwork

beforeAll(async () => {
  if (why !== '') return
  network = new RoutedNetwork(stage)
  await network.start(['gate', 'middle', 'end'])
  server = await startServer(stage)
  agent = await startAgent(stage, server, {
    name: 'eye',
    settings: {
      host: { enabled: true },
      intervals: { linksSeconds: 30 },
      credentials: { lab: { version: '2c', community: 'public' } },
      targets: network.devices.map(({ v4 }) => ({ address: v4, ping: false, snmp: { credential: 'lab' } })),
    },
  })
})

async function trace(to: unknown): Promise<TopologyTrace> {
  const sent = await server.api.send('POST', '/api/v1/topology/trace?waitSeconds=0', { from: agent.id, to })
  const { task } = TopologyTrace.parse(sent.body)
  return until('the trace is over', async () => {
    const now = await server.api.get(`/api/v1/topology/trace/${agent.id}/${task.id}`, TopologyTrace)
    return now.task.state !== 'running' && now
  })
}

test.skipIf(why !== '')(
  `a real traceroute over two routers is laid over the map, by IPv4 and IPv6${why === '' ? '' : ` (${why})`}`,
  { timeout: 400_000 },
  async () => {
    const [first, second, last] = network.devices
    // Until every device has told its links, some are missing, and addresses are nobody's.
    const patience = { timeout: 200_000, interval: 1_000 }
    const linked = async (): Promise<number> => {
      const now = await server.api.get('/api/v1/topology', TopologyGraph)
      const devices = new Set(now.nodes.flatMap(({ id, kind }) => (kind === 'device' ? [id] : [])))
      return now.links.filter(({ a, b }) => devices.has(a.node) && devices.has(b.node)).length
    }
    await expect.poll(linked, patience).toBeGreaterThanOrEqual(3)
    const known = await server.api.devices()
    const names = new Map<string, string>(known.map(({ id, name }) => [id, name]))
    const device = known.find(({ address }) => address === last?.v4)
    const asHops = ({ laid }: TopologyTrace) =>
      laid?.hops.map(({ answers, place }) => [
        place,
        ...answers.map(({ node = '', address }) => [names.get(node), address]),
      ])
    let plain = await trace({ device: device?.id })
    const hopsNow = async () => {
      plain = await trace({ device: device?.id })
      return asHops(plain)
    }
    await expect.poll(hopsNow, patience).toEqual([
      ['expected', [first?.name, first?.v4]],
      ['expected', [second?.name, second?.v4]],
      ['expected', [last?.name, last?.v4]],
    ])
    expect(plain).toMatchObject({ task: { state: 'done' }, laid: { outcome: 'as-expected', to: device?.id } })
    expect(plain.laid?.expected).toHaveLength(4)
    const sixNow = async () => asHops(await trace({ address: last?.v6 }))?.map(([, answer]) => answer)
    await expect.poll(sixNow, patience).toEqual([first, second, last].map((one) => [one?.name, one?.v6]))
  },
)
