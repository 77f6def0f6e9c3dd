/**
 * What depends on what: the ways over which agents reach things, what all ways to a thing have in common, and which
 * failure explains which. Pure: it keeps nothing, asks nobody, and knows nothing of alerts.
 */
export { type Cut, type Cuts, cutsFrom, cutsOf } from './cuts.ts'
export { explain } from './explain.ts'
export { carries, pathBetween, shortestWay } from './path-between.ts'
export type { Answer, Cause, DownPort, Explanation, Part, Picture, Standing, Watcher } from './picture.ts'
export { isPowerOf } from './power-words.ts'
export { wayBetween } from './way-between.ts'
export { SURE_CONFIDENCE, type Way, type Ways, waysFrom, waysOf } from './ways.ts'
