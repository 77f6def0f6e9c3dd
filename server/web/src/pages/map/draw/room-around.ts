import type { Size } from '../layout/layered-layout.ts'

const MOST_PX = 28
const SHARE = 0.03

/** What is left free around the picture on each side, pixels. */
export const roomAround = ({ width }: Size): number => Math.min(MOST_PX, Math.round(width * SHARE))
