/** Packets of MQTT 3.1.1 as bytes, sound or not: whoever writes them here decides. */

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes])
}
const number = (value: number): Buffer => Buffer.of(value >> 8, value & 0xff)

export function packet(head: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const length: number[] = []
  let left = body.length
  do {
    length.push((left & 0x7f) | (left > 127 ? 0x80 : 0))
    left >>= 7
  } while (left > 0)
  return Buffer.concat([Buffer.of(head, ...length), body])
}

type Login = { readonly username?: string; readonly password?: string; readonly version?: number }

export function connectPacket(clientId: string, { username, password, version = 4 }: Login = {}): Buffer {
  const flags = 2 | (username === undefined ? 0 : 0x80) | (password === undefined ? 0 : 0x40)
  const properties = version === 5 ? [Buffer.of(0)] : []
  const login = [username, password].filter((one) => one !== undefined).map(text)
  return packet(0x10, text('MQTT'), Buffer.of(version, flags, 0, 0), ...properties, text(clientId), ...login)
}

export function publishPacket(topic: string, payload: Buffer, { qos = 1, id = 1 } = {}): Buffer {
  return packet(0x30 | (qos << 1), text(topic), ...(qos > 0 ? [number(id)] : []), payload)
}

export function subscribePacket(filters: readonly string[], id = 1): Buffer {
  return packet(0x82, number(id), ...filters.flatMap((filter) => [text(filter), Buffer.of(1)]))
}

export function unsubscribePacket(filters: readonly string[], id = 1): Buffer {
  return packet(0xa2, number(id), ...filters.map(text))
}

/** PUBACK, PUBREC, PUBREL (its flags are 2) and PUBCOMP. */
export function confirmation(kind: 4 | 5 | 6 | 7, id: number): Buffer {
  return packet((kind << 4) | (kind === 6 ? 2 : 0), number(id))
}

export const PINGREQ = packet(0xc0)
export const DISCONNECT = packet(0xe0)
