import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test, vi } from 'vitest'
import { parts } from '../../../install/parts.mjs'
import { createServiceNotify, type ServiceState } from './service-notify.ts'

function recorded(env: NodeJS.ProcessEnv) {
  const sent: ServiceState[] = []
  const answers: ((error: Error | null) => void)[] = []
  const failures: string[] = []
  const notify = createServiceNotify(
    env,
    (error) => failures.push(error.message),
    (state, done) => {
      sent.push(state)
      answers.push(done)
    },
  )
  return { notify, sent, answers, failures }
}

test('outside of systemd nothing is sent', () => {
  const { notify, sent } = recorded({})
  notify.ready()
  notify.stopping()
  expect(sent).toEqual([])
})

test('the watchdog is pinged three times per interval, one ping at a time, until stopping', () => {
  vi.useFakeTimers()
  const { notify, sent, answers, failures } = recorded({ NOTIFY_SOCKET: '/s', WATCHDOG_USEC: '60000000' })
  notify.ready()
  vi.advanceTimersByTime(20_000)
  expect(sent).toEqual(['READY=1'])
  answers[0]?.(null)
  vi.advanceTimersByTime(20_000)
  expect(sent).toEqual(['READY=1', 'WATCHDOG=1'])
  answers[1]?.(new Error('no answer'))
  vi.advanceTimersByTime(20_000)
  notify.stopping()
  vi.advanceTimersByTime(60_000)
  expect(sent).toEqual(['READY=1', 'WATCHDOG=1', 'WATCHDOG=1', 'STOPPING=1'])
  expect(failures).toEqual(['no answer'])
  vi.useRealTimers()
})

// perl is essential in Debian and has what Node lacks: datagram unix sockets.
const RECEIVER = `use Socket; $| = 1; socket(S, AF_UNIX, SOCK_DGRAM, 0); bind(S, pack_sockaddr_un($ARGV[0]));
print "bound\\n"; while (1) { recv(S, $m, 4096, 0); print "$m\\n" if $m =~ /=1/ && $m !~ /BARRIER/ }`

test.skipIf(parts.systemdNotify === undefined)('a real systemd-notify says READY=1 on the socket', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-notify-'))
  const socket = join(folder, 'notify')
  const receiver = spawn('perl', ['-e', RECEIVER, socket])
  const lines = createInterface({ input: receiver.stdout })[Symbol.asyncIterator]()
  expect((await lines.next()).value).toBe('bound')
  vi.stubEnv('NOTIFY_SOCKET', socket)
  const failures: Error[] = []
  createServiceNotify(process.env, (error) => failures.push(error)).ready()
  expect((await lines.next()).value).toBe('READY=1')
  vi.unstubAllEnvs()
  receiver.kill()
  rmSync(folder, { recursive: true })
  expect(failures).toEqual([])
})
