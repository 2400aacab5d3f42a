/*
 * Sites: what a person shows under a name, and what they see of others. Served over HTTP/1.1 by Node's own server, and
 * asked for by Node's own client, over streams of /latch/site/1.0.0. `serve/` answers, `ask/` asks; neither knows a file,
 * a person or a network beyond what it is given.
 */
export { createSites } from './feature.ts'
export { refusalOf } from './refusal.ts'
export { defaultFor } from './policy.ts'
