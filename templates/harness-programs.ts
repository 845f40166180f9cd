/** Made from src/host/program-files.ts, src/host/program-plan.ts, src/host/program-order.ts, src/host/program-run.ts, src/host/program-engine.ts by `npm run bless`; do not edit. */
export const harnessPrograms = `/** What such a file has, by name. */
interface Described extends Omit<Specs, 'states'> {
  readonly programs: Readonly<Record<string, ProgramSpec>>;
}

/** The states, which are made at once, and the paths of the files below the output folder by kinds of devices. */
interface DescribedIn {
  readonly states: Readonly<Record<string, StateSpec>>;
  readonly files: { readonly [K in Device['kind']]?: string };
}

/** By who reads them: another reader may have another text under the same name. */
const filesRead = new WeakMap<Loader, Map<string, Promise<Described>>>();

/** @throws RangeError where nothing was compiled for that kind of device, or where \`load\` gives something else */
async function described(
  name: string,
  path: string | undefined,
  { files }: DescribedIn,
  device: Device,
  load: Loader,
): Promise<Described> {
  if (path === undefined)
    throw new RangeError(\`\${name} was not compiled for \${device.kind}; it was for \${Object.keys(files).join(', ')}\`);
  const known = filesRead.get(load) ?? new Map<string, Promise<Described>>();
  filesRead.set(load, known);
  return kept(known, path, async () => parsed(await load(path), path));
}

function parsed(text: string, path: string): Described {
  try {
    return { kernels: {}, programs: {}, hosts: {}, ...(JSON.parse(text) as Partial<Described>) };
  } catch (cause) {
    throw new RangeError(
      \`what \\\`load\\\` gives for \${path} is no JSON; it must be the file that stands beside the kernels\`,
      { cause },
    );
  }
}

function named<T>(all: Readonly<Record<string, T>>, name: string, path: string | undefined): T {
  const found = all[name];
  if (found === undefined)
    throw new RangeError(\`\${path} has no \${name}: it is of another compilation than the harness\`);
  return found;
}

async function kernelOf(name: string, source: DescribedIn, device: Device, load: Loader): Promise<KernelSpec> {
  const path = source.files[device.kind];
  const { kernels } = await described(name, path, source, device, load);
  return named(kernels, name, path);
}

async function programOf(
  name: string,
  source: DescribedIn,
  device: Device,
  load: Loader,
): Promise<{ readonly program: ProgramSpec; readonly specs: Specs }> {
  const path = source.files[device.kind];
  const all = await described(name, path, source, device, load);
  return { program: named(all.programs, name, path), specs: { ...all, states: source.states } };
}

/** \`sliced\`: every use fixes so many leading positions, and rows begin at multiples of ROW_ALIGNMENT bytes. */
interface ProgramTensorSpec extends TensorSpec {
  readonly role: 'input' | 'output' | 'temporary' | 'state';
  readonly state?: { readonly parameter: string; readonly field: string };
  readonly sliced: number;
}

type PassedSpec = { readonly name: string; readonly access: 'read' | 'write' | 'readwrite' } & (
  | { readonly kind: 'slice'; readonly tensor: string; readonly at: readonly SizeExpr[] }
  | { readonly kind: 'scalar'; readonly value: SizeExpr; readonly dtype: string }
);

type StepSpec =
  | {
      readonly kind: 'call' | 'host';
      readonly callee: string;
      readonly sizes: Readonly<Record<string, SizeExpr>>;
      readonly args: readonly PassedSpec[];
    }
  | {
      readonly kind: 'for';
      readonly variable: string;
      readonly from: SizeExpr;
      readonly to: SizeExpr;
      readonly body: readonly StepSpec[];
    };

interface ProgramSpec {
  readonly name: string;
  readonly sizes: readonly { readonly name: string; readonly pinned?: readonly number[] }[];
  readonly states: readonly { readonly parameter: string; readonly state: string }[];
  readonly tensors: readonly ProgramTensorSpec[];
  readonly steps: readonly StepSpec[];
  readonly facts: readonly { readonly expr: SizeExpr; readonly relation: 'nonneg' | 'zero'; readonly text: string }[];
}

/** A part of a tensor's memory. \`version\` counts the values that a temporary has had; of other tensors it is 0. */
interface Place {
  readonly kind: 'place';
  readonly tensor: string;
  readonly version: number;
  readonly offset: number;
  readonly bytes: number;
}
interface Scalar {
  readonly kind: 'scalar';
  readonly value: number;
  readonly dtype: string;
}
interface PlannedArg {
  readonly name: string;
  readonly access: 'read' | 'write' | 'readwrite';
  readonly from: Place | Scalar;
}
export interface PlannedCall {
  readonly kind: 'call' | 'host';
  readonly callee: string;
  readonly sizes: Sizes;
  readonly args: readonly PlannedArg[];
}

/** Every device can bind memory from here on (WebGPU's largest alignment). */
const ROW_ALIGNMENT = 256;

interface Layout {
  readonly shape: readonly number[];
  /** Bytes of what is left when \`sliced\` positions are fixed. */ readonly rowBytes: number;
  /** Bytes from one such row to the next. */ readonly pitch: number;
  readonly rows: number;
  readonly bytes: number;
}

/** How a tensor lies in memory. Rows lie apart only where nothing ever sees the whole. */
function layoutOf(
  tensor: { readonly shape: readonly SizeExpr[]; readonly bits: number; readonly sliced: number },
  sizes: Sizes,
): Layout {
  const shape = tensor.shape.map((e) => sizeValue(e, sizes) ?? 0);
  const rows = shape.slice(0, tensor.sliced).reduce((a, b) => a * b, 1);
  const bits = shape.slice(tensor.sliced).reduce((a, b) => a * b, 1) * tensor.bits;
  const rowBytes = Math.ceil(bits / 8);
  const pitch = tensor.sliced === 0 ? rowBytes : Math.ceil(rowBytes / ROW_ALIGNMENT) * ROW_ALIGNMENT;
  return { shape, rowBytes, pitch, rows, bytes: rows * pitch };
}

/** Where a slice begins, and its bytes. @throws RangeError where a position is outside */
function sliceOf(
  tensor: ProgramTensorSpec,
  at: readonly number[],
  sizes: Sizes,
): { readonly offset: number; readonly bytes: number } {
  const { shape, pitch, rowBytes, bytes } = layoutOf(tensor, sizes);
  at.forEach((position, dim) => {
    const extent = shape[dim] ?? 0;
    if (position < 0 || position >= extent)
      throw new RangeError(\`position \${position} of dimension \${dim} of \${tensor.name} is not below \${extent}\`);
  });
  const row = at.reduce((n, position, dim) => n * (shape[dim] ?? 1) + position, 0);
  if (at.length === 0) return { offset: 0, bytes };
  if (at.length === tensor.sliced) return { offset: row * pitch, bytes: Math.max(rowBytes, pitch) };
  const bits = shape.slice(at.length).reduce((a, b) => a * b, 1) * tensor.bits;
  if (bits % 8 !== 0) throw new RangeError(\`\${tensor.name}[\${at.join(', ')}] does not begin at a whole byte\`);
  return { offset: (row * bits) / 8, bytes: bits / 8 };
}

/** All calls in their order, with numbers for every size and place. */
function unroll(program: ProgramSpec, sizes: Sizes): PlannedCall[] {
  const tensors = new Map(program.tensors.map((t) => [t.name, t]));
  const versions = new Map<string, number>();
  const calls: PlannedCall[] = [];
  const number = (e: SizeExpr, known: Sizes): number => sizeValue(e, known) ?? Number.NaN;
  const place = (tensor: ProgramTensorSpec, at: readonly number[], known: Sizes): Place => ({
    kind: 'place',
    tensor: tensor.name,
    version: versions.get(tensor.name) ?? 0,
    ...sliceOf(tensor, at, known),
  });
  const arg = (passed: PassedSpec, known: Sizes): PlannedArg => {
    const { name, access } = passed;
    if (passed.kind === 'scalar')
      return { name, access, from: { kind: 'scalar', value: number(passed.value, known), dtype: passed.dtype } };
    const tensor = tensors.get(passed.tensor);
    if (tensor === undefined) throw new RangeError(\`\${program.name} has no tensor \${passed.tensor}\`);
    // What is written whole is a new value: earlier calls may still read the old one, in memory of its own.
    if (access === 'write' && tensor.role === 'temporary' && passed.at.length === 0)
      versions.set(tensor.name, (versions.get(tensor.name) ?? 0) + 1);
    return {
      name,
      access,
      from: place(
        tensor,
        passed.at.map((e) => number(e, known)),
        known,
      ),
    };
  };
  const walk = (steps: readonly StepSpec[], known: Sizes): void => {
    for (const s of steps) {
      if (s.kind === 'for') {
        const to = number(s.to, known);
        for (let i = number(s.from, known); i < to; i++) walk(s.body, { ...known, [s.variable]: i });
        continue;
      }
      // Reads first: \`x = f(x)\` reads the version before.
      const read = new Map(s.args.filter((a) => a.access !== 'write').map((a) => [a.name, arg(a, known)]));
      const args = s.args.map((a) => read.get(a.name) ?? arg(a, known));
      calls.push({
        kind: s.kind,
        callee: s.callee,
        sizes: Object.fromEntries(Object.entries(s.sizes).map(([name, e]) => [name, number(e, known)])),
        args,
      });
    }
  };
  walk(program.steps, sizes);
  return calls;
}

export interface MemoryPlan {
  /** Bytes of each shared piece of memory. */
  readonly slots: readonly number[];
  /** Which piece a version of a temporary uses, by \`tensor#version\`. */
  readonly slotOf: ReadonlyMap<string, number>;
  /** Bytes of all versions together, which is what they would take without sharing. */
  readonly unshared: number;
}

const versionKey = ({ tensor, version }: Place): string => \`\${tensor}#\${version}\`;

/**
 * Gives temporaries memory: a version lives from the call that writes it to the last that reads it; when it ends, its memory serves a later one. The
 * smallest free piece that is large enough is taken, or the largest is enlarged (first fit decreasing has no meaning here: calls come in order).
 * @param need bytes of a temporary's whole version, by key
 */
function shareMemory(
  calls: readonly PlannedCall[],
  isTemporary: (tensor: string) => boolean,
  need: ReadonlyMap<string, number>,
): MemoryPlan {
  const last = new Map<string, number>();
  calls.forEach((call, i) => {
    for (const { from } of call.args)
      if (from.kind === 'place' && isTemporary(from.tensor)) last.set(versionKey(from), i);
  });
  const slots: number[] = [];
  const free = new Set<number>();
  const slotOf = new Map<string, number>();
  calls.forEach((call, i) => {
    const places = call.args.flatMap(({ from }) =>
      from.kind === 'place' && isTemporary(from.tensor) ? [versionKey(from)] : [],
    );
    for (const key of places) {
      if (slotOf.has(key)) continue;
      const bytes = need.get(key) ?? 0;
      const candidates = [...free].sort((a, b) => (slots[a] ?? 0) - (slots[b] ?? 0));
      const chosen = candidates.find((slot) => (slots[slot] ?? 0) >= bytes) ?? candidates.at(-1) ?? slots.push(0) - 1;
      free.delete(chosen);
      slots[chosen] = Math.max(slots[chosen] ?? 0, bytes);
      slotOf.set(key, chosen);
    }
    for (const key of new Set(places)) {
      const slot = slotOf.get(key);
      if (last.get(key) === i && slot !== undefined) free.add(slot);
    }
  });
  return { slots, slotOf, unshared: [...slotOf.keys()].reduce((n, key) => n + (need.get(key) ?? 0), 0) };
}

/** Bytes \`from\` to \`to\` of some memory, read or written by a call. */
interface Touch {
  readonly memory: object;
  readonly from: number;
  readonly to: number;
  readonly writes: boolean;
}

/** The bytes of a tensor that a kernel touches: all, or those of its region. @param bytes of the whole tensor */
function touchedBytes(
  tensor: TensorSpec | undefined,
  bytes: number,
  sizes: Sizes,
): { readonly from: number; readonly to: number } {
  const region = tensor?.region ?? [];
  if (tensor === undefined || region.length === 0) return { from: 0, to: bytes };
  const shape = shapeOf(tensor, sizes);
  const bits = shape.slice(region.length).reduce((a, b) => a * b, tensor.bits);
  const first = region.reduce((n, at, dim) => n * (shape[dim] ?? 1) + at, 0) * bits;
  // A byte that two regions share is touched by both.
  return { from: Math.floor(first / 8), to: Math.min(bytes, Math.ceil((first + bits) / 8)) };
}

/** For each call the earlier ones that it must come after; those that follow from others may be missing. */
function orderOf(calls: readonly (readonly Touch[])[]): number[][] {
  interface Past extends Touch {
    readonly call: number;
  }
  const pasts = new Map<object, Past[]>();
  return calls.map((touches, call) => {
    const after = new Set<number>();
    for (const t of touches) {
      for (const past of pasts.get(t.memory) ?? []) {
        if ((t.writes || past.writes) && t.from < past.to && past.from < t.to) after.add(past.call);
      }
    }
    for (const t of touches) {
      // What is overwritten as a whole is behind this call for all that follow.
      const left = (pasts.get(t.memory) ?? []).filter(
        (past) => past.call === call || !t.writes || past.from < t.from || past.to > t.to,
      );
      pasts.set(t.memory, [...left, { ...t, call }]);
    }
    return [...after].sort((a, b) => a - b);
  });
}

interface HostSpec {
  readonly name: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** A function of the host, from tensors to tensors by their names. */
export type HostFunction = (
  inputs: Readonly<Record<string, HostTensor<ArrayBufferView>>>,
  sizes: Sizes,
) => Readonly<Record<string, ArrayBufferView>> | Promise<Readonly<Record<string, ArrayBufferView>>>;

export interface ProgramOptions extends LoadOptions {
  /** The \`extern host fn\`s of the program, by name. */
  readonly host?: Readonly<Record<string, HostFunction>>;
  /** Start launches one by one in place of a recording; for finding faults. */
  readonly unrecorded?: boolean;
  /** Record launches one after the other, also those that do not depend on each other; to compare. */
  readonly inOrder?: boolean;
}

const wordBytes = (bytes: number): number => Math.ceil(bytes / 4) * 4;

/** Rows of memory one by one where they lie apart, else all at once. */
function uploadRows(
  what: string,
  tensor: TensorSpec & { readonly sliced: number },
  buffer: DeviceBuffer,
  device: Device,
  data: ArrayBufferView,
  sizes: Sizes,
  at: readonly number[],
): void {
  const { shape, rowBytes, pitch, rows } = layoutOf(tensor, sizes);
  const part = at.length === 0 ? rows : shape.slice(at.length, tensor.sliced).reduce((a, b) => a * b, 1);
  if (at.length > tensor.sliced)
    throw new RangeError(
      \`\${what}: rows of \${tensor.name} are given by at most \${tensor.sliced} positions, found [\${at.join(', ')}]\`,
    );
  at.forEach((position, dim) => {
    if (!(position >= 0 && position < (shape[dim] ?? 0)))
      throw new RangeError(\`\${what}: position \${position} of \${tensor.name} is not below \${shape[dim]}\`);
  });
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length !== part * rowBytes)
    throw new RangeError(
      \`\${what}: \${tensor.name}\${at.length === 0 ? '' : \`[\${at.join(', ')}]\`} takes \${part * rowBytes} bytes, found \${bytes.length}\`,
    );
  const first = at.reduce((n, position, dim) => n * (shape[dim] ?? 1) + position, 0) * (at.length === 0 ? 0 : part);
  if (tensor.sliced === 0) {
    device.upload(buffer, wholeWords(bytes));
    return;
  }
  for (let r = 0; r < part; r++)
    device.upload(
      device.view(buffer, (first + r) * pitch, wordBytes(rowBytes)),
      wholeWords(bytes.subarray(r * rowBytes, (r + 1) * rowBytes)),
    );
}

async function downloadRows(
  tensor: TensorSpec & { readonly sliced: number },
  buffer: DeviceBuffer,
  device: Device,
  sizes: Sizes,
): Promise<HostTensor<ArrayBufferView>> {
  const { shape, rowBytes, pitch, rows } = layoutOf(tensor, sizes);
  const raw = await device.download(buffer);
  const all = new Uint8Array(rows * rowBytes);
  for (let r = 0; r < rows; r++) all.set(raw.subarray(r * pitch, r * pitch + rowBytes), r * rowBytes);
  return { data: new arrays[tensor.array](all.buffer), shape };
}

interface BoundCall {
  readonly call: PlannedCall;
  readonly ready: Prepared<string, Sizes> | undefined;
  readonly args: Readonly<Record<string, DeviceBuffer>>;
  readonly touches: readonly Touch[];
}
interface Segment {
  readonly kind: 'device' | 'host';
  readonly name: string;
  start(): void | Promise<void>;
  destroy(): void;
}

/** Launches between two calls of the host are one recording, made when they first run; in it each waits for those alone whose memory it shares. */
function segments(
  calls: readonly BoundCall[],
  device: Device,
  options: ProgramOptions,
  hosts: Readonly<Record<string, HostSpec>>,
): Segment[] {
  const found: Segment[] = [];
  for (let i = 0; i < calls.length;) {
    const first = calls[i];
    if (first === undefined) break;
    if (first.call.kind === 'host') {
      found.push({
        kind: 'host',
        name: first.call.callee,
        start: () => callHost(first, device, options, hosts),
        destroy() {},
      });
      i++;
      continue;
    }
    const end = calls.findIndex(({ call }, j) => j > i && call.kind === 'host');
    const run = calls.slice(i, end < 0 ? calls.length : end);
    const launch = (): void => {
      for (const { ready, args } of run) ready?.launch(args);
    };
    const parts = (): RecordedPart[] => {
      const order = orderOf(run.map(({ touches }) => touches));
      return run.map(({ ready, args }, j) => ({ after: order[j] ?? [], launch: () => ready?.launch(args) }));
    };
    let recording: Recording | undefined;
    found.push({
      kind: 'device',
      name: first.call.callee,
      start() {
        if (options.unrecorded === true) return launch();
        recording ??= device.record(options.inOrder === true ? [{ after: [], launch }] : parts());
        recording.launch();
      },
      destroy() {
        recording?.destroy();
      },
    });
    i += run.length;
  }
  return found;
}

async function callHost(
  { call, args }: BoundCall,
  device: Device,
  options: ProgramOptions,
  hosts: Readonly<Record<string, HostSpec>>,
): Promise<void> {
  const spec = hosts[call.callee];
  const fn = options.host?.[call.callee];
  if (spec === undefined || fn === undefined) throw new RangeError(\`the host function \${call.callee} is missing\`);
  const bufferOf = (name: string): DeviceBuffer => {
    const buffer = args[name];
    if (buffer === undefined) throw new RangeError(\`\${call.callee}: \${name} has no memory\`);
    return buffer;
  };
  const inputs: Record<string, HostTensor<ArrayBufferView>> = {};
  for (const t of spec.inputs)
    inputs[t.name] = await downloadRows({ ...t, sliced: 0 }, bufferOf(t.name), device, call.sizes);
  const results = await fn(inputs, call.sizes);
  for (const t of spec.outputs) {
    const data = results[t.name];
    if (data === undefined) throw new TypeError(\`host function \${call.callee} gave no \${t.name}\`);
    const expected = Math.ceil((elementsOf(t, call.sizes) * t.bits) / 8);
    if (data.byteLength !== expected)
      throw new RangeError(\`host function \${call.callee}: \${t.name} takes \${expected} bytes, found \${data.byteLength}\`);
    uploadRows(call.callee, { ...t, sliced: 0 }, bufferOf(t.name), device, data, call.sizes, []);
  }
}

interface StateFieldSpec extends TensorSpec {
  readonly sliced: number;
}
interface StateSpec {
  readonly name: string;
  readonly sizes: readonly string[];
  readonly fields: readonly StateFieldSpec[];
}
/** What programs refer to by name. */
interface Specs {
  readonly kernels: Readonly<Record<string, KernelSpec>>;
  readonly states: Readonly<Record<string, StateSpec>>;
  readonly hosts: Readonly<Record<string, HostSpec>>;
}

/* @__NO_SIDE_EFFECTS__ */
function fieldOf(tensor: TensorSpec, sliced = 0): StateFieldSpec {
  return { ...tensor, sliced };
}

/** A state on a device: its fields outlive the runs of programs. */
export interface StateObject<Field extends string> {
  readonly sizes: Sizes;
  readonly buffers: Readonly<Record<Field, DeviceBuffer>>;
  /** Bytes of device memory that belong to this object. */
  readonly bytes: number;
  /** Gives a field its elements; with \`at\` those of one row of its leading dimensions, so that large fields can be streamed. */
  upload(field: Field, data: ArrayBufferView, at?: readonly number[]): void;
  download(field: Field): Promise<HostTensor<ArrayBufferView>>;
  destroy(): void;
}

export interface StateOptions<Field extends string> {
  /** Fields that are the memory of another, such as tied weights: a field of this state that is declared before, or a buffer. */
  readonly shared?: Partial<Readonly<Record<Field, DeviceBuffer | Field>>>;
}

/** A program made ready for one device, one set of sizes and its states. */
export interface PreparedProgram<Name extends string, S> {
  readonly sizes: S;
  /** Memory of inputs and results, which live as long as this object. */
  readonly buffers: Readonly<Record<Name, DeviceBuffer>>;
  /** How the temporaries share memory, and how many launches a run has. */
  readonly memory: MemoryPlan;
  readonly launches: number;
  readonly calls: readonly PlannedCall[];
  upload(input: Name, data: Input<ArrayBufferView>): void;
  /** Starts a run; results stay on the device. @throws TypeError where the program calls host functions, which \`run\` waits for */
  launch(): void;
  /** A whole run, with functions of the host, and \`verify\`. */
  run(): Promise<void>;
  /** A run one call after the other, which hands over what each has written; for checks. */
  trace(onCall: (call: PlannedCall, written: ReadonlyMap<string, Uint8Array>) => void): Promise<void>;
  /** Waits for the last run and looks at what its kernels checked. @throws RangeError as \`Prepared.verify\` does */
  verify(): Promise<void>;
  download(name: Name): Promise<HostTensor<ArrayBufferView>>;
  destroy(): void;
}

/** @throws RangeError for sizes that are missing or no whole numbers; DeviceError where there is no memory */
function createState<Field extends string>(
  spec: StateSpec,
  device: Device,
  sizes: Sizes,
  options: StateOptions<Field> = {},
): StateObject<Field> {
  for (const name of spec.sizes) {
    const value = sizes[name];
    if (value === undefined || !Number.isSafeInteger(value) || value < 0)
      throw new RangeError(\`state \${spec.name}: size \${name} must be a whole number from 0 up, found \${value}\`);
  }
  const own: DeviceBuffer[] = [];
  const shared: Readonly<Record<string, DeviceBuffer | string | undefined>> = options.shared ?? {};
  const buffers: Record<string, DeviceBuffer> = {};
  const needs = spec.fields.map((f) => ({
    name: \`\${spec.name}.\${f.name}\`,
    bytes: shared[f.name] === undefined ? wordBytes(layoutOf(f, sizes).bytes) : 0,
  }));
  checkMemory(\`state \${spec.name}\`, device, needs);
  for (const field of spec.fields) {
    const { bytes } = layoutOf(field, sizes);
    const other = shared[field.name];
    const given = typeof other === 'string' ? buffers[other] : other;
    if (typeof other === 'string' && given === undefined)
      throw new RangeError(
        \`state \${spec.name}: \${field.name} shares the memory of \${other}, which is no field before it\`,
      );
    if (given !== undefined && given.bytes < bytes)
      throw new RangeError(
        \`state \${spec.name}: \${field.name} takes \${bytes} bytes, and the shared memory has \${given.bytes}\`,
      );
    const buffer = given ?? allocate(device, wordBytes(bytes), \`\${spec.name}.\${field.name}\`, field.place);
    if (given === undefined) own.push(buffer);
    buffers[field.name] = buffer;
  }
  const find = (name: string): { readonly field: StateFieldSpec; readonly buffer: DeviceBuffer } => {
    const field = spec.fields.find((f) => f.name === name);
    const buffer = buffers[name];
    if (field === undefined || buffer === undefined) throw new RangeError(\`state \${spec.name} has no field \${name}\`);
    return { field, buffer };
  };
  return {
    sizes,
    buffers: buffers as Record<Field, DeviceBuffer>,
    bytes: own.reduce((n, b) => n + b.bytes, 0),
    upload(name, data, at) {
      const { field, buffer } = find(name);
      uploadRows(\`state \${spec.name}\`, field, buffer, device, data, sizes, at ?? []);
    },
    async download(name) {
      const { field, buffer } = find(name);
      return downloadRows(field, buffer, device, sizes);
    },
    destroy() {
      for (const buffer of own) buffer.destroy();
    },
  };
}

/** Says how much too much it is, and which buffers are the largest. */
function checkMemory(
  what: string,
  device: Device,
  needs: readonly { readonly name: string; readonly bytes: number }[],
): void {
  const { memoryBytes, bufferBytes } = device.info().limits;
  const total = needs.reduce((n, { bytes }) => n + bytes, 0);
  const large = needs.find(({ bytes }) => bytes > bufferBytes);
  if (large !== undefined)
    throw new RangeError(
      \`\${what}: \${large.name} takes \${large.bytes} bytes, \${large.bytes - bufferBytes} over what one buffer of \${device.name} can have (\${bufferBytes})\`,
    );
  if (memoryBytes === 0 || total <= memoryBytes) return;
  const largest = [...needs]
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 4)
    .map(({ name, bytes }) => \`\${name} \${bytes}\`)
    .join(', ');
  throw new RangeError(
    \`\${what} takes \${total} bytes, \${total - memoryBytes} over the memory of \${device.name} (\${memoryBytes}); its largest buffers are \${largest}\`,
  );
}

function allocate(device: Device, bytes: number, name: string, place?: 'host'): DeviceBuffer {
  try {
    return device.alloc(bytes, place);
  } catch (cause) {
    // The same error, which says by its kind and code what is missing.
    if (cause instanceof Error) cause.message = \`\${name} (\${bytes} bytes): \${cause.message}\`;
    throw cause;
  }
}

/** All sizes of a program: those of its states, and those given, which must agree. */
function programSizes(
  program: ProgramSpec,
  states: Readonly<Record<string, StateObject<string>>>,
  specs: Readonly<Record<string, StateSpec>>,
  given: Sizes,
): Sizes {
  const shapes: Record<string, readonly number[]> = {};
  for (const { parameter, state } of program.states) {
    const object = states[parameter];
    if (object === undefined) throw new RangeError(\`\${program.name}: state \${parameter} is missing\`);
    for (const field of specs[state]?.fields ?? [])
      shapes[\`\${parameter}.\${field.name}\`] = layoutOf(field, object.sizes).shape;
  }
  const inputs = program.tensors.filter((t) => t.role === 'input' || t.role === 'state');
  const { sizes } = bindSizes(
    { name: program.name, sizes: program.sizes, inputs, outputs: [], facts: [], targets: {} },
    shapes,
    given,
  );
  const missing = program.sizes.filter((s) => sizes[s.name] === undefined).map((s) => s.name);
  if (missing.length > 0) throw new RangeError(\`\${program.name}: nothing tells size \${missing.join(', ')}\`);
  for (const t of inputs) {
    const found = shapes[t.name];
    const expected = shapeOf(t, sizes);
    if (found !== undefined && expected.some((n, i) => n !== found[i]))
      throw new RangeError(
        \`\${program.name}: \${t.name} must have the shape [\${expected.join(', ')}] for \${sizesText(sizes)}, and the state has [\${found.join(', ')}]\`,
      );
  }
  for (const { name, pinned } of program.sizes)
    if (pinned !== undefined && !pinned.includes(sizes[name] ?? -1))
      throw new RangeError(\`\${program.name}: size \${name} is compiled for \${pinned.join(', ')}, found \${sizes[name]}\`);
  for (const fact of program.facts) {
    const value = sizeValue(fact.expr, sizes) ?? Number.NaN;
    if (fact.relation === 'zero' ? value !== 0 : !(value >= 0))
      throw new RangeError(\`\${program.name}: \${fact.text} does not hold for \${sizesText(sizes)}\`);
  }
  return sizes;
}

const sizesText = (sizes: Sizes): string =>
  Object.entries(sizes)
    .map(([name, v]) => \`\${name}=\${v}\`)
    .join(', ');

const scalarArrays: Readonly<Record<string, (value: number) => ArrayBufferView>> = {
  f32: (v) => Float32Array.of(v),
  i32: (v) => Int32Array.of(v),
  u32: (v) => Uint32Array.of(v),
  i16: (v) => Int16Array.of(v),
  u16: (v) => Uint16Array.of(v),
  i8: (v) => Int8Array.of(v),
  u8: (v) => Uint8Array.of(v),
  bool: (v) => Uint8Array.of(v),
};

/** Loads the kernels of a program, plans and allocates its memory. */
async function prepareProgram<Name extends string, S extends Sizes>(
  program: ProgramSpec,
  specs: Specs,
  device: Device,
  given: Partial<S>,
  states: Readonly<Record<string, StateObject<string>>>,
  options: ProgramOptions,
): Promise<PreparedProgram<Name, S>> {
  const sizes = programSizes(program, states, specs.states, given as Sizes);
  const calls = unroll(program, sizes);
  const tensors = new Map(program.tensors.map((t) => [t.name, t]));
  const isTemporary = (name: string): boolean => tensors.get(name)?.role === 'temporary';
  const prepared = new Map<string, Prepared<string, Sizes>>();
  // What a call checked stands in memory of its own until \`verify\` looks at it.
  const keyOf = (call: PlannedCall): string =>
    \`\${call.callee} \${JSON.stringify(call.sizes)}\${(specs.kernels[call.callee]?.checks?.length ?? 0) > 0 ? \` #\${calls.indexOf(call)}\` : ''}\`;
  const owned: DeviceBuffer[] = [];
  const destroyAll = (): void => {
    for (const p of prepared.values()) p.destroy();
    for (const b of owned) b.destroy();
  };
  try {
    for (const call of calls) {
      const kernel = specs.kernels[call.callee];
      if (call.kind === 'host') {
        if (options.host?.[call.callee] === undefined)
          throw new RangeError(\`\${program.name}: the host function \${call.callee} is missing; give it in \\\`host\\\`\`);
      } else if (kernel === undefined) throw new RangeError(\`\${program.name}: there is no kernel \${call.callee}\`);
      else if (!prepared.has(keyOf(call)))
        prepared.set(keyOf(call), await prepareKernel<string, Sizes>(kernel, device, call.sizes, options));
    }
    // A kernel may address more than the elements of its tensor; memory is for the most that any call asks.
    const need = new Map<string, number>();
    for (const call of calls)
      for (const { name, from } of call.args) {
        if (from.kind !== 'place') continue;
        const key = versionKey(from);
        const least = prepared.get(keyOf(call))?.bytes[name] ?? 0;
        need.set(key, Math.max(need.get(key) ?? 0, from.offset + Math.max(wordBytes(from.bytes), least)));
      }
    const memory = shareMemory(calls, isTemporary, need);
    const fixed = program.tensors.filter((t) => t.role === 'input' || t.role === 'output');
    const bytesOf = (t: ProgramTensorSpec): number =>
      Math.max(wordBytes(layoutOf(t, sizes).bytes), need.get(\`\${t.name}#0\`) ?? 0);
    checkMemory(\`program \${program.name}\`, device, [
      ...fixed.filter((t) => t.place === undefined).map((t) => ({ name: t.name, bytes: bytesOf(t) })),
      ...memory.slots.map((bytes, i) => ({ name: slotName(memory, i), bytes })),
      ...Object.entries(states).map(([parameter, object]) => ({ name: parameter, bytes: object.bytes })),
    ]);
    const buffers: Record<string, DeviceBuffer> = {};
    const own = (bytes: number, name: string, place?: 'host'): DeviceBuffer => {
      const b = allocate(device, bytes, name, place);
      owned.push(b);
      return b;
    };
    for (const t of fixed) buffers[t.name] = own(bytesOf(t), \`\${t.role} \${t.name} of \${program.name}\`, t.place);
    const slots = memory.slots.map((bytes, i) => own(bytes, \`\${slotName(memory, i)} of \${program.name}\`));
    for (const t of program.tensors) {
      const buffer = t.state === undefined ? undefined : states[t.state.parameter]?.buffers[t.state.field];
      if (buffer !== undefined) buffers[t.name] = buffer;
    }
    const scalars = new Map<string, DeviceBuffer>();
    const scalar = (value: number, dtype: string): DeviceBuffer => {
      const known = scalars.get(\`\${dtype} \${value}\`);
      const make = scalarArrays[dtype];
      if (known !== undefined) return known;
      if (make === undefined) throw new RangeError(\`\${program.name}: a number cannot be passed as \${dtype}\`);
      const made = make(value);
      const buffer = own(4, 'a scalar');
      device.upload(buffer, wholeWords(new Uint8Array(made.buffer)));
      scalars.set(\`\${dtype} \${value}\`, buffer);
      return buffer;
    };
    const views = new Map<string, DeviceBuffer>();
    const wholeOf = (place: Place): DeviceBuffer | undefined =>
      isTemporary(place.tensor) ? slots[memory.slotOf.get(versionKey(place)) ?? -1] : buffers[place.tensor];
    const memoryOf = (place: Place, least: number): DeviceBuffer => {
      const whole = wholeOf(place);
      if (whole === undefined) throw new RangeError(\`\${program.name}: \${place.tensor} has no memory\`);
      const tensor = tensors.get(place.tensor);
      if (
        place.offset === 0 &&
        (isTemporary(place.tensor) || (tensor !== undefined && place.bytes >= layoutOf(tensor, sizes).bytes))
      )
        return whole;
      const bytes = Math.min(whole.bytes - place.offset, Math.max(wordBytes(place.bytes), least));
      const key = \`\${versionKey(place)} \${place.offset} \${bytes}\`;
      const view = views.get(key) ?? device.view(whole, place.offset, bytes);
      views.set(key, view);
      return view;
    };
    const bound = calls.map((call) => {
      const ready = prepared.get(keyOf(call));
      const kernel = specs.kernels[call.callee];
      const touches = call.args.flatMap(({ name, access, from }): Touch[] => {
        const memory = from.kind === 'place' ? wholeOf(from) : undefined;
        if (from.kind !== 'place' || memory === undefined) return [];
        const part = touchedBytes(
          call.kind === 'host'
            ? undefined
            : [...(kernel?.inputs ?? []), ...(kernel?.outputs ?? [])].find((t) => t.name === name),
          from.bytes,
          call.sizes,
        );
        // Of a part of other memory it is not known which.
        const at =
          memory.whole === undefined || memory.whole === memory
            ? { memory, from: from.offset + part.from, to: from.offset + part.to }
            : { memory: memory.whole, from: 0, to: Infinity };
        return [{ ...at, writes: access !== 'read' }];
      });
      if (ready !== undefined && ready.ownBytes > 0)
        touches.push({ memory: ready, from: 0, to: ready.ownBytes, writes: true });
      const args = Object.fromEntries(
        call.args.map(({ name, from }) => [
          name,
          from.kind === 'scalar' ? scalar(from.value, from.dtype) : memoryOf(from, ready?.bytes[name] ?? 0),
        ]),
      );
      return { call, ready, args, touches };
    });
    const checked = [
      ...new Set(
        bound.flatMap(({ call, ready }) =>
          (specs.kernels[call.callee]?.checks?.length ?? 0) > 0 && ready !== undefined ? [ready] : [],
        ),
      ),
    ];
    const verify = async (): Promise<void> => {
      for (const ready of checked) await ready.verify();
    };
    const parts = segments(bound, device, options, specs.hosts);
    return {
      sizes: sizes as S,
      buffers: buffers as Record<Name, DeviceBuffer>,
      memory,
      calls,
      launches: bound.reduce((n, { ready }) => n + (ready?.launches ?? 0), 0),
      upload(name, data) {
        const tensor = program.tensors.find((t) => t.name === name && t.role === 'input');
        const buffer = buffers[name];
        if (tensor === undefined || buffer === undefined) throw new RangeError(\`\${program.name} has no input \${name}\`);
        const elements = dataOf(program, tensor, data);
        if (tensor.limit !== undefined) checkLimit(program, tensor, elements, sizeValue(tensor.limit, sizes) ?? 0);
        uploadRows(program.name, tensor, buffer, device, elements, sizes, []);
      },
      launch() {
        for (const part of parts) {
          if (part.kind === 'host') throw new TypeError(\`\${program.name} calls \${part.name} on the host: use run\`);
          part.start();
        }
      },
      async run() {
        for (const part of parts) await part.start();
        await verify();
      },
      verify,
      async trace(onCall) {
        for (const one of bound) {
          if (one.call.kind === 'host') await callHost(one, device, options, specs.hosts);
          else one.ready?.launch(one.args);
          const written = new Map<string, Uint8Array>();
          for (const { name, access, from } of one.call.args) {
            const buffer = one.args[name];
            if (access !== 'read' && from.kind === 'place' && buffer !== undefined)
              written.set(name, (await device.download(buffer)).subarray(0, from.bytes));
          }
          onCall(one.call, written);
        }
        await verify();
      },
      async download(name) {
        const tensor = tensors.get(name);
        const buffer = buffers[name];
        if (tensor === undefined || buffer === undefined)
          throw new RangeError(\`\${program.name} has no tensor \${name} outside of a run\`);
        return downloadRows(tensor, buffer, device, sizes);
      },
      destroy() {
        for (const part of parts) part.destroy();
        destroyAll();
      },
    };
  } catch (cause) {
    destroyAll();
    throw cause;
  }
}

/** Runs a program once from host arrays to host arrays; its states keep what it changed. */
async function runProgram(
  program: ProgramSpec,
  specs: Specs,
  device: Device,
  states: Readonly<Record<string, StateObject<string>>>,
  inputs: Readonly<Record<string, Input<ArrayBufferView>>>,
  options: ProgramOptions & { readonly sizes?: Readonly<Record<string, number | undefined>> },
): Promise<Record<string, HostTensor<ArrayBufferView>>> {
  const shapes: Record<string, readonly number[]> = {};
  const given = program.tensors.filter((t) => t.role === 'input');
  for (const t of given) {
    const value = inputs[t.name];
    if (value === undefined) throw new TypeError(\`\${program.name}: input \${t.name} is missing\`);
    if (!ArrayBuffer.isView(value)) shapes[t.name] = value.shape;
    else if (t.shape.length === 1 && t.bits >= 8) shapes[t.name] = [(value.byteLength * 8) / t.bits];
  }
  const { sizes } = bindSizes(
    { name: program.name, sizes: program.sizes, inputs: given, outputs: [], facts: [], targets: {} },
    shapes,
    options.sizes ?? {},
  );
  const prepared = await prepareProgram<string, Sizes>(program, specs, device, sizes, states, options);
  try {
    for (const t of given) {
      const value = inputs[t.name];
      if (value !== undefined) prepared.upload(t.name, value);
    }
    await prepared.run();
    const results: Record<string, HostTensor<ArrayBufferView>> = {};
    for (const t of program.tensors) if (t.role === 'output') results[t.name] = await prepared.download(t.name);
    return results;
  } finally {
    prepared.destroy();
  }
}

/** The temporaries in a shared piece of memory. */
function slotName(memory: MemoryPlan, slot: number): string {
  const names = [
    ...new Set([...memory.slotOf].filter(([, s]) => s === slot).map(([key]) => key.slice(0, key.lastIndexOf('#')))),
  ];
  return names.length > 3 ? \`\${names.slice(0, 3).join(', ')}, …\` : names.join(', ');
}
`;
