import type { DeviceId } from '@eyenet/shared/identity'
import type { Diagnosis, SnmpAccess, Task, TaskReply } from '@eyenet/shared/wire'
import type { MibFacts } from '../mib/mib.ts'
import type { Pinger, TraceOptions, TraceOutcome } from '../probe/probe.ts'
import type { Clock } from '../schedule/schedule.ts'
import type { SnmpEngine } from '../snmp/snmp.ts'

export type RemoteTask = Extract<Task, { kind: 'ping' | 'traceroute' | 'snmp-get' | 'snmp-walk' | 'diagnose' }>

export type RemoteParts = {
  readonly clock: Clock
  readonly pinger: Pinger
  readonly trace: (address: string, options: TraceOptions) => Promise<TraceOutcome>
  readonly snmp: SnmpEngine
  readonly mib: MibFacts
  /** How a watched device is asked by SNMP; undefined where it is not. */
  readonly accessOf: (device: DeviceId) => { readonly address: string; readonly snmp: SnmpAccess } | undefined
  readonly diagnose: () => Diagnosis
  /** Parts of a long task are there. */
  readonly progress: (reply: Extract<TaskReply, { kind: 'progress' }>) => void
}
