/**
 * Networks made to measure, with the truth at hand: who is cabled to whom, what each device tells, what changes when a
 * cable is moved or a switch has no power. Pure and seeded; the simulator serves them, tests and benches measure by them.
 */

export { bridgePortsOf } from './bridge-facts.ts'
export { chance, hash32, hashText } from './chance.ts'
export {
  cutCable,
  deviceOff,
  deviceOn,
  freePorts,
  mendCable,
  moveCable,
  moveHost,
  powerOff,
  powerOn,
  restart,
  shuffle,
} from './change-network.ts'
export * from './made-device.ts'
export { MAX_MADE_DEVICES, makeNetwork } from './make-network.ts'
export { type FoundLink, type LinkScore, scoreLinks } from './score-links.ts'
export { type Seen, seenFrom } from './seen-from.ts'
export { MADE_TURN_MS, type Told, type ToldLinks, toldBy } from './told-by.ts'
export { type TrueLink, trueLinks } from './true-links.ts'
export { isPortUp } from './wiring.ts'
