/** The facts format: "EYF1", length of the header, header in JSON, sections of numbers (see encode-facts.ts). */
export const MAGIC = 0x45594631

export const SECTIONS = ['oids', 'shapes', 'types', 'modules', 'units', 'quantities', 'references', 'names'] as const
export type SectionName = (typeof SECTIONS)[number]

/** The largest known enterprise has 44,458; positions of references must fit 30 bits. */
export const MAX_RECORDS = 1_000_000
/** Types, units and modules are numbered in 16 bits. */
export const MAX_TYPES = 65_534

export type FactHeader = {
  readonly format: 1
  readonly size: number
  readonly prefix: readonly number[]
  readonly modules: readonly (readonly [name: string, lastUpdated: string])[]
  readonly enums: readonly string[]
  /** Base, textual convention, display hint, place in enums, range. */
  readonly types: readonly (readonly [base: number, tc: string, hint: string, enums: number, range: string])[]
  readonly words: readonly string[]
  readonly externals: readonly string[]
  readonly sections: readonly number[]
}
