import type { PoolRecipe, Recipe } from './recipe.ts'

/** What a survey finds on one device: schema `eyenet-snmp-result/1`. What a device does not say is left out. */
export type SurveyResult = {
  readonly schema: 'eyenet-snmp-result/1'
  readonly device: SurveyIdentity
  readonly interfaces: readonly SurveyInterface[]
  readonly processors: readonly SurveyProcessor[]
  readonly memory: readonly SurveyPool[]
  readonly storage: readonly SurveyPool[]
  readonly sensors: readonly SurveySensor[]
  readonly wireless: readonly SurveySensor[]
  /** Readings too doubtful to enable by themselves; an operator may accept them for a family. */
  readonly suggestions: readonly SurveySensor[]
  readonly neighbors: readonly SurveyNeighbor[]
  readonly addresses: readonly SurveyAddress[]
  readonly vlans: readonly SurveyVlan[]
  readonly inventory: readonly SurveyPart[]
  readonly bgpPeers: readonly SurveyBgpPeer[]
  readonly ospfNeighbors: readonly SurveyOspfNeighbor[]
  readonly supplies: readonly SurveySupply[]
  readonly poePorts: readonly SurveyPoePort[]
  readonly bridge?: SurveyBridge
  readonly printers?: readonly SurveyPrinter[]
  /** Tests that the device runs by itself (DISMAN-PING-MIB). */
  readonly pings?: readonly SurveyPing[]
  /** Only where the caller asks for `tables`. */
  readonly arp?: readonly SurveyArpEntry[]
  readonly forwarding?: readonly SurveyForwardingEntry[]
  /** What could not be read, one sentence each; never a secret, nothing that the device wrote. */
  readonly problems: readonly string[]
}

export type SurveyIdentity = {
  readonly sysName?: string
  readonly sysDescr?: string
  readonly sysObjectId?: string
  readonly sysLocation?: string
  readonly sysContact?: string
  readonly engineId?: string
  readonly chassisMac?: string
  readonly uptimeSeconds?: number
  readonly vendor?: string
  /** Short name of the operating system or firmware family, such as `ios`, `routeros`, `linux`. */
  readonly os?: string
  readonly model?: string
  readonly version?: string
  readonly serial?: string
}

export type SurveyInterface = {
  readonly ifIndex: number
  readonly name: string
  readonly descr: string
  readonly alias: string
  /** IANAifType. */
  readonly type?: number
  readonly speedBps?: number
  readonly mtu?: number
  /** Lower-case hex with colons. */
  readonly mac?: string
  readonly adminStatus?: string
  readonly operStatus?: string
  readonly inOctets?: number
  readonly outOctets?: number
  readonly inErrors?: number
  readonly outErrors?: number
  readonly inUcastPkts?: number
  readonly outUcastPkts?: number
  readonly inDiscards?: number
  readonly outDiscards?: number
  readonly duplex?: 'unknown' | 'half' | 'full'
  /** ifIndexes of the interfaces that run below this one (ifStackTable, IEEE8023-LAG-MIB): members of a bundle. */
  readonly lower?: readonly number[]
}

/** Where a reading was taken, for polling it again. */
type Source = {
  readonly oid?: string
  /** How often a profile says that it is worth reading. */
  readonly intervalSeconds?: number
  /** Why we believe it: `standard HOST-RESOURCES-MIB`, `profile cisco-ios`, `unit stated by MIB`. */
  readonly evidence?: string
}

export type SurveyProcessor = Source & {
  readonly name: string
  readonly usagePercent: number
  readonly recipe?: Recipe
}

/** Memory or storage. A device that gives only a share has `usedPercent` alone. */
export type SurveyPool = Source & {
  readonly name: string
  readonly totalBytes?: number
  readonly usedBytes?: number
  readonly usedPercent?: number
  readonly recipe?: PoolRecipe
}

export type SurveySensor = {
  /** temperature, voltage, current, power, fanspeed, dbm, humidity, frequency, charge, load, percent, runtime, state, count ... */
  readonly kind: string
  readonly name: string
  /** In the unit of the kind; for `state` the number as the device gives it. */
  readonly value: number
  readonly unit?: string
  readonly oid?: string
  /** Words for the values of a state. */
  readonly states?: Readonly<Record<number, string>>
  readonly low?: number
  readonly high?: number
  readonly evidence: string
  readonly recipe?: Recipe
  /** How often a profile says that it is worth reading. */
  readonly intervalSeconds?: number
  /** The column or scalar, which all devices of a family share. */
  readonly object?: string
}

export type SurveyNeighbor = {
  readonly protocol: string
  readonly localIfIndex?: number
  readonly localPort?: string
  readonly remoteSysName: string
  readonly remotePort: string
  readonly remotePortDescr?: string
  readonly remoteChassisId?: string
  readonly remoteSysDescr?: string
  readonly remoteAddress?: string
  /** bridge, router, wlanAccessPoint, telephone ...: what the other end says that it does. */
  readonly remoteCapabilities?: readonly string[]
  /** What it is, where it says so (LLDP-MED, CDP). */
  readonly remotePart?: SurveyRemotePart
}

export type SurveyRemotePart = {
  readonly manufacturer?: string
  readonly model?: string
  readonly serial?: string
  readonly hardware?: string
  readonly firmware?: string
  readonly software?: string
  readonly assetId?: string
}

/** Interfaces that run together as one, by ifIndex. */
export type SurveyBundle = { readonly ifIndex: number; readonly members: readonly number[] }
export type SurveyAddress = { readonly ip: string; readonly prefixLength?: number; readonly ifIndex?: number }
export type SurveyVlan = { readonly id: number; readonly name: string }

/** One row of entPhysicalTable, or of a vendor's table of parts. */
export type SurveyPart = {
  readonly index: number
  readonly class: string
  readonly name: string
  readonly descr?: string
  readonly model?: string
  readonly serial?: string
  readonly version?: string
  readonly containedIn?: number
  readonly state?: SurveyPartState
}

/** ENTITY-STATE-MIB. */
export type SurveyPartState = {
  readonly admin?: 'unknown' | 'locked' | 'shuttingDown' | 'unlocked'
  readonly oper?: 'unknown' | 'disabled' | 'enabled' | 'testing'
  readonly usage?: 'unknown' | 'idle' | 'active' | 'busy'
  readonly standby?: 'unknown' | 'hotStandby' | 'coldStandby' | 'providingService'
  /** underRepair, critical, major, minor, warning, indeterminate: what stands now. */
  readonly alarms?: readonly string[]
}

export type SurveyBgpPeer = {
  readonly peer: string
  readonly remoteAs: number
  readonly state?: string
  /** False where an operator stopped it. */
  readonly isEnabled?: boolean
  readonly establishedSeconds?: number
}
export type SurveyOspfNeighbor = { readonly neighbor: string; readonly routerId: string; readonly state: string }
/** A port that gives power by Ethernet, by the device's own count. */
export type SurveyPoePort = {
  readonly group: number
  readonly port: number
  readonly state: string
  readonly enabled?: boolean
  /** 0 to 8, while it gives power. */
  readonly powerClass?: number
}
export type SurveySupply = Source & {
  readonly name: string
  readonly kind: string
  readonly percent?: number
  readonly recipe?: Recipe
}

/** BRIDGE-MIB: the switch as others see it, and its spanning tree. */
export type SurveyBridge = {
  readonly address?: string
  readonly spanningTree?: {
    readonly priority?: number
    /** Priority and address of the root, as `8000-00:00:5e:00:53:01`. */
    readonly root?: string
    readonly isRoot?: boolean
    readonly rootCost?: number
    readonly rootPort?: number
    readonly topologyChanges?: number
    readonly secondsSinceChange?: number
  }
  readonly ports: readonly SurveyBridgePort[]
}

export type SurveyBridgePort = {
  /** The bridge's own count. */
  readonly port: number
  readonly ifIndex?: number
  /** disabled, blocking, listening, learning, forwarding, broken. */
  readonly state?: string
  /** Priority and address of the bridge that rules on the port's cable, as the root's. */
  readonly designatedBridge?: string
  /** Priority and number of that bridge's port, as that bridge counts. */
  readonly designatedPort?: number
}

export type SurveyPrinter = {
  readonly name: string
  /** idle, printing, warmup ... (hrPrinterStatus). */
  readonly status?: string
  /** lowPaper, noToner, doorOpen, jammed ... */
  readonly errors: readonly string[]
  /** Pages or other units since it was made. */
  readonly lifeCount?: number
  readonly alerts: readonly string[]
}

export type SurveyPing = {
  readonly owner: string
  readonly test: string
  readonly target?: string
  readonly minRttMs?: number
  readonly averageRttMs?: number
  readonly maxRttMs?: number
  readonly sent?: number
  readonly answered?: number
}

/** Who has which address on a link: ipNetToPhysicalTable or ipNetToMediaTable. */
export type SurveyArpEntry = {
  readonly ip: string
  readonly mac: string
  readonly ifIndex: number
  /** other, dynamic, static, local. */
  readonly type?: string
}

/** Behind which port a switch has seen an address. */
export type SurveyForwardingEntry = {
  readonly mac: string
  readonly vlan?: number
  readonly ifIndex?: number
  /** other, learned, self, mgmt. */
  readonly status: string
}

/** What a profile, or rules over MIB facts, add to what the standard MIBs say. Identity fields of a profile win. */
export type SurveyAddition = {
  readonly device?: Partial<SurveyIdentity>
  readonly processors?: readonly SurveyProcessor[]
  readonly memory?: readonly SurveyPool[]
  readonly storage?: readonly SurveyPool[]
  readonly sensors?: readonly SurveySensor[]
  readonly wireless?: readonly SurveySensor[]
  readonly suggestions?: readonly SurveySensor[]
  /** OIDs below which rules over MIB facts are not to read. */
  readonly ignores?: readonly string[]
  /** Sections in which the standard MIBs are not believed on this family: only the addition's rows stand. */
  readonly replaces?: readonly ('processors' | 'memory' | 'storage' | 'sensors')[]
}
