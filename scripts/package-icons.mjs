// Draws the icons of the packages from resources/icon.svg, with the Chromium that the tests use:
//
//   node scripts/package-icons.mjs
//
// They are checked in, as a release is made on machines without a Chromium, and as two Chromiums may smooth an edge
// differently: the same commit has to give the same bytes.
import { chromium } from '@playwright/test'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Stop, inRoot, runAsScript, say } from './lib.mjs'
import { findChromium } from './system.mjs'

/** What hicolor themes have folders for; 1024 is for macOS alone. */
const SIZES = [16, 22, 24, 32, 48, 64, 128, 256, 512, 1024]
/** What Windows asks for between 100 % and 400 %. */
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256]
/** The types that hold a PNG, each for a size in pixels; `ic11` to `ic14` are the doubled ones of the sizes below. */
const ICNS_TYPES = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
  ['ic11', 32],
  ['ic12', 64],
  ['ic13', 256],
  ['ic14', 512],
]

/** An ICO of PNGs: a head of 6 bytes, 16 for each picture, then the pictures. A side of 256 is written as 0. */
export function icoOf(pictures) {
  const head = Buffer.alloc(6 + 16 * pictures.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(pictures.length, 4)
  let at = head.length
  pictures.forEach(({ size, png }, index) => {
    const entry = 6 + 16 * index
    head.writeUInt8(size % 256, entry)
    head.writeUInt8(size % 256, entry + 1)
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(png.length, entry + 8)
    head.writeUInt32LE(at, entry + 12)
    at += png.length
  })
  return Buffer.concat([head, ...pictures.map(({ png }) => png)])
}

/** An ICNS: `icns`, the size of all, then for each picture its type, its size with these eight bytes, and the PNG. */
export function icnsOf(pictures) {
  const block = (type, body) => {
    const head = Buffer.alloc(8)
    head.write(type, 'latin1')
    head.writeUInt32BE(body.length + 8, 4)
    return Buffer.concat([head, body])
  }
  return block('icns', Buffer.concat(pictures.map(({ type, png }) => block(type, png))))
}

async function draw(svg, sizes) {
  const executablePath = await findChromium()
  if (executablePath === undefined) throw new Stop('There is no Chromium to draw with.')
  // For root the sandbox does not start; what is drawn is a file of ours.
  const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
  try {
    const page = await browser.newPage()
    const drawn = new Map()
    for (const size of sizes) {
      await page.setViewportSize({ width: size, height: size })
      const image = `data:image/svg+xml;base64,${svg.toString('base64')}`
      await page.setContent(`<body style="margin:0"><img src="${image}" width="${size}" height="${size}" style="display:block">`)
      await page.waitForFunction(() => document.images[0].complete)
      drawn.set(size, await page.screenshot({ omitBackground: true, type: 'png' }))
    }
    return drawn
  } finally {
    await browser.close()
  }
}

runAsScript(import.meta.url, async () => {
  const drawn = await draw(readFileSync(inRoot('resources', 'icon.svg')), SIZES)
  mkdirSync(inRoot('resources', 'icons'), { recursive: true })
  for (const [size, png] of drawn) writeFileSync(inRoot('resources', 'icons', `${size}x${size}.png`), png)
  writeFileSync(inRoot('resources', 'icon.ico'), icoOf(ICO_SIZES.map((size) => ({ size, png: drawn.get(size) }))))
  writeFileSync(inRoot('resources', 'icon.icns'), icnsOf(ICNS_TYPES.map(([type, size]) => ({ type, png: drawn.get(size) }))))
  say(`resources: icons of ${SIZES.join(', ')} pixels, icon.ico, icon.icns`)
})
