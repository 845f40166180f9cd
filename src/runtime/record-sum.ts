/** A sum over a record that goes to a file, so that a record with one wrong digit is known when it comes back. */
import { createHash } from 'node:crypto';

/** The same for a record and for what JSON gives back of it. */
export const recordSum = (record: unknown): string => createHash('sha256').update(JSON.stringify(record)).digest('hex').slice(0, 16);
