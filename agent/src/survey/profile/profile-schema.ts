import { messageOf } from '@eyenet/shared/errors'
import { compileRegex } from '@eyenet/shared/regex'
import { isEncodableOid, OID_RULE } from '@eyenet/shared/wire'
import { z } from 'zod'
import { parseReadingText, SENSOR_KINDS } from './reading-text.ts'

const OID = /^[012](\.(0|[1-9]\d{0,9})){1,127}$/

export const Oid = z.string().regex(OID, 'an OID such as 1.3.6.1.4.1.9.1').refine(isEncodableOid, OID_RULE)
const Column = z.number().int().positive()
/** A column of the item's table, or the OID of one instance where it has no table. */
const Source = z.union([Column, Oid])
const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1)])

export const Pattern = z.string().superRefine((source, context) => {
  try {
    compileRegex(source)
  } catch (thrown) {
    context.addIssue({ code: 'custom', message: messageOf(thrown) })
  }
})

const Reading = z.string().superRefine((text, context) => {
  try {
    parseReadingText(text)
  } catch (thrown) {
    context.addIssue({ code: 'custom', message: messageOf(thrown) })
  }
})

/** All that are given must hold; of a list, one. */
export const Match = z.strictObject({
  sysObjectId: oneOrMore(Oid).optional(),
  sysDescr: oneOrMore(Pattern).optional(),
  sysName: oneOrMore(Pattern).optional(),
  /** Something must be below it. */
  present: oneOrMore(Oid).optional(),
})

const FieldSource = z.union([
  z.strictObject({ oid: Oid, pattern: Pattern.optional(), map: z.record(z.string(), z.string()).optional() }),
  z.strictObject({ sysDescr: Pattern, text: z.string().optional() }),
  z.strictObject({ sysObjectId: z.record(Oid, z.string()) }),
])
const Field = z.union([z.string(), FieldSource, z.array(z.union([z.string(), FieldSource])).min(1)])

export const Identity = z.strictObject({
  vendor: Field.optional(),
  os: Field.optional(),
  model: Field.optional(),
  version: Field.optional(),
  serial: Field.optional(),
})

/** A template such as `{2} {index}`, or one column. Words in braces: a column, `index`, `index.1`, `if`, `part`, a join. */
const Name = z.union([z.string().min(1), z.strictObject({ column: Column })])
/** A column of another table, found by these parts (from 1) of the index; all of it unless told. */
const Join = z.strictObject({ column: Oid, index: z.array(z.number().int().positive()).min(1).optional() })
/** Keys: a column, or `index.2` for a part of the index. */
const Where = z.record(
  z.string().regex(/^(\d+|index\.[1-9]\d?)$/, 'a column number or index.1'),
  oneOrMore(z.union([z.number(), z.string()])),
)

const row = {
  /** OID of the row (the entry below the table). */
  table: Oid.optional(),
  name: Name.optional(),
  join: z.record(z.string().regex(/^[a-z]+$/, 'a word in small letters'), Join).optional(),
  /** Rows in which these columns have one of these values. */
  where: Where.optional(),
  /** Rows in which these columns have none of these values. */
  except: Where.optional(),
  /** How often it is worth reading, where that is not as often as sensors are; a target's own interval goes before it. */
  intervalSeconds: z.number().int().min(5).max(86_400).optional(),
}

export const ProcessorItem = z.strictObject({
  ...row,
  usage: Source.optional(),
  idle: Source.optional(),
  divisor: z.number().positive().optional(),
})

export const PoolItem = z.strictObject({
  ...row,
  total: Source.optional(),
  used: Source.optional(),
  free: Source.optional(),
  percent: Source.optional(),
  percentFree: Source.optional(),
  /** Octets that one counts. */
  unit: z.union([z.number().positive(), z.strictObject({ column: Column })]).optional(),
  divisor: z.number().positive().optional(),
})

const KindMap = z.union([
  z.strictObject({ column: Column, map: z.record(z.string(), Reading) }),
  z.strictObject({ index: z.number().int().positive(), map: z.record(z.string(), Reading) }),
  /** The first pattern that the column's whole text has: for agents that tell the kind by a name, or a unit behind the number. */
  z.strictObject({ column: Column, patterns: z.record(Pattern, Reading) }),
])

export const SensorItem = z.strictObject({
  ...row,
  /** Column number to reading: `{ 3: temperature/10, 5: fanspeed }`. */
  columns: z.record(z.string().regex(/^\d+$/, 'a column number'), Reading).optional(),
  /** OID of an instance to reading: `1.3.6.1.4.1.9.1.0: temperature Inlet`. */
  scalars: z.record(Oid, Reading).optional(),
  value: z.strictObject({ column: Column }).optional(),
  kind: z.union([z.enum([...SENSOR_KINDS]), KindMap]).optional(),
  /** Powers of ten by an enumerated column; digits behind the point in a column, or in one of another table with the same index. */
  exponent: z.strictObject({ column: Column, map: z.record(z.string(), z.number().int()).optional() }).optional(),
  digits: z.union([z.strictObject({ column: Column }), z.strictObject({ oid: Oid })]).optional(),
  /** A column's number where each row has one. */
  divisor: z.union([z.number().positive(), z.strictObject({ column: Column })]).optional(),
  /** A column with a factor; a negative one divides. */
  factor: z.strictObject({ column: Column }).optional(),
  low: z.union([z.number(), z.strictObject({ column: Column })]).optional(),
  high: z.union([z.number(), z.strictObject({ column: Column })]).optional(),
  /** Words for the values of a state; those of the MIB unless told. */
  states: z.record(z.string().regex(/^-?\d+$/, 'a number'), z.string()).optional(),
  /** Numbers for what a device tells in words. */
  values: z.record(z.string(), z.number()).optional(),
  /** Raw values that mean: nothing to read. */
  skip: z.array(z.number()).optional(),
  /** Offered, not enabled. */
  suggested: z.boolean().optional(),
})

const sections = {
  match: Match.optional(),
  identity: Identity.optional(),
  processors: z.array(ProcessorItem).optional(),
  memory: z.array(PoolItem).optional(),
  storage: z.array(PoolItem).optional(),
  sensors: z.array(SensorItem).optional(),
  wireless: z.array(SensorItem).optional(),
  /** Rules over MIB facts read nothing below these. */
  ignore: z.array(Oid).optional(),
  /** Sections in which only this profile is believed. */
  replaces: z.array(z.enum(['processors', 'memory', 'storage', 'sensors'])).optional(),
}

export const ProfileFile = z.strictObject({
  /** Names of profiles whose sections this one adds to. */
  extends: oneOrMore(z.string()).optional(),
  /** `add`: applies beside the family's own profile, wherever `match` holds. */
  role: z.enum(['family', 'add', 'base']).default('family'),
  ...sections,
})
export type ProfileFile = z.infer<typeof ProfileFile>
export type Profile = ProfileFile & { readonly id: string }
export type Match = z.infer<typeof Match>
export type Identity = z.infer<typeof Identity>
export type Field = z.infer<typeof Field>
export type FieldSource = z.infer<typeof FieldSource>
export type SensorItem = z.infer<typeof SensorItem>
export type PoolItem = z.infer<typeof PoolItem>
export type ProcessorItem = z.infer<typeof ProcessorItem>
export type RowItem = Pick<SensorItem, 'table' | 'name' | 'join' | 'where' | 'except'>
