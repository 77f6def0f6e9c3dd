import type { AlertRule } from '@eyenet/shared/rules'
import { hasFired } from '@eyenet/shared/rules'
import type { ActiveAlert, RuleGroupStatus, RuleStatus } from './alerting-interface.ts'
import type { Open } from './open-alerts.ts'
import type { RuleEvaluation } from './rule-evaluation.ts'
import type { LoadedGroup } from './rule-set.ts'

/** A group as Prometheus' GET /api/v1/rules shows it. */
export function groupStatus(group: LoadedGroup, evaluation: RuleEvaluation): RuleGroupStatus {
  const rules = group.rules.map((rule) => ruleStatus(group, rule, evaluation))
  return {
    name: group.name,
    file: group.file,
    interval: group.intervalMs / 1000,
    evaluationTime: rules.reduce((sum, rule) => sum + rule.evaluationTime, 0),
    lastEvaluation: rules.reduce(
      (latest, rule) => (rule.lastEvaluation > latest ? rule.lastEvaluation : latest),
      NEVER,
    ),
    rules,
  }
}

/** Prometheus' way to say "not yet". */
const NEVER = '0001-01-01T00:00:00Z'

function ruleStatus(group: LoadedGroup, rule: AlertRule, evaluation: RuleEvaluation): RuleStatus {
  const open = evaluation.openOf(group.name, rule.name)
  const health = evaluation.healthOf(group.name, rule.name)
  return {
    type: 'alerting',
    name: rule.name,
    query: rule.query.text,
    duration: rule.forMs / 1000,
    keepFiringFor: rule.keepFiringForMs / 1000,
    labels: sourcesOf(rule.labels),
    annotations: sourcesOf(rule.annotations),
    state: open.some(({ state }) => hasFired(state)) ? 'firing' : open.length > 0 ? 'pending' : 'inactive',
    health: health === undefined ? 'unknown' : health.error === undefined ? 'ok' : 'err',
    ...(health?.error !== undefined && { lastError: health.error }),
    evaluationTime: health?.seconds ?? 0,
    lastEvaluation: health === undefined ? NEVER : new Date(health.at).toISOString(),
    alerts: open.map(activeAlert),
  }
}

function activeAlert({ row, state }: Open): ActiveAlert {
  return {
    id: row.id,
    state: hasFired(state) ? 'firing' : 'pending',
    activeAt: new Date(row.started_at).toISOString(),
    value: row.value,
    labels: JSON.parse(row.labels),
    annotations: JSON.parse(row.annotations),
  }
}

function sourcesOf(templates: AlertRule['labels']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(templates).map(([name, { source }]) => [name, source]))
}
