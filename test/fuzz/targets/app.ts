import { FinalHeader, RequestHeader, ResponseHeader } from '../../../src/main/protocols/app/messages.ts'
import { MAX_HEADER_BYTES } from '../../../src/main/protocols/app/constants.ts'
import { all, message } from '../oracle.ts'

const checks = [RequestHeader, ResponseHeader, FinalHeader].map((schema) => message(schema, MAX_HEADER_BYTES))

/** `/latch/app`: the first frame each way. */
export const fuzz = (data: Buffer): Promise<void> => all(data, checks)
