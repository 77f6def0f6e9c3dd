import { spawn } from 'node:child_process'
import { findProgram } from '../probe/probe.ts'
import { readFrames, SNAP_LENGTH } from './read-frames.ts'

/** What ends by itself, or by `stop`. */
export type Capture = { stop(): void }

export type CaptureTold = {
  frame(octets: Uint8Array): void
  /** It is over, and not by `stop`: why, a clause for people. */
  ended(problem: string): void
}

/** Opens a capture of an interface; undefined where this machine has no tcpdump. */
export type OpenCapture = (interfaceName: string, told: CaptureTold) => Capture | undefined

/** Frames that speak of who sent them. Everything else never leaves the kernel. */
const FILTER = [
  'ether proto 0x88cc',
  '(ether dst 01:00:0c:cc:cc:cc)',
  'arp',
  '(udp port 67 or udp port 68)',
  'udp port 5353',
].join(' or ')
const MOST_WORDS = 300
/** An interface may have any name that holds no blank and no slash; a dash first would be an option. */
const INTERFACE = /^[^\s/-][^\s/]{0,31}$/

/** tcpdump of one interface: only what comes in, only what the filter lets through. It sends nothing. */
export const openTcpdump: OpenCapture = (interfaceName, told) => {
  const program = findProgram('tcpdump')
  if (program === null || !INTERFACE.test(interfaceName)) return undefined
  const child = spawn(
    program,
    ['-i', interfaceName, '-U', '-w', '-', '-n', '-s', String(SNAP_LENGTH), '-Q', 'in', FILTER],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let words = ''
  let problem = ''
  let isOver = false
  const end = (): void => {
    if (isOver) return
    isOver = true
    child.kill('SIGKILL')
    told.ended(problem || words || 'tcpdump ended')
  }
  child.stderr.on('data', (said: Buffer) => {
    words = `${words}${said.toString('utf8')}`.replaceAll(/[\p{Cc}\s]+/gu, ' ').slice(-MOST_WORDS)
  })
  child.on('error', (thrown) => {
    problem = thrown.message
    end()
  })
  // Its last words are there when its streams are closed.
  child.on('close', end)
  readFrames(child.stdout, {
    frame: (octets) => {
      if (!isOver) told.frame(octets)
    },
    failed: (why) => {
      if (why !== 'the capture ended') problem = why
      child.kill('SIGKILL')
    },
  })
  return {
    stop() {
      isOver = true
      child.kill('SIGTERM')
    },
  }
}
