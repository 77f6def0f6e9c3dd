import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { serveRecording } from '../simulate/simulate.ts'
import { createSnmpEngine } from '../snmp/snmp.ts'
import { createReader, openKnowledge, surveyDevice } from '../survey/survey.ts'
import { parseRecording } from './recording.ts'

/**
 * A family's recording, NAME.snmprec, and what must be read from it, NAME.json: each field of `device`, and of each list
 * rows that hold at least these fields. What else is read is not looked at, so that a new rule breaks no family.
 */
const FOLDER = fileURLToPath(new URL('../../profiles/recordings/', import.meta.url))
const Row = z.record(z.string(), z.unknown())
const Expected = z.record(z.string(), z.union([Row, z.array(Row)]))
const Survey = z.looseObject({ problems: z.array(z.string()) })
const Rows = z.array(Row)

const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.snmprec'))
  .map((file) => file.slice(0, -'.snmprec'.length))
const knowledge = openKnowledge()

async function surveyed(name: string): Promise<z.infer<typeof Survey>> {
  const recording = parseRecording(readFileSync(join(FOLDER, `${name}.snmprec`), 'latin1'), name)
  const server = await serveRecording(recording, { address: '127.0.0.1', port: 0, community: 'public' })
  const engine = createSnmpEngine()
  try {
    const credential = { version: '2c', community: 'public' } as const
    const device = engine.device({ address: '127.0.0.1', port: server.port, credential })
    return Survey.parse(await surveyDevice(createReader(device), knowledge))
  } finally {
    engine.close()
    await server.close()
  }
}

test.each(names)('the family of %s is read as its recording says', async (name) => {
  const file = join(FOLDER, `${name}.json`)
  expect(existsSync(file), `${name}.snmprec needs ${name}.json beside it`).toBe(true)
  const expected = Expected.parse(JSON.parse(readFileSync(file, 'utf8')))
  const survey = await surveyed(name)
  expect(survey.problems).toEqual([])
  for (const [section, wanted] of Object.entries(expected)) {
    if (!Array.isArray(wanted)) {
      expect(survey[section]).toMatchObject(wanted)
      continue
    }
    const rows = Rows.parse(survey[section])
    for (const row of wanted) expect(rows, `${section} of ${name}`).toContainEqual(expect.objectContaining(row))
  }
})
