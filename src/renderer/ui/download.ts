/** Gives `parts`, one after another, to the browser as a file of that name. */
export function download(name: string, type: string, parts: readonly string[]): void {
  const url = URL.createObjectURL(new Blob([...parts], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // What is downloaded has been taken hold of by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
