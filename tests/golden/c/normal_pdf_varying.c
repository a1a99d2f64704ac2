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
extern __attribute__((simd("notinbranch"), const, nothrow)) double fy_v1_exp(double);
__attribute__((visibility("default"))) void FY_KERNEL(long n, const fy_v1_args *a) {
  n &= -16L;
  const fy_f64 *x0 = (const fy_f64 *)a->inputs[0];
  const fy_f64 *x1 = (const fy_f64 *)a->inputs[1];
  const fy_f64 *x2 = (const fy_f64 *)a->inputs[2];
  fy_f64 *y0 = (fy_f64 *)a->outputs[0];
  const double u4 = *(const fy_f64 *)(a->uniforms + 0);
  const double u5 = *(const fy_f64 *)(a->uniforms + 8);
#pragma GCC ivdep
  for (long i = 0; i < n; ++i) {
    const double v0 = x0[i];
    const double v1 = x1[i];
    const double v6 = v0 - v1;
    const double v3 = x2[i];
    const double v7 = 0x1p+0 / v3;
    const double v8 = v6 * v7;
    const double v9 = v8 * v8;
    const double v10 = u4 * v9;
    const double v11 = fy_v1_exp(v10);
    const double v12 = u5 * v7;
    const double v13 = v12 * v11;
    y0[i] = v13;
  }
}
