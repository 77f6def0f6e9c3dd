import type { AlertResource } from '@eyenet/shared/api'
import { agents } from '../../live/site.ts'
import type { MarkKind } from '../../parts/state-mark.tsx'

/** What is wrong, in one sentence: the rule's own summary, else its name and where. */
export function alertSentence(alert: AlertResource): string {
  const { summary, description } = alert.annotations
  if (summary !== undefined && summary !== '') return named(summary, alert)
  if (description !== undefined && description !== '') return named(description, alert)
  const where = [alert.deviceName, alert.interface].filter((one) => one !== undefined).join(' ')
  return where === '' ? alert.rule : `${alert.rule}: ${where}`
}

/** The likely cause, where the rule says more than its summary. */
export function alertCause(alert: AlertResource): string | undefined {
  const { summary, description, cause } = alert.annotations
  const text = cause ?? (summary === undefined || description === summary ? undefined : description)
  return text === undefined ? undefined : named(text, alert)
}

/** Rules write labels, and the label of a device or an agent is its id: people read its name. */
function named(text: string, alert: AlertResource): string {
  const { device, deviceName } = alert
  const agent = alert.labels.agent === undefined ? undefined : agentName(alert.labels.agent)
  const first = device === undefined || deviceName === undefined ? text : text.replaceAll(device, deviceName)
  return agent === undefined ? first : first.replaceAll(alert.labels.agent ?? '', agent)
}

function agentName(id: string): string | undefined {
  return agents.value.kind === 'ready' ? agents.value.value.get(id)?.name : undefined
}

/** What to do, where the rule says it. */
export function alertNext(alert: AlertResource): string | undefined {
  const { next, action, what_next: whatNext, runbook } = alert.annotations
  const text = next ?? action ?? whatNext ?? runbook
  return text === undefined ? undefined : named(text, alert)
}

/** A link that a rule gives; only the web, for annotations are texts from files. */
export function runbookLink(alert: AlertResource): string | undefined {
  const url = alert.annotations.runbook_url
  return url !== undefined && /^https?:\/\//i.test(url) ? url : undefined
}

/** Shape and colour: the severity while it holds, else what the state is. */
export function alertMark(alert: AlertResource): MarkKind {
  if (alert.state === 'firing') return alert.severity
  return alert.state === 'resolved' ? 'ok' : alert.state
}

const STATE_WORDS = { pending: 'Pending', firing: 'Firing', unknown: 'Unknown', resolved: 'Resolved' } as const
const SEVERITY_WORDS = { critical: 'Critical', warning: 'Warning', info: 'Info' } as const

export function alertWord(alert: AlertResource): string {
  return alert.state === 'firing' ? SEVERITY_WORDS[alert.severity] : STATE_WORDS[alert.state]
}

const RANK = { critical: 0, warning: 1, info: 2 } as const
const STATE_RANK = { firing: 0, unknown: 1, pending: 2, resolved: 3 } as const

/** What fires first, by severity; then what cannot be told, then what is only pending; the newest first. */
export function compareAlerts(a: AlertResource, b: AlertResource): number {
  return (
    STATE_RANK[a.state] - STATE_RANK[b.state] ||
    RANK[a.severity] - RANK[b.severity] ||
    Number(a.acknowledgement !== undefined) - Number(b.acknowledgement !== undefined) ||
    b.startedAt - a.startedAt
  )
}
