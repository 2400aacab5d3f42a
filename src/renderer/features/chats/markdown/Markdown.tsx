import { memo, useMemo, type ReactNode } from 'react'
import ReactMarkdown, { type Components, type Options } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { AccountId } from '../../../../shared/ids.ts'
import { useTld } from '../../names/store.ts'
import { Mention } from '../Mention.tsx'
import { OutsideLink } from '../OutsideLink.tsx'
import { PageLink } from '../PageLink.tsx'
import { CodeBlock } from './CodeBlock.tsx'
import css from './Markdown.module.css'
import { PersonChip } from './PersonChip.tsx'
import { isPlain, isWorthReading } from './readable.ts'
import { targetOf } from './targets.ts'
import { takeWords, type Named, type Node } from './words.ts'

export interface MarkdownProps {
  text: string
  named: readonly Named[]
  /** False: whoever wrote it is a stranger, and nothing in it leads anywhere. */
  links: boolean
}

/** What somebody wrote, with the marks they made. Nothing of it is asked for before somebody chooses it. */
export const Markdown = memo(function Markdown({ text, named, links }: MarkdownProps): ReactNode {
  if (isPlain(text)) return <Plain text={text} />
  return <Marked text={text} named={named} links={links} />
})

/** What the reader of Markdown would make of it, without reading: it takes a third of the time in which a list is opened. */
function Plain({ text }: { text: string }): ReactNode {
  return (
    <div className={css.words}>
      <p>{text}</p>
    </div>
  )
}

function Marked({ text, named, links }: MarkdownProps): ReactNode {
  const tld = useTld()
  const plugins = useMemo<NonNullable<Options['remarkPlugins']>>(
    () => [[remarkGfm, { singleTilde: false }], () => (tree) => takeWords(tree as Node, { tld, named })],
    [tld, named],
  )
  if (!isWorthReading(text)) return <p className={css.plain}>{text}</p>
  return (
    <div className={css.words}>
      <ReactMarkdown remarkPlugins={plugins} urlTransform={asWritten} components={links ? live : dead}>
        {text}
      </ReactMarkdown>
    </div>
  )
}

/** What an address may do is decided where it is drawn: none is put into the page. */
function asWritten(url: string): string {
  return url
}

interface Drawn {
  children?: ReactNode
}

function Address({ address, children }: Drawn & { address?: string | undefined }): ReactNode {
  const tld = useTld()
  const target = targetOf(address ?? '', tld)
  if (target === null) return <span>{children}</span>
  if (target.kind === 'page') return <PageLink text={children} url={target.url} />
  return <OutsideLink text={children} url={target.url} host={target.host} />
}

function Dead({ children }: Drawn): ReactNode {
  return <span className={css.dead}>{children}</span>
}

function Strong({ children }: Drawn): ReactNode {
  return (
    <p>
      <strong>{children}</strong>
    </p>
  )
}

const both = {
  h1: Strong,
  h2: Strong,
  h3: Strong,
  h4: Strong,
  h5: Strong,
  h6: Strong,
  pre: ({ node }) => {
    const [code] = node?.children ?? []
    if (code?.type !== 'element') return null
    const [text] = code.children
    const language = /language-([\w+#.-]{1,24})/.exec(String(code.properties['className'] ?? ''))?.[1] ?? null
    return <CodeBlock language={language} code={text?.type === 'text' ? text.value.replace(/\n$/, '') : ''} />
  },
  input: ({ checked }) => <span className={css.box}>{checked === true ? '☑' : '☐'}</span>,
  table: ({ children }) => <table className={css.table}>{children}</table>,
  'latch-person': ({ account, children }: Drawn & { account?: string }) => {
    const id = AccountId.safeParse(account)
    return id.success ? <PersonChip account={id.data} written={children} /> : children
  },
} as Components

const live = {
  ...both,
  a: ({ href, children }) => <Address address={href}>{children}</Address>,
  'latch-address': Address,
  'latch-name': ({ name, children }: Drawn & { name?: string }) => <Mention text={children} fullName={name ?? ''} />,
} as Components

const dead = { ...both, a: Dead, 'latch-address': Dead, 'latch-name': Dead } as Components
