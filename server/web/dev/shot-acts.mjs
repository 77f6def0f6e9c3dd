// What is done on a page before it is photographed. Development only.
export async function fill(page, [label, value, button]) {
  await page.getByLabel(label, { exact: true }).fill(value)
  await page.getByRole('button', { name: button }).click()
}

export async function openOffers(page) {
  await page
    .getByText(/suggestions? from|suggestions?$/)
    .first()
    .click()
  await page.locator('.suggestions').evaluate((one) => one.scrollIntoView({ block: 'end', behavior: 'instant' }))
}

export async function previewRevision(page) {
  await page.getByRole('button', { name: 'Edit', exact: true }).first().click()
  await page.getByLabel('Settings', { exact: true }).fill('{ "intervalSeconds": 20 }')
  await page.getByRole('button', { name: 'See what it changes' }).click()
  await page.getByRole('button', { name: /^Save revision/ }).waitFor()
}

export async function wrongRevision(page) {
  await page.getByRole('button', { name: 'Edit', exact: true }).first().click()
  await page.getByLabel('Settings', { exact: true }).fill('{ "intervalSeconds": 0, "host": { "enabled": "yes" } }')
  await page.getByRole('button', { name: 'See what it changes' }).click()
}

export async function startRollout(page) {
  await page.getByRole('button', { name: 'Roll out' }).first().click()
}

export async function acceptFirst(page) {
  await page.locator('.accept').first().click()
}

export async function uploadMibs(page) {
  await page
    .getByLabel('MIB files', { exact: true })
    .first()
    .setInputFiles([
      { name: 'ACME-MIB.txt', mimeType: 'text/plain', buffer: Buffer.from('ACME-MIB DEFINITIONS ::= BEGIN END') },
      { name: 'page.mib', mimeType: 'text/plain', buffer: Buffer.from('<html>') },
      { name: 'all.zip', mimeType: 'application/zip', buffer: Buffer.from([0x50, 0x4b, 3, 0]) },
    ])
}

export async function testDevice(page) {
  await page.getByLabel('Address', { exact: true }).fill('192.0.2.77')
  await page.getByLabel('Community', { exact: true }).fill('public')
  await page.getByRole('button', { name: 'Test' }).click()
}

export async function refusedPing(page) {
  await page.getByLabel('Address', { exact: true }).fill('192.0.2.99')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
}

export async function wrongWalk(page) {
  await page.getByRole('button', { name: 'An address' }).click()
  await page.getByLabel('From', { exact: true }).fill('a b')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
}

export async function stopTask(page) {
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('stopped').first().waitFor()
}

export async function runPing(page) {
  await page.getByLabel('Address', { exact: true }).fill('192.0.2.10')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByRole('button', { name: 'Stop' }).waitFor()
}

export async function testTool(page) {
  await page.getByLabel('Address', { exact: true }).fill('192.0.2.77')
  await page.getByLabel('Community', { exact: true }).fill('public')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
}
