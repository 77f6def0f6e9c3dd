import { idOf } from './fake-site.mjs'
import {
  previewRevision,
  refusedPing,
  runPing,
  startRollout,
  stopTask,
  testTool,
  wrongRevision,
  wrongWalk,
} from './shot-acts.mjs'

export const WIDE = [
  ['light', 1280],
  ['dark', 1280],
]
export const ALL = [...WIDE, ['light', 390], ['dark', 390]]

const core = idOf('core-1')
const tools = (tool, task) =>
  `/agents/tools?tool=${tool}${task === undefined ? '' : `&agent=${idOf('agent-berlin')}&task=${idOf(`task-${task}`)}`}`

/** Pictures of what people do with agents: name, scenario, path, what to do before the picture, which sizes. */
export const AGENT_SHOTS = [
  ['configuration', 'normal', '/agents/configuration', undefined, ALL],
  ['configuration-halted', 'halted', '/agents/configuration', undefined, WIDE],
  ['configuration-empty', 'empty', '/agents/configuration', undefined, [['light', 1280]]],
  ['configuration-error', 'error', '/agents/configuration', undefined, [['dark', 1280]]],
  ['configuration-viewer', 'viewer', '/agents/configuration', undefined, [['light', 390]]],
  ['configuration-agent', 'normal', `/agents/configuration?scope=agent:${idOf('agent-berlin')}`, undefined, ALL],
  ['configuration-preview', 'normal', '/agents/configuration', previewRevision, ALL],
  ['configuration-wrong', 'normal', '/agents/configuration', wrongRevision, [['light', 1280]]],
  ['configuration-start', 'normal', '/agents/configuration', startRollout, [['dark', 390]]],
  ['tools', 'normal', `/agents/tools?device=${core}`, undefined, ALL],
  ['tools-empty', 'empty', '/agents/tools', undefined, [['light', 1280]]],
  ['tools-error', 'error', '/agents/tools', undefined, [['dark', 1280]]],
  ['tools-viewer', 'viewer', '/agents/tools', undefined, [['light', 390]]],
  ['tools-away', 'normal', `/agents/tools?agent=${idOf('agent-warehouse')}`, undefined, ALL],
  ['tools-ping', 'normal', tools('ping', 'ping'), undefined, ALL],
  ['tools-run', 'normal', tools('ping'), runPing, ALL],
  ['tools-refused', 'normal', tools('ping'), refusedPing, [['light', 1280]]],
  ['tools-trace', 'normal', tools('traceroute', 'trace'), undefined, ALL],
  ['tools-lost', 'normal', tools('traceroute', 'lost'), undefined, [['light', 390]]],
  ['tools-get', 'normal', tools('snmp-get', 'get'), undefined, ALL],
  ['tools-walk', 'normal', tools('snmp-walk', 'walk'), undefined, ALL],
  ['tools-silent', 'normal', tools('snmp-walk', 'silent'), undefined, WIDE],
  ['tools-wrong', 'normal', tools('snmp-walk'), wrongWalk, ALL],
  ['tools-running', 'normal', tools('snmp-walk', 'running'), undefined, ALL],
  ['tools-stopped', 'large', tools('snmp-walk', 'running'), stopTask, [['light', 1280]]],
  ['tools-test', 'normal', tools('test'), testTool, ALL],
  ['tools-poll', 'normal', `/agents/tools?tool=poll-now&device=${core}`, undefined, [['light', 1280]]],
  ['tools-diagnose', 'normal', tools('diagnose', 'diagnose'), undefined, ALL],
]
