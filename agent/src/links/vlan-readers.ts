import { MAX_LINKS } from '@eyenet/shared/wire'
import type { SnmpDevice } from '../snmp/snmp.ts'
import { createReader, MAX_SILENT_CONTEXTS, type SurveyReader } from '../survey/survey.ts'

const CISCO = 9

/**
 * A Catalyst as it is in each of its VLANs: `community@10`, in SNMPv3 the context `vlan-10`. A VLAN that met silence is not
 * asked again, and none is where only silence was met, until `forget`.
 */
export class VlanReaders {
  readonly #refused = new Set<number>()
  #refusesAll = false
  #asked: { readonly vlan: number; readonly reader: SurveyReader }[] = []

  /** Undefined where it is not to be asked. */
  of(vlan: number, device: SnmpDevice): SurveyReader | undefined {
    if (this.#refusesAll || this.#refused.has(vlan)) return undefined
    const context = device.target.credential.version === '3' ? `vlan-${vlan}` : String(vlan)
    const reader = createReader(device.inContext(context), { mostRows: MAX_LINKS.forwarding, enterprises: [CISCO] })
    this.#asked.push({ vlan, reader })
    return reader
  }

  /** After a reading. */
  noteFailures(): void {
    const failed = this.#asked.filter(({ reader }) => reader.failure !== null)
    for (const { vlan } of failed) this.#refused.add(vlan)
    this.#refusesAll ||= failed.length >= MAX_SILENT_CONTEXTS && failed.length === this.#asked.length
    this.#asked = []
  }

  forget(): void {
    this.#refused.clear()
    this.#refusesAll = false
  }
}
