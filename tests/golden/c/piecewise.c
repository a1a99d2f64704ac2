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
extern __attribute__((simd("notinbranch"), const, nothrow)) double fy_v1_log(double);
static inline double fy_select(long m, double a, double b) {
  union { double f; long i; } x = {a}, y = {b};
  x.i = (x.i & m) | (y.i & ~m);
  return x.f;
}
__attribute__((visibility("default"))) void FY_KERNEL(long n, const fy_v1_args *a) {
  n &= -16L;
  const fy_f64 *x0 = (const fy_f64 *)a->inputs[0];
  const fy_f64 *x1 = (const fy_f64 *)a->inputs[1];
  fy_f64 *y0 = (fy_f64 *)a->outputs[0];
  const double u1 = *(const fy_f64 *)(a->uniforms + 0);
#pragma GCC ivdep
  for (long i = 0; i < n; ++i) {
    const double v0 = x0[i];
    const double v4 = fy_v1_log(v0);
    const long v5 = -(long)(u1 < v0);
    const double v6 = v0 * v0;
    const long v7 = -(long)(v0 < (-0x1p+0));
    const double v3 = x1[i];
    const double v8 = fy_select(v7, v6, v3);
    const double v9 = fy_select(v5, v4, v8);
    y0[i] = v9;
  }
}
