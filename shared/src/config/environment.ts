import { parse } from 'yaml'
import { z } from 'zod'
import { nearestName } from '../errors/errors.ts'
import type { ConfigProblem } from './config-problem.ts'
import { unwrapped } from './schema-path.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Variables with these beginnings are options; others that begin with EYENET_ are not the configuration's. */
const OPTION_PREFIXES = ['EYENET_AGENT_', 'EYENET_SERVER_']

/**
 * The environment variable of each option that holds one value: `server.mqtt.maxPacketBytes` is
 * `EYENET_SERVER_MQTT_MAX_PACKET_BYTES`. Lists and named sections have none.
 */
export function environmentNames(schema: z.core.$ZodType): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, readonly string[]>()
  collect(schema, [], names)
  return names
}

function collect(schema: z.core.$ZodType, path: readonly string[], names: Map<string, readonly string[]>): void {
  const inner = unwrapped(schema)
  if (inner instanceof z.ZodObject) {
    for (const [key, member] of Object.entries(inner.shape)) {
      const child: z.core.$ZodType = member
      collect(child, [...path, key], names)
    }
  } else if (!(inner instanceof z.ZodArray) && !(inner instanceof z.ZodRecord)) {
    names.set(`EYENET_${path.map(upperSnake).join('_')}`, path)
  }
}

const upperSnake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()

/** A copy of the value in which the environment's options stand. A variable that names no option is a problem. */
export function applyEnvironment(
  value: unknown,
  schema: z.core.$ZodType,
  environment: Environment,
): { readonly value: unknown; readonly problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = []
  const names = environmentNames(schema)
  let result = value
  for (const [name, text] of Object.entries(environment)) {
    if (text === undefined || !OPTION_PREFIXES.some((prefix) => name.startsWith(prefix))) continue
    const path = names.get(name)
    if (path === undefined) {
      const nearest = nearestName(name, [...names.keys()])
      const hint = nearest === undefined ? 'unset it' : `did you mean ${nearest}?`
      problems.push({ source: name, line: 0, column: 0, path: '', message: `there is no such option; ${hint}` })
      continue
    }
    result = withValue(result, path, scalarOf(text))
  }
  return { value: result, problems }
}

/** Numbers and booleans as YAML reads them; everything else is a text. */
function scalarOf(text: string): unknown {
  if (text.length > 64) return text
  try {
    const value: unknown = parse(text)
    return typeof value === 'number' || typeof value === 'boolean' ? value : text
  } catch {
    return text
  }
}

function withValue(root: unknown, path: readonly string[], value: unknown): unknown {
  const [head, ...rest] = path
  if (head === undefined) return value
  const object: Readonly<Record<string, unknown>> =
    typeof root === 'object' && root !== null && !Array.isArray(root) ? { ...root } : {}
  return { ...object, [head]: withValue(object[head], rest, value) }
}
