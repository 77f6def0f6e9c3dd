import { afterAll, beforeAll, expect, test } from 'vitest'
import { startAgent } from './agent-process.testkit.ts'
import { LldpNetwork, whyNoNamespaces } from './lldpd.testkit.ts'
import { type ServerProcess, startServer } from './server-process.testkit.ts'
import { Stage } from './stage.testkit.ts'
import { graphOf, linesOf } from './topology.testkit.ts'

const why = whyNoNamespaces()
const stage = new Stage()
afterAll(() => stage.close())

let server: ServerProcess
let network: LldpNetwork

beforeAll(async () => {
  if (why !== '') return
  network = new LldpNetwork(stage)
  for (const name of ['north', 'east', 'south', 'west']) network.addDevice(name)
  network.addHub('hub')
  network.cable(['north', 'eth0'], ['east', 'eth0'])
  network.cable(['north', 'eth1'], ['south', 'eth0'])
  network.cable(['east', 'eth1'], ['hub', 'p1'])
  network.cable(['south', 'eth1'], ['hub', 'p2'])
  network.cable(['west', 'eth0'], ['hub', 'p3'])
  await network.start()
  server = await startServer(stage)
  await startAgent(stage, server, {
    name: 'eye',
    settings: {
      intervals: { linksSeconds: 30 },
      credentials: { lab: { version: '2c', community: 'public' } },
      targets: network.devices.map(({ address, port }) => ({
        ...{ address, ping: false, snmp: { credential: 'lab', port } },
      })),
    },
  })
})

const CABLES = ['east eth0 - north eth0', 'north eth1 - south eth0']
const HUB = ['* - east eth1', '* - south eth1', '* - west eth0']

test.skipIf(why !== '')(
  `real LLDP frames become the links of the map${why === '' ? '' : ` (${why})`}`,
  {
    timeout: 240_000,
  },
  async () => {
    let graph = await graphOf(server)
    const lines = async () => {
      graph = await graphOf(server)
      return linesOf(graph)
    }
    // Until every device has told its neighbors, there may be other links than these, and more.
    await expect.poll(lines, { timeout: 200_000, interval: 500 }).toEqual([...HUB, ...CABLES].sort())
    expect(graph.nodes.map(({ kind }) => kind).sort()).toEqual(['device', 'device', 'device', 'device', 'unmanaged'])
  },
)
