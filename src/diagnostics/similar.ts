/** The candidates that `word` was probably meant to be, nearest first, at most three. */
export function similar(word: string, candidates: Iterable<string>): string[] {
  const limit = word.length <= 2 ? 1 : word.length <= 5 ? 2 : 3
  const found: { readonly name: string; readonly distance: number }[] = []
  for (const name of new Set(candidates)) {
    const distance = name.toLowerCase() === word.toLowerCase() ? 0 : editDistance(word, name, limit)
    if (distance <= limit && distance < Math.max(word.length, name.length) / 2 + 0.5) found.push({ name, distance })
  }
  return found.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1)).slice(0, 3).map((f) => f.name)
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b` (optimal string alignment); above `limit` any larger number. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1)
      row.push(best)
    }
    before = previous
    previous = row
  }
  return previous[b.length] ?? 0
}
