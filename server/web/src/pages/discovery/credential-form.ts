import { type DeviceForm, type FormFaults, snmpCredentialOf } from '../add-device/device-form.ts'

const isEmpty = ({ community, authKey, privKey }: DeviceForm): boolean => [community, authKey, privKey].join('') === ''

/** The credential as a request has it; absent where the old secret stays. */
export function credentialOf(form: DeviceForm, keepsOld: boolean): { readonly credential?: unknown } {
  return keepsOld && isEmpty(form) ? {} : { credential: snmpCredentialOf(form) }
}

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string }

/** Faults by the names that the fields have. */
export function credentialFaults(issues: readonly Issue[]): FormFaults {
  const faults: Record<string, string> = {}
  for (const { path, message } of issues) {
    const name = path.join('.')
    if (name === 'name') faults.name = 'A name of up to 64 letters.'
    else if (name === 'port') faults['snmp.port'] = 'A port from 1 to 65535.'
    else faults[`snmp.${name}`] ??= message
  }
  return faults
}
