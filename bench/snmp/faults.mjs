// Faults: 5 % of the packets lost, and a tenth of the devices dead. Whether each poll has all its rows, and whether the
// sound devices are polled on time.
import { INTERFACE_COLUMNS, startReplay } from './agents.mjs'

const NAMES = ['vrp_5720', 'panos_vsys', 'picos', 'stellar_oaw-ap1321']
const DEVICES_EACH = 25
const POLLS = 20
const TIMEOUT_MS = 300

/** Resolves to one result per fault; null where the recordings are not there. */
export async function benchFaults(say) {
  const results = {}
  for (const [name, fault] of Object.entries({
    '5 % loss, 20 ms latency, 20 ms jitter': {
      flags: ['--loss', '0.05', '--latency', '20', '--jitter', '20'],
      dead: 0,
    },
    'a tenth of the devices dead': { flags: ['--latency', '5'], dead: 0.1 },
  })) {
    const agent = await startReplay({ names: NAMES, flags: fault.flags })
    if (agent === null) {
      say(`${name}: no recordings on this machine, left out`)
      continue
    }
    try {
      results[name] = await pollAll(agent.targets, fault.dead)
    } finally {
      await agent.stop()
    }
    const { polls, whole, retries, requests, slowestMs } = results[name]
    say(`${name}: ${whole} of ${polls} polls whole; ${retries} of ${requests} requests again; slowest ${slowestMs} ms`)
  }
  return results
}

async function pollAll(targets, deadShare) {
  const { createSnmpEngine } = await import('../../agent/dist/snmp/snmp.js')
  const engine = createSnmpEngine()
  const credentialOf = (community) => ({ version: '2c', community })
  const readers = Array.from({ length: DEVICES_EACH * targets.length }, (_, at) => {
    const { address, port, community, rows } = targets[at % targets.length]
    const isDead = at < DEVICES_EACH * targets.length * deadShare
    const credential = credentialOf(isDead ? 'nobody answers this' : community)
    return { isDead, rows, device: engine.device({ address, port, credential, timeoutMs: TIMEOUT_MS }) }
  })
  const found = { polls: 0, whole: 0, slowestMs: 0 }
  for (let poll = 0; poll < POLLS; poll++) {
    const began = performance.now()
    const polls = readers.map(async ({ device, rows, isDead }) => {
      const outcome = await device.readColumns(INTERFACE_COLUMNS, { expectRows: rows })
      if (isDead) return
      found.polls++
      if (outcome.kind === 'ok' && outcome.value.stopped === null && outcome.value.indexes.length >= rows) found.whole++
      found.slowestMs = Math.max(found.slowestMs, Math.round(performance.now() - began))
    })
    await Promise.all(polls)
  }
  const { requests, retries } = engine.counters
  engine.close()
  return { ...found, requests, retries }
}
