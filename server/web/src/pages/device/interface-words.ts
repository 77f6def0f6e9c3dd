import type { InterfaceResource } from '@eyenet/shared/api'
import type { MarkKind } from '../../parts/state-mark.tsx'

/** ifOperStatus of IF-MIB (RFC 2863). */
const OPER_WORDS: Readonly<Record<number, string>> = {
  1: 'up',
  2: 'down',
  3: 'testing',
  4: 'unknown',
  5: 'dormant',
  6: 'not present',
  7: 'lower layer down',
}

/** Down is only wrong where up is wanted: what was shut on purpose is quiet. */
export function interfaceMark({ adminStatus, operStatus }: Pick<InterfaceResource, 'adminStatus' | 'operStatus'>): {
  readonly kind: MarkKind
  readonly word: string
} {
  if (operStatus === undefined) return { kind: 'unknown', word: 'not measured' }
  if (adminStatus === 2) return { kind: 'info', word: 'shut down on purpose' }
  const word = OPER_WORDS[operStatus] ?? `state ${operStatus}`
  if (operStatus === 1) return { kind: 'ok', word }
  return { kind: operStatus === 2 || operStatus === 7 ? 'warning' : 'unknown', word }
}
