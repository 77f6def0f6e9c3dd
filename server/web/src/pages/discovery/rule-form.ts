import { DiscoveryRule } from '@eyenet/shared/api'
import { DEVICE_ROLES, type DeviceRole } from '@eyenet/shared/roles'
import { ROLE_WORDS } from './inbox-words.ts'
import { wordsOf } from './plan-form.ts'

/** One rule as it is typed. Empty asks for anything. */
export type RuleForm = {
  readonly name: string
  readonly enabled: boolean
  readonly action: 'accept' | 'ignore'
  readonly networks: string
  readonly role: string
  readonly sysName: string
  readonly vendor: string
  readonly snmp: '' | 'yes' | 'no'
  /** What the form has no field for stays as it is. */
  readonly rest: Partial<DiscoveryRule['when']>
}

export const NEW_RULE: RuleForm = {
  name: '',
  enabled: true,
  action: 'accept',
  networks: '',
  role: '',
  sysName: '',
  vendor: '',
  snmp: 'yes',
  rest: {},
}

export function ruleForm({ name, enabled, action, when }: DiscoveryRule): RuleForm {
  const { networks, roles, sysName, vendor, snmp, ...rest } = when
  const [role, ...more] = roles ?? []
  return {
    name,
    enabled,
    action,
    networks: networks?.join(' ') ?? '',
    role: more.length === 0 ? (role ?? '') : '',
    sysName: sysName ?? '',
    vendor: vendor ?? '',
    snmp: snmp === undefined ? '' : snmp ? 'yes' : 'no',
    rest: more.length === 0 ? rest : { ...rest, roles },
  }
}

export type ReadRule =
  | { readonly kind: 'ok'; readonly rule: DiscoveryRule }
  | { readonly kind: 'wrong'; readonly sentence: string }

const WORDS: Readonly<Record<string, string>> = {
  name: 'Give the rule a name that says what it is for.',
  'when.networks': 'Networks such as 192.0.2.0/24.',
  when: 'Name at least one condition: a rule about everything would be a surprise.',
}

export function readRule(form: RuleForm): ReadRule {
  const role = DEVICE_ROLES.find((one) => one === form.role)
  const networks = wordsOf(form.networks)
  const parsed = DiscoveryRule.safeParse({
    name: form.name,
    enabled: form.enabled,
    action: form.action,
    when: {
      ...form.rest,
      ...(networks.length > 0 && { networks }),
      ...(role !== undefined && { roles: [role] }),
      ...(form.sysName.trim() !== '' && { sysName: form.sysName.trim() }),
      ...(form.vendor.trim() !== '' && { vendor: form.vendor.trim() }),
      ...(form.snmp !== '' && { snmp: form.snmp === 'yes' }),
    },
  })
  if (parsed.success) return { kind: 'ok', rule: parsed.data }
  const [issue] = parsed.error.issues
  const path = issue?.path.filter((part) => typeof part === 'string').join('.') ?? ''
  return { kind: 'wrong', sentence: WORDS[path] ?? `${path}: ${issue?.message ?? 'not understood'}` }
}

/** "accepts what is a switch, in 192.0.2.0/24, and answers SNMP" */
export function ruleSentence({ action, when }: DiscoveryRule): string {
  const role = (one: DeviceRole): string => ROLE_WORDS[one]
  const conditions = [
    when.roles === undefined ? '' : `is a ${when.roles.map(role).join(' or ')}`,
    when.networks === undefined ? '' : `is in ${when.networks.join(' or ')}`,
    when.sysName === undefined ? '' : `calls itself ${when.sysName}`,
    when.vendor === undefined ? '' : `is made by ${when.vendor}`,
    when.snmp === undefined ? '' : when.snmp ? 'answers SNMP' : 'does not answer SNMP',
    when.agents === undefined
      ? ''
      : `is found by ${when.agents.length === 1 ? 'a certain agent' : `one of ${when.agents.length} agents`}`,
  ].filter((text) => text !== '')
  return `${action === 'accept' ? 'Accepts' : 'Ignores'} what ${conditions.join(' and ')}.`
}
