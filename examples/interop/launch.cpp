// Launches an emitted kernel from C++ with the manifest alone, through the CUDA driver API: no harness, no TypeScript.
//
//   tdsl compile examples/vector_add.tdsl --target cuda:sm_80
//   g++ -std=c++17 -I/usr/local/cuda/include examples/interop/launch.cpp -o launch -lcuda
//   ./launch generated/vector_add/vector_add.json 1000003         (says which file of the manifest to compile with nvcc, where that is not done)
//
// The manifest says which variant fits the sizes, the order and kinds of arguments, and the grid as expressions in sizes.
#include <cuda.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

[[noreturn]] static void fail(const std::string& text) {
  std::fprintf(stderr, "%s\n", text.c_str());
  std::exit(1);
}
static void check(CUresult result, const char* what) {
  if (result == CUDA_SUCCESS) return;
  const char* text = nullptr;
  cuGetErrorString(result, &text);
  fail(std::string(what) + ": " + (text ? text : "unknown error"));
}
static std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Enough JSON for a manifest that the compiler wrote.
struct Json {
  enum Kind { Null, Number, Text, List, Object } kind = Null;
  double number = 0;
  std::string text;
  std::vector<Json> list;
  std::map<std::string, Json> fields;
  const Json& operator[](const std::string& name) const {
    auto found = fields.find(name);
    if (found == fields.end()) fail("the manifest has no " + name);
    return found->second;
  }
};
struct Reader {
  const std::string& s;
  size_t at = 0;
  void space() { while (at < s.size() && std::isspace(static_cast<unsigned char>(s[at]))) at++; }
  bool take(char c) { space(); if (at < s.size() && s[at] == c) { at++; return true; } return false; }
  void expect(char c) { if (!take(c)) fail(std::string("the manifest is damaged: expected ") + c); }
  std::string string() {
    std::string out;
    expect('"');
    while (at < s.size() && s[at] != '"') { if (s[at] == '\\') at++; out += s[at++]; }
    expect('"');
    return out;
  }
  Json value() {
    Json v;
    space();
    if (at >= s.size()) fail("the manifest ends early");
    if (s[at] == '"') { v.kind = Json::Text; v.text = string(); }
    else if (take('[')) { v.kind = Json::List; if (!take(']')) { do v.list.push_back(value()); while (take(',')); expect(']'); } }
    else if (take('{')) {
      v.kind = Json::Object;
      if (!take('}')) { do { std::string name = string(); expect(':'); v.fields[name] = value(); } while (take(',')); expect('}'); }
    } else if (std::isdigit(static_cast<unsigned char>(s[at])) || s[at] == '-') {
      size_t used = 0;
      v.kind = Json::Number;
      v.number = std::stod(s.substr(at, 32), &used);
      at += used;
    } else while (at < s.size() && std::isalpha(static_cast<unsigned char>(s[at]))) at++;  // true, false, null
    return v;
  }
};

using Sizes = std::map<std::string, long long>;

// A size expression: a number, the name of a size, or {op, args}. Division rounds down.
static long long eval(const Json& e, const Sizes& sizes) {
  if (e.kind == Json::Number) return static_cast<long long>(e.number);
  if (e.kind == Json::Text) { auto s = sizes.find(e.text); if (s == sizes.end()) fail("no size " + e.text); return s->second; }
  const std::string& op = e["op"].text;
  std::vector<long long> v;
  for (const Json& a : e["args"].list) v.push_back(eval(a, sizes));
  auto floorDiv = [](long long a, long long b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); };
  if (op == "floordiv") return floorDiv(v[0], v[1]);
  if (op == "ceildiv") return -floorDiv(-v[0], v[1]);
  if (op == "mod") return v[0] - v[1] * floorDiv(v[0], v[1]);
  if (op == "sub") return v[0] - v[1];
  long long r = v[0];
  for (size_t i = 1; i < v.size(); i++) {
    if (op == "add") r += v[i];
    else if (op == "mul") r *= v[i];
    else if (op == "min") r = std::min(r, v[i]);
    else if (op == "max") r = std::max(r, v[i]);
    else fail("unknown operator " + op);
  }
  return r;
}

static bool fits(const Json& when, const Sizes& sizes) {
  for (auto& [name, n] : when["equals"].fields) if (sizes.at(name) != n.number) return false;
  for (auto& [name, n] : when["multiples"].fields) if (sizes.at(name) % static_cast<long long>(n.number) != 0) return false;
  for (auto& [name, n] : when["atMost"].fields) if (sizes.at(name) > n.number) return false;
  return true;
}

int main(int argc, char** argv) {
  const std::string path = argc > 1 ? argv[1] : "generated/vector_add/vector_add.json";
  const Sizes sizes = {{"N", argc > 2 ? std::atoll(argv[2]) : 1000003}};
  const size_t n = static_cast<size_t>(sizes.at("N"));
  const std::string folder = path.substr(0, path.find_last_of('/') + 1) + "../", target = "cuda:sm_80";
  const std::string text = read(path);
  const Json manifest = Reader{text}.value();
  const Json* variant = nullptr;
  for (const Json& kernel : manifest["kernels"].list) {
    if (kernel["name"].text != "vector_add") continue;
    for (const Json& v : kernel["targets"][target].list) if (variant == nullptr && fits(v["when"], sizes)) variant = &v;
  }
  if (variant == nullptr) fail(path + " has no vector_add for " + target);

  CUdevice device;
  CUcontext context;
  check(cuInit(0), "cuInit");
  check(cuDeviceGet(&device, 0), "cuDeviceGet");
  check(cuDevicePrimaryCtxRetain(&context, device), "cuDevicePrimaryCtxRetain");
  check(cuCtxSetCurrent(context), "cuCtxSetCurrent");
  const std::string source = folder + (*variant)["file"].text, name = source.substr(source.find_last_of('/') + 1), cubin = name.substr(0, name.size() - 3) + ".cubin";
  // Machine code is of one architecture: that of this GPU, whichever the text was made for (texts whose target ends in `a` run on that architecture alone).
  int major = 0, minor = 0;
  check(cuDeviceGetAttribute(&major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device), "cuDeviceGetAttribute");
  check(cuDeviceGetAttribute(&minor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device), "cuDeviceGetAttribute");
  const std::string compile = "nvcc -std=c++17 -cubin -arch=sm_" + std::to_string(major) + std::to_string(minor) + " -o " + cubin + " " + source;
  if (!std::ifstream(cubin)) fail("compile it first: " + compile);
  CUmodule module;
  const CUresult loaded = cuModuleLoad(&module, cubin.c_str());
  if (loaded == CUDA_ERROR_NO_BINARY_FOR_GPU) fail(cubin + " is for another GPU than this one: " + compile);
  check(loaded, "cuModuleLoad");

  std::vector<float> A(n), B(n), C(n);
  for (size_t i = 0; i < n; i++) { A[i] = static_cast<float>(i % 1000); B[i] = 0.5f * static_cast<float>(i % 777); }
  std::map<std::string, CUdeviceptr> buffers;
  for (auto& [name, host] : std::map<std::string, std::vector<float>*>{{"A", &A}, {"B", &B}, {"C", &C}}) {
    check(cuMemAlloc(&buffers[name], std::max<size_t>(16, n * sizeof(float))), "cuMemAlloc");
    if (name != "C" && n > 0) check(cuMemcpyHtoD(buffers[name], host->data(), n * sizeof(float)), "cuMemcpyHtoD");
  }

  for (const Json& launch : (*variant)["launches"].list) {
    const Json& abi = launch["abi"];
    CUfunction function;
    check(cuModuleGetFunction(&function, module, abi["entry"].text.c_str()), "cuModuleGetFunction");
    const unsigned shared = static_cast<unsigned>(abi["sharedBytes"].number);
    if (shared > 48 * 1024) check(cuFuncSetAttribute(function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, static_cast<int>(shared)), "cuFuncSetAttribute");
    // The driver takes a pointer to each argument; these vectors keep the arguments where they are.
    std::vector<CUdeviceptr> pointers;
    std::vector<int> numbers;
    std::vector<void*> arguments;
    pointers.reserve(abi["args"].list.size());
    numbers.reserve(abi["args"].list.size());
    for (const Json& arg : abi["args"].list) {
      const std::string &kind = arg["kind"].text, &name = arg["name"].text;
      if (kind == "buffer") { pointers.push_back(buffers.at(name)); arguments.push_back(&pointers.back()); }
      else if (kind == "size") { numbers.push_back(static_cast<int>(sizes.at(name))); arguments.push_back(&numbers.back()); }
      else fail("this example passes buffers and sizes, not a " + kind);
    }
    unsigned grid[3], block[3];
    for (size_t d = 0; d < 3; d++) { grid[d] = static_cast<unsigned>(eval(abi["grid"].list[d], sizes)); block[d] = static_cast<unsigned>(abi["block"].list[d].number); }
    if (grid[0] == 0 || grid[1] == 0 || grid[2] == 0) continue;  // nothing to do: a size is 0
    // A kernel that says so may begin while the one ahead of it in the stream ends: it waits for that one by itself.
    CUlaunchAttribute early{};
    early.id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION;
    early.value.programmaticStreamSerializationAllowed = 1;
    CUlaunchConfig config{};
    config.gridDimX = grid[0], config.gridDimY = grid[1], config.gridDimZ = grid[2];
    config.blockDimX = block[0], config.blockDimY = block[1], config.blockDimZ = block[2];
    config.sharedMemBytes = shared;
    config.attrs = &early, config.numAttrs = abi.fields.count("early") > 0 ? 1 : 0;
    check(cuLaunchKernelEx(&config, function, arguments.data(), nullptr), "cuLaunchKernelEx");
  }
  if (n > 0) check(cuMemcpyDtoH(C.data(), buffers["C"], n * sizeof(float)), "cuMemcpyDtoH");
  for (size_t i = 0; i < n; i++) if (C[i] != A[i] + B[i]) fail("C[" + std::to_string(i) + "] is " + std::to_string(C[i]));
  std::printf("vector_add of %zu elements, %s: all equal\n", n, (*variant)["file"].text.c_str());
  for (auto& [name, buffer] : buffers) cuMemFree(buffer);
  cuModuleUnload(module);
  cuDevicePrimaryCtxRelease(device);
  return 0;
}
