/* A driver and an NVRTC for the test of the host code: device memory is host memory, "device code" is the source text, and the
 * function `saxpy` computes on the host from the arguments that a launch passes. Compiled once as both libraries. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t u64;
enum { OK = 0, INVALID = 1, OUT_OF_MEMORY = 2, NOT_FOUND = 500, ILLEGAL_ADDRESS = 700 };

typedef struct { u64 x, y; int n, a; unsigned grid, block; char crash; } Launch;
static int version = 13000, status = OK, retained, capturing, recorded, dynamic_shared, live_buffers, encoded, early;
enum { MOST = 4096, STREAMS = 8, MAIN = 77 };
/* What is captured: launches, and of each those that must have run before it. Streams and events know the launches that come before what they get next. */
typedef struct { unsigned char bits[MOST / 8]; } Set;
typedef struct { Set before; int captured; } Event;
static Launch graph[MOST];
static Set before[MOST], stream_before[STREAMS];
static int launches, streams, joined[STREAMS], branches;

static void unite(Set *to, const Set *from) { for (unsigned i = 0; i < sizeof to->bits; i++) to->bits[i] |= from->bits[i]; }
static int has(const Set *s, int i) { return s->bits[i / 8] >> i % 8 & 1; }
static int isStream(u64 s) { return s >= MAIN && s < (u64)(MAIN + STREAMS); }

static int failing(void) { return status; }
int fakeVersion(int v) { version = v; return 0; }
int fakeReset(void) { status = OK; retained = 0; return 0; }
int fakeLaunches(void) { return launches; }
int fakeLiveBuffers(void) { return live_buffers; }
int fakeDynamicShared(void) { return dynamic_shared; }
int fakeRetained(void) { return retained; }
int fakeBranches(void) { return branches; }

int cuInit(unsigned flags) { return flags ? INVALID : getenv("FAKE_CUDA_NO_DEVICE") ? 100 : OK; }
int cuDriverGetVersion(int *v) { *v = version; return OK; }
int cuGetErrorName(int e, const char **s) { *s = e == 700 ? "CUDA_ERROR_ILLEGAL_ADDRESS" : e == 100 ? "CUDA_ERROR_NO_DEVICE" : "CUDA_ERROR_OTHER"; return OK; }
int cuGetErrorString(int e, const char **s) { *s = e == 700 ? "an illegal memory access was encountered" : "something else"; return OK; }
int cuDeviceGetCount(int *n) { *n = 2; return OK; }
int cuDeviceGet(int *d, int i) { *d = 10 + i; return OK; }
int cuDeviceGetName(char *s, int n, int d) { snprintf(s, n, "Fake %d", d); return OK; }
int cuDeviceGetAttribute(int *v, int a, int d) {
  switch (a) {
    case 1: *v = 1024; return OK;
    case 2: case 3: *v = 1024; return OK;
    case 4: *v = 64; return OK;
    case 5: *v = 2147483647; return OK;
    case 6: case 7: *v = 65535; return OK;
    case 10: *v = 32; return OK;
    case 16: *v = 132; return OK;
    case 38: *v = 50 << 20; return OK;
    case 75: *v = 9; return OK;
    case 76: *v = 0; return OK;
    case 97: *v = 232448; return OK;
    default: return INVALID;
  }
}
int cuDeviceTotalMem_v2(u64 *n, int d) { *n = (u64)141 << 30; return OK; }
int cuDevicePrimaryCtxRetain(u64 *c, int d) { retained++; *c = 1000 + d; return OK; }
int cuDevicePrimaryCtxRelease_v2(int d) { retained--; return OK; }
int cuCtxSetCurrent(u64 c) { return c ? OK : INVALID; }
/* The first stream of a device is MAIN; others branch off while a graph is captured. */
int cuStreamCreate(u64 *s, unsigned flags) { *s = MAIN + streams++; return flags == 1 && streams <= STREAMS ? OK : INVALID; }
int cuStreamDestroy_v2(u64 s) { streams--; return isStream(s) ? OK : INVALID; }
int cuStreamSynchronize(u64 s) { return s != 77 || capturing ? INVALID : failing(); }
int cuMemAlloc_v2(u64 *p, u64 n) {
  if (n > ((u64)1 << 32)) return OUT_OF_MEMORY;
  *p = (u64)malloc(n);
  live_buffers++;
  return failing();
}
int cuMemHostAlloc(u64 *p, u64 n, unsigned flags) {
  if (flags != 3) return INVALID;
  if (n > ((u64)1 << 32)) return OUT_OF_MEMORY;
  *p = (u64)malloc(n);
  live_buffers++;
  return failing();
}
int cuMemHostGetDevicePointer_v2(u64 *d, u64 p, unsigned flags) { *d = p; return flags ? INVALID : failing(); }
int cuMemFreeHost(u64 p) { free((void *)p); live_buffers--; return failing(); }
int cuMemFree_v2(u64 p) { free((void *)p); live_buffers--; return failing(); }
int cuMemcpyHtoDAsync_v2(u64 p, const void *h, u64 n, u64 s) { if (s != 77) return INVALID; memcpy((void *)p, h, n); return failing(); }
int cuMemcpyDtoHAsync_v2(void *h, u64 p, u64 n, u64 s) { if (s != 77) return INVALID; memcpy(h, (void *)p, n); return failing(); }
int cuMemsetD8Async(u64 p, unsigned v, u64 n, u64 s) { if (s != 77) return INVALID; memset((void *)p, v, n); return failing(); }

int cuModuleLoadData(u64 *m, const char *image) { *m = (u64)strdup(image); return strncmp(image, "CODE", 4) ? 200 : failing(); }
int cuModuleUnload(u64 m) { free((void *)m); return OK; }
int cuModuleGetFunction(u64 *f, u64 m, const char *name) {
  if (!strstr((char *)m, name)) return NOT_FOUND;
  *f = !strcmp(name, "crash") ? 6 : !strcmp(name, "mapped") ? 7 : 5;
  dynamic_shared = 0; /* the attribute of the function found last */
  return OK;
}
int cuFuncGetAttribute(int *v, int a, u64 f) {
  switch (a) {
    case 0: *v = 512; return OK;
    case 1: *v = 1024; return OK;
    case 3: *v = 0; return OK;
    case 4: *v = 40; return OK;
    default: return INVALID;
  }
}
int cuFuncSetAttribute(u64 f, int a, int v) { if (a != 8) return INVALID; dynamic_shared = v; return OK; }

static int run(const Launch *l) {
  launches++;
  if (l->crash) return status = ILLEGAL_ADDRESS, OK; /* reported later, as a GPU does */
  const float *x = (const float *)l->x;
  float *y = (float *)l->y;
  for (unsigned i = 0; i < l->grid * l->block; i++) if ((int)i < l->n) y[i] = l->a * x[i] + y[i];
  return OK;
}
/* A map that says what it was made from: address, type, rank and swizzle, then sizes, strides and boxes. */
int cuTensorMapEncodeTiled(u64 *map, int type, unsigned rank, u64 address, const u64 *dims, const u64 *strides, const unsigned *box, const unsigned *steps, int interleave, int swizzle, int l2, int fill) {
  if ((u64)map % 64 || address % 16 || rank < 1 || rank > 3 || interleave || fill || l2 != 3) return INVALID;
  memset(map, 0, 128);
  map[0] = address, map[1] = type | rank << 8 | swizzle << 16;
  for (unsigned i = 0; i < rank; i++) {
    if (!dims[i] || !box[i] || box[i] > 256 || steps[i] != 1 || (i + 1 < rank && strides[i] % 16)) return INVALID;
    map[2 + i] = dims[i], map[5 + i] = i + 1 < rank ? strides[i] : 0, map[8 + i] = box[i];
  }
  encoded++;
  return OK;
}
int fakeEncoded(void) { return encoded; }

/* `mapped` copies the map that it gets, the size behind it and its grid to the second buffer. */
static int mapped(void **p, unsigned grid) {
  u64 *to = *(u64 **)p[1];
  memcpy(to, p[2], 128);
  to[16] = *(int *)p[3], to[17] = grid;
  return OK;
}

int cuLaunchKernel(u64 f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared, u64 s, void **p, void **extra) {
  if (!isStream(s) || (s != MAIN && !(capturing && joined[s - MAIN])) || extra || !gx || gy != 1 || gz != 1 || by != 1 || bz != 1 || shared != (unsigned)dynamic_shared) return INVALID;
  if (f == 7) return mapped(p, gx);
  Launch l = {*(u64 *)p[0], *(u64 *)p[1], *(int *)p[2], *(int *)p[3], gx, bx, f == 6};
  if (capturing) {
    if (recorded >= MOST) return INVALID;
    Set *own = &stream_before[s - MAIN];
    graph[recorded] = l, before[recorded] = *own;
    own->bits[recorded / 8] |= 1 << recorded % 8;
    recorded++;
    if (s != MAIN) branches++;
    return OK;
  }
  return status ? status : run(&l);
}

/* CUlaunchConfig with the one attribute that lets a launch begin early. */
typedef struct { unsigned grid[3], block[3], shared, pad; u64 stream; const int *attributes; unsigned count; } Config;
int cuLaunchKernelEx(const Config *c, u64 f, void **p, void **extra) {
  if (c->count != 1 || c->attributes[0] != 6 || c->attributes[2] != 1) return INVALID;
  early++;
  return cuLaunchKernel(f, c->grid[0], c->grid[1], c->grid[2], c->block[0], c->block[1], c->block[2], c->shared, c->stream, p, extra);
}
int fakeEarly(void) { return early; }

int cuEventCreate(u64 *e, unsigned flags) { *e = (u64)calloc(1, sizeof(Event)); return OK; }
int cuEventDestroy_v2(u64 e) { free((void *)e); return OK; }
int cuEventRecord(u64 e, u64 s) {
  Event *event = (Event *)e;
  if (!capturing) return OK;
  if (!isStream(s) || !joined[s - MAIN]) return INVALID;
  event->captured = 1, event->before = stream_before[s - MAIN];
  return OK;
}
int cuStreamWaitEvent(u64 s, u64 e, unsigned flags) {
  const Event *event = (const Event *)e;
  if (!isStream(s) || flags || !capturing || !event->captured) return INVALID;
  joined[s - MAIN] = 1;
  unite(&stream_before[s - MAIN], &event->before);
  return OK;
}
int cuEventSynchronize(u64 e) { return failing(); }
/* Every interval lasts 4 microseconds. */
int cuEventElapsedTime(float *ms, u64 a, u64 b) { *ms = 0.004f; return OK; }
int cuStreamBeginCapture_v2(u64 s, int mode) {
  if (s != MAIN || capturing) return INVALID;
  capturing = 1, recorded = 0;
  memset(joined, 0, sizeof joined), memset(stream_before, 0, sizeof stream_before);
  joined[0] = 1;
  return OK;
}
/* Every branch must have come back to the stream that is captured. */
int cuStreamEndCapture(u64 s, u64 *g) {
  if (!capturing || s != MAIN) return INVALID;
  capturing = 0, *g = 88;
  for (int i = 0; i < recorded; i++) if (!has(&stream_before[0], i)) return 904;
  return OK;
}
int cuGraphInstantiateWithFlags(u64 *e, u64 g, u64 flags) { *e = 99; return g == 88 && flags == 0 ? OK : INVALID; }
/* As late as it may: of those that can run always the one that was recorded last. */
int cuGraphLaunch(u64 e, u64 s) {
  if (e != 99 || s != MAIN) return INVALID;
  if (capturing) return 900;
  Set done = {{0}};
  for (int n = 0; n < recorded; n++) {
    int next = -1;
    for (int i = recorded - 1; i >= 0 && next < 0; i--) {
      int ready = !has(&done, i);
      for (unsigned k = 0; ready && k < sizeof done.bits; k++) ready = !(before[i].bits[k] & ~done.bits[k]);
      if (ready) next = i;
    }
    if (next < 0) return INVALID;
    run(&graph[next]);
    done.bits[next / 8] |= 1 << next % 8;
  }
  return failing();
}
int cuGraphExecDestroy(u64 e) { return e == 99 ? OK : INVALID; }
int cuGraphDestroy(u64 g) { return g == 88 ? OK : INVALID; }

typedef struct { char *text; char name[64]; char log[256]; char arch[64]; } Program;
int nvrtcVersion(int *major, int *minor) { *major = 13; *minor = 0; return 0; }
int nvrtcGetNumSupportedArchs(int *n) { *n = 3; return 0; }
int nvrtcGetSupportedArchs(int *a) { a[0] = 75; a[1] = 80; a[2] = 90; return 0; }
int nvrtcCreateProgram(u64 *out, const char *text, const char *name, int n, void *headers, void *names) {
  Program *p = calloc(1, sizeof *p);
  p->text = strdup(text);
  snprintf(p->name, sizeof p->name, "%s", name);
  *out = (u64)p;
  return n || headers || names ? 4 : 0;
}
int nvrtcCompileProgram(u64 h, int n, const char **options) {
  Program *p = (Program *)h;
  for (int i = 0; i < n; i++) if (!strncmp(options[i], "--gpu-architecture=", 19)) snprintf(p->arch, sizeof p->arch, "%s", options[i] + 19);
  const char *wrong = strstr(p->text, "undefined_name");
  if (!wrong) return 0;
  int line = 1;
  for (const char *c = p->text; c < wrong; c++) line += *c == '\n';
  snprintf(p->log, sizeof p->log, "%s(%d): error: identifier \"undefined_name\" is undefined\n\n1 error detected in the compilation of \"%s\".\n", p->name, line, p->name);
  return 6;
}
int nvrtcDestroyProgram(u64 *h) { Program *p = (Program *)*h; free(p->text); free(p); *h = 0; return 0; }
int nvrtcGetProgramLogSize(u64 h, u64 *n) { *n = strlen(((Program *)h)->log) + 1; return 0; }
int nvrtcGetProgramLog(u64 h, char *s) { strcpy(s, ((Program *)h)->log); return 0; }
int nvrtcGetCUBINSize(u64 h, u64 *n) { *n = strlen(((Program *)h)->text) + strlen(((Program *)h)->arch) + 7; return 0; }
int nvrtcGetCUBIN(u64 h, char *s) { sprintf(s, "CODE %s %s", ((Program *)h)->arch, ((Program *)h)->text); return 0; }
int nvrtcGetPTXSize(u64 h, u64 *n) { *n = 0; return 7; }
int nvrtcGetPTX(u64 h, char *s) { return 7; }
