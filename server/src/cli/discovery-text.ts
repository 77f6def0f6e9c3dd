import type {
  DiscoveryAgent,
  DiscoveryOverview,
  DiscoveryRules,
  DiscoveryRuleTrial,
  InboxItem,
  InboxResult,
} from '@eyenet/shared/api'
import { formatDurationMs } from '@eyenet/shared/promql'
import { plainText, textTable } from '@eyenet/shared/terminal'
import { countText, timeText } from './plain-words.ts'

type Page = { readonly items: readonly InboxItem[]; readonly total: number }

/** Entries of the inbox as a table, newest first. */
export function inboxText({ items, total }: Page, state: string): string {
  if (items.length === 0) {
    const which = state === 'all' ? 'Nothing is' : `Nothing that is ${state} is`
    return `${which} in the inbox. Where agents look is listed by discovery networks.`
  }
  const rows = items.map((one) => [
    ...[one.id, one.state, one.name || '-', one.addresses.map(({ address }) => address).join(' '), one.site, one.role],
    ...[one.vendor || '-', one.model || '-', one.snmp?.credentialName ?? (one.snmp === undefined ? 'no' : 'yes')],
    ...[timeText(one.lastSeenAt), one.decidedBy ?? ''],
  ])
  const head = [
    'id',
    'state',
    'name',
    'addresses',
    'site',
    'role',
    'vendor',
    'model',
    'snmp',
    'last seen',
    'decided by',
  ]
  const table = textTable([head, ...rows])
  return total > items.length ? `${table}\n${total - items.length} more: see --limit, or --csv.` : table
}

/** What became of each. */
export function resultsText(results: readonly InboxResult[]): string {
  const done = results.filter(({ ok }) => ok).length
  const rows = results.map(({ id, ok, device, problem }) => [id, ok ? 'done' : 'not done', problem ?? device ?? ''])
  return `${textTable([['id', '', 'device or reason'], ...rows])}\n${done} of ${results.length} done`
}

/** The rules in their order. */
export function rulesText({ rules, changedAt, changedBy }: DiscoveryRules): string {
  if (rules.length === 0) return 'There are no rules: people decide about all that is found.'
  const rows = rules.map(({ name, enabled, action, when }, at) => [
    ...[`${at + 1}`, name, action, enabled ? 'on' : 'off'],
    Object.entries(when)
      .map(([what, value]) => `${what} ${Array.isArray(value) ? value.join(' ') : value}`)
      .join(', '),
  ])
  const by = changedBy === undefined ? '' : ` by ${plainText(changedBy)}`
  const set = changedAt === undefined ? '' : `\nset ${timeText(changedAt)}${by}`
  return `${textTable([['', 'rule', 'action', '', 'when'], ...rows])}${set}`
}

/** What rules would do. */
export function trialText({ looked, untouched, rules }: DiscoveryRuleTrial): string {
  const rows = rules.map(({ name, action, count, examples }) => [
    ...[name, action, `${count}`],
    examples.map((one) => `${one.name || one.address}`).join(', '),
  ])
  const rest = `${countText(looked, 'new entry', 'new entries')} looked at, no rule is about ${untouched}`
  return `${textTable([['rule', 'action', 'entries', 'such as'], ...rows])}\n${rest}; nothing was changed`
}

/** Where each agent looks, with its newest search. */
export function networksText({ agents, inbox, dropped }: DiscoveryOverview): string {
  if (agents.length === 0) return 'No agent is enrolled: eyenet-agent enrol is the beginning.'
  const rows = agents.map((one) => [
    ...[one.name, one.site, connectionText(one), whereText(one)],
    ...[one.plan.exclude.join(' ') || '-', everyText(one), `${one.plan.packetsPerSecond}/s`, runText(one)],
    ...[whereText(one) === NOWHERE ? one.offered.join(' ') : '', one.agent],
  ])
  const head = ['agent', 'site', '', 'networks', 'never', 'every', 'packets', 'last search', 'could permit', 'id']
  const counts = Object.entries(inbox).map(([state, count]) => `${count} ${state}`)
  const lost = dropped === 0 ? '' : `; ${countText(dropped, 'entry', 'entries')} left a full inbox`
  return `${textTable([head, ...rows])}\ninbox: ${counts.join(', ')}${lost}`
}

const NOWHERE = 'nowhere'

/** Where nothing is permitted at the server, what the agent's own file names is. */
function whereText({ plan, within }: DiscoveryAgent): string {
  if (within?.length === 0) return 'nowhere, by its file'
  if (plan.networks.length > 0) return plan.networks.join(' ')
  return within === undefined ? NOWHERE : `${within.join(' ')} (its file)`
}

function connectionText({ connected, able }: DiscoveryAgent): string {
  if (!able) return 'too old to find devices'
  return connected ? 'connected' : 'away'
}

const everyText = ({ plan }: DiscoveryAgent): string =>
  plan.everySeconds === 0 ? 'on demand' : formatDurationMs(plan.everySeconds * 1_000)

function runText({ runs: [run] }: DiscoveryAgent): string {
  if (run === undefined) return 'none yet'
  return `${run.state}: ${run.done} of ${run.total} asked, ${run.answered} answered, ${timeText(run.toldAt)}`
}
