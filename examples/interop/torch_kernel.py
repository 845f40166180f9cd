"""Launches kernels that tdsl emitted from PyTorch: no copies, on the current stream, from the manifest alone.

    tdsl compile examples/matmul.tdsl --target cuda:sm_80
    from torch_kernel import Kernel
    matmul = Kernel('generated/matmul/matmul.json', 'matmul', 'cuda:sm_80')
    C = matmul(A=A, B=B)                      # tensors on the GPU; sizes follow from their shapes

Needs PyTorch with CUDA and NVRTC; talks to the driver through ctypes. A launch that the manifest calls `early` begins while the one ahead of it
in the stream ends (programmatic dependent launch), in CUDA graphs too: it waits for that end before it touches memory, whatever that launch is.
"""
import ctypes, json, math, os, pathlib
import torch

cuda = ctypes.CDLL('libcuda.so.1')
TORCH = {'f32': torch.float32, 'f16': torch.float16, 'bf16': torch.bfloat16, 'i32': torch.int32, 'i8': torch.int8, 'u8': torch.uint8}
PACKED = {'int4': 2, 'uint4': 2, 'e2m1': 2, 'int2': 4, 'uint2': 4}
# CUtensorMapDataType, by the dtype of a tensor map argument.
MAP_TYPE = {'u8': 0, 'i8': 0, 'f16': 6, 'f32': 7, 'bf16': 9}
MAP_SWIZZLE = {0: 0, 32: 1, 64: 2, 128: 3}


class Config(ctypes.Structure):
    """CUlaunchConfig."""
    _fields_ = [(n, ctypes.c_uint) for n in ('gx', 'gy', 'gz', 'bx', 'by', 'bz', 'shared')] + [('stream', ctypes.c_void_p), ('attributes', ctypes.c_void_p), ('count', ctypes.c_uint)]


class Attribute(ctypes.Structure):
    """CUlaunchAttribute: its number, then 64 bytes of value, of which the first integer is used."""
    _fields_ = [('id', ctypes.c_int), ('pad', ctypes.c_int), ('value', ctypes.c_int), ('rest', ctypes.c_int * 15)]


# CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION: the launch begins when the one ahead of it lets it, and waits by itself for what that one writes.
EARLY = Attribute(6, 0, 1)


def check(code, what):
    if code != 0:
        text = ctypes.c_char_p()
        cuda.cuGetErrorString(code, ctypes.byref(text))
        raise RuntimeError(f'{what}: {text.value.decode() if text.value else code}')


def size(expr, sizes):
    """A size expression of the manifest: a number, a name, or {op, args}."""
    if isinstance(expr, (int, float)): return int(expr)
    if isinstance(expr, str): return sizes[expr]
    v = [size(a, sizes) for a in expr['args']]
    ops = {'add': sum, 'mul': math.prod, 'min': min, 'max': max, 'sub': lambda v: v[0] - v[1], 'floordiv': lambda v: v[0] // v[1], 'ceildiv': lambda v: -(-v[0] // v[1]), 'mod': lambda v: v[0] % v[1]}
    return ops[expr['op']](v)


def compile_cubin(text, arch):
    nvrtc = next(lib for name in ('libnvrtc.so', 'libnvrtc.so.13', 'libnvrtc.so.12') if (lib := _load(name)) is not None)
    program, n = ctypes.c_void_p(), ctypes.c_size_t()
    nvrtc.nvrtcCreateProgram(ctypes.byref(program), text.encode(), b'kernel.cu', 0, None, None)
    options = (ctypes.c_char_p * 2)(f'--gpu-architecture={arch}'.encode(), b'--std=c++17')
    if nvrtc.nvrtcCompileProgram(program, 2, options) != 0:
        nvrtc.nvrtcGetProgramLogSize(program, ctypes.byref(n))
        log = ctypes.create_string_buffer(n.value)
        nvrtc.nvrtcGetProgramLog(program, log)
        raise RuntimeError(log.value.decode())
    nvrtc.nvrtcGetCUBINSize(program, ctypes.byref(n))
    cubin = ctypes.create_string_buffer(n.value)
    nvrtc.nvrtcGetCUBIN(program, cubin)
    return cubin.raw


def _load(name):
    try: return ctypes.CDLL(name)
    except OSError: return None


class Kernel:
    """One kernel of a manifest on one target. Call it with its inputs by name; it allocates and gives its outputs."""

    def __init__(self, manifest, name, target, folder=None):
        self.folder = pathlib.Path(folder or pathlib.Path(manifest).parent.parent)
        found = [k for k in json.loads(pathlib.Path(manifest).read_text())['kernels'] if k['name'] == name]
        if not found: raise KeyError(f'{manifest} has no kernel {name}')
        self.kernel, self.target, self.loaded, self.maps = found[0], target, {}, {}
        torch.cuda.init(); torch.zeros(1, device='cuda')
        self.sms = torch.cuda.get_device_properties(0).multi_processor_count

    def sizes(self, tensors):
        sizes = {}
        for t in self.kernel['inputs']:
            shape = list(tensors[t['name']].shape)
            # Elements below a byte come as bytes, packed along the last dimension.
            if shape and t['dtype'] in PACKED: shape[-1] *= PACKED[t['dtype']]
            for extent, n in zip(t['shape'], shape):
                if isinstance(extent, str) and sizes.setdefault(extent, n) != n: raise ValueError(f"{t['name']}: {extent} is {sizes[extent]} elsewhere, {n} here")
        return sizes

    def variant(self, sizes):
        for v in self.kernel['targets'][self.target]:
            w = v['when']
            if all(sizes[k] == n for k, n in w['equals'].items()) and all(sizes[k] % n == 0 for k, n in w['multiples'].items()) and all(sizes[k] <= n for k, n in w.get('atMost', {}).items()): return v
        raise ValueError(f'no variant for {sizes}')

    def architecture(self):
        """What to compile for: machine code of the GPU that is there. Targets that end in `a` run on that GPU alone."""
        wanted, device = self.target.split(':')[1], 'sm_%d%d' % torch.cuda.get_device_capability()
        exact, least = wanted.endswith('a'), int(wanted.removeprefix('sm_').rstrip('a'))
        if (exact and wanted != device + 'a') or least > int(device.removeprefix('sm_')): raise RuntimeError(f'{self.target} does not run on this GPU ({device})')
        return wanted if exact else device

    def functions(self, v):
        if v['file'] not in self.loaded:
            path, module = self.folder / v['file'], ctypes.c_void_p()
            # Machine code that stands beside the text is taken as it is.
            ready = path.with_suffix('.cubin')
            cubin = ready.read_bytes() if ready.exists() else compile_cubin(path.read_text(), self.architecture())
            check(cuda.cuModuleLoadData(ctypes.byref(module), cubin), 'cuModuleLoadData')
            entries = []
            for launch in v['launches']:
                f = ctypes.c_void_p()
                check(cuda.cuModuleGetFunction(ctypes.byref(f), module, launch['abi']['entry'].encode()), 'cuModuleGetFunction')
                if launch['abi']['sharedBytes'] > 48 * 1024: check(cuda.cuFuncSetAttribute(f, 8, launch['abi']['sharedBytes']), 'cuFuncSetAttribute')
                entries.append(f)
            self.loaded[v['file']] = entries
        return self.loaded[v['file']]

    def tensor_map(self, arg, pointer, sizes):
        key = (arg['name'], pointer, tuple(sorted(sizes.items())))
        if key not in self.maps:
            dims = [size(d, sizes) for d in arg['dims']]
            rank, raw = len(dims), (ctypes.c_uint64 * 32)()
            base = (ctypes.addressof(raw) + 63) // 64 * 64
            u64, u32 = ctypes.c_uint64 * rank, ctypes.c_uint32 * rank
            strides = [size(s, sizes) for s in arg['strides']]
            check(cuda.cuTensorMapEncodeTiled(ctypes.c_void_p(base), MAP_TYPE[arg['dtype']], rank, ctypes.c_void_p(pointer), u64(*dims), (ctypes.c_uint64 * max(1, rank - 1))(*strides),
                                              u32(*arg['box']), u32(*([1] * rank)), 0, MAP_SWIZZLE[arg['swizzle']], 2, 0), 'cuTensorMapEncodeTiled')
            self.maps[key] = (raw, base)
        return self.maps[key][1]

    def prepare(self, outputs=None, sizes=None, **tensors):
        """Everything decided: gives (launch, outputs); launch() puts the work on the current stream."""
        sizes = {**self.sizes(tensors), **(sizes or {}), '#multiprocessors': self.sms}
        v = self.variant(sizes)
        held = dict(tensors)
        results = {}
        for t in self.kernel['outputs']:
            shape = [size(e, sizes) for e in t['shape']]
            results[t['name']] = held[t['name']] = (outputs or {}).get(t['name'], torch.empty(shape, device='cuda', dtype=TORCH[t['dtype']]))
        for s in v['scratch']: held[s['name']] = torch.empty(size(s['elements'], sizes), device='cuda', dtype=TORCH[s['dtype']])
        calls = []
        for f, launch in zip(self.functions(v), v['launches']):
            abi, keep, pointers = launch['abi'], [], []
            if 'counts' in abi and size(abi['counts'], sizes) >= 2**31: raise ValueError(f"{abi['entry']} counts in 32 bits, which {size(abi['counts'], sizes)} elements exceed: compile it with these sizes known")
            for arg in abi['args']:
                if arg['kind'] == 'buffer': value = ctypes.c_void_p(held[arg['name']].data_ptr())
                elif arg['kind'] == 'size': value = ctypes.c_int(sizes[arg['name']])
                else:
                    pointers.append(self.tensor_map(arg, held[arg['buffer']].data_ptr(), sizes)); continue
                keep.append(value); pointers.append(ctypes.addressof(value))
            grid = [size(g, sizes) for g in abi['grid']]
            early = abi.get('early', False)
            config = Config(*grid, *abi['block'], abi['sharedBytes'], None, ctypes.addressof(EARLY) if early else None, 1 if early else 0)
            if min(grid) > 0: calls.append((config, f, (ctypes.c_void_p * len(pointers))(*pointers), keep))
        def launch():
            stream = torch.cuda.current_stream().cuda_stream
            for config, f, args, _ in calls:
                config.stream = stream
                check(cuda.cuLaunchKernelEx(ctypes.byref(config), f, args, None), 'cuLaunchKernelEx')
        launch.held = held
        return launch, results

    def __call__(self, **tensors):
        launch, results = self.prepare(**tensors)
        launch()
        return next(iter(results.values())) if len(results) == 1 else results
