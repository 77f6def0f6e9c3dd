import type { DiscoveryRule } from '@eyenet/shared/api'
import type { EpochMs } from '@eyenet/shared/identity'
import type { InboxEntry } from './inbox-entry.ts'
import type { RuleMatch } from './rule-match.ts'

/** Entries of one rule. */
export type OfRule = { readonly rule: DiscoveryRule; readonly entries: readonly InboxEntry[] }

export type Ruled = {
  /** All that were given, the ignored ones as such. */
  readonly entries: readonly InboxEntry[]
  readonly ignored: readonly OfRule[]
  /** Still to be accepted. */
  readonly toAccept: readonly OfRule[]
}

export const byRule = ({ name }: DiscoveryRule): string => `rule ${name}`

/** What rules say of entries. Those that are not new, or that somebody has put back by hand, are left alone. */
export function ruledEntries(entries: readonly InboxEntry[], rules: RuleMatch, at: EpochMs): Ruled {
  const ignored = new Map<DiscoveryRule, InboxEntry[]>()
  const toAccept = new Map<DiscoveryRule, InboxEntry[]>()
  const ruled = entries.map((entry) => {
    const rule = isOpen(entry) ? rules.ruleFor(entry) : undefined
    if (rule === undefined) return entry
    const of = rule.action === 'accept' ? toAccept : ignored
    const next: InboxEntry =
      rule.action === 'accept' ? entry : { ...entry, state: 'ignored', decided: { at, by: byRule(rule) } }
    of.set(rule, [...(of.get(rule) ?? []), next])
    return next
  })
  return { entries: ruled, ignored: listOf(ignored), toAccept: listOf(toAccept) }
}

export function isOpen({ state, decided }: InboxEntry): boolean {
  return state === 'new' && decided === undefined
}

function listOf(map: ReadonlyMap<DiscoveryRule, readonly InboxEntry[]>): readonly OfRule[] {
  return [...map].map(([rule, entries]) => ({ rule, entries }))
}
