/** The lines above a harness. The checksum tells whether the text below is still what was made, without making it again. */

/** FNV-1a over UTF-16 units, 32 bits, as eight hexadecimal digits. Guards against edits by accident, nothing more. */
export function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

export function headed(body: string, source: string): string {
  return `// Made from ${source} by tdsl compile. Change the source and compile again; edits here are lost.\n// Checksum of the lines below: ${checksum(body)}\n${body}`;
}

/** True for a harness whose body is as it was made. */
export function isIntact(text: string): boolean {
  const match = /^\/\/ .*\n\/\/ Checksum of the lines below: ([0-9a-f]{8})\n/.exec(text);
  return match !== null && checksum(text.slice(match[0].length)) === match[1];
}
