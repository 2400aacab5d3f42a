import type { FolderLook } from '../../../shared/model/sites.ts'

/** What makes it likely that another folder was meant than this one. */
export type Unlikely = 'root' | 'home' | 'keys' | 'project'

const DISK = /^(?:\/|[a-z]:[\\/]?)$/i
/** Somebody's whole home, or one of the folders in it where everything lies. */
const HOME = /^(?:\/home\/[^/]+|\/Users\/[^/]+|\/root|[a-z]:[\\/]Users[\\/][^\\/]+)(?:[\\/](?:Documents|Desktop|Downloads|Library))?$/i

/** Of what is hidden, what people keep secrets in. A file under it may be told instead of the folder. */
const SECRET = /(?:^|[\\/])\.(?:ssh|gnupg|aws|kube|env|netrc|npmrc|pgpass|git-credentials|password-store|mozilla|thunderbird|docker)(?:[\\/.]|$)/i

/** Of what is hidden, what lies beside source code and never in a built site. */
const SOURCE = /(?:^|[\\/])\.(?:git|hg|svn|github|vscode|idea|eslintrc|prettierrc|editorconfig)(?:[\\/.]|$)/i

/** What speaks against a folder, the gravest alone; null: nothing does. Pure. */
export function unlikely({ path, hidden, hasIndex }: Pick<FolderLook, 'path' | 'hidden' | 'hasIndex'>): Unlikely | null {
  const bare = path.length > 1 ? path.replace(/[\\/]+$/, '') : path
  if (DISK.test(bare) || DISK.test(path)) return 'root'
  if (HOME.test(bare)) return 'home'
  if (hidden.some((file) => SECRET.test(file.path))) return 'keys'
  return !hasIndex && hidden.some((file) => SOURCE.test(file.path)) ? 'project' : null
}

/** Whether a path begins at the root of something: another one would mean whatever folder this program runs in. Pure. */
export function isWhole(path: string): boolean {
  return /^(?:\/|[a-z]:[\\/]|\\\\[^\\]+\\[^\\])/i.test(path)
}
