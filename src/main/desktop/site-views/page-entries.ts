import type { ContextMenuParams } from 'electron'
import { judgeNavigation, siteOf, type Home } from './addresses.ts'

/** What the other button offers on a page; null is a line between entries. */
export type PageEntry = { readonly id: PageDeed; readonly label: string; readonly enabled: boolean } | null

export type PageDeed = 'open' | 'copy-link' | 'save-picture' | 'copy-picture' | 'cut' | 'copy' | 'paste' | 'select-all' | 'back' | 'forward' | 'reload'

type Under = Pick<ContextMenuParams, 'linkURL' | 'srcURL' | 'mediaType' | 'hasImageContents' | 'isEditable' | 'selectionText' | 'editFlags'>

/**
 * What is offered for what lies under the pointer. Pure. The words are all ours, and none of them the page's: a menu may
 * stand over the window. A link is offered where a click would go; a picture is saved where its own site has it.
 */
export function pageEntries(home: Home, under: Under, goes: { readonly back: boolean; readonly forward: boolean }): PageEntry[] {
  const { linkURL, srcURL, mediaType, hasImageContents, isEditable, selectionText, editFlags } = under
  const isLink = linkURL !== '' && typeof judgeNavigation(home, linkURL, true) === 'string'
  const isPicture = mediaType === 'image' && hasImageContents
  const isOwn = home.kind === 'site' && siteOf(srcURL) === home.site
  const groups: PageEntry[][] = [
    isLink ? [entry('open', 'Open in another tab'), entry('copy-link', 'Copy the address of the link')] : [],
    isPicture ? [...(isOwn ? [entry('save-picture', 'Save the picture…')] : []), entry('copy-picture', 'Copy the picture')] : [],
    isEditable
      ? [entry('cut', 'Cut', editFlags.canCut), entry('copy', 'Copy', editFlags.canCopy), entry('paste', 'Paste', editFlags.canPaste), entry('select-all', 'Select all', editFlags.canSelectAll)]
      : selectionText === ''
        ? []
        : [entry('copy', 'Copy', editFlags.canCopy)],
  ]
  const said = groups.filter((group) => group.length > 0)
  const shown = said.length > 0 ? said : [[entry('back', 'Back', goes.back), entry('forward', 'Forward', goes.forward), entry('reload', 'Load again')]]
  return shown.flatMap((group, at) => (at === 0 ? group : [null, ...group]))
}

function entry(id: PageDeed, label: string, enabled = true): PageEntry {
  return { id, label, enabled }
}
