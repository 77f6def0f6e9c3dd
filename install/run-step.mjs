import { spawn } from 'node:child_process'

// What is kept of a step's output, and what of that is shown where it fails: compilers tell the cause first, programs last.
const KEPT_BYTES = 64 * 1024
const FIRST_LINES = 20
const LAST_LINES = 20

/**
 * Runs one step of a set-up with one line of progress: its title, then how long it took. Its output is
 * kept back; its first and last lines are shown where it fails, unless it is `optional`. Resolves to `{ kind: 'done', output } | { kind: 'failed', output }`.
 */
export async function runStep(title, command, { cwd, env = process.env, out = process.stderr, optional = false }) {
  const started = Date.now()
  const elapsed = () => `${((Date.now() - started) / 1000).toFixed(1)} s`
  const live = out.isTTY === true
  if (live) out.write(`  ${title} ...`)
  const timer = live ? setInterval(() => out.write(`\r  ${title} ... ${elapsed()}`), 1000) : undefined
  const { status, output } = await collect(command, { cwd, env })
  clearInterval(timer)
  const kind = status === 0 ? 'done' : 'failed'
  const failure = optional ? 'not possible here, tried' : 'FAILED'
  out.write(`${live ? '\r\x1b[K' : ''}  ${title} ... ${kind === 'done' ? 'done' : failure} in ${elapsed()}\n`)
  if (kind === 'failed' && !optional) out.write(`${bothEnds(output)}\n`)
  return { kind, output }
}

function collect([program, ...args], { cwd, env }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (chunk) => {
      const all = output + chunk
      output = all.length <= 2 * KEPT_BYTES ? all : all.slice(0, KEPT_BYTES) + all.slice(-KEPT_BYTES)
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    child.on('error', (error) => resolve({ status: 127, output: `${program} could not be started: ${error.message}` }))
    child.on('close', (status) => resolve({ status, output }))
  })
}

function bothEnds(text) {
  const lines = text.trimEnd().split('\n')
  const left = lines.length - FIRST_LINES - LAST_LINES
  if (left <= 0) return lines.join('\n')
  return [...lines.slice(0, FIRST_LINES), `... ${left} more lines ...`, ...lines.slice(-LAST_LINES)].join('\n')
}
