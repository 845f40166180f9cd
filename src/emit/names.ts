/** Identifiers of one kernel's text: readable, legal in all three target languages, and unique within nested scopes. */

const reserved = new Set(`
  abstract active alias array as asm async atomic auto await become bitcast block blockDim blockIdx bool break case cast catch char class coherent compile const const_assert
  continue continuing crate cull debugger default delete demote diagnostic discard do double dynamic else enable enum eval explicit export extends extern f16 f32 f64 fallthrough
  false filter final finally float fn for friend from function get goto gridDim groupshared highp i32 if impl implements import in inline inout instanceof int interface
  invariant layout let long loop lowp macro main mat match mediump meta mod module move mut mutable namespace new nil noexcept null nullptr of operator override package
  packed partition pass patch pipeline precise precision private protected ptr public readonly ref register requires resource restrict return sampler self set shader shared
  short signed sizeof sizes static static_assert std struct subroutine super switch target template texture this threadIdx throw trait true try type typedef typeid
  typename typeof u32 union unless unsigned use using var varying vec vec2 vec3 vec4 virtual void volatile warpSize wgsl where while with workgroup yield main
  NULL alignas alignof attribute binding_array common concept const_cast consteval constexpr constinit decltype dynamic_cast fxgroup handle noexcept packoffset
  pixelfragment premerge regardless reinterpret_cast smooth snorm static_cast thread_local unorm unsized writeonly and and_eq bitand bitor compl not not_eq or or_eq xor
  xor_eq
  abs min max exp exp2 log log2 sqrt rsqrt tanh sin cos erf floor ceil round pow clamp select fma pack unpack dot cross length sign mix all any trunc
  fabsf fminf fmaxf expf exp2f logf log2f sqrtf rsqrtf tanhf sinf cosf erff floorf ceilf rintf powf fmaf Math Number Object undefined NaN Infinity arguments linear
`.split(/\s+/).filter((w) => w !== ''));

export class Names {
  private readonly scopes: Set<string>[] = [new Set()];

  /** A name made from `wanted` that nothing visible here has; it lasts until the scope ends. */
  fresh(wanted: string): string {
    let base = wanted.replace(/[^A-Za-z0-9_]/g, '_').replace(/_{2,}/g, '_').replace(/^(?=\d)/, '_');
    if (base === '' || base === '_') base = 'v';
    let text = reserved.has(base) ? `${base}_` : base;
    for (let n = 2; this.taken(text); n++) text = `${base}${/\d$/.test(base) ? '_' : ''}${n}`;
    this.scopes.at(-1)!.add(text);
    return text;
  }

  /** Takes a name in the outermost scope, as the text of the signature does. */
  take(text: string): void {
    this.scopes[0]!.add(text);
  }

  /** As `fresh`, but the name belongs to the scope `depth` (0 is outermost); it must also be free in all inner scopes that are open. */
  freshAt(depth: number, wanted: string): string {
    const text = this.fresh(wanted);
    this.scopes.at(-1)!.delete(text);
    this.scopes[depth]!.add(text);
    return text;
  }

  get depth(): number {
    return this.scopes.length - 1;
  }

  private taken(text: string): boolean {
    return reserved.has(text) || this.scopes.some((s) => s.has(text));
  }

  open(): void {
    this.scopes.push(new Set());
  }

  close(): void {
    this.scopes.pop();
  }
}
