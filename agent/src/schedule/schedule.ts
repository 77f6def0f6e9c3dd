/**
 * What is due when: fixed ticks of the wall clock, spread by the job's id, one run of a job at a time. It knows no
 * device and no protocol; a job is a function.
 */
export { type Clock, systemClock } from './clock.ts'
export { phaseOf } from './due.ts'
export { type Job, type ScheduleCounts, Scheduler, type SchedulerOptions } from './scheduler.ts'
export { SteadyClock, type TimeReport } from './steady-clock.ts'
export { correctedTime, type TimeCorrection } from './time-rules.ts'
