/** Extents as the generator knows them: a sum of products of sizes with whole factors, `2*M + G*R - 1`. */
export class Extent {
  /** Factor of each product of sizes, which is written `G*R`; the constant stands under ''. */
  readonly terms: ReadonlyMap<string, number>;

  private constructor(terms: ReadonlyMap<string, number>) {
    this.terms = new Map([...terms].filter(([, factor]) => factor !== 0).sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1)));
  }
  static of(value: number | string): Extent { return new Extent(typeof value === 'number' ? new Map([['', value]]) : new Map([[value, 1]])); }

  plus(other: Extent | number): Extent {
    const terms = new Map(this.terms);
    for (const [name, factor] of (typeof other === 'number' ? Extent.of(other) : other).terms) terms.set(name, (terms.get(name) ?? 0) + factor);
    return new Extent(terms);
  }
  minus(other: Extent | number): Extent { return this.plus((typeof other === 'number' ? Extent.of(other) : other).times(-1)); }
  times(other: Extent | number): Extent {
    const terms = new Map<string, number>();
    for (const [a, x] of this.terms) {
      for (const [b, y] of (typeof other === 'number' ? Extent.of(other) : other).terms) {
        const name = [...a.split('*'), ...b.split('*')].filter((n) => n !== '').sort().join('*');
        terms.set(name, (terms.get(name) ?? 0) + x * y);
      }
    }
    return new Extent(terms);
  }

  /** Equal extents have equal keys. */
  get key(): string { return this.text; }
  get text(): string {
    const parts = [...this.terms].map(([name, factor], i) => {
      const size = Math.abs(factor);
      const body = name === '' ? String(size) : size === 1 ? name : `${size}*${name}`;
      return i === 0 ? (factor < 0 ? `-${body}` : body) : `${factor < 0 ? '-' : '+'} ${body}`;
    });
    return parts.length === 0 ? '0' : parts.join(' ');
  }
  /** As a factor or summand of a larger expression. */
  get inside(): string { return this.terms.size <= 1 && !this.text.startsWith('-') ? this.text : `(${this.text})`; }
  get constant(): number | undefined { return this.terms.size === 0 ? 0 : this.terms.size === 1 ? this.terms.get('') : undefined; }
  /** The size that this is, and nothing else. */
  get size(): string | undefined {
    const [only] = this.terms;
    return this.terms.size === 1 && only !== undefined && only[1] === 1 && only[0] !== '' && !only[0].includes('*') ? only[0] : undefined;
  }
  get sizes(): ReadonlySet<string> { return new Set([...this.terms.keys()].flatMap((n) => n.split('*')).filter((n) => n !== '')); }
  /** c and E with this = c*E, for the factors that are known. */
  factors(): (readonly [Extent, Extent])[] {
    const [only] = this.terms;
    if (this.terms.size !== 1 || only === undefined) return [];
    const [name, factor] = only;
    const found: (readonly [Extent, Extent])[] = [];
    for (let c = 2; c <= factor && c <= 8; c++) if (factor % c === 0) found.push([Extent.of(c), name === '' ? Extent.of(factor / c) : Extent.of(name).times(factor / c)]);
    const names = name.split('*');
    if (names.length > 1) names.forEach((n, i) => found.push([Extent.of(n), Extent.of(names.filter((_, j) => j !== i).join('*')).times(factor)]));
    return found;
  }
  value(sizes: Readonly<Record<string, number>>): number {
    let sum = 0;
    for (const [name, factor] of this.terms) sum += name === '' ? factor : name.split('*').reduce((n, s) => n * (sizes[s] ?? 0), factor);
    return sum;
  }
}
