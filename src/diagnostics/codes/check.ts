import type { Rows } from '../row.ts'
import { nameCodes } from './check-names.ts'
import { shapeCodes } from './check-shapes.ts'
import { typeCodes } from './check-types.ts'

/** 01xx: names, indices and sizes. 020x to 022x: ranges, shapes and bounds. 024x and up: dtypes, values and formats. */
export const checkCodes = { ...nameCodes, ...shapeCodes, ...typeCodes } satisfies Rows<'01' | '02'>
