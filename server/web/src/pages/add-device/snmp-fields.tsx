import type { JSX } from 'preact'
import { Choice, Field, Segments } from '../../parts/field.tsx'
import type { DeviceForm, FormFaults } from './device-form.ts'

type Props = {
  readonly form: DeviceForm
  readonly faults: FormFaults
  readonly change: (part: Partial<DeviceForm>) => void
  /** It is asked by SNMP in any case. */
  readonly asked?: boolean
}

const AUTH = [
  ['', 'none'],
  ['sha256', 'SHA-256'],
  ['sha512', 'SHA-512'],
  ['sha384', 'SHA-384'],
  ['sha224', 'SHA-224'],
  ['sha', 'SHA-1'],
  ['md5', 'MD5'],
] as const

const PRIV = [
  ['', 'none'],
  ['aes128', 'AES-128'],
  ['aes256', 'AES-256 (Blumenthal)'],
  ['aes256r', 'AES-256 (Reeder, Cisco)'],
  ['des', 'DES'],
] as const

const VERSIONS = [
  ['2c', 'v2c'],
  ['3', 'v3'],
  ['1', 'v1'],
  ['off', 'No SNMP'],
] as const

const one = <T extends string>(all: readonly (readonly [T, string])[], value: string): T | undefined =>
  all.find(([option]) => option === value)?.[0]

/** How the device speaks SNMP: only the fields that the version has. */
export function SnmpFields({ form, faults, change, asked = false }: Props): JSX.Element {
  return (
    <fieldset class="form">
      <legend>SNMP</legend>
      <Segments
        label="SNMP version"
        value={form.snmp}
        onValue={(value) => change({ snmp: one(VERSIONS, value) ?? '2c' })}
        options={asked ? VERSIONS.filter(([version]) => version !== 'off') : VERSIONS}
      />
      {form.snmp === 'off' && <p class="quiet">Only ping: whether it answers and how fast, no interfaces.</p>}
      {(form.snmp === '1' || form.snmp === '2c') && (
        <Field
          label="Community"
          type="password"
          autocomplete="off"
          value={form.community}
          onValue={(community) => change({ community })}
          wrong={faults['snmp.credential.community']}
          hint="Sent in the clear by the device's protocol; SNMPv3 is safer where the device has it."
        />
      )}
      {form.snmp === '3' && <UserFields form={form} faults={faults} change={change} />}
      {form.snmp !== 'off' && (
        <div class="short-field">
          <Field
            label="Port"
            type="number"
            value={form.port}
            onValue={(port) => change({ port })}
            wrong={faults['snmp.port']}
          />
        </div>
      )}
    </fieldset>
  )
}

function UserFields({ form, faults, change }: Props): JSX.Element {
  return (
    <>
      <Field
        label="User"
        value={form.user}
        onValue={(user) => change({ user })}
        wrong={faults['snmp.credential.user']}
      />
      <div class="pair">
        <Choice
          label="Authentication"
          value={form.authProtocol}
          onValue={(value) => change({ authProtocol: one(AUTH, value) ?? '' })}
          options={AUTH}
        />
        {form.authProtocol !== '' && (
          <Field
            label="Authentication key"
            type="password"
            value={form.authKey}
            onValue={(authKey) => change({ authKey })}
            wrong={faults['snmp.credential.authKey']}
          />
        )}
      </div>
      <div class="pair">
        <Choice
          label="Encryption"
          value={form.privProtocol}
          onValue={(value) => change({ privProtocol: one(PRIV, value) ?? '' })}
          options={PRIV}
        />
        {form.privProtocol !== '' && (
          <Field
            label="Encryption key"
            type="password"
            value={form.privKey}
            onValue={(privKey) => change({ privKey })}
            wrong={faults['snmp.credential.privKey']}
          />
        )}
      </div>
      {faults['snmp.credential'] !== undefined && <span class="ink-critical">{faults['snmp.credential']}</span>}
      <Field
        label="Context"
        value={form.context}
        onValue={(context) => change({ context })}
        hint="Most devices have none: leave it empty."
      />
    </>
  )
}
