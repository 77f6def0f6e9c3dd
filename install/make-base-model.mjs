#!/usr/bin/env node
// node install/make-base-model.mjs [DIR]: makes the base model anew from its recipe, after npm run build: base.onnx and
// base.json in shared/models or DIR. The same program and version of Node give the same bytes; it takes some minutes.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeBaseModel, SHIPPED_RECIPE } from '../server/dist/learn/base-model/base-model.js'

const folder = process.argv[2] ?? fileURLToPath(new URL('../shared/models', import.meta.url))
let told = ''
const { onnx, manifest } = makeBaseModel(SHIPPED_RECIPE, (_share, step) => {
  if (step !== told) process.stderr.write(`${step}\n`)
  told = step
})
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'base.onnx'), onnx)
writeFileSync(join(folder, 'base.json'), `${JSON.stringify(manifest, null, 2)}\n`)
process.stdout.write(`${join(folder, 'base.onnx')}: ${manifest.bytes} bytes, sha256 ${manifest.sha256}\n`)
