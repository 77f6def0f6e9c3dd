/**
 * Alert rules: the rule file, the templates in it, what the data say of each alert, and the state an alert is in.
 * Pure but for the question to the store that is handed in. Saving alerts, telling people and deciding when to evaluate are the
 * server's.
 */
export * from './alert-state.ts'
export { ALERTS, alertsSeries } from './alerts-series.ts'
export * from './describe-alert.ts'
export * from './observe-alerts.ts'
export * from './parse-rules.ts'
export * from './rule-model.ts'
export { compileTemplate, MAX_RENDERED, type Template, type TemplateContext } from './template.ts'
export { TemplateError } from './template-error.ts'
