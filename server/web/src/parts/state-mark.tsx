import type { JSX } from 'preact'
import { Icon, type IconName } from './icon.tsx'

/** States of devices, agents and alerts, by the shape and word that they have everywhere. */
export type MarkKind = 'critical' | 'warning' | 'unknown' | 'behind-failure' | 'ok' | 'info' | 'pending'

const WORD: Record<MarkKind, string> = {
  critical: 'Critical',
  warning: 'Warning',
  unknown: 'Unknown',
  'behind-failure': 'Unreachable behind a failure',
  ok: 'OK',
  info: 'Info',
  pending: 'Pending',
}

const GLYPH: Record<MarkKind, IconName> = {
  critical: 'critical',
  warning: 'warning',
  unknown: 'unknown',
  'behind-failure': 'behind',
  ok: 'ok',
  info: 'info',
  pending: 'pending',
}

type Props = { readonly kind: MarkKind; readonly word?: string; readonly bare?: boolean; readonly strong?: boolean }

/** `bare` shows the shape alone; the word is still read out, and shown on hover. */
export function StateMark({ kind, word = WORD[kind], bare = false, strong = false }: Props): JSX.Element {
  return (
    <span class={`state ${kind}${strong ? ' strong' : ''}`} title={bare ? word : undefined}>
      <Icon name={GLYPH[kind]} />
      <span class={bare ? 'hidden-text' : ''}>{word}</span>
    </span>
  )
}
