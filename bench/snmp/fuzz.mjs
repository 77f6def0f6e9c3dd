// The hostile packets of agent/src/snmp/fuzz.test.ts, many more of them, with the time of each judged too.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Resolves to whether all went well; what there was prints itself, with the seed. */
export async function benchFuzz(packets) {
  const words = ['vitest', 'run', 'agent/src/snmp/fuzz.test.ts']
  const env = { ...process.env, EYENET_FUZZ_PACKETS: String(packets) }
  const child = spawn('npx', words, { cwd: ROOT, env, stdio: 'inherit' })
  const status = await new Promise((resolve) => child.on('close', resolve))
  if (status !== 0) process.exitCode = 1
  return { packets, isSound: status === 0 }
}
