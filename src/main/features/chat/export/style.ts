/** Both themes, and paper. */
export const style = `
:root { color-scheme: light dark; --ink: #26231f; --soft: #6b655d; --ground: #faf8f5; --own: #f1ead9; --line: #e2dcd2 }
@media (prefers-color-scheme: dark) { :root { --ink: #ece8e1; --soft: #a49c90; --ground: #1c1a18; --own: #2b261d; --line: #3a352e } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 46rem; padding: 24px; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 24px; margin: 0 } h2 { font-size: 13px; margin: 24px 0 8px; color: var(--soft); border-bottom: 1px solid var(--line) }
header p, footer, time, .mark, .notice, .gone { color: var(--soft); font-size: 13px }
article { padding: 8px; border-radius: 8px; break-inside: avoid } article.mine { background: var(--own) }
article p { margin: 0 } .text { white-space: pre-wrap; overflow-wrap: anywhere } .mark::before { content: "· " }
blockquote { margin: 4px 0; padding-left: 8px; border-left: 2px solid var(--line); color: var(--soft) }
ul { margin: 4px 0 0; padding: 0; list-style: none; font-size: 13px } .reactions li { display: inline; margin-right: 12px }
bdi, [dir] { unicode-bidi: isolate }
`
