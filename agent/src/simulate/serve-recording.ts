import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { Varbind } from '../snmp/snmp.ts'
import { recordedView } from './recorded-view.ts'
import { createResponder } from './responder.ts'

/** What fits one Ethernet frame: agents that answer with more are rare. */
const MAX_MESSAGE_BYTES = 1_472

export type RecordingServer = { readonly address: string; readonly port: number; close(): Promise<void> }

/**
 * Answers for a recorded device over UDP, v1 and v2c, until `close`; values do not move. Throws EyeNetError
 * `unavailable` when the address or port cannot be had.
 */
export async function serveRecording(
  varbinds: readonly Varbind[],
  { address, port, community }: { readonly address: string; readonly port: number; readonly community: string },
): Promise<RecordingServer> {
  const respond = createResponder()
  const agent = {
    view: recordedView(varbinds),
    community: Buffer.from(community),
    maxMessageBytes: MAX_MESSAGE_BYTES,
  }
  const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4' })
  socket.on('message', (datagram, from) => {
    const answer = respond(agent, datagram, 0)
    // The bytes are valid until the next answer, and a send may outlast it.
    if (answer.kind === 'reply') socket.send(Uint8Array.from(answer.bytes), from.port, from.address)
  })
  await new Promise<void>((bound, failed) => {
    socket.once('error', (cause) =>
      failed(new EyeNetError('unavailable', `cannot serve UDP on ${address}:${port}: ${messageOf(cause)}`, { cause })),
    )
    socket.bind({ address, port }, bound)
  })
  socket.removeAllListeners('error')
  // A client that went away makes the next send fail; there is nothing to do about it.
  socket.on('error', () => undefined)
  return {
    address,
    port: socket.address().port,
    close: () => new Promise((closed) => socket.close(() => closed())),
  }
}
