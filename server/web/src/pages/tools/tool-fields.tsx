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
  const { form, faults, change } = props
  switch (props.kind) {
    case 'ping':
      return (
        <>
          <Address {...props} />
          <Field
            label="Echoes"
            type="number"
            value={form.count}
            onValue={(count) => change({ count })}
            wrong={faults.count}
            hint="Up to 20, five a second."
          />
        </>
      )
    case 'traceroute':
      return (
        <>
          <Address {...props} />
          <Field
            label="Most hops"
            type="number"
            value={form.maxHops}
            onValue={(maxHops) => change({ maxHops })}
            wrong={faults.maxHops}
          />
          <Seconds {...props} />
        </>
      )
    case 'snmp-get':
      return (
        <>
          <Whom {...props} />
          <Field
            label="OIDs or names"
            value={form.oids}
            onValue={(oids) => change({ oids })}
            wrong={faults.oids}
            hint="Of single values, so mostly with an index: sysName.0, ifDescr.3. Commas or spaces between them."
            mono
          />
        </>
      )
    case 'snmp-walk':
      return <WalkFields {...props} />
    case 'test':
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
    case 'poll-now':
      return <DevicePick {...props} />
    case 'diagnose':
      return null
  }
}

function WalkFields(props: Props): JSX.Element {
  const { form, faults, change } = props
  return (
    <>
      <Whom {...props} />
      <Field
        label="From"
        value={form.from}
        onValue={(from) => change({ from })}
        wrong={faults.from}
        hint="An OID or a name: system, ifTable, IF-MIB::ifXTable, 1.3.6.1.4.1."
        mono
      />
      <div class="pair-fields">
        <Field
          label="Most values"
          type="number"
          value={form.maxRows}
          onValue={(maxRows) => change({ maxRows })}
          wrong={faults.maxRows}
        />
        <Seconds {...props} />
      </div>
    </>
  )
}

function Address({ form, faults, change }: Props): JSX.Element {
  return (
    <Field
      label="Address"
      value={form.address}
      onValue={(address) => change({ address })}
      wrong={faults.address}
      hint="IPv4, IPv6 or a host name, as the agent sees it."
      mono
      required
    />
  )
}

function Seconds({ form, faults, change }: Props): JSX.Element {
  return (
    <Field
      label="Time limit, seconds"
      type="number"
      value={form.seconds}
      onValue={(seconds) => change({ seconds })}
      wrong={faults.seconds}
    />
  )
}

const WHOM = [
  ['device', 'A watched device'],
  ['address', 'An address'],
] as const

function Whom(props: Props): JSX.Element {
  const { form, faults, change } = props
  return (
    <>
      <Segments
        label="Who is asked"
        value={form.whom}
        onValue={(value) => change({ whom: value === 'address' ? 'address' : 'device' })}
        options={WHOM}
      />
      {form.whom === 'device' ? (
        <DevicePick {...props} />
      ) : (
        <>
          <Address {...props} />
          <SnmpFields
            form={form.snmp}
            faults={faults}
            change={(part) => change({ snmp: { ...form.snmp, ...part } })}
            asked
          />
        </>
      )}
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
