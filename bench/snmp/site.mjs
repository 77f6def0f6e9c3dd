// The simulator in a process of its own, so that its CPU is not the client's.
import { runSimulation } from '../../agent/dist/simulate/simulate.js'

const site = await runSimulation(JSON.parse(process.argv[2]))
process.on('message', () => process.send(site.counts()))
process.on('disconnect', () => process.exit(0))
process.send(site.targets)
