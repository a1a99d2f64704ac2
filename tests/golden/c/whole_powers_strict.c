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
extern __attribute__((simd("notinbranch"), const, nothrow)) double fy_v1_strict_pow(double, double);
extern void fy_v1_strict_gamma_f64(double *, const double *, long);
static __attribute__((noinline)) void o0(long m, long at, const fy_v1_args *a) {
  m &= -16L;
  unsigned char *w = a->workspace;
  (void)w;
  const fy_f64 *x0 = (const fy_f64 *)a->inputs[0] + at;
  double *b8 = (double *)(w + 0);
  fy_f64 *y0 = (fy_f64 *)a->outputs[0] + at;
  const double u0 = *(const fy_f64 *)(a->uniforms + 0);
  const double u2 = *(const fy_f64 *)(a->uniforms + 24);
  const double u3 = *(const fy_f64 *)(a->uniforms + 32);
#pragma GCC ivdep
  for (long i = 0; i < m; ++i) {
    const double v1 = x0[i];
    const double v4 = fy_v1_strict_pow(v1, u2);
    const double v5 = u0 * v4;
    const double v6 = fy_v1_strict_pow(v1, u3);
    const double v7 = v5 - v6;
    const double v8 = v1;
    b8[i] = v8;
    y0[i] = v7;
  }
}
static __attribute__((noinline)) void o2(long m, long at, const fy_v1_args *a) {
  m &= -16L;
  unsigned char *w = a->workspace;
  (void)w;
  const double *b9 = (double *)(w + 8192);
  fy_f64 *y1 = (fy_f64 *)a->outputs[1] + at;
#pragma GCC ivdep
  for (long i = 0; i < m; ++i) {
    const double v9 = b9[i];
    y1[i] = v9;
  }
}
static __attribute__((noinline)) void fy_otherwise(long n, const fy_v1_args *a) {
  unsigned char *w = a->workspace;
  n &= -16L;
  (void)w;
  for (long at = 0; at < n; at += 1024) {
    const long m = n - at < 1024 ? n - at : 1024;
    o0(m, at, a);
    fy_v1_strict_gamma_f64((double *)(w + 8192), (double *)(w + 0), m);
    o2(m, at, a);
  }
}
static __attribute__((noinline)) long s0(long m, long at, const fy_v1_args *a) {
  m &= -16L;
  unsigned char *w = a->workspace;
  (void)w;
  const fy_f64 *x0 = (const fy_f64 *)a->inputs[0] + at;
  double *b26 = (double *)(w + 0);
  fy_f64 *y0 = (fy_f64 *)a->outputs[0] + at;
  const double u0 = *(const fy_f64 *)(a->uniforms + 0);
  const double u2 = *(const fy_f64 *)(a->uniforms + 8);
  const double u3 = *(const fy_f64 *)(a->uniforms + 16);
  long near = -1;
#pragma GCC ivdep
  for (long i = 0; i < m; ++i) {
    const double v1 = x0[i];
    const double v5 = v1 * v1;
    const double v6 = -v1;
    const double v7 = __builtin_fma(v6, v1, v5);
    const double v8 = v5 * v1;
    const double v9 = -v5;
    const double v10 = __builtin_fma(v9, v1, v8);
    const double v11 = __builtin_fma(v7, v1, v10);
    const double v12 = v8 * v8;
    const double v13 = -v8;
    const double v14 = __builtin_fma(v13, v8, v12);
    const double v15 = v8 + v8;
    const double v16 = __builtin_fma(v15, v11, v14);
    const double v17 = v12 * v12;
    const double v18 = -v12;
    const double v19 = __builtin_fma(v18, v12, v17);
    const double v20 = v12 + v12;
    const double v21 = __builtin_fma(v20, v16, v19);
    const double v22 = v17 - v21;
    const double v23 = u0 * v22;
    const double v24 = v12 - v16;
    const double v25 = v23 - v24;
    const double v26 = v1;
    b26[i] = v26;
    const double v27 = __builtin_fabs(v1);
    const long v28 = -(long)(v27 <= u2);
    const long v29 = -(long)(u3 <= v27);
    const long v30 = -(long)(v27 == 0x0p+0);
    const long v31 = v29 | v30;
    const long v32 = v28 & v31;
    y0[i] = v25;
    near &= v32;
  }
  return near;
}
static __attribute__((noinline)) void s2(long m, long at, const fy_v1_args *a) {
  m &= -16L;
  unsigned char *w = a->workspace;
  (void)w;
  const double *b33 = (double *)(w + 8192);
  fy_f64 *y1 = (fy_f64 *)a->outputs[1] + at;
#pragma GCC ivdep
  for (long i = 0; i < m; ++i) {
    const double v33 = b33[i];
    y1[i] = v33;
  }
}
__attribute__((visibility("default"))) void FY_KERNEL(long n, const fy_v1_args *a) {
  unsigned char *w = a->workspace;
  n &= -16L;
  (void)w;
  for (long at = 0; at < n; at += 1024) {
    const long m = n - at < 1024 ? n - at : 1024;
    if (s0(m, at, a) != -1) {
      const void *in[1];
      void *out[2];
      in[0] = (const unsigned char *)a->inputs[0] + at * 8;
      out[0] = (unsigned char *)a->outputs[0] + at * 8;
      out[1] = (unsigned char *)a->outputs[1] + at * 8;
      const fy_v1_args b = {in, out, a->uniforms, w + 16384};
      fy_otherwise(m, &b);
      continue;
    }
    fy_v1_strict_gamma_f64((double *)(w + 8192), (double *)(w + 0), m);
    s2(m, at, a);
  }
}
