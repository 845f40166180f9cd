/**
 * C++ text: wgmma. A product takes its accumulators away at once (they hold NaN until a wait covers it) and runs at that wait, so it reads shared memory, and operands in
 * registers, as late as it may. Each warp computes its own 16 rows; all four warps of a group must ask for the same products.
 */
export const productsText = String.raw`
namespace shim {
struct e4m3 { using Value = float; static float at(const unsigned char* p) {
    const int exponent = *p >> 3 & 15, fraction = *p & 7;
    const float size = exponent == 15 && fraction == 7 ? NAN : exponent == 0 ? fraction * 0x1p-9f : ldexpf(8 + fraction, exponent - 10);
    return *p & 128 ? -size : size;
  }
  static float get(const unsigned* w, int r) { return at((const unsigned char*)w + r); } };
template <class E> struct Width { static const int bytes = 2; };
template <> struct Width<i8> { static const int bytes = 1; };
template <> struct Width<e4m3> { static const int bytes = 1; };
template <> struct Width<tf32> { static const int bytes = 4; };
template <class E> typename E::Value element(const unsigned char* p) {
  unsigned word = 0;
  memcpy(&word, p, Width<E>::bytes);
  return E::get(&word, 0);
}

struct Place { const void* at; int width, panel; };
struct Product { void (*run)(Warp&, int, const Product&); int* d; Place a, b; bool add; int count, line; unsigned group; };
struct Held { int *d, count, value[128]; };
struct Issue { const char* name; const void *a, *b; int line; };
SHIM_DATA List<Issue> issues[maxThreads / 128];
SHIM_DATA int issued[maxThreads / 32];

// Element (row, k) of an operand: row counts along m or n.
SHIM_CODE const unsigned char* elementAt(const Place& p, int row, int k, int bytes) {
  const unsigned char* base = (const unsigned char*)p.at;
  const unsigned char* at = p.panel == 0 ? base + row * p.width + k * bytes : base + row * bytes / p.width * p.panel + k * p.width + row * bytes % p.width;
  return asyncView(swizzled(at, p.width));
}

SHIM_CODE int* heldBy(Fiber& f, const int* d) {
  Held* held = (Held*)f.held;
  for (int i = 0; i < f.heldCount; i++) if (held[i].d == d) return held[i].value;
  return nullptr;
}

template <class Table> [[gnu::no_sanitize("bounds"), gnu::optimize("O3")]] void product(Warp& w, int first, const Product& p) {
  const int n = Table::n, k = Table::k, bytes = Width<typename Table::Element>::bytes;
  const int warp = first / 32 % 4;
  typename Table::Element::Value a[16 * k];
  static typename Table::Element::Value b[k * n];
  static typename Table::Sum::Value d[16 * n];
  for (int c = 0; c < k; c++)
    for (int j = 0; j < n; j++) b[c * n + j] = element<typename Table::Element>(elementAt(p.b, j, c, bytes));
  if constexpr (Table::inRegisters) {
    for (int lane = 0; lane < 32; lane++)
      for (int r = 0; r < k / 2; r++) a[Table::a[32 * warp + lane][r] - 16 * warp * k] = Table::Element::get((const unsigned*)w.in[lane], r);
  } else {
    for (int i = 0; i < 16; i++)
      for (int c = 0; c < k; c++) a[i * k + c] = element<typename Table::Element>(elementAt(p.a, 16 * warp + i, c, bytes));
  }
  auto place = [&](int lane, int r) { const int at = Table::d[32 * warp + lane][r % 4]; return (at / 8 - 16 * warp) * n + at % 8 + r / 4 * 8; };
  for (int lane = 0; lane < 32; lane++)
    for (int r = 0; r < n / 2; r++) d[place(lane, r)] = p.add ? Table::Sum::get((const unsigned*)w.out[lane], r) : 0;
  for (int i = 0; i < 16; i++)
    for (int c = 0; c < k; c++)
      for (int j = 0; j < n; j++) d[i * n + j] += a[i * k + c] * b[c * n + j];
  for (int lane = 0; lane < 32; lane++)
    for (int r = 0; r < n / 2; r++) Table::Sum::set(w.out[lane], r, d[place(lane, r)]);
}

SHIM_CODE void checkOperand(const char* name, const char* which, const Place& p, int rows, int k, int bytes, int line) {
  checkShared(name, p.at, 16, line);
  const size_t at = (size_t)p.at;
  if ((at >> 7 & (p.width / 16 - 1)) != 0) fail("%s in line %d: %s begins inside a pattern of eight rows of %d bytes, at shared byte %ld", name, line, which, p.width, sharedOffset(p.at));
  const int within = at % p.width;
  if (p.panel == 0 ? within + k * bytes > p.width : within != 0 || rows * bytes % p.width != 0) fail("%s in line %d: %s is not within rows of %d bytes", name, line, which, p.width);
  const long last = p.panel == 0 ? (long)(rows - 1) * p.width + k * bytes : (long)(rows * bytes / p.width - 1) * p.panel + (long)k * p.width;
  if (!isShared(p.at, (int)last)) fail("%s in line %d: %s goes beyond shared memory", name, line, which);
}

template <class Table, class D> void wgmma(const char* name, D* d, Place a, Place b, int add, int line) {
  const int count = Table::n / 2, bytes = Width<typename Table::Element>::bytes;
  Fiber& f = fibers[current];
  if (current % blockThreads / 128 * 128 + 128 > blockThreads || blockThreads * rank() % 128 != 0) fail("%s in line %d: not all four warps of the group are there", name, line);
  if (!f.fenced) fail("%s in line %d: no wgmma_fence since the last group of products", name, line);
  if (!Table::anyMajor && (a.panel != 0 || b.panel != 0)) fail("%s in line %d: only 16-bit operands may have m or n consecutive", name, line);
  if (!Table::inRegisters) checkOperand(name, "a", a, 64, Table::k, bytes, line);
  checkOperand(name, "b", b, Table::n, Table::k, bytes, line);
  Held* held = (Held*)f.held;
  if (heldBy(f, (int*)d) == nullptr) {
    for (int i = 0; i < f.heldCount; i++) if ((int*)d < held[i].d + held[i].count && held[i].d < (int*)d + count) fail("%s in line %d: its accumulators are partly those of another product that still runs", name, line);
    f.held = held = (Held*)realloc(held, sizeof(Held) * (f.heldCount + 1));
    Held& h = held[f.heldCount++];
    h.d = (int*)d;
    h.count = count;
    memcpy(h.value, d, 4 * count);
    memset(d, sizeof(D(0.5f)) == 4 && D(0.5f) != D(0) ? poison : 0x81, 4 * count);
  }
  if (f.productCount == f.productRoom) f.products = realloc(f.products, sizeof(Product) * (f.productRoom = 2 * f.productRoom + 8));
  ((Product*)f.products)[f.productCount++] = {product<Table>, (int*)d, a, b, add != 0, count, line, f.productGroup};
  warps[current / 32].in[current & 31] = Table::inRegisters ? nullptr : a.at;
  warps[current / 32].in2[current & 31] = b.at;
  collective(name, line, [name, line](Warp& w) {
    for (int lane = 1; lane < 32; lane++) if (w.in[lane] != w.in[0] || w.in2[lane] != w.in2[0]) fail("%s in line %d: lanes of a warp give different addresses", name, line);
    const int warp = &w - warps, n = issued[warp]++;
    List<Issue>& list = issues[warp / 4];
    if (n == list.count) { list.add({name, w.in[0], w.in2[0], line}); return; }
    const Issue& i = list.at[n];
    if (i.line != line || strcmp(i.name, name) != 0 || i.a != w.in[0] || i.b != w.in2[0])
      fail("%s in line %d: another warp of the group has product %d in line %d or with other addresses", name, line, n, i.line);
  });
}

// Runs what a wait covers, for all lanes of a warp.
SHIM_CODE void runProducts(Warp& w, int pending) {
  const int first = (int)(&w - warps) * 32;
  Fiber* lanes = fibers + first;
  const int total = lanes[0].productCount;
  for (int lane = 1; lane < w.lanes; lane++) if (lanes[lane].productCount != total || lanes[lane].productGroup != lanes[0].productGroup) fail("lanes of a warp wait for different products");
  int done = 0;
  for (; done < total; done++) {
    const Product& p = ((Product*)lanes[0].products)[done];
    if ((int)(p.group - (lanes[0].productGroup - pending)) >= 0) break;
    for (int lane = 0; lane < 32; lane++) {
      const Product& own = ((Product*)lanes[lane].products)[done];
      w.in[lane] = own.a.at;
      w.out[lane] = heldBy(lanes[lane], own.d);
    }
    p.run(w, first, p);
  }
  for (int lane = 0; lane < w.lanes; lane++) {
    Fiber& f = lanes[lane];
    Product* products = (Product*)f.products;
    Held* held = (Held*)f.held;
    f.productCount = total - done;
    if (done > 0) memmove(products, products + done, sizeof(Product) * f.productCount);
    int kept = 0;
    for (int i = 0; i < f.heldCount; i++) {
      bool needed = false;
      for (int n = 0; n < f.productCount; n++) needed = needed || products[n].d == held[i].d;
      if (needed) held[kept++] = held[i];
      else memcpy(held[i].d, held[i].value, 4 * held[i].count);
    }
    f.heldCount = kept;
  }
}

SHIM_CODE void startProducts() {
  for (List<Issue>& list : issues) list.count = 0;
  memset(issued, 0, sizeof issued);
}
SHIM_CODE void finishProducts(Fiber& f) {
  if (f.productCount > 0) fail("ends while the product of line %d still runs", ((Product*)f.products)[0].line);
}
SHIM_CODE void endProducts() {
  for (int warp = 0; warp * 32 < threads; warp++) {
    if (issued[warp] == issues[warp / 4].count) continue;
    snprintf(message, sizeof message, "block (%u, %u, %u): warp %d took part in %d products, another warp of its group in %d", blockIdx.x, blockIdx.y, blockIdx.z, warp, issued[warp], issues[warp / 4].count);
    failed = true;
    return;
  }
}
} // namespace shim

inline void wgmma_fence(int line = __builtin_LINE()) { shim::collective("wgmma_fence", line, [](shim::Warp&) {}); shim::fibers[shim::current].fenced = true; }
inline void wgmma_commit(int line = __builtin_LINE()) {
  shim::collective("wgmma_commit", line, [](shim::Warp&) {});
  shim::Fiber& f = shim::fibers[shim::current];
  f.productGroup++;
  f.fenced = false;
}
template <int N> void wgmma_wait(int line = __builtin_LINE()) { shim::collective("wgmma_wait", line, [](shim::Warp& w) { shim::runProducts(w, N); }); }
template <int COUNT> void wgmma_hold(float*) {}
template <int COUNT> void wgmma_hold_i32(int*) {}
`;
