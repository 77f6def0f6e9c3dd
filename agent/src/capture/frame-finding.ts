/** A neighbour that speaks for itself. */
export type HeardFrame = {
  readonly kind: 'neighbor'
  readonly protocol: 'lldp' | 'cdp'
  readonly chassisId?: string
  readonly port: string
  readonly portDescr?: string
  readonly sysName: string
  readonly sysDescr?: string
  readonly address?: string
  readonly capabilities?: readonly string[]
  /** Seconds for which it holds; 0: it goes. */
  readonly ttl: number
}

/** A station that was seen. */
export type SeenStation = {
  readonly kind: 'station'
  readonly mac: string
  readonly address?: string
  readonly hostname?: string
  /** What it says that its maker or system is. */
  readonly vendorClass?: string
  /** Services that it offers, such as `_ipp._tcp`. */
  readonly services?: readonly string[]
}

export type FrameFinding = HeardFrame | SeenStation
