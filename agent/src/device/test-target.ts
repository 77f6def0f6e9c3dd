import { strongestFact } from '@eyenet/shared/identity'
import type { Target, TaskReply, TestStep } from '@eyenet/shared/wire'
import { describePing } from '../probe/probe.ts'
import { describeOutcome } from '../snmp/snmp.ts'
import { deviceIdOf } from './device-id.ts'
import { firstContact } from './first-contact.ts'
import { numberOf } from './snmp-text.ts'
import { resolveAddress, snmpTargetOf } from './target.ts'
import type { DeviceParts } from './watched-device.ts'

const IF_NUMBER = '1.3.6.1.2.1.2.1.0'

/** Tries a target without watching it: resolve, ping, SNMP. Each step with a sentence on what to do where it fails. */
export async function testTarget(
  id: string,
  target: Target,
  parts: Pick<DeviceParts, 'site' | 'snmp' | 'pinger'>,
): Promise<TaskReply> {
  const steps: TestStep[] = []
  const step = (check: TestStep['check'], outcome: TestStep['outcome'], message: string): void => {
    steps.push({ check, outcome, message: message.slice(0, 1000) })
  }
  const resolved = await resolveAddress(target.address)
  if (resolved.kind === 'failed') {
    step('resolve', 'failed', `${target.address} could not be resolved (${resolved.detail}); check the name.`)
    return { kind: 'test-target', id, ok: false, steps }
  }
  step('resolve', 'ok', `The address is ${resolved.address}.`)
  let isPinged = false
  if (target.ping) {
    const ping = await parts.pinger.ping(resolved.address, { count: 2 })
    isPinged = ping.kind === 'reply'
    const outcome = ping.kind === 'reply' ? 'ok' : ping.kind === 'unavailable' ? 'skipped' : 'failed'
    step('ping', outcome, describePing(ping, resolved.address))
  } else step('ping', 'skipped', 'Ping was not asked for.')
  if (target.snmp === undefined) {
    step('snmp', 'skipped', 'SNMP was not asked for.')
    return { kind: 'test-target', id, ok: isPinged, steps }
  }
  const snmpTarget = snmpTargetOf(target.address, target.snmp)
  const device = parts.snmp.device(snmpTarget)
  try {
    const contact = await firstContact(device)
    step('snmp', contact.kind === 'ok' ? 'ok' : 'failed', describeOutcome(contact, snmpTarget))
    if (contact.kind !== 'ok') return { kind: 'test-target', id, ok: false, steps }
    const number = await device.get([IF_NUMBER])
    const interfaces = number.kind === 'ok' ? numberOf(number.value[0]?.value) : undefined
    const { sysName = '', sysDescr = '' } = contact.value.identity
    const known = { ...contact.value.identity, site: parts.site, address: target.address }
    return {
      kind: 'test-target',
      id,
      ok: true,
      steps,
      device: target.device ?? deviceIdOf(strongestFact(known)),
      sysName: sysName.slice(0, 255),
      sysDescr: sysDescr.slice(0, 4096),
      ...(interfaces === undefined || interfaces < 0 ? {} : { interfaces }),
    }
  } finally {
    device.close()
  }
}
