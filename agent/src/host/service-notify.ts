import { execFile } from 'node:child_process'

export type ServiceState = 'READY=1' | 'STOPPING=1' | 'WATCHDOG=1'

/** Hands one state to systemd; `done` is called once that is over, with the error where there was one. */
export type SendState = (state: ServiceState, done: (error: Error | null) => void) => void

// Longer than systemd ever takes to answer, shorter than any watchdog.
const SEND_TIMEOUT_MS = 5_000
const PINGS_PER_WATCHDOG = 3

/**
 * Tells systemd that this service is ready, alive and stopping (sd_notify(3)), where systemd asked to be told. Alive means
 * that the event loop turns. Node has no datagram unix sockets, so the program systemd-notify sends each state.
 */
export function createServiceNotify(
  env: NodeJS.ProcessEnv,
  onFailure: (error: Error) => void,
  send: SendState = bySystemdNotify,
) {
  if (env.NOTIFY_SOCKET === undefined) return { ready: () => {}, stopping: () => {} }
  let isSending = false
  let timer: NodeJS.Timeout | undefined
  const tell = (state: ServiceState) => {
    isSending = true
    send(state, (error) => {
      isSending = false
      if (error !== null) onFailure(error)
    })
  }
  const pingMs = Number(env.WATCHDOG_USEC ?? 0) / 1_000 / PINGS_PER_WATCHDOG
  return {
    ready() {
      tell('READY=1')
      if (pingMs > 0) timer = setInterval(() => !isSending && tell('WATCHDOG=1'), pingMs).unref()
    },
    stopping() {
      clearInterval(timer)
      tell('STOPPING=1')
    },
  }
}

function bySystemdNotify(state: ServiceState, done: (error: Error | null) => void): void {
  execFile('systemd-notify', [state], { timeout: SEND_TIMEOUT_MS }, (error) => done(error))
}
