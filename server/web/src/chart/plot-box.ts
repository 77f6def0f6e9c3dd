/** Where the drawn part lies within a chart, pixels: what is laid over it must know. */
export const AXIS_WIDTH = 66
/** Room for words beside the axis. */
export const WORDS_WIDTH = 110
export const TIME_HEIGHT = 24
/** Above and at the right. */
export const SIDE_GAP = 8
