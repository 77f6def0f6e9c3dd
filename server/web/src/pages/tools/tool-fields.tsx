import type { DeviceSummary } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Field, Segments } from '../../parts/field.tsx'
import { filterRows } from '../../table/column.ts'
import type { FormFaults } from '../add-device/device-form.ts'
import { SnmpFields } from '../add-device/snmp-fields.tsx'
import { deviceLabel, deviceTyped, type ToolForm } from './tool-form.ts'
import type { ToolKind } from './tool-kinds.ts'

type Props = {
  readonly kind: ToolKind
  readonly form: ToolForm
  readonly faults: FormFaults
  readonly change: (part: Partial<ToolForm>) => void
  /** Those that the agent watches. */
  readonly devices: readonly DeviceSummary[]
}

/** The few fields of one tool. */
export function ToolFields(props: Props): JSX.Element | null {
  switch (props.kind) {
    case 'ping':
      return (
        <>
          <Address {...props} />
          <Typed {...props} name="count" label="Echoes" hint="Up to 20, five a second." number />
        </>
      )
    case 'traceroute':
      return (
        <>
          <Address {...props} />
          <Typed {...props} name="maxHops" label="Most hops" number />
          <Typed {...props} name="seconds" label="Time limit, seconds" number />
        </>
      )
    case 'snmp-get':
      return (
        <>
          <Whom {...props} />
          <Typed
            {...props}
            name="oids"
            label="OIDs or names"
            hint="Of single values, so mostly with an index: sysName.0, ifDescr.3. Commas or spaces between them."
          />
        </>
      )
    case 'snmp-walk':
      return (
        <>
          <Whom {...props} />
          <Typed
            {...props}
            name="from"
            label="From"
            hint="An OID or a name: system, ifTable, IF-MIB::ifXTable, 1.3.6.1.4.1."
          />
          <div class="pair-fields">
            <Typed {...props} name="maxRows" label="Most values" number />
            <Typed {...props} name="seconds" label="Time limit, seconds" number />
          </div>
        </>
      )
    case 'test':
      return <Asked {...props} />
    case 'poll-now':
      return <DevicePick {...props} />
    case 'diagnose':
      return null
  }
}

type TypedProps = Props & {
  readonly name: 'address' | 'count' | 'maxHops' | 'seconds' | 'oids' | 'from' | 'maxRows'
  readonly label: string
  readonly hint?: string
  readonly number?: boolean
}

function Typed({ form, faults, change, name, label, hint, number = false }: TypedProps): JSX.Element {
  return (
    <Field
      label={label}
      value={form[name]}
      onValue={(value) => change({ [name]: value })}
      wrong={faults[name]}
      type={number ? 'number' : 'text'}
      mono={!number}
      {...(hint !== undefined && { hint })}
    />
  )
}

function Address(props: Props): JSX.Element {
  return <Typed {...props} name="address" label="Address" hint="IPv4, IPv6 or a host name, as the agent sees it." />
}

/** An address and how it is asked by SNMP. */
function Asked(props: Props): JSX.Element {
  const { form, faults, change } = props
  return (
    <>
      <Address {...props} />
      <SnmpFields
        form={form.snmp}
        faults={faults}
        change={(part) => change({ snmp: { ...form.snmp, ...part } })}
        asked
      />
    </>
  )
}

const WHOM = [
  ['device', 'A watched device'],
  ['address', 'An address'],
] as const

function Whom(props: Props): JSX.Element {
  const { form, change } = props
  return (
    <>
      <Segments
        label="Who is asked"
        value={form.whom}
        onValue={(value) => change({ whom: value === 'address' ? 'address' : 'device' })}
        options={WHOM}
      />
      {form.whom === 'device' ? <DevicePick {...props} /> : <Asked {...props} />}
    </>
  )
}

/** Offered while typing; enough to see that there are more. */
const MOST_OFFERED = 50

function DevicePick({ kind, form, faults, change, devices }: Props): JSX.Element {
  const chosen = devices.find((one) => one.id === form.device)
  const typed = useSignal(chosen === undefined ? '' : deviceLabel(chosen))
  const offers = filterRows(devices, typed.value, deviceLabel).slice(0, MOST_OFFERED).map(deviceLabel)
  const type = (text: string): void => {
    typed.value = text
    change({ device: deviceTyped(devices, text) })
  }
  return (
    <Field
      label="Device"
      value={typed.value}
      onValue={type}
      wrong={faults.device}
      offers={offers}
      hint={
        devices.length === 0
          ? 'This agent watches no device yet.'
          : kind === 'poll-now'
            ? 'Type a part of its name or address.'
            : 'Type a part of its name or address. It is asked by its own credentials.'
      }
      required
    />
  )
}
