const BEGIN = 'the power of '

/** The power of a place among what else explains a failure. */
export const powerOf = (place: string): string => `${BEGIN}${place}`

export const isPowerOf = (alternative: string): boolean => alternative.startsWith(BEGIN)
