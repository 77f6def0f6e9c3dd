import { spawn } from 'node:child_process'

export type Child = {
  readonly pid: number
  /** Everything it wrote so far. */
  stdout(): string
  stderr(): string
  /** Resolves with its first line, of either stream, that `matches`; fails when it ends before. */
  line(matches: (line: string) => boolean): Promise<string>
  signal(name: NodeJS.Signals): void
  /** The exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  kill(): Promise<void>
}

export type ChildOptions = {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  readonly cwd?: string
}

// A worker that is ended in the midst of a test leaves nothing behind.
const running = new Set<number>()
process.on('exit', () => {
  for (const pid of running) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has just ended.
    }
  }
})

/** A real process. Its output is kept; `kill` waits until it is gone. */
export function startChild(program: string, words: readonly string[], options: ChildOptions = {}): Child {
  const child = spawn(program, words, {
    env: { ...process.env, ...options.env },
    stdio: 'pipe',
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  })
  const pid = child.pid ?? 0
  let out = ''
  let err = ''
  const waiting = new Set<() => void>()
  const heard = (): void => {
    for (const look of waiting) look()
  }
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input)
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    heard()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
    heard()
  })
  if (pid > 0) running.add(pid)
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status, signal) => {
      running.delete(pid)
      resolve(status ?? signal ?? -1)
    })
  })
  ended.catch(() => undefined)
  const line = (matches: (line: string) => boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = `${out}${err}`.split('\n').find(matches)
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      const over = (status: unknown): void => reject(new Error(`${program} ended with ${status}: ${err.slice(-2000)}`))
      ended.then(over, over)
      look()
    })
  return {
    pid,
    stdout: () => out,
    stderr: () => err,
    line,
    signal: (name) => void child.kill(name),
    ended,
    async kill() {
      child.kill('SIGKILL')
      await ended.catch(() => undefined)
    },
  }
}

/** Runs a program to its end. */
export async function runChild(program: string, words: readonly string[], options: ChildOptions = {}) {
  const child = startChild(program, words, options)
  const status = await child.ended
  return { status, stdout: child.stdout(), stderr: child.stderr() }
}
