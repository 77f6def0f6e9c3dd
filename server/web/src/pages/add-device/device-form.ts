import { NewDevice } from '@eyenet/shared/api'
import type { AUTH_PROTOCOLS, PRIV_PROTOCOLS } from '@eyenet/shared/wire'

/** The form as it is typed: all texts. */
export type DeviceForm = {
  readonly agent: string
  readonly address: string
  readonly name: string
  readonly snmp: 'off' | '1' | '2c' | '3'
  readonly port: string
  readonly community: string
  readonly user: string
  readonly authProtocol: (typeof AUTH_PROTOCOLS)[number] | ''
  readonly authKey: string
  readonly privProtocol: (typeof PRIV_PROTOCOLS)[number] | ''
  readonly privKey: string
  readonly context: string
  readonly ping: boolean
  readonly interval: string
}

export const EMPTY_FORM: DeviceForm = {
  agent: '',
  address: '',
  name: '',
  snmp: '2c',
  port: '161',
  community: '',
  user: '',
  authProtocol: 'sha256',
  authKey: '',
  privProtocol: 'aes128',
  privKey: '',
  context: '',
  ping: true,
  interval: '',
}

export type FormFaults = Readonly<Record<string, string>>
export type ReadForm =
  | { readonly kind: 'ok'; readonly device: NewDevice }
  | { readonly kind: 'faults'; readonly faults: FormFaults }

/** Words for the fields' faults; the schema's own words are for programs. */
const WORDS: Readonly<Record<string, string>> = {
  agent: 'Choose the agent that is to watch it.',
  address: 'An IP address or a host name.',
  'snmp.port': 'A port from 1 to 65535.',
  'snmp.credential.community': 'The community; the device knows it as a password.',
  'snmp.credential.user': 'The user name, 32 letters at most.',
  'snmp.credential.authKey': 'At least 8 characters (RFC 3414).',
  'snmp.credential.privKey': 'At least 8 characters (RFC 3414).',
  'snmp.credential': 'Encryption needs authentication: choose both, or neither.',
  intervalSeconds: 'From 5 to 86400 seconds, or empty.',
}

/** What the form says as a request, or what is wrong in which field. */
export function readForm(form: DeviceForm): ReadForm {
  const parsed = NewDevice.safeParse({
    agent: form.agent,
    address: form.address,
    ...(form.name.trim() === '' ? {} : { name: form.name }),
    ...(form.snmp === 'off' ? {} : { snmp: { port: Number(form.port), credential: snmpCredentialOf(form) } }),
    ping: form.ping,
    ...(form.interval.trim() === '' ? {} : { intervalSeconds: Number(form.interval) }),
  })
  if (parsed.success) {
    if (form.snmp === 'off' && !form.ping)
      return { kind: 'faults', faults: { ping: 'Something must be asked: SNMP, ping, or both.' } }
    return { kind: 'ok', device: parsed.data }
  }
  const faults: Record<string, string> = {}
  for (const { path, message } of parsed.error.issues) {
    const name = path.join('.')
    faults[name] ??= WORDS[name] ?? message
  }
  return { kind: 'faults', faults }
}

/** As the wire has it; what is not chosen is left out. */
export function snmpCredentialOf(form: DeviceForm): unknown {
  if (form.snmp === '1' || form.snmp === '2c') return { version: form.snmp, community: form.community }
  return {
    version: '3',
    user: form.user,
    ...(form.authProtocol === '' ? {} : { authProtocol: form.authProtocol, authKey: form.authKey }),
    ...(form.privProtocol === '' ? {} : { privProtocol: form.privProtocol, privKey: form.privKey }),
    ...(form.context === '' ? {} : { context: form.context }),
  }
}
