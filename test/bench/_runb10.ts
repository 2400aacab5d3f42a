import { ledgerSync } from '/work/main/test/bench/suites/ledger-sync.ts'
import { table } from '/work/main/test/bench/report.ts'
console.log(table(await ledgerSync()))
process.exit(0)
