// Root's way to run the end-to-end tests as a user without rights: sandboxes do not start for root.
import {
  chmodSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
} from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { inRoot, root, run } from './lib.mjs'
import { pinnedNode } from './node.mjs'
import { findProgram, isRoot, temporaryFolder } from './system.mjs'

const USER = 'latch-test'

/** What of the clone the end-to-end tests use. */
const USED = [
  'bin',
  'node_modules',
  'out',
  'package.json',
  'playwright.config.ts',
  'resources',
  'scripts',
  'src',
  'test',
  'tsconfig.json',
].map((name) => inRoot(name))

/**
 * A place to run programs from as an ordinary user: a clone that the user can read, a home, a folder for artefacts.
 * `prefix` goes before a command, `env` is for it. Gives `{why}` where there can be none. `close` brings the artefacts
 * into the clone and removes everything else. For an ordinary user it is the clone itself.
 */
export async function ordinaryUser(distributions) {
  const artifacts = inRoot('artifacts')
  if (!isRoot) return { prefix: [], clone: root, env: { LATCH_ARTIFACTS: artifacts }, node: pinnedNode(), close() {} }

  const setpriv = findProgram('setpriv')
  if (setpriv === undefined) return { why: 'root needs setpriv (util-linux) to start them as an ordinary user' }
  const ids = (await userIds()) ?? (await createUser())
  if (ids === undefined) return { why: `the user ${USER} could not be made` }
  // Not runuser: it puts back the HOME of the user list, where nothing can be written and Electron crashes.
  const prefix = [setpriv, `--reuid=${ids.uid}`, `--regid=${ids.gid}`, '--init-groups', '--']

  const folder = temporaryFolder('latch-e2e')
  const place = (name) => join(folder.path, name)
  chownSync(folder.path, ids.uid, ids.gid)
  for (const name of ['home', 'tmp', 'run', 'artifacts']) {
    mkdirSync(place(name), { mode: 0o700 })
    chownSync(place(name), ids.uid, ids.gid)
  }
  // An X server of that user cannot make it.
  if (!existsSync('/tmp/.X11-unix')) {
    mkdirSync('/tmp/.X11-unix')
    chmodSync('/tmp/.X11-unix', 0o1777)
  }
  const clone = (await canRead(prefix, distributions)) ? root : copyClone(place('clone'), distributions, ids)
  return {
    prefix,
    clone,
    node: inClone(clone, pinnedNode()),
    env: {
      HOME: place('home'),
      USER,
      LOGNAME: USER,
      TMPDIR: place('tmp'),
      XDG_RUNTIME_DIR: place('run'),
      LATCH_ARTIFACTS: place('artifacts'),
    },
    close() {
      // A run writes its leg anew. A link that the one before left, as Chromium does, cannot be written over.
      const written = join(place('artifacts'), 'playwright')
      for (const leg of existsSync(written) ? readdirSync(written) : []) {
        rmSync(join(artifacts, 'playwright', leg), { recursive: true, force: true })
      }
      cpSync(place('artifacts'), artifacts, { recursive: true })
      folder.remove()
    },
  }
}

/** The same file in the user's copy of the clone. */
export const inClone = (clone, path) => (path.startsWith(root + sep) ? join(clone, relative(root, path)) : path)

async function userIds() {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (what) => {
      const { code, output } = await run('id', [what, USER], { capture: true })
      return code === 0 ? Number(output) : undefined
    }),
  )
  return uid === undefined ? undefined : { uid, gid }
}

async function createUser() {
  const options = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent']
  await run('useradd', [...options, '--shell', '/usr/sbin/nologin', USER], { capture: true })
  return userIds()
}

async function canRead(prefix, distributions) {
  const paths = [...USED, ...distributions]
  // What a start compiled and kept is for whoever started it.
  const skip = ['-path', inRoot('node_modules', '.cache'), '-prune', '-o']
  const find = ['find', ...paths, ...skip, '!', '-type', 'l', '!', '-readable', '-print', '-quit']
  const { code, output } = await run(prefix[0], [...prefix.slice(1), ...find], { capture: true })
  return code === 0 && output.trim() === ''
}

/** A clone in root's own home, or one made with a strict umask, cannot be read by anybody else. */
function copyClone(clone, distributions, { uid, gid }) {
  mkdirSync(clone)
  for (const source of [...USED, ...distributions]) {
    const target = inClone(clone, source)
    mkdirSync(dirname(target), { recursive: true })
    cpSync(source, target, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE })
  }
  give(clone, uid, gid)
  return clone
}

function give(path, uid, gid) {
  lchownSync(path, uid, gid)
  if (lstatSync(path).isDirectory()) readdirSync(path).forEach((name) => give(join(path, name), uid, gid))
}
