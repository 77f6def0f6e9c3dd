import type { Labels } from '../identity/identity.ts'
import type { AlertRule, Templates } from './rule-model.ts'
import type { TemplateContext } from './template.ts'

export type AlertDescription = { readonly labels: Labels; readonly annotations: Readonly<Record<string, string>> }

/** Labels and annotations of one alert: those of its series, the rule's own rendered, and `alertname`. */
export function describeAlert(rule: AlertRule, context: TemplateContext): AlertDescription {
  const labels: Record<string, string> = { ...context.labels }
  for (const [name, text] of Object.entries(rendered(rule.labels, context))) {
    // An empty label is none.
    if (text === '') delete labels[name]
    else labels[name] = text
  }
  labels.alertname = rule.name
  const shown = { ...context, labels: { ...context.labels, ...context.shownLabels } }
  return { labels, annotations: rendered(rule.annotations, shown) }
}

function rendered(templates: Templates, context: TemplateContext): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(templates).map(([name, template]) => [name, template.render(context)]))
}
