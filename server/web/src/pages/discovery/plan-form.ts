import { DiscoveryPlan } from '@eyenet/shared/api'

/** Where an agent looks, as it is typed: lists are lines. */
export type PlanForm = {
  readonly networks: readonly string[]
  readonly exclude: string
  readonly credentials: readonly string[]
  readonly packetsPerSecond: string
  readonly everyHours: string
  readonly ports: string
  readonly crawl: boolean
  readonly passive: boolean
  readonly silentHosts: boolean
}

export type PlanFaults = Readonly<Partial<Record<keyof DiscoveryPlan, string>>>
export type ReadPlan =
  | { readonly kind: 'ok'; readonly plan: DiscoveryPlan }
  | { readonly kind: 'faults'; readonly faults: PlanFaults }

const SECONDS_PER_HOUR = 3_600

export function planForm(plan: DiscoveryPlan): PlanForm {
  return {
    networks: plan.networks,
    exclude: plan.exclude.join(' '),
    credentials: plan.credentials,
    packetsPerSecond: String(plan.packetsPerSecond),
    everyHours: plan.everySeconds === 0 ? '' : String(Math.round((plan.everySeconds / SECONDS_PER_HOUR) * 100) / 100),
    ports: plan.ports.join(' '),
    crawl: plan.crawl,
    passive: plan.passive,
    silentHosts: plan.silentHosts,
  }
}

const WORDS: Readonly<Record<string, string>> = {
  networks: 'Each is a network such as 192.0.2.0/24, or one address; 64 at most.',
  exclude: 'Networks or addresses, such as 192.0.2.0/28 192.0.2.77.',
  credentials: '20 at most.',
  packetsPerSecond: 'From 1 to 10000.',
  everySeconds: 'At least 5 minutes (0.09 hours), or empty for only on demand.',
  ports: 'Numbers from 1 to 65535; 32 at most.',
}

/** What the form says as a plan, or what is wrong with which part. */
export function readPlan(form: PlanForm): ReadPlan {
  const hours = form.everyHours.trim()
  const parsed = DiscoveryPlan.safeParse({
    networks: form.networks,
    exclude: wordsOf(form.exclude),
    credentials: form.credentials,
    packetsPerSecond: Number(form.packetsPerSecond),
    everySeconds: hours === '' ? 0 : Math.round(Number(hours) * SECONDS_PER_HOUR),
    ports: wordsOf(form.ports).map(Number),
    crawl: form.crawl,
    passive: form.passive,
    silentHosts: form.silentHosts,
  })
  if (parsed.success) return { kind: 'ok', plan: parsed.data }
  const faults: Record<string, string> = {}
  for (const { path, message } of parsed.error.issues) {
    const name = String(path[0] ?? '')
    faults[name] ??= WORDS[name] ?? message
  }
  return { kind: 'faults', faults }
}

export const wordsOf = (text: string): readonly string[] => text.split(/[\s,;]+/).filter((word) => word !== '')

/** How many addresses an IPv4 network has; undefined for IPv6, which is not swept. */
export function addressCount(network: string): number | undefined {
  if (network.includes(':')) return undefined
  const length = /\/(\d{1,2})$/.exec(network)?.[1]
  return length === undefined ? 1 : 2 ** (32 - Math.min(32, Number(length)))
}

/** The element moved one place up or down. */
export function movedInOrder<T>(all: readonly T[], at: number, by: 1 | -1): readonly T[] {
  const to = at + by
  const [one, other] = [all[at], all[to]]
  if (one === undefined || other === undefined) return all
  return all.map((each, index) => (index === at ? other : index === to ? one : each))
}
