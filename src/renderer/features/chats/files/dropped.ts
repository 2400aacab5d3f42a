/** One of the things that were dropped. A folder has no bytes here: only the node knows what lies in it. */
export interface Dropped {
  file: File
  isFolder: boolean
}

/** Asked while the event lasts: afterwards nothing is in it. */
export function droppedIn({ items }: Pick<DataTransfer, 'items'>): Dropped[] {
  return [...items].flatMap((item) => {
    const file = item.kind === 'file' ? item.getAsFile() : null
    return file === null ? [] : [{ file, isFolder: item.webkitGetAsEntry()?.isDirectory === true }]
  })
}
