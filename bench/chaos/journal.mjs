// Loaded into an agent before it starts (node --import): writes down what the outbox commits, from below, so that an oracle
// knows it whatever is killed. EYENET_CHAOS_JOURNAL names the file. A line before each commit says what is about to be
// written, and one after it that it was: what lies between two kills is known but for the last commit.
import { openSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'

const FIRST_WITH_NODE_API = 22
const TABLES = /^\s*INSERT INTO (message|series) \(([^)]*)\)/

const isNew = Number.parseInt(process.versions.node, 10) >= FIRST_WITH_NODE_API
const require = createRequire(new URL('../../agent/package.json', import.meta.url))
const { prototype } = require(isNew ? 'better-sqlite3-napi' : 'better-sqlite3')
const { prepare, transaction } = prototype
// Only appended: the kernel has it once the call returns, which SIGKILL does not take back.
const file = openSync(process.env.EYENET_CHAOS_JOURNAL, 'a', 0o600)
let commits = 0
let rows = []

prototype.prepare = function (sql) {
  const statement = prepare.call(this, sql)
  const [, table, names] = TABLES.exec(sql) ?? []
  if (table === undefined) return statement
  const columns = names.split(',').map((name) => name.trim())
  const { run } = statement
  statement.run = function (...values) {
    const result = run.apply(this, values)
    rows.push({ table, ...Object.fromEntries(columns.map((name, at) => [name, plain(values[at])])) })
    return result
  }
  return statement
}

prototype.transaction = function (change) {
  const id = `${process.pid}.${++commits}`
  const changeAll = transaction.call(this, (...words) => {
    rows = []
    const result = change(...words)
    if (rows.length > 0) append({ kind: 'about-to-commit', id, rows })
    return result
  })
  return (...words) => {
    const result = changeAll(...words)
    if (rows.length > 0) append({ kind: 'committed', id })
    rows = []
    return result
  }
}

function plain(value) {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
}

function append(entry) {
  writeSync(file, `${JSON.stringify(entry)}\n`)
}
