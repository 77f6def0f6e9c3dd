import { sensorMetric } from '@eyenet/shared/catalogue'
import type { Labels } from '@eyenet/shared/identity'
import type { ReportedPool, ReportedSensor } from '@eyenet/shared/wire'
import {
  isPlausible,
  NO_READINGS,
  type Recipe,
  type SurveyPool,
  type SurveyResult,
  type SurveySensor,
} from '../survey/survey.ts'
import { statusByLimits, statusOfWord } from './state-status.ts'

/** Reads one instance by its recipe; undefined where the device does not have it now. */
export type ReadRecipe = (recipe: Recipe) => number | undefined

/** One series that is polled: what it needs, and how its value comes out of that. */
export type PlannedSeries = {
  readonly metric: string
  readonly labels: Labels
  readonly recipes: readonly Recipe[]
  /** How often a profile says that it is worth reading. */
  readonly intervalSeconds?: number | undefined
  value(read: ReadRecipe): number | undefined
}

export type ReadingsPlan = {
  readonly series: readonly PlannedSeries[]
  readonly sensors: readonly ReportedSensor[]
  readonly processors: readonly { readonly cpu: string; readonly evidence: string }[]
  readonly memory: readonly ReportedPool[]
  readonly storage: readonly ReportedPool[]
  readonly supplies: readonly { readonly supply: string; readonly kind: string }[]
}

export type Found = Pick<
  SurveyResult,
  'sensors' | 'wireless' | 'suggestions' | 'processors' | 'memory' | 'storage' | 'supplies'
>
/** Whether a person has switched the object on or off for the family. */
export type Chosen = (object: string) => boolean | undefined

/** File systems that a kernel makes up, and what is mounted again and again. */
const NOT_A_DISK = /^\/(?:run|dev|proc|sys|snap|var\/lib\/docker)(?:\/|$)/
const MAX_NAME = 255
/** Longer names of processors say the make of the chip, the same for each. */
const MAX_CPU_NAME = 40

/** What is polled of a device after a survey, and how it is told. */
export function planReadings(found: Found, chosen: Chosen): ReadingsPlan {
  const series: PlannedSeries[] = []
  const sensors = planSensors(found, { chosen, series })
  return {
    series,
    sensors,
    processors: planProcessors(found, series),
    memory: planMemory(found, series),
    storage: planStorage(found, series),
    supplies: planSupplies(found, series),
  }
}

type Into = { readonly chosen: Chosen; readonly series: PlannedSeries[] }

function planSensors({ sensors, wireless, suggestions }: Found, { chosen, series }: Into): readonly ReportedSensor[] {
  const name = names()
  const tell = (sensor: SurveySensor, isOn: boolean, isRadio: boolean): ReportedSensor[] => {
    const { kind, oid, recipe, object = oid } = sensor
    if (oid === undefined || recipe === undefined || object === undefined) return []
    const { metric, factor } = sensorMetric(kind, isRadio)
    const label = name(metric, sensor.name || kind, oid)
    const enabled = chosen(object) ?? isOn
    if (enabled) series.push(...sensorSeries(sensor, { recipe, metric, factor, label }))
    const { low, high, states, evidence } = sensor
    return [
      {
        ...{ sensor: label, metric, kind, oid, object, enabled, evidence: evidence.slice(0, 120) },
        value: tidy(sensor.value * factor),
        ...(low !== undefined && { low: tidy(low * factor) }),
        ...(high !== undefined && { high: tidy(high * factor) }),
        ...(states !== undefined && { states: wordsOf(states) }),
      },
    ]
  }
  return [
    ...sensors.flatMap((one) => tell(one, true, false)),
    ...wireless.flatMap((one) => tell(one, true, true)),
    ...suggestions.flatMap((one) => tell(one, false, false)),
  ]
}

type Named = { readonly recipe: Recipe; readonly metric: string; readonly factor: number; readonly label: string }

function sensorSeries(sensor: SurveySensor, { recipe, metric, factor, label }: Named): PlannedSeries[] {
  const { kind, states, low, high, intervalSeconds } = sensor
  const isCounted = kind === 'state' || kind === 'count'
  const polled = isCounted || recipe.skip !== undefined ? recipe : { ...recipe, skip: NO_READINGS }
  const reading = (read: ReadRecipe): number | undefined => {
    const value = read(polled)
    return value === undefined || !isPlausible(kind, value) ? undefined : value
  }
  const head = { recipes: [recipe], intervalSeconds }
  const planned: PlannedSeries[] = [
    {
      ...head,
      metric,
      labels: { sensor: label },
      value: (read) => scaled(reading(read), factor),
    },
  ]
  const status = statusOf({ states, low, high })
  if (status === undefined) return planned
  const labels = { sensor: label, kind }
  planned.push({
    ...head,
    metric: 'sensor_status',
    labels,
    value: (read) => {
      const value = reading(read)
      return value === undefined ? undefined : status(value)
    },
  })
  return planned
}

type Judged = Partial<Pick<SurveySensor, 'states' | 'low' | 'high'>>

function statusOf({ states, low, high }: { [K in keyof Judged]: Judged[K] | undefined }) {
  if (states !== undefined) {
    const known = new Map(Object.entries(states).map(([number, word]) => [Number(number), statusOfWord(word)]))
    return [...known.values()].some((one) => one !== undefined) ? (value: number) => known.get(value) : undefined
  }
  const limits = { low, high }
  return statusByLimits(0, limits) === undefined ? undefined : (value: number) => statusByLimits(value, limits)
}

function planProcessors({ processors }: Found, series: PlannedSeries[]) {
  const isDistinct = new Set(processors.map(({ name }) => name)).size === processors.length
  const isShort = processors.every(({ name }) => name.length <= MAX_CPU_NAME)
  return processors.flatMap(({ name, recipe, intervalSeconds, evidence = '' }, at) => {
    if (recipe === undefined) return []
    const cpu = isDistinct && isShort && processors.length > 1 ? clean(name) : String(at)
    series.push({
      metric: 'device_cpu_ratio',
      labels: { cpu },
      recipes: [recipe],
      intervalSeconds,
      value: (read) => within(scaled(read(recipe), 0.01)),
    })
    return [{ cpu, evidence: evidence.slice(0, 120) }]
  })
}

function planMemory({ memory }: Found, series: PlannedSeries[]): readonly ReportedPool[] {
  const main = mainPool(memory)
  if (main?.recipe !== undefined) {
    const { used, total, ratio } = poolSeries(main)
    if (main.totalBytes !== undefined) {
      series.push({ ...used, metric: 'device_memory_used_bytes', labels: {} })
      series.push({ ...total, metric: 'device_memory_total_bytes', labels: {} })
    } else series.push({ ...ratio, metric: 'device_memory_used_ratio', labels: {} })
  }
  const name = names()
  return memory.flatMap(({ recipe, totalBytes, evidence = '', ...pool }, at) => {
    if (recipe === undefined) return []
    const label = name('', pool.name || 'Memory', String(at))
    const labels = { pool: label }
    const { used, total, ratio } = poolSeries({ recipe, ...pool })
    if (totalBytes === undefined) series.push({ ...ratio, metric: 'device_memory_pool_used_ratio', labels })
    else {
      series.push({ ...used, metric: 'device_memory_pool_used_bytes', labels })
      series.push({ ...total, metric: 'device_memory_pool_total_bytes', labels })
    }
    return [{ pool: label, evidence: evidence.slice(0, 120), ...(totalBytes !== undefined && { totalBytes }) }]
  })
}

/** Which pool stands for the device: what is fitted, not what is swapped, shared or one process' own. */
function mainPool(memory: readonly SurveyPool[]): SurveyPool | undefined {
  const fitted = memory.filter(({ name }) => !/swap|virtual|cache|buffer|shared|heap|zone/i.test(name))
  const among = fitted.length > 0 ? fitted : memory
  const named = among.find(({ name }) => /physical|real|^main|^system|^memory$|^ram$|processor/i.test(name))
  const largest = [...among].sort((a, b) => (b.totalBytes ?? 0) - (a.totalBytes ?? 0))[0]
  return named ?? largest
}

function planStorage({ storage }: Found, series: PlannedSeries[]): readonly ReportedPool[] {
  const name = names()
  return storage.flatMap(({ recipe, totalBytes, evidence = '', ...pool }, at) => {
    if (recipe === undefined || NOT_A_DISK.test(pool.name)) return []
    const label = name('', pool.name || 'Storage', String(at))
    const labels = { storage: label }
    const { used, total, ratio } = poolSeries({ recipe, ...pool })
    if (totalBytes === undefined) series.push({ ...ratio, metric: 'device_storage_used_ratio', labels })
    else {
      series.push({ ...used, metric: 'device_storage_used_bytes', labels })
      series.push({ ...total, metric: 'device_storage_total_bytes', labels })
    }
    return [{ pool: label, evidence: evidence.slice(0, 120), ...(totalBytes !== undefined && { totalBytes }) }]
  })
}

function planSupplies({ supplies }: Found, series: PlannedSeries[]) {
  const name = names()
  return supplies.flatMap(({ recipe, kind, oid = '', ...one }) => {
    const supply = name('', one.name || kind, oid)
    if (recipe !== undefined) {
      series.push({
        metric: 'supply_remaining_ratio',
        labels: { supply },
        recipes: [recipe],
        value: (read) => within(scaled(read(recipe), 0.01)),
      })
    }
    return [{ supply, kind: kind.slice(0, 32) }]
  })
}

type PoolSeries = Pick<PlannedSeries, 'recipes' | 'intervalSeconds' | 'value'>
type Pool = Pick<SurveyPool, 'recipe' | 'intervalSeconds'>

function poolSeries({ recipe = {}, intervalSeconds }: Pool): {
  used: PoolSeries
  total: PoolSeries
  ratio: PoolSeries
} {
  const { total, used, free, percent, kept = [] } = recipe
  const recipes = [total, used, free, percent, ...kept].filter((one) => one !== undefined)
  const of = (read: ReadRecipe, recipe: Recipe | undefined): number | undefined => recipe && read(recipe)
  const wholeOf = (read: ReadRecipe): number | undefined => of(read, total) ?? sum(of(read, used), of(read, free))
  const usedOf = (read: ReadRecipe): number | undefined => {
    const whole = wholeOf(read)
    const share = of(read, percent)
    const taken = of(read, used) ?? minus(whole, of(read, free)) ?? (share && whole && (whole * share) / 100)
    if (taken === undefined || taken < 0) return undefined
    const keeps = kept.reduce((all, one) => all + (read(one) ?? 0), 0)
    return Math.round(taken > keeps ? taken - keeps : taken)
  }
  return {
    used: { recipes, intervalSeconds, value: usedOf },
    total: { recipes, intervalSeconds, value: wholeOf },
    ratio: { recipes, intervalSeconds, value: (read) => within(scaled(of(read, percent), 0.01)) },
  }
}

/** Names within one metric, each once: the next of the same name gets the end of its OID. */
function names(): (metric: string, name: string, oid: string) => string {
  const taken = new Set<string>()
  return (metric, name, oid) => {
    const plain = clean(name)
    let found = plain
    for (let tries = 0; taken.has(`${metric} ${found}`) && tries < 3; tries++) {
      found = `${plain} #${oid
        .split('.')
        .slice(-1 - tries)
        .join('.')}`
    }
    taken.add(`${metric} ${found}`)
    return found
  }
}

/** A name without control characters: it becomes a label, and people type labels. */
function clean(name: string): string {
  return name
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim()
    .slice(0, MAX_NAME - 20)
}

function wordsOf(states: Readonly<Record<number, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(states)
      .slice(0, 64)
      .map(([number, word]) => [number.slice(0, 12), word.slice(0, 100)]),
  )
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : factor === 1 ? value : tidy(value * factor)
}

function within(ratio: number | undefined): number | undefined {
  return ratio === undefined || ratio < 0 || ratio > 1 ? undefined : ratio
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b
}

function minus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b
}

function tidy(value: number): number {
  return Number(value.toPrecision(12))
}
