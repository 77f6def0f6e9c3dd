#!/usr/bin/env node
// node agent/mib-facts/build.mjs FOLDER: makes the tables in this folder from a folder of texts in format facts/1, named 9.tsv
// for enterprise 9 and std.tsv for the standard MIBs. Needs agent/dist (npm run build).
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { encodeFacts, parseFactText, ROOT_FACTS } from '../dist/mib/mib.js'

const source = process.argv[2]
if (source === undefined) {
  process.stderr.write('usage: node agent/mib-facts/build.mjs FOLDER\n')
  process.exit(64)
}
const here = fileURLToPath(new URL('.', import.meta.url))
const names = readdirSync(source).filter((name) => /^(std|\d+)\.tsv$/.test(name))
if (names.length === 0) {
  process.stderr.write(`${source} has no std.tsv and no 9.tsv: give the folder of the facts\n`)
  process.exit(66)
}
for (const name of readdirSync(here)) if (/\.(facts|tsv)\.br$/.test(name)) rmSync(join(here, name))

function compressed(bytes) {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  })
}

// Which table has objects of which module, so that a module that others import is found without opening all tables.
const homes = []
let octets = 0
let count = 0
for (const name of names) {
  const table = name.slice(0, -'.tsv'.length)
  const { records, modules } = parseFactText(readFileSync(join(source, name), 'utf8'))
  const all = table === 'std' ? withRoots(records) : records
  const bytes = compressed(encodeFacts({ records: all, modules }))
  writeFileSync(join(here, `${table}.facts.br`), bytes)
  for (const module of new Set(all.map((record) => record.module))) homes.push(`${module}\t${table}`)
  octets += bytes.length
  count += all.length
}
const index = compressed(Buffer.from(`${homes.sort().join('\n')}\n`))
writeFileSync(join(here, 'modules.tsv.br'), index)
process.stdout.write(
  `${names.length} tables, ${count} records, ${homes.length} modules, ${octets + index.length} octets\n`,
)

function withRoots(records) {
  const known = new Set(records.map((record) => record.oid.join('.')))
  return [...ROOT_FACTS.filter((record) => !known.has(record.oid.join('.'))), ...records]
}
