/**
 * What one device is and has: identity, interfaces, processors, memory, disks, sensors, and whether it answers. Turns
 * polls into samples, events and facts with catalogue names. It schedules nothing and sends nothing to the server.
 */
export { deviceIdOf } from './device-id.ts'
export { DeviceInfo } from './device-info.ts'
export { type DeviceMemory, fileMemory, type Remembered } from './device-memory.ts'
export { FactsTeller, factsOf } from './facts.ts'
export { firstContact } from './first-contact.ts'
export { DeviceSeries, PollSamples, rounded, type SeriesIds } from './poll-samples.ts'
export { type ProbeResult, probeDevice } from './probe-device.ts'
export { SensorChoices } from './sensor-choices.ts'
export { deviceTurns } from './survey-turns.ts'
export { resolveAddress, snmpTargetOf } from './target.ts'
export { testTarget } from './test-target.ts'
export { type DeviceParts, WatchedDevice, type WatchedIntervals, type WatchedTarget } from './watched-device.ts'
