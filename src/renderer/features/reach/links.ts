/** Whether a text begins as a link to an introducer does; what it holds only main can say. */
export function looksLikeIntroducer(text: string): boolean {
  return text.trim().startsWith('latch://introducer/')
}
