import './net/zod-without-eval.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/parts.css'
import './styles/table.css'
import './styles/chart.css'
import './styles/overlay.css'
import './styles/pages.css'
import './styles/lists.css'
import './styles/device.css'
import './styles/configuration.css'
import './styles/tools.css'
import './styles/meters.css'
import './styles/anomalies.css'
import './styles/usual-range.css'
import './styles/models.css'
import './styles/map.css'
import './styles/map-side.css'
import './styles/discovery.css'
import { render } from 'preact'
import { App } from './app/app.tsx'
import { startKeyboard } from './app/keyboard.ts'
import { followLinks } from './router/router.ts'
import { startSession } from './session/session.ts'

const host = document.getElementById('page')
if (host !== null) render(<App />, host)
followLinks(document)
startKeyboard(document)
void startSession()
