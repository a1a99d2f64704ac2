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
extern void fy_v1_besselj_f64(double *, const double *, long, const double *, long, long);
extern void fy_v1_gamma_f64(double *, const double *, long);
static inline long fy_any(long m, const long *b) {
  long r = 0;
  for (long i = 0; i < m; ++i) r |= b[i];
  return r;
}
static inline double fy_select(long m, double a, double b) {
  union { double f; long i; } x = {a}, y = {b};
  x.i = (x.i & m) | (y.i & ~m);
  return x.f;
}
static __attribute__((noinline)) void s0(long m, long at, const fy_v1_args *a) {
  m &= -16L;
  unsigned char *w = a->workspace;
  (void)w;
  const fy_f64 *x0 = (const fy_f64 *)a->inputs[0] + at;
  const fy_f64 *x1 = (const fy_f64 *)a->inputs[1] + at;
  double *b5 = (double *)(w + 0);
  long *b6 = (long *)(w + 8192);
  long *b8 = (long *)(w + 16384);
  long *b9 = (long *)(w + 24576);
#pragma GCC ivdep
  for (long i = 0; i < m; ++i) {
    const double v0 = x0[i];
    const double v5 = v0;
    b5[i] = v5;
    const long v6 = -(long)(0x1p+0 < v0);
    b6[i] = v6;
    const long v7 = ~v6;
    const double v1 = x1[i];
    const long v8 = -(long)(v1 < 0x0p+0);
    b8[i] = v8;
    const long v9 = v7 & v8;
    b9[i] = v9;
  }
}
static __attribute__((noinline)) void s3(long m, long at, const fy_v1_args *a) {
  m &= -16L;
  unsigned char *w = a->workspace;
  (void)w;
  const fy_f64 *x1 = (const fy_f64 *)a->inputs[1] + at;
  const double *b11 = (double *)(w + 40960);
  double *b12 = (double *)(w + 0);
#pragma GCC ivdep
  for (long i = 0; i < m; ++i) {
    const double v1 = x1[i];
    const double v11 = b11[i];
    const double v12 = v1 * v11;
    b12[i] = v12;
  }
}
static __attribute__((noinline)) void s4(long m, long at, const fy_v1_args *a) {
  m &= -16L;
  unsigned char *w = a->workspace;
  (void)w;
  const fy_f64 *x1 = (const fy_f64 *)a->inputs[1] + at;
  const long *b6 = (long *)(w + 8192);
  const long *b8 = (long *)(w + 16384);
  const double *b10 = (double *)(w + 32768);
  const double *b12 = (double *)(w + 0);
  fy_f64 *y0 = (fy_f64 *)a->outputs[0] + at;
#pragma GCC ivdep
  for (long i = 0; i < m; ++i) {
    const long v8 = b8[i];
    const double v12 = b12[i];
    const double v1 = x1[i];
    const double v13 = fy_select(v8, v12, v1);
    const long v6 = b6[i];
    const double v10 = b10[i];
    const double v14 = fy_select(v6, v10, v13);
    y0[i] = v14;
  }
}
__attribute__((visibility("default"))) void FY_KERNEL(long n, const fy_v1_args *a) {
  unsigned char *w = a->workspace;
  n &= -16L;
  (void)w;
  for (long at = 0; at < n; at += 1024) {
    const long m = n - at < 1024 ? n - at : 1024;
    s0(m, at, a);
    const long g0 = fy_any(m, (long *)(w + 8192));
    if (g0) {
    const double c10_0 = *(const fy_f64 *)(a->uniforms + 0);
    fy_v1_besselj_f64((double *)(w + 32768), &c10_0, 0, (double *)(w + 0), 1, m);
    }
    const long g1 = fy_any(m, (long *)(w + 24576));
    if (g1) {
    fy_v1_gamma_f64((double *)(w + 40960), (double *)(w + 0), m);
    }
    if (g1) {
    s3(m, at, a);
    }
    s4(m, at, a);
  }
}
