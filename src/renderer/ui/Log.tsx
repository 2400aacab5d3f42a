import { ArrowDown } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, useState, type ComponentProps, type ReactNode } from 'react'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import { Button } from './Button.tsx'
import css from './Log.module.css'

export interface LogProps<Item extends { id: string }> {
  label: string
  /** Oldest first. */
  items: readonly Item[]
  /** Falls by one for each item put in front, so that what is read stays where it is. */
  firstIndex: number
  render: (item: Item, index: number) => ReactNode
  /** Above the oldest. */
  beginning: ReactNode
  /** The oldest came into sight. */
  onBeginning: () => void
  /** Which item is in the middle at first; the newest is at the end otherwise. */
  startAt?: number | undefined
  /** An item to go to; again where `times` differs. */
  goTo?: { index: number; times: number } | null
  /** There are newer ones than these: what came to the end of them asks for more, and news are not followed. */
  onEnding?: (() => void) | undefined
  /** Goes to the newest where scrolling alone does not get there. */
  onToEnd?: (() => void) | undefined
  /** Whether the newest is in sight; whoever shows the log decides what follows from it. */
  atEnd: boolean
  onAtEnd: (atEnd: boolean) => void
  /** What this person said last: it is gone to, wherever they were reading. */
  follow: string | null
  /** On the way back to the newest: what it says, or its accessible name where it shows an arrow alone. */
  toEnd: { label: string; text: string | null }
  /** Read out when it changes. */
  arrived: string | null
}

const END = { index: 'LAST', align: 'end' } as const

/** Closer than this to the newest counts as being there. */
const AT_END_PX = 48

/** What is drawn beyond what is in sight, so that nobody scrolls into nothing. */
const BEYOND_PX = { top: 1200, bottom: 400 }
const NOTHING_BEYOND_PX = { top: 0, bottom: 0 }
/** Two lines said by one person. Each is measured once it is drawn; without a guess one is drawn for that alone. */
const GUESSED_ITEM_PX = 64

interface Context<Item> {
  render: LogProps<Item & { id: string }>['render']
  firstIndex: number
  beginning: ReactNode
  goToBeginning: () => void
}

/** What was said, newest at the bottom. News are followed where the newest is in sight, and move nothing elsewhere. */
export function Log<Item extends { id: string }>(props: LogProps<Item>): ReactNode {
  const { label, items, firstIndex, render, beginning, onBeginning, startAt, goTo = null, onEnding, onToEnd } = props
  const { atEnd, onAtEnd, follow, toEnd, arrived } = props
  const list = useRef<VirtuosoHandle>(null)

  const scroller = useRef<HTMLElement | null>(null)
  const [isPainted, setPainted] = useState(false)
  /** Where it begins is gone to with the first rows. The list itself waits some frames for that, and hides them meanwhile. */
  const goToBeginning = (): void => {
    const pane = scroller.current
    if (pane?.querySelector('[data-item-index]') == null) return
    if (startAt === undefined) pane.scrollTop = pane.scrollHeight
    else pane.querySelector(`[data-item-index="${firstIndex + startAt}"]`)?.scrollIntoView({ block: 'center' })
    if (!isPainted) requestAnimationFrame(() => setTimeout(() => setPainted(true)))
  }

  useEffect(() => {
    if (follow !== null) list.current?.scrollToIndex(END)
  }, [follow])

  useEffect(() => {
    if (goTo !== null) list.current?.scrollToIndex({ index: goTo.index, align: 'center' })
  }, [goTo])

  // What is below grows, what is beside opens, a picture or a voice is drawn: what was at the end stays at the end.
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const pane = scroller.current
    if (!atEnd || frame.current === null || pane === null) return undefined
    // Who scrolls away slowly is near the end for a while, and is not pulled back.
    let isThere = isAtVeryEnd(pane)
    const onScroll = (): void => {
      isThere = isAtVeryEnd(pane)
    }
    const framed = new ResizeObserver(() => list.current?.scrollToIndex(END))
    framed.observe(frame.current)
    const grown = new ResizeObserver(() => {
      if (isThere) pane.scrollTop = pane.scrollHeight
    })
    const rows = pane.querySelector('[data-rows]')
    if (rows !== null) grown.observe(rows)
    pane.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      framed.disconnect()
      grown.disconnect()
      pane.removeEventListener('scroll', onScroll)
    }
  }, [atEnd])

  const context: Context<Item> = { render, firstIndex, beginning, goToBeginning }
  return (
    // Rows come and go as one scrolls; what is announced is what arrives.
    <div ref={frame} className={css.frame} role="log" aria-live="off" aria-label={label}>
      <Virtuoso
        ref={list}
        scrollerRef={(element) => {
          scroller.current = element instanceof HTMLElement ? element : null
        }}
        data={items}
        context={context}
        firstItemIndex={firstIndex}
        initialTopMostItemIndex={startAt === undefined ? END : { index: startAt, align: 'center' }}
        computeItemKey={keyOf}
        alignToBottom
        // Measured a frame later, what is above would push what is read by the difference, and back.
        skipAnimationFrameInResizeObserver
        followOutput={(wasAtEnd) => (wasAtEnd && onEnding === undefined ? 'auto' : false)}
        endReached={() => onEnding?.()}
        atBottomThreshold={AT_END_PX}
        atBottomStateChange={onAtEnd}
        defaultItemHeight={GUESSED_ITEM_PX}
        increaseViewportBy={isPainted ? BEYOND_PX : NOTHING_BEYOND_PX}
        startReached={onBeginning}
        components={parts}
        itemContent={renderItem}
      />
      <p className="visually-hidden" aria-live="polite">
        {arrived}
      </p>
      {!atEnd && (
        <Button
          className={css.toEnd}
          icon={<ArrowDown />}
          aria-label={toEnd.text === null ? toEnd.label : undefined}
          onClick={() => (onToEnd === undefined ? list.current?.scrollToIndex(END) : onToEnd())}
        >
          {toEnd.text}
        </Button>
      )}
    </div>
  )
}

/** A pixel is what browsers round by. */
function isAtVeryEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight <= 1
}

function keyOf(_: number, item: { id: string }): string {
  return item.id
}

function renderItem<Item extends { id: string }>(index: number, item: Item, context: Context<Item>): ReactNode {
  return context.render(item, index - context.firstIndex)
}

function Beginning({ context }: { context: { beginning: ReactNode } }): ReactNode {
  return <div className={css.beginning}>{context.beginning}</div>
}

function End(): ReactNode {
  return <div className={css.end} />
}

interface RowsProps extends ComponentProps<'div'> {
  context: Pick<Context<never>, 'goToBeginning'>
}

/** The rows in sight. What says that they are to be hidden is the list, for as long as it is not where it begins. */
function Rows({ context, style, ...rest }: RowsProps): ReactNode {
  const isThere = style?.visibility !== 'hidden'
  useLayoutEffect(() => {
    if (!isThere) context.goToBeginning()
  })
  return <div {...rest} data-rows style={{ ...style, visibility: 'visible' }} />
}

const parts = { Header: Beginning, Footer: End, List: Rows }
