import { readFileSync } from 'node:fs'
import { formatProblem, type ServerConfig } from '@eyenet/shared/config'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { parseDurationMs } from '@eyenet/shared/promql'
import { type AlertRule, parseRules, type RuleGroup } from '@eyenet/shared/rules'

/** A group of alert rules as it is evaluated. */
export type LoadedGroup = {
  readonly file: string
  readonly name: string
  readonly intervalMs: number
  readonly rules: readonly AlertRule[]
}

const FALLBACK_INTERVAL_MS = 15_000

/** All groups of the shipped file and the configured ones. EyeNetError `invalid` with every mistake in them. */
export function loadRules(settings: ServerConfig['alerting'], shippedFile: string): readonly LoadedGroup[] {
  const files = [...(settings.shippedRules ? [shippedFile] : []), ...settings.ruleFiles]
  const intervalMs = parseDurationMs(settings.evaluationInterval) ?? FALLBACK_INTERVAL_MS
  const mistakes: string[] = []
  const groups: LoadedGroup[] = []
  for (const file of files) {
    const parsed = parseRules({ file, text: readText(file) })
    if (parsed.kind === 'invalid') mistakes.push(...parsed.problems.map(formatProblem))
    else groups.push(...parsed.groups.map((group) => loaded(group, file, intervalMs)))
  }
  const recorded = groups.length === 0 ? [] : twice(groups)
  if (mistakes.length + recorded.length > 0) throw new EyeNetError('invalid', [...mistakes, ...recorded].join('\n'))
  return groups
}

function loaded(group: RuleGroup, file: string, intervalMs: number): LoadedGroup {
  const rules = group.rules.filter((rule): rule is AlertRule => rule.kind === 'alert')
  return { file, name: group.name, intervalMs: group.intervalMs ?? intervalMs, rules }
}

/** Alerts are kept by the names of group and rule: the same pair twice would be one. */
function twice(groups: readonly LoadedGroup[]): readonly string[] {
  const seen = new Set<string>()
  const mistakes: string[] = []
  for (const { file, name, rules } of groups) {
    for (const rule of rules) {
      const key = ruleKey(name, rule.name)
      if (seen.has(key))
        mistakes.push(`${file}: the alert ${rule.name} stands twice in a group named ${name}; rename one`)
      seen.add(key)
    }
  }
  return mistakes
}

/** How alerts of a rule are found again after a restart. */
export function ruleKey(group: string, rule: string): string {
  return `${group}\u0000${rule}`
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new EyeNetError('not_found', `cannot read the rule file ${file}: ${messageOf(cause)}`, { cause })
  }
}
