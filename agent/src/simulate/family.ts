import { seedOf, unitNoise } from './noise.ts'
import type { DeviceSpec, InterfaceSpec, InterfaceType } from './site-spec.ts'

/** What tells one device of a family from another. `number` is unique in the site, from 1. */
export type About = {
  readonly name: string
  readonly number: number
  readonly address: string
  readonly location: string
}

export const DOMAIN = 'example.net'
export const MEGABIT = 1_000_000
export const GIGABIT = 1_000 * MEGABIT
const KIB = 1_024
export const MIB = KIB * KIB
export const GIB = KIB * MIB

/** Bits of LldpSystemCapabilitiesMap, most significant first. */
export const CAPABILITY = { bridge: 0x20, accessPoint: 0x10, router: 0x08, station: 0x01 } as const

/** The same for every family; what differs comes on top. */
export function commonOf(about: About, maker: { readonly oui: string; readonly serialPrefix: string }) {
  const seed = seedOf(0, about.name)
  return {
    name: about.name,
    sysName: `${about.name}.${DOMAIN}`,
    address: about.address,
    location: about.location,
    contact: `noc@${DOMAIN}`,
    serial: `${maker.serialPrefix}${seed.toString(36).toUpperCase().padStart(7, '0')}`,
    mac: macOf(maker.oui, about.number, 0),
    uptimeDays: 3 + 140 * unitNoise(seed, 1),
    maxMessageBytes: 8_192,
    sensors: [],
  } satisfies Partial<DeviceSpec>
}

/** The vendor's half, the device's number and the port's; what of it is beyond 255 goes into the vendor's half. */
const macOf = (oui: string, device: number, port: number) => {
  const low = (device & 0xffff) * 0x100 + (port & 0xff)
  return `${(Number.parseInt(oui, 16) + (port >> 8)).toString(16).padStart(6, '0')}${low.toString(16).padStart(6, '0')}`
}

export type PortPlan = {
  readonly name: string
  readonly descr?: string
  readonly speedBps: number
} & Partial<InterfaceSpec>

/** Interfaces in the order of the plans, with indexes 1, 2, ... where a plan names none. */
export function interfacesOf(about: About, oui: string, plans: readonly PortPlan[]): readonly InterfaceSpec[] {
  return plans.map((plan, at) => {
    const seed = seedOf(about.number, plan.name)
    const type: InterfaceType = plan.type ?? 6
    return {
      index: at + 1,
      descr: plan.name,
      alias: '',
      type,
      mtu: type === 24 ? 65_536 : 1_500,
      mac: type === 24 ? '' : macOf(oui, about.number, at + 1),
      admin: 'up',
      plugged: true,
      peakIn: 0.08 + 0.55 * unitNoise(seed, 1) ** 2,
      peakOut: 0.08 + 0.55 * unitNoise(seed, 2) ** 2,
      errorsPerSecond: 0,
      ...plan,
    }
  })
}

/** `count` ports named by their number, counted from `from`. */
export function portRun(
  range: { from: number; count: number },
  plan: (number: number) => PortPlan,
): readonly PortPlan[] {
  return Array.from({ length: range.count }, (_, at) => plan(range.from + at))
}

export const temperature = (name: string, middle: number) => ({ name, kind: 'celsius', middle, spread: 3 }) as const
export const fan = (name: string, middle: number) => ({ name, kind: 'rpm', middle, spread: 400 }) as const
