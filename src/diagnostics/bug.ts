/**
 * A mistake of the compiler, never of its user: the command line prints it with a request to report it and exits with 70.
 * What a user can get wrong is reported as a `Diagnostic` instead and never thrown.
 */
export class CompilerBug extends Error {
  override readonly name = 'CompilerBug'
}

/** Closes an exhaustive switch: a case that was forgotten fails to type-check here, and throws should it happen all the same. */
export function unreachable(x: never): never {
  throw new CompilerBug(`a case was not foreseen: ${JSON.stringify(x)}`)
}
