import { assertNever } from '@eyenet/shared/errors'
import type { SnmpCredential } from './credential.ts'
import type { Learnt } from './sizing.ts'

/** What became of a question to a device. */
export type SnmpOutcome<T> = { readonly kind: 'ok'; readonly value: T } | SnmpFailure

/** `detail` is a clause for people; it holds no secret and nothing the device wrote. */
export type SnmpFailure =
  | { readonly kind: 'timeout'; readonly attempts: number; readonly detail?: string }
  | { readonly kind: 'wrong-credential'; readonly detail: string }
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'error'; readonly status: SnmpErrorStatus; readonly detail: string }
  | { readonly kind: 'malformed'; readonly detail: string }

/** error-status by number (RFC 3416, 3), and `busy`: too many questions wait for this device already. */
export const ERROR_STATUS = [
  'noError',
  'tooBig',
  'noSuchName',
  'badValue',
  'readOnly',
  'genErr',
  'noAccess',
  'wrongType',
  'wrongLength',
  'wrongEncoding',
  'wrongValue',
  'noCreation',
  'inconsistentValue',
  'resourceUnavailable',
  'commitFailed',
  'undoFailed',
  'authorizationError',
  'notWritable',
  'inconsistentName',
] as const
export type SnmpErrorStatus = (typeof ERROR_STATUS)[number] | 'unknown' | 'busy'

export type SnmpTarget = {
  /** IPv4, IPv6 (with %zone where link-local), or a host name. */
  readonly address: string
  /** Port, 161 unless told. */
  readonly port?: number
  /** UDP unless told. */
  readonly transport?: 'udp' | 'tcp'
  readonly credential: SnmpCredential
  /** Wait for the first answer, 2,000 ms unless told; each retry waits 1.5 times longer. */
  readonly timeoutMs?: number
  /**
   * Further tries after the first, 2 unless told. A device that answered the question before gets as many again, one that
   * has been silent for several questions fewer.
   */
  readonly retries?: number
  /** Upper bound of GETBULK's max-repetitions, for devices that cannot bear more. */
  readonly maxRepetitions?: number
  /** Requests to it per second over time, 100 unless told; twice as many may go out at once. */
  readonly maxRequestsPerSecond?: number
  /** `SnmpDevice.learnt` of an earlier run: what it can bear need not be found out again. */
  readonly learnt?: Learnt
}

/** One sentence for people: what was tried, on what, and what to do next. Never a secret. */
export function describeOutcome(outcome: SnmpOutcome<unknown>, target: SnmpTarget): string {
  const { credential } = target
  const where = `${target.address.includes(':') ? `[${target.address}]` : target.address}:${target.port ?? 161}`
  const asked = `SNMP v${credential.version} request to ${where}${target.transport === 'tcp' ? ' over TCP' : ''}`
  switch (outcome.kind) {
    case 'ok':
      return `${asked}: answered.`
    case 'timeout': {
      const tries = `${outcome.attempts} ${outcome.attempts === 1 ? 'try' : 'tries'}`
      return `${asked}: no answer after ${tries}${clause(outcome.detail)}; ${silenceAdvice(target)}.`
    }
    case 'wrong-credential':
      return `${asked} as user ${userOf(credential)}: refused, ${outcome.detail}; correct the credential here or on the device.`
    case 'unreachable':
      return `${asked}: could not be sent, ${outcome.detail}; check the address, this machine's routes and its firewall.`
    case 'error':
      return outcome.status === 'busy'
        ? `${asked}: not sent, ${outcome.detail}; poll this device less often or ask it for less.`
        : `${asked}: the device answered with ${outcome.status}, ${outcome.detail}; check what its access view allows.`
    case 'malformed':
      return `${asked}: the answer is damaged, ${outcome.detail}; check that an SNMP agent listens there and update the device's software.`
    default:
      return assertNever(outcome)
  }
}

function silenceAdvice({ credential, transport }: SnmpTarget): string {
  const protocol = transport === 'tcp' ? 'TCP' : 'UDP'
  const reach = `check that the device is on, that SNMP is enabled there and that ${protocol} reaches it`
  // RFC 1157 and RFC 3584: an agent drops a message with an unknown community without a word.
  return credential.version === '3'
    ? reach
    : `${reach}; a wrong community also looks like this, since devices do not answer one`
}

function userOf(credential: SnmpCredential): string {
  return credential.version === '3' ? JSON.stringify(credential.user) : 'of a community'
}

function clause(detail: string | undefined): string {
  return detail === undefined ? '' : ` (${detail})`
}
