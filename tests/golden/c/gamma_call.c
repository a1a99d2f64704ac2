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
extern void fy_v1_gamma_f64(double *, const double *, long);
extern void fy_v1_mod_f64(double *, const double *, long, const double *, long, long);
static __attribute__((noinline)) void s0(long m, long at, const fy_v1_args *a) {
  m &= -16L;
  unsigned char *w = a->workspace;
  (void)w;
  const fy_f64 *x0 = (const fy_f64 *)a->inputs[0] + at;
  double *b4 = (double *)(w + 0);
  double *b5 = (double *)(w + 8192);
#pragma GCC ivdep
  for (long i = 0; i < m; ++i) {
    const double v0 = x0[i];
    const double v4 = 0x1p+0 + v0;
    b4[i] = v4;
    const double v5 = v0;
    b5[i] = v5;
  }
}
static __attribute__((noinline)) void s2(long m, long at, const fy_v1_args *a) {
  m &= -16L;
  unsigned char *w = a->workspace;
  (void)w;
  const fy_f64 *x1 = (const fy_f64 *)a->inputs[1] + at;
  const double *b6 = (double *)(w + 16384);
  const double *b7 = (double *)(w + 24576);
  fy_f64 *y0 = (fy_f64 *)a->outputs[0] + at;
#pragma GCC ivdep
  for (long i = 0; i < m; ++i) {
    const double v6 = b6[i];
    const double v1 = x1[i];
    const double v8 = v6 / v1;
    const double v7 = b7[i];
    const double v9 = v8 + v7;
    y0[i] = v9;
  }
}
__attribute__((visibility("default"))) void FY_KERNEL(long n, const fy_v1_args *a) {
  unsigned char *w = a->workspace;
  n &= -16L;
  (void)w;
  for (long at = 0; at < n; at += 1024) {
    const long m = n - at < 1024 ? n - at : 1024;
    s0(m, at, a);
    fy_v1_gamma_f64((double *)(w + 16384), (double *)(w + 0), m);
    const double c7_1 = *(const fy_f64 *)(a->uniforms + 0);
    fy_v1_mod_f64((double *)(w + 24576), (double *)(w + 8192), 1, &c7_1, 0, m);
    s2(m, at, a);
  }
}
