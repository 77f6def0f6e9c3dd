// Tests with hostile packets, run with as many as are asked for; then the time of each step is judged too.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Resolves to whether all went well; what there was prints itself, with the seed. */
export async function runFuzz(files, packets) {
  // One file after the other: what one measures is not the work of another.
  const words = ['vitest', 'run', '--maxWorkers=1', ...files]
  const env = { ...process.env, EYENET_FUZZ_PACKETS: String(packets) }
  const child = spawn('npx', words, { cwd: ROOT, env, stdio: 'inherit' })
  const status = await new Promise((resolve) => child.on('close', resolve))
  if (status !== 0) process.exitCode = 1
  return status === 0
}
