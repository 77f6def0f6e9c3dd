// The other end of the cable: switches that answer SNMP at the addresses given on stdin, and two TCP ports at every address.
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { epochMs } from '@eyenet/shared/identity'
import { createSite, loadSite, serveSite } from '../../agent/dist/simulate/simulate.js'

const TCP_PORTS = [22, 443]
const { addresses, community } = JSON.parse(await text(process.stdin))
const clock = { now: () => epochMs(Date.now()) }
const addressOf = (at) => addresses[at]
const size = { devices: addresses.length, interfaces: 24 }
const spec = loadSite({ seed: 1, startedAt: clock.now(), community, addressOf, ...size })
await serveSite(createSite(spec), { port: 161, clock })
for (const port of TCP_PORTS) {
  await new Promise((resolve) => createServer((socket) => socket.destroy()).listen(port, '0.0.0.0', resolve))
}
process.stdout.write('ready\n')
