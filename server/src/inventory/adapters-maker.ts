import type { ReportedInterface } from '@eyenet/shared/wire'
import { makerOf } from '../makers/makers.ts'

/** Ports that are looked at: all of one device are of one maker, but for modules. */
const MAX_LOOKED_AT = 256

/** Who made most network adapters of a device, the first of them where several are as many; empty where nobody is known. */
export function adaptersMaker(interfaces: readonly Pick<ReportedInterface, 'mac'>[]): string {
  const counts = new Map<string, number>()
  for (const { mac } of interfaces.slice(0, MAX_LOOKED_AT)) {
    const maker = mac === '' ? '' : makerOf(mac)
    if (maker !== '') counts.set(maker, (counts.get(maker) ?? 0) + 1)
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a)
  return most?.[0] ?? ''
}
