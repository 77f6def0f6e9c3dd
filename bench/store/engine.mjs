// One program under measurement: started on a free loopback port with a data folder of its own, ended by its pid.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { endsWithUs, usageOf } from '../agent/processes.mjs'

const READY_WITHIN_MS = 120_000
const IDLE_WINDOW_MS = 1_000
/** A program whose timers alone run uses less of one core. */
const IDLE_SHARE = 0.03
const IDLE_WITHIN_MS = 180_000

/** Starts a program that is not EyeNet and waits until `readyUrl` answers 2xx. */
export async function startProgram({ program, words, readyUrl, logFile, env }) {
  if (!existsSync(program)) throw new Error(`${program} is not on this machine`)
  const log = openSync(logFile, 'a')
  const child = endsWithUs(spawn(program, words, { stdio: ['ignore', log, log], env: { ...process.env, ...env } }))
  closeSync(log)
  const ended = once(child, 'exit')
  const until = performance.now() + READY_WITHIN_MS
  while (
    !(await fetch(readyUrl).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || performance.now() > until) {
      child.kill('SIGKILL')
      throw new Error(`${program} does not start; its log: ${logFile}`)
    }
    await pause(20)
  }
  return {
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Resolves when the process has used next to no CPU for a second, twice. */
export async function untilIdle(pid) {
  const until = performance.now() + IDLE_WITHIN_MS
  let calm = 0
  let before = usageOf(pid).cpuSeconds
  while (calm < 2) {
    if (performance.now() > until) throw new Error(`process ${pid} is still at work after ${IDLE_WITHIN_MS / 1000} s`)
    await pause(IDLE_WINDOW_MS)
    const now = usageOf(pid).cpuSeconds
    calm = (now - before) * 1_000 <= IDLE_SHARE * IDLE_WINDOW_MS ? calm + 1 : 0
    before = now
  }
}

/** Bytes that the disk gives to these folders: whole blocks, holes not counted. */
export function diskBytes(...folders) {
  const { status, stdout, stderr } = spawnSync('du', ['-sc', '--block-size=1', ...folders], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`du ${folders.join(' ')}: ${stderr}`)
  return Number(stdout.trimEnd().split('\n').at(-1).split('\t')[0])
}

/** Asks the kernel to forget the folder's files; a process that maps them must have ended. */
export function forgetPages(folder) {
  const drop = ['dd', 'if={}', 'iflag=nocache', 'count=0', 'status=none']
  const { status, stderr } = spawnSync('find', [folder, '-type', 'f', '-exec', ...drop, ';'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`could not drop the pages of ${folder}: ${stderr}`)
}
