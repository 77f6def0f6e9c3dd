/**
 * Recordings of devices: everything that a device shows, walked once, as lines `oid|tag|value` that snmpsim and others
 * read, too. Walks, writes and reads them, and masks what says whose device it was. It serves none (see `simulate`) and
 * keeps none.
 */
export { createMask, type Mask } from './mask.ts'
export { isSecretObject } from './sensitive-object.ts'
export { formatVarbind, parseRecording } from './snmprec.ts'
export { jsonOfVarbind, textOfVarbind, varbindParts } from './varbind-text.ts'
export { type WalkEnd, type WalkOptions, walkDevice } from './walk-device.ts'
