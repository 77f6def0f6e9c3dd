import { z } from 'zod'
import type { Path } from './issue-text.ts'

/** The keys that the schema has at this path. */
export function knownKeys(schema: z.core.$ZodType, path: Path): readonly string[] {
  const found = schemaAt(schema, path)
  return found instanceof z.ZodObject ? Object.keys(found.shape) : []
}

export function schemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType | undefined {
  const inner = unwrapped(schema)
  const [head, ...rest] = path
  if (head === undefined) return inner
  if (inner instanceof z.ZodObject) {
    const next: z.core.$ZodType | undefined = inner.shape[String(head)]
    return next && schemaAt(next, rest)
  }
  if (inner instanceof z.ZodArray) return schemaAt(inner.element, rest)
  if (inner instanceof z.ZodRecord) return schemaAt(inner.valueType, rest)
  return undefined
}

/** The schema under defaults and optionals, and behind what only changes the spelling. */
export function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrapped(schema.unwrap())
  }
  // Of alternatives the first is what holds when nothing is said.
  if (schema instanceof z.ZodDiscriminatedUnion && schema.options[0] !== undefined) return unwrapped(schema.options[0])
  return schema instanceof z.ZodPipe ? unwrapped(schema.out) : schema
}
