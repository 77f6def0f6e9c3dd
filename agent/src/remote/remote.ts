/**
 * Tasks that the server asks for and a person waits for: ping, traceroute, SNMP get and walk, and what the agent has to say
 * of itself. Each has a time limit and bounds on what it brings; what there is when a bound is met is in the reply. It
 * checks no signature (see `uplink`), and writes nothing to a device.
 */

export { type DiagnosisSource, diagnosisOf } from './diagnosis.ts'
export { RecentLog } from './recent-log.ts'
export type { RemoteParts, RemoteTask } from './remote-parts.ts'
export { RemoteTasks } from './remote-tasks.ts'
export { secretsOf, withoutSecrets } from './secret-words.ts'
