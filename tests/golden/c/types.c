/* Formulary kernel, ABI 1 */
typedef double fy_f64 __attribute__((aligned(1), may_alias));
typedef float fy_f32 __attribute__((aligned(1), may_alias));
typedef long fy_i64 __attribute__((aligned(1), may_alias));
typedef struct fy_v1_args {
  const void *const *inputs;
  void *const *outputs;
  const unsigned char *uniforms;
  unsigned char *workspace;
} fy_v1_args;
static inline long fy_mod(long a, long b) {
  long r;
  if (b == 0 || b == -1) return 0;
  r = a % b;
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}
__attribute__((visibility("default"))) void FY_KERNEL(long n, const fy_v1_args *a) {
  n &= -64L;
  const unsigned char *x0 = (const unsigned char *)a->inputs[0];
  const fy_i64 *x1 = (const fy_i64 *)a->inputs[1];
  const fy_f32 *x2 = (const fy_f32 *)a->inputs[2];
  const fy_f64 *x3 = (const fy_f64 *)a->inputs[3];
  unsigned char *y0 = (unsigned char *)a->outputs[0];
  fy_i64 *y1 = (fy_i64 *)a->outputs[1];
  fy_f32 *y2 = (fy_f32 *)a->outputs[2];
  fy_f64 *y3 = (fy_f64 *)a->outputs[3];
  fy_i64 *y4 = (fy_i64 *)a->outputs[4];
  unsigned char *y5 = (unsigned char *)a->outputs[5];
  const long u5 = *(const fy_i64 *)(a->uniforms + 0);
  const float u6 = *(const fy_f32 *)(a->uniforms + 8);
#pragma GCC ivdep
  for (long i = 0; i < n; ++i) {
    const float v2 = x2[i];
    const int v9 = -(int)(v2 < 0x1p-1f);
    const int v0 = -(int)(x0[i] != 0);
    const int v10 = v0 & v9;
    const long v1 = x1[i];
    const long v11 = fy_mod(v1, u5);
    const long v12 = (long)((unsigned long)v1 * (unsigned long)v1);
    const long v13 = (long)((unsigned long)v12 * (unsigned long)v1);
    const long v14 = (long)((unsigned long)v11 + (unsigned long)v13);
    const float v15 = __builtin_fmaf(u6, v2, 0x1p+0f);
    const double v16 = (double)v1;
    const double v3 = x3[i];
    const double v17 = v3 * v16;
    const long v18 = (v1 & (long)v0) | (0 & ~(long)v0);
    const int v19 = ~v0;
    y0[i] = (unsigned char)(v10 & 1);
    y1[i] = v14;
    y2[i] = v15;
    y3[i] = v17;
    y4[i] = v18;
    y5[i] = (unsigned char)(v19 & 1);
  }
}
