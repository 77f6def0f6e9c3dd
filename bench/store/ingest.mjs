// Taking in: samples per CPU second by line protocol, one field and ten per line, and bytes per sample after settling.
import { rmSync } from 'node:fs'
import { loadOnce } from './load.mjs'
import { row } from './table.mjs'

const MORE_THAN_VM = 1.5

/**
 * Loads the day into each engine, in turns, `rounds` times. The folders of the last round stay, by the engine's name in
 * `stage.loaded`. Resolves to the loads by name.
 */
export async function loadInTurns(stage, rounds) {
  const loads = Object.fromEntries(stage.engines.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const kind of stage.engines) {
      const load = await loadOnce(kind, { folder: stage.folder, files: stage.files() })
      loads[kind.name].push(load)
      const former = stage.loaded.get(kind.name)
      if (former !== undefined) rmSync(former, { recursive: true })
      stage.loaded.set(kind.name, load.folder)
      stage.say(`round ${round + 1}: ${kind.name} ${Math.round(load.perCpuSecond).toLocaleString('en')} per CPU second`)
    }
  }
  return loads
}

export async function benchIngest(stage) {
  const loads = await loadInTurns(stage, stage.rounds)
  const many = Object.fromEntries(stage.engines.map(({ name }) => [name, []]))
  for (let round = 0; round < stage.rounds; round++) {
    for (const kind of stage.engines) {
      if (kind.format !== 'line') continue
      const load = await loadOnce(kind, { folder: stage.folder, files: stage.manyFields(), format: 'fields' })
      many[kind.name].push(load)
      rmSync(load.folder, { recursive: true })
    }
  }
  const unit = 'samples per CPU second'
  const wish = { more: true, wanted: MORE_THAN_VM }
  return [
    row({ what: 'ingest, one field per line, at the last answer', unit, values: pick(loads, 'perCpuSecond'), ...wish }),
    row({ what: 'the same, until it rests', unit, values: pick(loads, 'withRest'), ...wish }),
    row({ what: 'the same, by the wall', unit: 'samples per second', values: pick(loads, 'perSecond'), more: true }),
    row({ what: 'ingest, ten fields per line', unit, values: pick(many, 'perCpuSecond'), ...wish }),
    row({ what: 'the same, until it rests', unit, values: pick(many, 'withRest'), ...wish }),
    row({ what: 'resident memory after it', unit: 'MB', values: pick(loads, 'rss') }),
    diskRow(loads),
  ]
}

export async function benchDisk(stage) {
  return [diskRow(await loadInTurns(stage, 1))]
}

function diskRow(loads) {
  const values = pick(loads, 'bytesPerSample')
  return row({ what: 'on disk after settling', unit: 'bytes per sample', values, wanted: 1 })
}

export const pick = (loads, field) =>
  Object.fromEntries(Object.entries(loads).map(([name, all]) => [name, all.map((load) => load[field])]))
