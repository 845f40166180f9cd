/** The package's version, as the manifest states it. */
export const version = '0.1.0';
