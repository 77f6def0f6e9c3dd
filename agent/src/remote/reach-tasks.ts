import { BlockList, isIP } from 'node:net'
import type { Hop, Task, TaskReply } from '@eyenet/shared/wire'
import { resolveAddress } from '../device/device.ts'
import { describePing } from '../probe/probe.ts'
import type { RemoteParts } from './remote-parts.ts'
import type { TaskRun } from './task-run.ts'

type PingTask = Extract<Task, { kind: 'ping' }>
type TraceTask = Extract<Task, { kind: 'traceroute' }>

/** Addresses behind which is no single host: one packet there would be answered by many, or by nobody. */
const NO_HOST = new BlockList()
NO_HOST.addAddress('0.0.0.0')
NO_HOST.addAddress('::', 'ipv6')
NO_HOST.addSubnet('224.0.0.0', 3)
NO_HOST.addSubnet('ff00::', 8, 'ipv6')

/** Between two echoes, so that loss is told from a burst that was dropped. */
const ECHO_PAUSE_MS = 200
const ECHO_TIMEOUT_MS = 2_000

export const reachTasks = {
  async ping(task: PingTask, run: TaskRun, { pinger, clock, progress }: RemoteParts): Promise<TaskReply> {
    const head = { kind: 'ping', id: task.id } as const
    const found = await hostOf(task.address)
    if ('fault' in found) return { ...head, ended: 'failed', message: found.fault, sent: 0, received: 0 }
    const times: number[] = []
    let sent = 0
    let last = await pinger.ping(found.address, { timeoutMs: ECHO_TIMEOUT_MS })
    for (;;) {
      if (last.kind === 'unavailable') {
        return { ...head, ended: 'failed', message: describePing(last, found.address), sent, received: times.length }
      }
      sent++
      if (last.kind === 'reply') times.push(last.rttSeconds)
      progress({ kind: 'progress', id: task.id, done: sent, at: found.address })
      if (sent >= task.count || run.signal.aborted) break
      await pause(ECHO_PAUSE_MS, run, clock)
      if (run.signal.aborted) break
      last = await pinger.ping(found.address, { timeoutMs: ECHO_TIMEOUT_MS })
    }
    const ended = sent >= task.count ? 'whole' : run.endOf('whole')
    const message =
      times.length > 0 ? `${found.address} answered ${times.length} of ${sent}.` : describePing(last, found.address)
    return { ...head, ended, message: message.slice(0, 1_000), sent, received: times.length, ...timesOf(times) }
  },

  async traceroute(task: TraceTask, run: TaskRun, { trace, progress }: RemoteParts): Promise<TaskReply> {
    const head = { kind: 'traceroute', id: task.id } as const
    const found = await hostOf(task.address)
    if ('fault' in found) return { ...head, ended: 'failed', message: found.fault, hops: [] }
    const onHop = ({ hop, addresses }: Hop): void => {
      progress({ kind: 'progress', id: task.id, done: hop, at: addresses[0] ?? '*' })
    }
    const outcome = await trace(found.address, { maxHops: task.maxHops, signal: run.signal, onHop })
    if (outcome.kind === 'unavailable') {
      const message = `The way to ${found.address} cannot be traced: ${outcome.detail}.`
      return { ...head, ended: 'failed', message: message.slice(0, 1_000), hops: [] }
    }
    const hops = outcome.hops.slice(0, task.maxHops)
    const isThere = hops.at(-1)?.addresses.includes(found.address) === true
    const ended = run.endOf(isThere ? 'whole' : 'limit')
    const lost = `${found.address} was not reached within ${hops.length} hops; the last that answered may be where it ends.`
    const message =
      run.whyStopped ??
      (isThere ? `${found.address} is ${hops.length} ${hops.length === 1 ? 'hop' : 'hops'} away.` : lost)
    return { ...head, ended, message, hops }
  },
} as const

function timesOf(times: readonly number[]) {
  if (times.length === 0) return {}
  const meanSeconds = times.reduce((sum, time) => sum + time, 0) / times.length
  return { minSeconds: Math.min(...times), meanSeconds, maxSeconds: Math.max(...times) }
}

/** The IP address of one host; `fault` is a sentence. */
async function hostOf(name: string): Promise<{ readonly address: string } | { readonly fault: string }> {
  const resolved = await resolveAddress(name)
  if (resolved.kind === 'failed')
    return { fault: `${name} could not be resolved (${resolved.detail}); check the name.` }
  const { address } = resolved
  const [plain = ''] = address.split('%', 1)
  if (NO_HOST.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')) {
    return { fault: `${address} is no address of one host.` }
  }
  return { address }
}

function pause(ms: number, run: TaskRun, clock: RemoteParts['clock']): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => {
      run.signal.removeEventListener('abort', stop)
      resolve()
    })
    const stop = (): void => {
      cancel()
      resolve()
    }
    run.signal.addEventListener('abort', stop, { once: true })
  })
}
