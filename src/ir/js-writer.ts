/** Builds JavaScript text line by line, with places that can be added to later. */
export class CodeBlock {
  private readonly parts: (string | CodeBlock)[] = [];
  add(part: string | CodeBlock): void { this.parts.push(part); }
  text(): string { return this.parts.map((p) => (typeof p === 'string' ? p : p.text())).filter((s) => s !== '').join('\n'); }
}

export class JsWriter {
  readonly root = new CodeBlock();
  private current = this.root;
  private count = 0;

  fresh(prefix: string): string { return `${prefix}${this.count++}`; }
  line(text: string): void { this.current.add(text); }
  /** A place here, before whatever is written next. */
  mark(): CodeBlock {
    const place = new CodeBlock();
    this.current.add(place);
    return place;
  }
  block(head: string, body: () => void): void {
    const outer = this.current;
    outer.add(`${head} {`);
    const inner = new CodeBlock();
    outer.add(inner);
    this.current = inner;
    body();
    this.current = outer;
    outer.add('}');
  }
  /** A constant of that value; its name. */
  let(code: string): string { return this.letIn(this.current, code); }
  letIn(place: CodeBlock, code: string): string {
    const name = this.fresh('t');
    place.add(`const ${name} = ${code};`);
    return name;
  }
}
