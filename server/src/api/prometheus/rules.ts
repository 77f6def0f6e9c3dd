import type { AlertResource } from '@eyenet/shared/api'
import { compileMatchers } from '@eyenet/shared/promql'
import { z } from 'zod'
import type { RuleGroupStatus, RuleStatus } from '../../alerting/alerting.ts'
import type { Endpoint } from '../endpoint.ts'
import { success } from './envelope.ts'
import { bad, type Fields, oneOf, selectorsOf } from './parameters.ts'
import { many, once, type PrometheusDeps, text } from './question.ts'

const RuleFields = z.object({
  ...{ type: text, 'rule_name[]': many, 'rule_group[]': many, 'file[]': many, exclude_alerts: text, 'match[]': many },
})

/** Alert rules and alerts; there are no recording rules here. */
export function ruleEndpoints(deps: PrometheusDeps): readonly Endpoint[] {
  return [
    once(deps, {
      path: '/api/v1/rules',
      summary: 'Alert rules and their state',
      remark: 'match[] is on the labels as the rule has them. All groups come at once, whatever group_limit says.',
      fields: RuleFields,
      answer: async (fields) => success({ groups: chosenGroups(deps.alerting.rules(), fields) }),
    }),
    once(deps, {
      path: '/api/v1/alerts',
      summary: 'Active alerts; `id` and `eyenetState` are ours',
      fields: z.object({}),
      answer: async () => success({ alerts: (await deps.alerting.open()).map(activeAlert) }),
    }),
  ]
}

/** The groups with what the fields let through; those with nothing left are left out. */
function chosenGroups(groups: readonly RuleGroupStatus[], fields: Fields) {
  const wanted = choiceOf(fields)
  const excludesAlerts = flag(fields, 'exclude_alerts')
  const filters = ['type', 'rule_name[]', 'rule_group[]', 'file[]', 'match[]'].some((name) => fields[name])
  const chosen = groups.map((group) => {
    const rules = group.rules.filter((rule) => wanted(group, rule))
    return { limit: 0, ...group, rules: excludesAlerts ? rules.map((rule) => ({ ...rule, alerts: [] })) : rules }
  })
  return filters ? chosen.filter(({ rules }) => rules.length > 0) : chosen
}

function choiceOf(fields: Fields): (group: RuleGroupStatus, rule: RuleStatus) => boolean {
  const type = oneOf(fields, 'type') ?? ''
  if (!['', 'alert', 'record'].includes(type)) throw bad('type', `not supported value ${JSON.stringify(type)}`)
  const matches = selectorsOf(fields).map((matchers) => compileMatchers(matchers))
  const listed = (name: string, value: string): boolean => fields[name]?.includes(value) ?? true
  return (group, rule) =>
    type !== 'record' &&
    listed('rule_group[]', group.name) &&
    listed('file[]', group.file) &&
    listed('rule_name[]', rule.name) &&
    (matches.length === 0 || matches.some((fits) => fits(rule.labels)))
}

function flag(fields: Fields, name: string): boolean {
  const given = oneOf(fields, name) ?? ''
  if (/^(?:1|t|T|true|TRUE|True)$/.test(given)) return true
  if (/^(?:|0|f|F|false|FALSE|False)$/.test(given)) return false
  throw bad(name, `${JSON.stringify(given)} is neither true nor false`)
}

/** Prometheus knows no alert whose data is missing: that is still what it was before. */
function activeAlert({ id, state, firedAt, startedAt, labels: own, annotations, value }: AlertResource) {
  return {
    id,
    labels: own,
    annotations,
    state: firedAt === undefined ? 'pending' : 'firing',
    eyenetState: state,
    activeAt: new Date(startedAt).toISOString(),
    value,
  }
}
