// A CUDA driver for the test of examples/interop/launch.cpp: device memory is host memory, and a launch adds as many elements as its grid covers.
#include <cuda.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

extern "C" {
CUresult cuInit(unsigned) { return CUDA_SUCCESS; }
CUresult cuGetErrorString(CUresult, const char** s) { *s = "of the fake driver"; return CUDA_SUCCESS; }
CUresult cuDeviceGet(CUdevice* d, int) { *d = 0; return CUDA_SUCCESS; }
CUresult cuDevicePrimaryCtxRetain(CUcontext* c, CUdevice) { *c = nullptr; return CUDA_SUCCESS; }
CUresult cuDevicePrimaryCtxRelease(CUdevice) { return CUDA_SUCCESS; }
CUresult cuCtxSetCurrent(CUcontext) { return CUDA_SUCCESS; }
// A GPU of architecture 9.0, which takes machine code of its own alone: files that begin with "sm_90".
CUresult cuDeviceGetAttribute(int* value, CUdevice_attribute a, CUdevice) { *value = a == CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR ? 9 : 0; return CUDA_SUCCESS; }
CUresult cuModuleLoad(CUmodule* m, const char* path) {
  *m = nullptr;
  char head[5] = {};
  std::FILE* file = std::fopen(path, "rb");
  const size_t n = file ? std::fread(head, 1, 5, file) : 0;
  if (file) std::fclose(file);
  return n == 5 && std::strncmp(head, "sm_90", 5) == 0 ? CUDA_SUCCESS : CUDA_ERROR_NO_BINARY_FOR_GPU;
}
CUresult cuModuleUnload(CUmodule) { return CUDA_SUCCESS; }
CUresult cuModuleGetFunction(CUfunction* f, CUmodule, const char* name) { *f = nullptr; return std::strncmp(name, "vector_add", 10) == 0 ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND; }
CUresult cuFuncSetAttribute(CUfunction, CUfunction_attribute, int) { return CUDA_SUCCESS; }
CUresult cuMemAlloc(CUdeviceptr* p, size_t n) { *p = reinterpret_cast<CUdeviceptr>(std::malloc(n)); return CUDA_SUCCESS; }
CUresult cuMemFree(CUdeviceptr p) { std::free(reinterpret_cast<void*>(p)); return CUDA_SUCCESS; }
CUresult cuMemcpyHtoD(CUdeviceptr p, const void* x, size_t n) { std::memcpy(reinterpret_cast<void*>(p), x, n); return CUDA_SUCCESS; }
CUresult cuMemcpyDtoH(void* x, CUdeviceptr p, size_t n) { std::memcpy(x, reinterpret_cast<void*>(p), n); return CUDA_SUCCESS; }
CUresult cuLaunchKernelEx(const CUlaunchConfig* config, CUfunction, void** args, void**) {
  const unsigned gx = config->gridDimX, gy = config->gridDimY, gz = config->gridDimZ, bx = config->blockDimX;
  // Whether launches begin early is what the manifest says.
  const bool early = config->numAttrs == 1 && config->attrs->id == CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION && config->attrs->value.programmaticStreamSerializationAllowed == 1;
  if (early != (getenv("EARLY") != nullptr)) return CUDA_ERROR_INVALID_VALUE;
  const float *a = *static_cast<float**>(args[0]), *b = *static_cast<float**>(args[1]);
  float* c = *static_cast<float**>(args[2]);
  const long long n = *static_cast<int*>(args[3]), each = getenv("ELEMENTS_PER_THREAD") ? std::atoll(getenv("ELEMENTS_PER_THREAD")) : 1, covered = each * gx * gy * gz * bx;
  if (covered >= n + each * bx) return CUDA_ERROR_INVALID_VALUE;
  for (long long i = 0; i < n && i < covered; i++) c[i] = a[i] + b[i];
  return CUDA_SUCCESS;
}
}
