/** Edit distance with swaps of neighbours (optimal string alignment): the slips a keyboard makes. */
export function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1)
      next.push(best)
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}

/**
 * Up to three known names that someone who wrote `name` may have meant, the nearest first. A third of the letters may be wrong;
 * names of one letter resemble each other in their case only.
 */
export function similarNames(name: string, known: Iterable<string>): string[] {
  if (name.length > 64) return []
  const allowed = Math.floor(Math.max(name.length, 3) / 3)
  const scored: { readonly word: string; readonly score: number }[] = []
  for (const word of new Set(known)) {
    if (word === name || Math.abs(word.length - name.length) > allowed) continue
    const score = distance(name.toLowerCase(), word.toLowerCase())
    if (score === 0 || (score <= allowed && Math.min(name.length, word.length) > 1)) scored.push({ word, score })
  }
  scored.sort((a, b) => a.score - b.score || (a.word < b.word ? -1 : 1))
  const best = scored[0]?.score ?? 0
  return scored.filter((s) => s.score <= best + 1).slice(0, 3).map((s) => s.word)
}
