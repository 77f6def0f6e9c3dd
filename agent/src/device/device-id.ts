import { createHash } from 'node:crypto'
import { DeviceId, type StrongestFact } from '@eyenet/shared/identity'

/** EyeNet's name space for devices: made once by chance. */
const NAMESPACE = Buffer.from('5f0c7b1ce4b84a2d9d0b3f7d2f6a9e11', 'hex')

/** The device's id: a version 5 UUID (RFC 9562, 5.5) of its strongest fact. */
export function deviceIdOf(fact: StrongestFact): DeviceId {
  const hash = createHash('sha1').update(NAMESPACE).update(fact.name).digest()
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const hex = hash.toString('hex', 0, 16)
  return DeviceId.parse(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
  )
}
