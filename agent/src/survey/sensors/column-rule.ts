import type { ObjectFact } from './object-fact.ts'

export type Evidence =
  | 'unit stated by MIB'
  | 'type column'
  | 'unit from description'
  | 'guessed from name'
  | 'state labels'
  | 'standard MIB'

/** How a number of the device becomes one in the unit of its kind. */
export type Conversion = 'linear' | 'fahrenheit' | 'milliwatt'

export type FixedRule = {
  readonly rule: 'fixed'
  readonly kind: string
  readonly scale: number
  readonly conversion: Conversion
  /** Whether the MIB tells the scale; otherwise values decide. */
  readonly isScaleKnown: boolean
  readonly evidence: Evidence
  readonly isSure: boolean
}

export type StateRule = {
  readonly rule: 'state'
  readonly isSure: boolean
  /** Somebody's choice, such as whether a buzzer sounds: worth offering, not worth watching. */
  readonly isSetting?: boolean
  readonly evidence: Evidence
}

/** Each row says in a column of its own what it measures, as ENTITY-SENSOR-MIB does. */
export type RowTypeRule = {
  readonly rule: 'row type'
  readonly typeColumn?: ObjectFact
  readonly unitColumn?: ObjectFact
  /** Enumerated `milli`, `units`, `kilo`. */
  readonly scaleColumn?: ObjectFact
  /** A number: digits behind the point. */
  readonly digitsColumn?: ObjectFact
  readonly scale: number
  readonly fallback?: FixedRule
}

export type ColumnRule = FixedRule | StateRule | RowTypeRule
