import { AgentId, EpochMs } from '@eyenet/shared/identity'
import { DeviceRole } from '@eyenet/shared/roles'
import { Discovered } from '@eyenet/shared/wire'
import { z } from 'zod'

const Snmp = Discovered.shape.snmp.unwrap()

/** What is known of one thing that was found, as it was last told. All texts come from the network. */
export const Evidence = z.object({
  how: z.array(Discovered.shape.how),
  /** Somebody has had an answer of it. */
  answered: z.boolean(),
  ports: z.array(z.number()),
  rttSeconds: z.number().optional(),
  hostname: z.string(),
  vendor: z.string(),
  role: DeviceRole,
  roleEvidence: z.string(),
  via: Discovered.shape.via,
  /** At which address it answered SNMP, and which agent. */
  snmp: Snmp.extend({ address: z.string(), agent: AgentId }).optional(),
  seenBy: z.array(z.object({ agent: AgentId, at: EpochMs })),
})
export type Evidence = z.infer<typeof Evidence>

export const NO_EVIDENCE: Evidence = {
  how: [],
  answered: false,
  ports: [],
  hostname: '',
  vendor: '',
  role: 'unknown',
  roleEvidence: '',
  via: undefined,
  seenBy: [],
}

/** More agents than that see no more of it. */
const MAX_SEEN_BY = 16

type Told = { readonly finding: Discovered; readonly address: string | undefined; readonly agent: AgentId }

/** What is known together with what was told at `at`: the newer word counts, and what it does not speak of stays. */
export function withFinding(before: Evidence, { finding, address, agent }: Told, at: EpochMs): Evidence {
  const { how, ports, rttSeconds, hostname, vendor, role, roleEvidence, via, snmp } = finding
  const told = DeviceRole.safeParse(role)
  const hasRole = told.success && told.data !== 'unknown'
  const heardBefore = before.seenBy.find((one) => one.agent === agent)?.at ?? 0
  const seenBy = [
    { agent, at: at > heardBefore ? at : (before.seenBy.find((one) => one.agent === agent)?.at ?? at) },
    ...before.seenBy.filter((one) => one.agent !== agent),
  ]
  return {
    ...before,
    how: before.how.includes(how) ? before.how : [...before.how, how],
    answered: before.answered || how === 'sweep' || snmp !== undefined || rttSeconds !== undefined,
    ...(ports !== undefined && { ports }),
    ...(rttSeconds !== undefined && { rttSeconds }),
    hostname: hostname ?? before.hostname,
    vendor: vendor ?? before.vendor,
    ...(hasRole && { role: told.data, roleEvidence: roleEvidence ?? '' }),
    via: via ?? before.via,
    ...(snmp !== undefined && address !== undefined && { snmp: { ...snmp, address, agent } }),
    seenBy: seenBy.slice(0, MAX_SEEN_BY),
  }
}

/** Of two entries that turn out to be one: what the first does not know, the second tells. */
export function joinedEvidence(first: Evidence, second: Evidence): Evidence {
  const hasRole = first.role !== 'unknown'
  return {
    ...second,
    ...first,
    how: [...new Set([...first.how, ...second.how])],
    answered: first.answered || second.answered,
    ports: first.ports.length > 0 ? first.ports : second.ports,
    hostname: first.hostname || second.hostname,
    vendor: first.vendor || second.vendor,
    role: hasRole ? first.role : second.role,
    roleEvidence: hasRole ? first.roleEvidence : second.roleEvidence,
    via: first.via ?? second.via,
    seenBy: [
      ...first.seenBy,
      ...second.seenBy.filter(({ agent }) => first.seenBy.every((one) => one.agent !== agent)),
    ].slice(0, MAX_SEEN_BY),
  }
}
