// The hostile packets of agent/src/snmp/fuzz.test.ts, many more of them, with the time of each judged too.
import { runFuzz } from '../fuzz/run-fuzz.mjs'

/** Resolves to whether all went well; what there was prints itself, with the seed. */
export async function benchFuzz(packets) {
  return { packets, isSound: await runFuzz(['agent/src/snmp/fuzz.test.ts'], packets) }
}
