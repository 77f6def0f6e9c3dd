import { connect, type Socket } from 'node:net'

export type Knock = 'open' | 'refused' | 'silent'
export type KnockTcp = (address: string, port: number) => Promise<Knock>

/** Before the kernel sends a second SYN, which it does after a second. */
const TIMEOUT_MS = 900
/** Packets of a knock, after the first: the handshake's third and the end of the connection. */
export const PACKETS_WHEN_OPEN = 2

/** Whether a TCP port takes connections: opens one and ends it without a word. */
export const knockTcp: KnockTcp = (address, port) =>
  new Promise((resolve) => {
    const socket: Socket = connect({ host: address, port, autoSelectFamily: false })
    const end = (knock: Knock): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(knock)
    }
    const timer = setTimeout(() => end('silent'), TIMEOUT_MS)
    socket.once('connect', () => end('open'))
    socket.once('error', (failure: Error & { code?: string }) => {
      end(failure.code === 'ECONNREFUSED' ? 'refused' : 'silent')
    })
  })
