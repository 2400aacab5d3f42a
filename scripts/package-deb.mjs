// A deb and an archive of the folder that electron-builder made: by dpkg-deb and tar, so that nothing is downloaded, and so
// that the same folder gives the same bytes. electron-builder's own deb needs a download and dates files with the clock.
import { chmodSync, copyFileSync, cpSync, lstatSync, lutimesSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { dirname, join, relative } from 'node:path'
import { Stop, inRoot, lastLines, run } from './lib.mjs'
import { filesOf } from './package-stage.mjs'

/** Debian's names for what Electron is linked with. The second of each pair is its name since the 64-bit times of 2024. */
const DEPENDS = [
  'libasound2 | libasound2t64',
  'libatspi2.0-0 | libatspi2.0-0t64',
  'libdrm2',
  'libgbm1',
  'libgtk-3-0 | libgtk-3-0t64',
  'libnotify4',
  'libnss3',
  'libsecret-1-0',
  'libxss1',
  'libxtst6',
  'xdg-utils',
]
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' }
const KiB = 1024

/** Makes both, and gives their paths. `quick` packs for speed: the bytes of a package for tests, not of a release. */
export async function debAndArchive({ folder, into, version, arch, epochSeconds, quick }) {
  const architecture = ARCHITECTURES[arch]
  if (architecture === undefined) throw new Stop(`no deb is made for ${arch}`)
  tidy(folder, epochSeconds)
  const root = join(into, 'deb')
  rmSync(root, { recursive: true, force: true })
  layOut(root, folder, { version, architecture })
  tidy(root, epochSeconds)

  const deb = join(into, `latch_${version}_${architecture}.deb`)
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(epochSeconds), LC_ALL: 'C', TZ: 'UTC' }
  // One thread: how many there are changes what xz writes.
  const packing = quick ? ['-Zgzip', '-z1'] : ['-Zxz', '-z6', '--threads-max=1']
  await must('dpkg-deb', [...packing, '--root-owner-group', '--build', root, deb], env)
  rmSync(root, { recursive: true, force: true })
  if (quick) return [deb]

  const archive = join(into, `latch-${version}-linux-${arch}.tar.xz`)
  const order = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--format=gnu', `--mtime=@${epochSeconds}`]
  const name = `latch-${version}-linux-${arch}`
  const rename = ['--transform', `s,^\\./,${name}/,;s,^\\.$,${name},`]
  await must('tar', [...order, ...rename, '-I', 'xz -6 -T1', '-cf', archive, '-C', folder, '.'], env)
  return [deb, archive]
}

function layOut(root, folder, { version, architecture }) {
  const place = (...parts) => {
    const path = join(root, ...parts)
    mkdirSync(dirname(path), { recursive: true })
    return path
  }
  cpSync(folder, place('opt', 'Latch'), { recursive: true, verbatimSymlinks: true })
  copyFileSync(inRoot('resources', 'linux', 'apparmor-profile'), place('opt', 'Latch', 'resources', 'apparmor-profile'))
  copyFileSync(inRoot('resources', 'linux', 'latch.desktop'), place('usr', 'share', 'applications', 'latch.desktop'))
  copyFileSync(inRoot('resources', 'icon.svg'), place('usr', 'share', 'icons', 'hicolor', 'scalable', 'apps', 'latch.svg'))
  for (const icon of readdirSync(inRoot('resources', 'icons'))) {
    const size = icon.replace(/\.png$/, '')
    // No theme has a folder of that size.
    if (size !== '1024x1024') copyFileSync(inRoot('resources', 'icons', icon), place('usr', 'share', 'icons', 'hicolor', size, 'apps', 'latch.png'))
  }
  copyFileSync(inRoot('LICENSE'), place('usr', 'share', 'doc', 'latch', 'copyright'))
  symlinkSync('/opt/Latch/latch', place('usr', 'bin', 'latch'))

  const installedKiB = Math.ceil(filesOf(root).reduce((sum, path) => sum + lstatSync(path).size, 0) / KiB)
  const sums = filesOf(root)
    .filter((path) => lstatSync(path).isFile())
    .map((path) => `${createHash('md5').update(readFileSync(path)).digest('hex')}  ${relative(root, path)}\n`)
  const control = [
    'Package: latch',
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    'Maintainer: Latch contributors <latch@example.invalid>',
    `Installed-Size: ${installedKiB}`,
    `Depends: ${DEPENDS.join(', ')}`,
    'Section: net',
    'Priority: optional',
    'Description: People talk directly, peer to peer',
    ' Messages, files, names and sites without a server, and nobody gets in unless',
    ' you lift the latch.',
    '',
  ].join('\n')
  writeFileSync(place('DEBIAN', 'control'), control)
  writeFileSync(place('DEBIAN', 'md5sums'), sums.join(''))
  for (const script of ['postinst', 'postrm']) copyFileSync(inRoot('resources', 'linux', script), place('DEBIAN', script))
}

/** Rights and times that do not depend on who packs, when, and under which umask. */
function tidy(path, epochSeconds) {
  const stat = lstatSync(path)
  if (stat.isDirectory()) for (const name of readdirSync(path)) tidy(join(path, name), epochSeconds)
  if (!stat.isSymbolicLink()) {
    const runs = stat.isDirectory() || (stat.mode & 0o100) !== 0 || /\/DEBIAN\/post(?:inst|rm)$/.test(path)
    chmodSync(path, runs ? 0o755 : 0o644)
  }
  lutimesSync(path, epochSeconds, epochSeconds)
}

async function must(command, args, env) {
  const { code, output } = await run(command, args, { capture: true, env })
  if (code !== 0) throw new Stop(`${command} failed:\n${lastLines(output)}`)
}
