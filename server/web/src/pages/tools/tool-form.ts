import { type NewAgentTask, NewAgentTask as NewAgentTaskShape, type NewDevice } from '@eyenet/shared/api'
import { type DeviceForm, EMPTY_FORM, type FormFaults, readForm } from '../add-device/device-form.ts'
import type { ToolKind } from './tool-kinds.ts'

/** The fields of all tools as they are typed: another tool finds the address that the last one had. */
export type ToolForm = {
  readonly address: string
  readonly count: string
  readonly maxHops: string
  /** SNMP asks a watched device by its own credentials, or any address by others. */
  readonly whom: 'device' | 'address'
  /** Id of a watched device; empty: none is chosen. */
  readonly device: string
  readonly oids: string
  readonly from: string
  readonly maxRows: string
  /** Time limit of a traceroute or walk. */
  readonly seconds: string
  readonly snmp: DeviceForm
}

export const EMPTY_TOOL_FORM: ToolForm = {
  address: '',
  count: '5',
  maxHops: '30',
  whom: 'device',
  device: '',
  oids: 'sysName.0, sysDescr.0, sysUpTime.0',
  from: 'system',
  maxRows: '500',
  seconds: '60',
  snmp: EMPTY_FORM,
}

export type ReadTool =
  | { readonly kind: 'task'; readonly task: NewAgentTask }
  | { readonly kind: 'test'; readonly device: NewDevice }
  | { readonly kind: 'faults'; readonly faults: FormFaults }

/** Words for the fields' faults; the schema's own words are for programs. */
const WORDS: Readonly<Record<string, string>> = {
  address: 'An IP address or a host name, such as 192.0.2.1 or core-1.example.net.',
  device: 'Choose one of the devices that this agent watches.',
  whom: 'An IP address or a host name, such as 192.0.2.1 or core-1.example.net.',
  count: 'From 1 to 20.',
  maxHops: 'From 1 to 64.',
  oids: 'Up to 64 OIDs or names, such as 1.3.6.1.2.1.1.5.0, sysName.0 or IF-MIB::ifDescr.3.',
  from: 'An OID or a name, such as 1.3.6.1.2.1.2, ifTable or IF-MIB::ifDescr.',
  maxRows: 'From 1 to 5000.',
  timeoutMs: 'From 1 to 300 seconds.',
}
/** Where a fault is shown, if not at the field of its own name. */
const FIELDS: Readonly<Record<string, string>> = { whom: 'address', timeoutMs: 'seconds' }

/** An echo without an answer takes 2 s, and there is a pause before the next. */
const MS_PER_ECHO = 2_300

/** What the form says as a request, or what is wrong in which field. */
export function readTool(kind: ToolKind, form: ToolForm, agent: string): ReadTool {
  if (kind === 'test') return readTest(form, agent)
  const whom: Whom = kind === 'snmp-get' || kind === 'snmp-walk' ? whomOf(form, agent) : { kind: 'none' }
  const parsed = NewAgentTaskShape.safeParse({
    kind,
    ...ownOf(kind, form),
    ...(whom.kind === 'whom' && { whom: whom.whom }),
  })
  if (parsed.success) return { kind: 'task', task: parsed.data }
  const faults: Record<string, string> = whom.kind === 'faults' ? { ...whom.faults } : {}
  for (const { path, message } of parsed.error.issues) {
    const name = String(path[0] ?? '')
    // Why there is nobody to ask has been told more exactly.
    if (name === 'whom' && whom.kind === 'faults') continue
    faults[FIELDS[name] ?? name] ??= WORDS[name] ?? message
  }
  return { kind: 'faults', faults }
}

function ownOf(kind: NewAgentTask['kind'], form: ToolForm): object {
  const timeoutMs = Math.round(Number(form.seconds) * 1000)
  const address = form.address.trim()
  switch (kind) {
    case 'ping': {
      const count = Number(form.count)
      return { address, count, timeoutMs: Math.min(300_000, Math.max(15_000, Math.round(count * MS_PER_ECHO) || 0)) }
    }
    case 'traceroute':
      return { address, maxHops: Number(form.maxHops), timeoutMs }
    case 'snmp-get':
      return { oids: form.oids.split(/[\s,;]+/).filter((oid) => oid !== '') }
    case 'snmp-walk':
      return { from: form.from.trim(), maxRows: Number(form.maxRows), timeoutMs }
    case 'poll-now':
      return { device: form.device }
    case 'diagnose':
      return {}
  }
}

type Whom =
  | { readonly kind: 'none' }
  | { readonly kind: 'whom'; readonly whom: object }
  | { readonly kind: 'faults'; readonly faults: FormFaults }

function whomOf(form: ToolForm, agent: string): Whom {
  if (form.whom === 'device') {
    if (form.device === '') return { kind: 'faults', faults: { device: WORDS.device ?? '' } }
    return { kind: 'whom', whom: { device: form.device } }
  }
  const read = readForm({ ...form.snmp, agent, address: form.address })
  if (read.kind === 'faults') return read
  const { address, snmp } = read.device
  return { kind: 'whom', whom: { address, snmp } }
}

function readTest(form: ToolForm, agent: string): ReadTool {
  const read = readForm({ ...form.snmp, agent, address: form.address })
  return read.kind === 'ok' ? { kind: 'test', device: read.device } : read
}

type Named = { readonly id: string; readonly name: string; readonly address: string }

export const deviceLabel = ({ name, address }: Named): string => (name === address ? name : `${name} (${address})`)

/** The id of the device that is meant by a typed text; empty where none is, or where several could be. */
export function deviceTyped(devices: readonly Named[], typed: string): string {
  const text = typed.trim().toLowerCase()
  const label = devices.filter((one) => deviceLabel(one).toLowerCase() === text)
  const fits =
    label.length > 0
      ? label
      : devices.filter(({ id, name, address }) => [id, name, address].some((word) => word.toLowerCase() === text))
  return fits.length === 1 ? (fits[0]?.id ?? '') : ''
}
