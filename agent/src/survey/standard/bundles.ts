import type { SurveyBundle, SurveyInterface } from '../survey-result.ts'

/** IANAifType ieee8023adLag and propMultiplexor. */
const BUNDLE_TYPES = [161, 54]
/** IANAifType propVirtual, under which Cisco and others keep their bundles beside much else. */
const VIRTUAL = 53
const BUNDLE_NAME = /^(?:port-?channel|po|ae|bond|be|bundle-ether|trk|lag|eth-?trunk|bridge-aggregation|agg)[ _-]?\d+$/i
/** ethernetCsmacd, and the older names of fast and gigabit Ethernet. */
const ETHERNET_TYPES = [6, 62, 69, 117]
/** A bundle over a unit over a port is as deep as it goes. */
const MOST_LAYERS = 4

/**
 * Interfaces that run together as one: of all that `lower` says of who runs below whom, what is a bundle by its type, or
 * by its name where the type says nothing. Members are ports: layers between them and the bundle are passed over.
 */
export function bundlesOf(
  interfaces: readonly SurveyInterface[],
  lower: ReadonlyMap<number, ReadonlySet<number>>,
): readonly SurveyBundle[] {
  const byIndex = new Map(interfaces.map((one) => [one.ifIndex, one]))
  return [...lower].flatMap(([ifIndex, below]) => {
    const one = byIndex.get(ifIndex)
    if (one === undefined || !isBundle(one)) return []
    const members = new Set<number>()
    addPorts(below, { lower, byIndex, members, layers: MOST_LAYERS })
    return members.size === 0 ? [] : [{ ifIndex, members: [...members].sort((a, b) => a - b) }]
  })
}

function isBundle({ type, name, descr }: SurveyInterface): boolean {
  if (type !== undefined && BUNDLE_TYPES.includes(type)) return true
  const isOpen = type === undefined || type === VIRTUAL || ETHERNET_TYPES.includes(type)
  return isOpen && (BUNDLE_NAME.test(name) || BUNDLE_NAME.test(descr))
}

type Descent = {
  readonly lower: ReadonlyMap<number, ReadonlySet<number>>
  readonly byIndex: ReadonlyMap<number, SurveyInterface>
  readonly members: Set<number>
  readonly layers: number
}

function addPorts(below: ReadonlySet<number>, descent: Descent): void {
  const { lower, byIndex, members, layers } = descent
  for (const ifIndex of below) {
    const one = byIndex.get(ifIndex)
    if (one === undefined) continue
    const next = lower.get(ifIndex)
    const isPort = one.type === undefined || ETHERNET_TYPES.includes(one.type) || next === undefined
    if (isPort) members.add(ifIndex)
    else if (layers > 1) addPorts(next, { ...descent, layers: layers - 1 })
  }
}
