/**
 * What devices tell of their links: reads their tables of neighbours, bridges, stations and routes on a schedule of its
 * own, and tells the parts that changed. It infers nothing: who is connected to whom is the server's to say.
 */
export { KeptStations } from './kept-stations.ts'
export { LinkTeller } from './link-teller.ts'
export { LinkWatch, type LinkWatchParts, type WatchedLinks } from './link-watch.ts'
export { type ArpStation, arpPart } from './station-parts.ts'
export { inOrder, type LinkParts } from './told-parts.ts'
