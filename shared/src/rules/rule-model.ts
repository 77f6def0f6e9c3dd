import type { ParsedQuery } from '../promql/promql.ts'
import type { AlertTiming } from './alert-state.ts'
import type { Template } from './template.ts'

/** Templates by label or annotation name. */
export type Templates = Readonly<Record<string, Template>>

export type AlertRule = AlertTiming & {
  readonly kind: 'alert'
  readonly group: string
  /** The alert's name. */
  readonly name: string
  readonly query: ParsedQuery
  readonly labels: Templates
  readonly annotations: Templates
}

export type RecordingRule = {
  readonly kind: 'record'
  readonly group: string
  /** The metric that the result is written to. */
  readonly name: string
  readonly query: ParsedQuery
  readonly labels: Readonly<Record<string, string>>
}

export type Rule = AlertRule | RecordingRule

export type RuleGroup = {
  readonly name: string
  /** Undefined: the server's own. */
  readonly intervalMs: number | undefined
  /** Most alerts of one rule; 0 for no limit of its own. */
  readonly limit: number
  readonly rules: readonly Rule[]
}
