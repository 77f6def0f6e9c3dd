import { stringify } from 'yaml'
import type { SimulatedTarget } from './udp-agents.ts'

const CREDENTIAL = 'simulated'

/**
 * The part of the configuration that makes an agent poll simulated devices. They are not pinged: the kernel would answer
 * for a device that is down.
 */
export function targetsYaml(targets: readonly SimulatedTarget[]): string {
  const communities = [...new Set(targets.map((target) => target.community))]
  const nameOf = (community: string) =>
    communities.length === 1 ? CREDENTIAL : `${CREDENTIAL}-${communities.indexOf(community) + 1}`
  return stringify({
    agent: {
      credentials: Object.fromEntries(
        communities.map((community) => [nameOf(community), { version: '2c', community }]),
      ),
      targets: targets.map(({ name, address, port, community }) => ({
        name,
        address,
        snmp: { port, credential: nameOf(community) },
        ping: false,
      })),
    },
  })
}
