/**
 * C++ text: what a whole warp does together. The matrix instructions are one template each; where every element lies comes from tables that
 * `tables.ts` makes from the declared bit lists, so a wrong declaration gives wrong numbers here and on the GPU.
 */
export const collectiveText = String.raw`
namespace shim {
template <class T, class Source> T exchange(const char* what, T value, int number, int line, Source source) {
  static_assert(sizeof(T) <= 8, "an exchange moves at most 8 bytes");
  Warp& w = warps[current / 32];
  const int lane = current & 31;
  memcpy(w.value[lane], &value, sizeof(T));
  w.number[lane] = number;
  collective(what, line, [what, source](Warp& w) {
    for (int lane = 0; lane < w.lanes; lane++) {
      const int from = source(lane, w.number[lane]);
      if (from < 0 || from >= w.lanes) fail("%s: lane %d asks for lane %d of %d", what, lane, from, w.lanes);
      memcpy(w.result[lane], w.value[from], 8);
    }
  });
  T result;
  memcpy(&result, w.result[lane], sizeof(T));
  return result;
}

// Table::at[lane][n]: which of the 64 * count units half n of the lane's words holds, counted (matrix, row, column).
template <class Table> void ldmatrix(const char* name, unsigned* to, const void* row, int line) {
  Warp& w = warps[current / 32];
  const int lane = current & 31;
  if (lane < 8 * Table::count) checkShared(name, row, 16, line);
  w.out[lane] = to;
  w.in[lane] = row;
  collective(name, line, [name](Warp& w) {
    if (w.lanes != 32) fail("%s needs a full warp", name);
    unsigned short units[64 * Table::count];
    for (int r = 0; r < 8 * Table::count; r++) memcpy(units + 8 * r, w.in[r], 16);
    for (int lane = 0; lane < 32; lane++)
      for (int n = 0; n < Table::count; n++)
        ((unsigned*)w.out[lane])[n] = units[Table::at[lane][2 * n]] | (unsigned)units[Table::at[lane][2 * n + 1]] << 16;
  });
}

template <class Table> void stmatrix(const char* name, void* row, const unsigned* from, int line) {
  Warp& w = warps[current / 32];
  const int lane = current & 31;
  checkShared(name, row, 16, line);
  w.out[lane] = row;
  w.in[lane] = from;
  collective(name, line, [name](Warp& w) {
    if (w.lanes != 32) fail("%s needs a full warp", name);
    unsigned short units[64 * Table::count];
    for (int lane = 0; lane < 32; lane++)
      for (int n = 0; n < 2 * Table::count; n++) units[Table::at[lane][n]] = ((const unsigned*)w.in[lane])[n / 2] >> 16 * (n % 2);
    for (int r = 0; r < 8 * Table::count; r++) memcpy(w.out[r], units + 8 * r, 16);
  });
}

// Element r of a fragment: 16- and 8-bit elements stand packed in words, the first in the low bits.
struct f16 { using Value = float; static float get(const unsigned* w, int r) { return f32_from_f16((unsigned short)(w[r / 2] >> 16 * (r % 2))); }
  static void set(void* w, int r, float v) { ((unsigned short*)w)[r] = f16_from_f32(v); } };
struct bf16 { using Value = float; static float get(const unsigned* w, int r) { return __uint_as_float(w[r / 2] >> 16 * (r % 2) << 16); } };
struct tf32 { using Value = float; static float get(const unsigned* w, int r) { return __uint_as_float(w[r] & 0xffffe000u); } };
struct f32 { using Value = float; static float get(const unsigned* w, int r) { return __uint_as_float(w[r]); } static void set(void* w, int r, float v) { ((float*)w)[r] = v; } };
struct i8 { using Value = unsigned; static unsigned get(const unsigned* w, int r) { return (unsigned)(int)(signed char)(w[r / 4] >> 8 * (r % 4)); } };
struct i32 { using Value = unsigned; static unsigned get(const unsigned* w, int r) { return w[r]; } static void set(void* w, int r, unsigned v) { ((unsigned*)w)[r] = v; } };

// D += A * B, the sum over k in order. Table::a[lane][r] is the place i * k + k of element r, and so on.
template <class Table> [[gnu::no_sanitize("bounds"), gnu::optimize("O3")]] void multiply(Warp& w) {
  const int m = Table::m, n = Table::n, k = Table::k;
  typename Table::A::Value a[m * k], b[k * n];
  typename Table::D::Value d[m * n];
  for (int lane = 0; lane < 32; lane++) {
    const unsigned *wa = (const unsigned*)w.in[lane], *wb = (const unsigned*)w.in2[lane], *wd = (const unsigned*)w.out[lane];
    for (int r = 0; r < m * k / 32; r++) a[Table::a[lane][r]] = Table::A::get(wa, r);
    for (int r = 0; r < k * n / 32; r++) b[Table::b[lane][r]] = Table::B::get(wb, r);
    for (int r = 0; r < m * n / 32; r++) d[Table::d[lane][r]] = Table::D::get(wd, r);
  }
  for (int i = 0; i < m; i++)
    for (int c = 0; c < k; c++)
      for (int j = 0; j < n; j++) d[i * n + j] += a[i * k + c] * b[c * n + j];
  for (int lane = 0; lane < 32; lane++)
    for (int r = 0; r < m * n / 32; r++) Table::D::set(w.out[lane], r, d[Table::d[lane][r]]);
}

template <class Table> void mma(const char* name, void* d, const void* a, const void* b, int line) {
  Warp& w = warps[current / 32];
  const int lane = current & 31;
  w.out[lane] = d;
  w.in[lane] = a;
  w.in2[lane] = b;
  collective(name, line, [name](Warp& w) {
    if (w.lanes != 32) fail("%s needs a full warp", name);
    multiply<Table>(w);
  });
}
} // namespace shim

template <class T> inline T warp_xor(T value, int mask, int line = __builtin_LINE()) {
  return shim::exchange("warp_xor", value, mask, line, [](int lane, int n) { return lane ^ n; });
}
template <class T> inline T warp_from(T value, int lane, int line = __builtin_LINE()) {
  return shim::exchange("warp_from", value, lane, line, [](int, int n) { return n & 31; });
}
template <class T> inline T warp_up(T value, int delta, int line = __builtin_LINE()) {
  return shim::exchange("warp_up", value, delta, line, [](int lane, int n) { return lane >= n ? lane - n : lane; });
}
`;
