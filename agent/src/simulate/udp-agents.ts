import { createSocket, type Socket } from 'node:dgram'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'
import { createResponder } from './responder.ts'
import type { SimulatedDevice, Site } from './site.ts'

export type Clock = { now(): EpochMs }

/** Where a simulated device answers, and by which community. */
export type SimulatedTarget = {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly community: string
}

/** What was served since the start. */
export type ServedCounts = {
  readonly requests: number
  readonly varbinds: number
  /** Datagrams that were no request. */
  readonly malformed: number
  readonly unknownCommunity: number
  /** Requests to devices that are down. */
  readonly unanswered: number
}

export type ServedSite = {
  readonly targets: readonly SimulatedTarget[]
  counts(): ServedCounts
  close(): Promise<void>
}

/** Sockets opened at a time, so that a start does not need as many at once as there are devices. */
const OPENING_AT_ONCE = 64

/**
 * Answers for each device of a site on its own address, over UDP. Throws EyeNetError `unavailable` when an address or the
 * port cannot be had; then nothing stays open.
 */
export async function serveSite(
  site: Site,
  options: { readonly port: number; readonly clock: Clock },
): Promise<ServedSite> {
  const counts = { requests: 0, varbinds: 0, malformed: 0, unknownCommunity: 0, unanswered: 0 }
  const community = Buffer.from(site.spec.community)
  const respond = createResponder()
  const sockets: Socket[] = []
  const close = async () => {
    await Promise.all(sockets.splice(0).map((socket) => new Promise<void>((done) => socket.close(() => done()))))
  }
  const serve = (device: SimulatedDevice): Socket => {
    const { maxMessageBytes } = device.model.spec
    // Without a lookup of its own, dgram asks the resolver's thread pool for every datagram.
    const socket = createSocket({ type: 'udp4', lookup: (host, _, found) => found(null, host, 4) })
    socket.on('message', (datagram, from) => {
      const now = options.clock.now()
      if (!device.answers(now)) {
        counts.unanswered++
        return
      }
      const answer = respond({ view: device.views.at(now), community, maxMessageBytes }, datagram, now)
      if (answer.kind === 'malformed') counts.malformed++
      else if (answer.kind === 'unknown_community') counts.unknownCommunity++
      else {
        counts.requests++
        counts.varbinds += answer.varbinds
        socket.send(answer.bytes, from.port, from.address)
      }
    })
    return socket
  }
  const targets: SimulatedTarget[] = []
  try {
    for (let at = 0; at < site.devices.length; at += OPENING_AT_ONCE) {
      const opened = site.devices.slice(at, at + OPENING_AT_ONCE).map(async (device) => {
        const { name, address } = device.model.spec
        const socket = serve(device)
        sockets.push(socket)
        const port = await bind(socket, address, options.port)
        return { name, address, port, community: site.spec.community }
      })
      targets.push(...(await Promise.all(opened)))
    }
  } catch (thrown) {
    await close()
    throw thrown
  }
  return { targets, counts: () => ({ ...counts }), close }
}

function bind(socket: Socket, address: string, port: number): Promise<number> {
  return new Promise((bound, failed) => {
    socket.once('error', (cause) => {
      const advice = 'Is another simulation running? Choose another base address or port.'
      failed(
        new EyeNetError('unavailable', `cannot serve UDP on ${address}:${port}: ${messageOf(cause)}. ${advice}`, {
          cause,
        }),
      )
    })
    socket.bind({ address, port }, () => {
      socket.removeAllListeners('error')
      // A client that went away makes the next send fail; there is nothing to do about it.
      socket.on('error', () => undefined)
      bound(socket.address().port)
    })
  })
}
