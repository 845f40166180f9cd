/** C++ text: conversions and arithmetic, exact or as the C library rounds; the approximate instructions get the accurate function. */
export const mathText = String.raw`
inline float __uint_as_float(unsigned bits) { float value; memcpy(&value, &bits, 4); return value; }
inline unsigned __float_as_uint(float value) { unsigned bits; memcpy(&bits, &value, 4); return bits; }
inline float __int_as_float(int bits) { return __uint_as_float((unsigned)bits); }
inline int __float_as_int(float value) { return (int)__float_as_uint(value); }

// Subnormals come out right since the scaling by 2^112 is exact.
inline float f32_from_f16(unsigned short bits) {
  const unsigned sign = (bits & 0x8000u) << 16, rest = bits & 0x7fffu;
  if (rest >= 0x7c00u) return __uint_as_float(sign | 0x7f800000u | rest << 13);
  return __uint_as_float(sign | __float_as_uint(__uint_as_float(rest << 13) * 0x1p112f));
}
inline unsigned short f16_from_f32(float value) {
  unsigned bits = __float_as_uint(value);
  const unsigned sign = bits >> 16 & 0x8000u;
  bits &= 0x7fffffffu;
  if (bits > 0x7f800000u) return 0x7fff;
  if (bits >= 0x47800000u) return sign | 0x7c00u;
  // Below 2^-14 the sum with 1/2 is rounded to multiples of 2^-24, the least f16.
  if (bits < 0x38800000u) return sign | (__float_as_uint(__uint_as_float(bits) + 0.5f) - 0x3f000000u);
  return sign | ((bits + 0xfffu + (bits >> 13 & 1u) - 0x38000000u) >> 13);
}
inline unsigned f16x2_from_f32(float low, float high) { return f16_from_f32(low) | (unsigned)f16_from_f32(high) << 16; }
inline unsigned short bf16_from_f32(float value) {
  const unsigned bits = __float_as_uint(value);
  if (value != value) return 0x7fff;
  return (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
}
inline unsigned bf16x2_from_f32(float low, float high) { return bf16_from_f32(low) | (unsigned)bf16_from_f32(high) << 16; }
inline unsigned __byte_perm(unsigned low, unsigned high, unsigned places) {
  const unsigned long long both = (unsigned long long)high << 32 | low;
  unsigned word = 0;
  for (int n = 0; n < 4; n++) word |= (unsigned)(both >> 8 * (places >> 4 * n & 7) & 255) << 8 * n;
  return word;
}
template <int LESS> inline unsigned f16x2_from_codes(unsigned low, unsigned high, int n) { return f16x2_from_f32((float)((int)((low >> 8 * n & 15) ^ LESS) - LESS), (float)((int)((high >> 8 * n & 15) ^ LESS) - LESS)); }
template <int LESS> inline unsigned bf16x2_from_codes(unsigned low, unsigned high, int n) { return bf16x2_from_f32((float)((int)((low >> 8 * n & 15) ^ LESS) - LESS), (float)((int)((high >> 8 * n & 15) ^ LESS) - LESS)); }
template <int LESS> inline unsigned f16x2_from_nibbles(unsigned both) { return f16x2_from_codes<LESS>(both, both >> 16, 0); }
template <int LESS> inline unsigned bf16x2_from_nibbles(unsigned both) { return bf16x2_from_codes<LESS>(both, both >> 16, 0); }
inline unsigned tf32_from_f32(unsigned bits) {
  if ((bits & 0x7fffffffu) > 0x7f800000u) return 0x7fffffffu;
  return (bits & 0x7fffffffu) == 0x7f800000u ? bits : (bits + 0x1000u) & 0xffffe000u;
}
inline int i32_from_f32(float value) {
  if (value != value) return 0;
  return value >= 0x1p31f ? 0x7fffffff : value < -0x1p31f ? -0x7fffffff - 1 : (int)value;
}
inline unsigned u32_from_f32(float value) { return !(value > 0) ? 0 : value >= 0x1p32f ? ~0u : (unsigned)value; }
inline int __float2int_rn(float value) { return i32_from_f32(rintf(value)); }
inline int __float2int_rz(float value) { return i32_from_f32(value); }
inline float __int2float_rn(int value) { return (float)value; }

inline float rsqrtf(float x) { return (float)(1.0 / sqrt((double)x)); }
inline float __expf(float x) { return expf(x); }
inline float __logf(float x) { return logf(x); }
inline float __fdividef(float a, float b) { return a / b; }
inline float __fdiv_rn(float a, float b) { return a / b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __frcp_rn(float a) { return 1.0f / a; }
inline float __fsqrt_rn(float a) { return sqrtf(a); }
inline float fast_exp2(float x) { return exp2f(x); }
inline float fast_log2(float x) { return log2f(x); }
inline float fast_tanh(float x) { return tanhf(x); }
inline float fast_rcp(float x) { return 1.0f / x; }
inline float fast_rsqrt(float x) { return rsqrtf(x); }
inline float fast_div(float a, float b) { return a / b; }
inline float max_f32(float a, float b) { return a != a || b != b ? NAN : a > b || (a == b && !signbit(a)) ? a : b; }
inline float min_f32(float a, float b) { return a != a || b != b ? NAN : a < b || (a == b && signbit(a)) ? a : b; }
inline int min(int a, int b) { return a < b ? a : b; }
inline int max(int a, int b) { return a > b ? a : b; }
inline unsigned min(unsigned a, unsigned b) { return a < b ? a : b; }
inline unsigned max(unsigned a, unsigned b) { return a > b ? a : b; }
inline float min(float a, float b) { return fminf(a, b); }
inline float max(float a, float b) { return fmaxf(a, b); }
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz((unsigned)x); }
inline int __ffs(int x) { return __builtin_ffs(x); }
`;
