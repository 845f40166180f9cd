/**
 * Register loops written out, so that registers become plain variables: what JavaScript engines keep in machine registers, where an array would be memory.
 * Only loops that number registers are expanded, and only where the arrays they index are small; longer arrays stay arrays and their loops loops.
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import { type CodeExpr, type CodeType, type Stmt, type StmtOf, binary, constantOf, element, index, name, registerLoop } from '../ir/code.ts';
import { eachPart, mapChildren, mapStmt, visitExpr, visitExprs, visitStmts } from '../ir/code-walk.ts';

/** Longest array that becomes variables. */
const mostVariables = 64;

/** What the names of an expanded body stand for: loop counters are numbers, local names have a copy an iteration. */
type Bindings = ReadonlyMap<string, CodeExpr>;

export function unroll(body: readonly Stmt[]): readonly Stmt[] {
  return new Unroller(body).run();
}

class Unroller {
  private readonly start: readonly Stmt[];
  private readonly types = new Map<string, CodeType>();
  private readonly taken = new Set<string>();
  /** Arrays that become variables. */
  private readonly small = new Set<string>();

  constructor(body: readonly Stmt[]) {
    this.start = singleAccesses(body);
    visitStmts(this.start, (s) => {
      if (s.kind === 'let' || s.kind === 'var' || s.kind === 'array') this.taken.add(s.name);
      if (s.kind === 'for') this.taken.add(s.variable);
      if (s.kind === 'array') {
        this.types.set(s.name, s.type);
        if (s.length <= mostVariables) this.small.add(s.name);
      }
    });
    // An array that some place indexes by anything but register loops stays an array.
    this.keepDynamic(this.start, new Set());
  }

  run(): readonly Stmt[] {
    return this.stmts(this.start, new Map());
  }

  private keepDynamic(list: readonly Stmt[], loops: ReadonlySet<string>): void {
    for (const s of list) {
      const inner = s.kind === 'for' && s.registers ? new Set([...loops, s.variable]) : loops;
      eachPart(s, (e) => visitExpr(e, (x) => {
        if (x.kind !== 'element') return;
        visitExpr(x.index, (y) => { if (y.kind === 'name' && !loops.has(y.name)) this.small.delete(x.array); });
      }), (b) => this.keepDynamic(b, inner));
    }
  }

  private stmts(list: readonly Stmt[], outer: Bindings): Stmt[] {
    let bindings = outer;
    return list.flatMap((s): Stmt[] => {
      const [done, next] = this.stmt(s, bindings);
      bindings = next;
      return done;
    });
  }

  private stmt(s: Stmt, bindings: Bindings): readonly [Stmt[], Bindings] {
    if (s.kind === 'for' && s.registers && this.isExpanded(s)) {
      const count = constantOf(s.count);
      if (count === undefined) throw new CompilerBug('a register loop without a constant count');
      const copies: Stmt[] = [];
      for (let n = 0; n < count; n++) copies.push(...this.stmts(s.body, this.copyNames(s.body, n, new Map(bindings).set(s.variable, index(n)))));
      return [copies, bindings];
    }
    if (s.kind === 'array' && this.small.has(s.name)) {
      return [Array.from({ length: s.length }, (_, n): Stmt => ({ kind: 'var', name: this.variable(this.renamed(s.name, bindings), n), type: s.type })), bindings];
    }
    const mapped = mapStmt(s, (e) => this.expr(e, bindings), (inner) => this.stmts(inner, bindings));
    return [[renameTarget(mapped, bindings)], bindings];
  }

  /** Whether the loop's counter picks registers that are variables. */
  private isExpanded(s: StmtOf<'for'>): boolean {
    let found = false;
    visitExprs(s.body, (x) => { if (x.kind === 'element' && this.small.has(x.array)) visitExpr(x.index, (y) => { found ||= y.kind === 'name' && y.name === s.variable; }); });
    return found;
  }

  /** Names that the body declares itself get a copy each iteration. */
  private copyNames(body: readonly Stmt[], n: number, bindings: Bindings): Bindings {
    const copies = new Map(bindings);
    for (const s of body) {
      if (s.kind !== 'let' && s.kind !== 'var' && s.kind !== 'array') continue;
      const type = s.kind === 'let' ? s.value.type : s.type;
      const old = this.renamed(s.name, bindings);
      let text = `${old}_${n}`;
      while (this.taken.has(text)) text += '_';
      this.taken.add(text);
      if (s.kind === 'array' && this.small.has(s.name)) this.small.add(text);
      copies.set(s.name, name(type, text));
    }
    return copies;
  }
  private renamed(text: string, bindings: Bindings): string {
    const bound = bindings.get(text);
    return bound?.kind === 'name' ? bound.name : text;
  }
  private readonly variables = new Map<string, string>();
  private variable(array: string, n: number): string {
    const key = `${array} ${n}`;
    const known = this.variables.get(key);
    if (known !== undefined) return known;
    let text = `${array}${/\d$/.test(array) ? '_' : ''}${n}`;
    while (this.taken.has(text)) text = `${text}_`;
    this.taken.add(text);
    this.variables.set(key, text);
    return text;
  }

  private expr(e: CodeExpr, bindings: Bindings): CodeExpr {
    if (e.kind === 'name') return bindings.get(e.name) ?? e;
    const mapped = mapChildren(e, (c) => this.expr(c, bindings));
    if (mapped.kind === 'element') {
      const array = this.renamed(mapped.array, bindings);
      if (!this.small.has(mapped.array)) return { ...mapped, array };
      const at = constantOf(mapped.index);
      if (at === undefined) throw new CompilerBug(`register of ${mapped.array} is not known after its loops were written out`);
      return name(mapped.type, this.variable(array, at));
    }
    // Folds what the counters' numbers made constant.
    return mapped.kind === 'binary' && mapped.type === 'index' ? binary(mapped.op, mapped.a, mapped.b) : mapped;
  }
}

function renameTarget(s: Stmt, bindings: Bindings): Stmt {
  if (s.kind !== 'let' && s.kind !== 'var' && s.kind !== 'array') return s;
  const bound = bindings.get(s.name);
  return bound?.kind === 'name' ? { ...s, name: bound.name } : s;
}

/** Vector accesses as loops over single elements. */
function singleAccesses(body: readonly Stmt[]): readonly Stmt[] {
  const types = new Map<string, CodeType>();
  visitStmts(body, (s) => { if (s.kind === 'array') types.set(s.name, s.type); if (s.kind === 'loadVector' && s.declares !== undefined) types.set(s.array, s.declares.type); });
  const go = (list: readonly Stmt[]): readonly Stmt[] => list.flatMap((s): readonly Stmt[] => {
    if (s.kind !== 'loadVector' && s.kind !== 'storeVector') return [mapStmt(s, (e) => e, go)];
    const type = types.get(s.array);
    if (type === undefined || type === 'u32') throw new CompilerBug(`registers ${s.array} hold packed words`);
    const v = name('index', 'v');
    const register = element(type, s.array, binary('add', s.at, v));
    const where = binary('add', s.index, v);
    const access: Stmt = s.kind === 'loadVector'
      ? { kind: 'assign', target: register, value: { kind: 'load', type, memory: s.memory, index: where }, ...(s.guard === undefined ? {} : { guard: s.guard }) }
      : { kind: 'store', memory: s.memory, index: where, value: register, exact: s.exact === true };
    const declared: Stmt[] = s.declares === undefined ? [] : [{ kind: 'array', name: s.array, type: s.declares.type, length: s.declares.length }];
    return [...declared, registerLoop('v', s.count, [access])];
  });
  return go(body);
}
