import type { DeviceSummary } from '@eyenet/shared/api'

const RANK = { critical: 0, warning: 1, unknown: 2, 'behind-failure': 3, ok: 4 } as const

export const stateRank = (one: DeviceSummary): number => RANK[one.state]

const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Worst first, then the newest change, then by name. */
export function compareDevices(a: DeviceSummary, b: DeviceSummary): number {
  const byState = stateRank(a) - stateRank(b)
  if (byState !== 0) return byState
  return (a.state === 'ok' ? 0 : b.since - a.since) || names.compare(a.name, b.name)
}

/** What is wrong with a device, in a sentence; undefined when nothing is. */
export function deviceProblem(one: DeviceSummary): string | undefined {
  if (one.state === 'behind-failure')
    return one.behind?.text ?? 'It does not answer: something on the way to it failed.'
  // The agent knows best: it says what it tried and what to do.
  if (one.reach.problem !== '') return one.reach.problem
  if (one.state === 'ok') return undefined
  if (one.state === 'unknown') return 'No data: whether it works cannot be told.'
  if (one.openAlerts > 0) return one.openAlerts === 1 ? 'One open alert.' : `${one.openAlerts} open alerts.`
  return one.state === 'critical' ? 'In a critical state.' : 'Needs a look.'
}

/** Maker and model, where a list has little room. */
export function deviceModel(one: DeviceSummary): string {
  const what = makerAndModel(one)
  return what === '' ? one.os || KIND_WORDS[one.kind] : what
}

/** Some devices name their maker in the model too: it is said once. */
function makerAndModel({ vendor, model }: DeviceSummary): string {
  if (model.toLowerCase().startsWith(vendor.toLowerCase())) return model || vendor
  return [vendor, model].filter((text) => text !== '').join(' ')
}

/** What it is, in a few words: "Cisco Catalyst 9300, ios-xe 17.9". */
export function deviceWords(one: DeviceSummary): string {
  const what = makerAndModel(one)
  const system = [one.os, one.version].filter((text) => text !== '').join(' ')
  const words = [what, system].filter((text) => text !== '').join(', ')
  return words === '' ? KIND_WORDS[one.kind] : words
}

export const KIND_WORDS = { snmp: 'SNMP device', ping: 'Answers to ping only', host: 'Host of an agent' } as const
