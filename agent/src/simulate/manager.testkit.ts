import { TAG } from './ber-tag.ts'
import { wholeOidBer } from './oid.ts'
import { createResponder } from './responder.ts'
import type { SimulatedDevice } from './site.ts'

/** A manager in miniature: writes requests and takes answers apart, by another road than the code under test. */
export type RequestPlan = {
  readonly tag: number
  readonly names: readonly string[]
  readonly version?: 0 | 1
  readonly community?: string
  readonly first?: number
  readonly second?: number
  /** Limit of the agent. */
  readonly maxMessageBytes?: number
}

export type Varbind = { readonly name: string; readonly tag: number; readonly content: Buffer }
export type Response = {
  readonly status: number
  readonly index: number
  readonly varbinds: readonly Varbind[]
  readonly length: number
}

export const REQUEST_ID = 0x1234567

const tlv = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff]
  return Buffer.concat([Uint8Array.from([tag, ...length]), content])
}
const number = (value: number) => {
  const octets = Buffer.alloc(4)
  octets.writeInt32BE(value)
  return tlv(TAG.integer, octets)
}

export function requestOf(plan: RequestPlan): Buffer {
  const varbinds = plan.names.map((name) =>
    tlv(TAG.sequence, tlv(TAG.oid, wholeOidBer(name.split('.').map(Number))), tlv(TAG.null)),
  )
  const pdu = tlv(
    plan.tag,
    number(REQUEST_ID),
    number(plan.first ?? 0),
    number(plan.second ?? 0),
    tlv(TAG.sequence, ...varbinds),
  )
  return tlv(TAG.sequence, number(plan.version ?? 1), tlv(TAG.octets, Buffer.from(plan.community ?? 'public')), pdu)
}

type Tlv = { readonly tag: number; readonly content: Buffer }

export function partsOf(bytes: Buffer): Tlv[] {
  const parts: Tlv[] = []
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes.readUInt8(at)
    const short = bytes.readUInt8(at + 1)
    const long = short < 128 ? 0 : short & 0x7f
    const length = long === 0 ? short : bytes.readUIntBE(at + 2, long)
    const start = at + 2 + long
    if (start + length > bytes.length) throw new Error('the answer is cut off')
    parts.push({ tag, content: bytes.subarray(start, start + length) })
    at = start + length
  }
  return parts
}

export function nameOf(content: Buffer): string {
  const arcs: number[] = []
  let arc = 0
  for (const octet of content) {
    arc = arc * 128 + (octet & 127)
    if (octet < 128) {
      if (arcs.length === 0) arcs.push(Math.min(2, Math.floor(arc / 40)), arc - 40 * Math.min(2, Math.floor(arc / 40)))
      else arcs.push(arc)
      arc = 0
    }
  }
  return arcs.join('.')
}

export const unsignedOf = ({ content }: Varbind): bigint => BigInt(`0x0${content.toString('hex')}`)

export function responseOf(bytes: Uint8Array): Response {
  const copy = Buffer.from(bytes)
  const [message, ...rest] = partsOf(copy)
  const [, , pdu] = partsOf(message!.content)
  const [requestId, status, index, list] = partsOf(pdu!.content)
  if (rest.length > 0 || pdu!.tag !== TAG.response || requestId!.content.readInt32BE() !== REQUEST_ID) {
    throw new Error('this is no answer to the request')
  }
  const varbinds = partsOf(list!.content).map((varbind): Varbind => {
    const [name, value] = partsOf(varbind.content)
    return { name: nameOf(name!.content), tag: value!.tag, content: value!.content }
  })
  return {
    status: status!.content.readInt8(),
    index: index!.content.readIntBE(0, index!.content.length),
    varbinds,
    length: copy.length,
  }
}

const respond = createResponder()

/** What a device answers, or undefined where it is silent. */
export function ask(device: SimulatedDevice, plan: RequestPlan, now: number): Response | undefined {
  const maxMessageBytes = plan.maxMessageBytes ?? 65_507
  const agent = { view: device.views.at(now), community: Buffer.from('public'), maxMessageBytes }
  const answer = respond(agent, requestOf(plan), now)
  return answer.kind === 'reply' ? responseOf(answer.bytes) : undefined
}

/** Everything below a name, read by one GETNEXT after the other. */
export function walk(device: SimulatedDevice, root: string, now: number): readonly Varbind[] {
  const found: Varbind[] = []
  for (let name = root; ; ) {
    const next = ask(device, { tag: TAG.getNext, names: [name] }, now)?.varbinds[0]
    if (next === undefined || next.tag === TAG.endOfMibView || !next.name.startsWith(`${root}.`)) return found
    found.push(next)
    name = next.name
  }
}
