"""Makes scipy_bars.txt: how exact SciPy is on the rows of special_tables_test.cc.

    /usr/bin/python3 tests/conformance/data/make_scipy_bars.py ../shared/corpora > tests/conformance/data/scipy_bars.txt

A line: the table | its rows | SciPy's worst error | its 99th percentile, in units in the last place of the exact
value; inf where SciPy's answer is not a number or infinite. Which rows count is special_tables_test.cc's rule: exact
arguments, values in the normal range. Functions that SciPy does not have are composed of those it has. That test compares the counts of rows, so that a rule changed there is a
failure, not another comparison.
"""

import json
import math
import sys
import warnings
from fractions import Fraction
from pathlib import Path

import mpmath
import numpy as np
import scipy
import scipy.special as sc
import scipy.stats

warnings.filterwarnings("ignore")
np.seterr(all="ignore")
mpmath.mp.prec = 260


def integral(function):
    """A ufunc whose first operand is an integer: rows where it is not one have no answer."""
    return lambda n, *x: function(n.astype(np.int64), *x)


def unary_integral(function):
    return lambda *x: np.array([float(function(int(v))) for v in x[0]])


# Of the corpora's tables: SciPy's form, rows with a larger argument left out, whether the last argument is squared.
TABLES = {
    "boost/Ei": (sc.expi,),
    "boost/assoc_laguerre": (integral(lambda n, m, x: sc.eval_genlaguerre(n, m, x)),),
    "boost/assoc_legendre": (lambda n, m, x: sc.lpmv(m, n, x),),
    "boost/besseli": (sc.iv,),
    "boost/besselj": (sc.jv,),
    "boost/besselk": (sc.kv,),
    "boost/bessely": (sc.yv,),
    "boost/beta": (sc.beta,),
    "boost/betainc_regularized": (sc.betainc,),
    "boost/betaincc_regularized": (lambda a, b, x: sc.betainc(b, a, 1 - x),),
    "boost/betainc_lower": (lambda a, b, x: sc.betainc(a, b, x) * sc.beta(a, b),),
    "boost/betaincinv": (sc.betaincinv,),
    "boost/betainccinv": (lambda a, b, x: sc.betaincinv(a, b, 1 - x),),
    "boost/beta_pdf": (lambda a, b, x: scipy.stats.beta.pdf(x, a, b),),
    "boost/binomial": (sc.binom,),
    "boost/carlson_rc": (sc.elliprc,),
    "boost/carlson_rd": (sc.elliprd,),
    "boost/carlson_rf": (sc.elliprf,),
    "boost/carlson_rg": (sc.elliprg,),
    "boost/carlson_rj": (sc.elliprj,),
    "boost/cbrt": (sc.cbrt,),
    "boost/digamma": (sc.digamma,),
    "boost/elliptic_e": (lambda phi, k: sc.ellipeinc(phi, k * k), 1e300, True),
    "boost/elliptic_f": (lambda phi, k: sc.ellipkinc(phi, k * k), 1e300, True),
    "boost/elliptic_k": (lambda k: sc.ellipk(k * k), 1e300, True),
    "boost/erf": (sc.erf,),
    "boost/erfc": (sc.erfc,),
    "boost/erfcinv": (sc.erfcinv,),
    "boost/erfinv": (sc.erfinv,),
    "boost/expint": (integral(sc.expn),),
    "boost/expm1": (sc.expm1,),
    "boost/gamma": (sc.gamma,),
    "boost/gamma_delta_ratio": (lambda a, d: 1 / sc.poch(a, d),),
    "boost/gamma_ratio": (lambda a, b: sc.poch(b, a - b),),
    "boost/gammainc_P": (sc.gammainc,),
    "boost/gammaincc_Q": (sc.gammaincc,),
    "boost/gammaincinv_P": (sc.gammaincinv,),
    "boost/gammaincinv_Q": (sc.gammainccinv,),
    "boost/hermite": (integral(sc.eval_hermite),),
    "boost/hyp1f1": (sc.hyp1f1, 100),
    "boost/hyp2f1": (sc.hyp2f1,),
    "boost/jn": (integral(sc.spherical_jn),),
    "boost/laguerre": (integral(sc.eval_laguerre),),
    "boost/lambertw": (lambda x: sc.lambertw(x).real,),
    "boost/legendre": (integral(sc.eval_legendre),),
    "boost/lgamma": (sc.gammaln,),
    "boost/log1p": (sc.log1p,),
    "boost/lowergamma": (lambda a, x: sc.gammainc(a, x) * sc.gamma(a),),
    "boost/owens_t": (sc.owens_t,),
    "boost/powm1": (sc.powm1,),
    "boost/uppergamma": (lambda a, x: sc.gammaincc(a, x) * sc.gamma(a),),
    "boost/yn": (integral(sc.spherical_yn),),
    "boost/zeta": (sc.zeta,),
    "scipy_local/ellipkm1": (sc.ellipkm1,),
    "scipy_local/elliptic_e_m": (sc.ellipeinc,),
    "scipy_local/elliptic_f_m": (sc.ellipkinc,),
    "scipy_local/gammainc_P": (sc.gammainc,),
    "scipy_local/gammaincc_Q": (sc.gammaincc,),
}

# Of special.json, by its names. Elementary functions that are NumPy's are no bar of SciPy's.
SPECIAL = {
    "gamma": sc.gamma, "loggamma": sc.gammaln, "lgamma": sc.gammaln, "rgamma": sc.rgamma, "digamma": sc.digamma,
    "trigamma": lambda x: sc.polygamma(1, x), "polygamma": integral(sc.polygamma), "beta": sc.beta,
    "lbeta": sc.betaln, "erf": sc.erf, "erfc": sc.erfc, "erfi": sc.erfi, "erfinv": sc.erfinv,
    "erfcinv": sc.erfcinv, "erfcx": sc.erfcx, "ndtr": sc.ndtr, "log_ndtr": sc.log_ndtr, "ndtri": sc.ndtri,
    "dawson": sc.dawsn, "gammainc_P": sc.gammainc, "gammaincc_Q": sc.gammaincc,
    "lowergamma": lambda a, x: sc.gammainc(a, x) * sc.gamma(a),
    "uppergamma": lambda a, x: sc.gammaincc(a, x) * sc.gamma(a), "betainc_I": sc.betainc,
    "besselj": sc.jv, "bessely": sc.yv, "besseli": sc.iv, "besselk": sc.kv, "besseli_scaled": sc.ive,
    "besselk_scaled": sc.kve, "jn": integral(sc.spherical_jn), "yn": integral(sc.spherical_yn),
    "sph_in": integral(sc.spherical_in), "sph_kn": integral(sc.spherical_kn),
    "airyai": lambda x: sc.airy(x)[0], "airybi": lambda x: sc.airy(x)[2],
    "airyaiprime": lambda x: sc.airy(x)[1], "airybiprime": lambda x: sc.airy(x)[3],
    "struveh": sc.struve, "struvel": sc.modstruve, "zeta": sc.zeta, "LambertW": lambda x: sc.lambertw(x).real,
    "lambertw_m1": lambda x: sc.lambertw(x, -1).real, "Ei": sc.expi, "E1": sc.exp1,
    "expint": integral(sc.expn), "Si": lambda x: sc.sici(x)[0], "Ci": lambda x: sc.sici(x)[1],
    "Shi": lambda x: sc.shichi(x)[0], "Chi": lambda x: sc.shichi(x)[1],
    "fresnels": lambda x: sc.fresnel(x)[0], "fresnelc": lambda x: sc.fresnel(x)[1], "elliptic_k": sc.ellipk,
    "elliptic_e": sc.ellipeinc, "elliptic_f": sc.ellipkinc, "hyp0f1": sc.hyp0f1, "hyp1f1": sc.hyp1f1,
    "hyp2f1": sc.hyp2f1, "legendre": integral(sc.eval_legendre), "assoc_legendre": lambda n, m, x: sc.lpmv(m, n, x),
    "chebyshevt": integral(sc.eval_chebyt), "chebyshevu": integral(sc.eval_chebyu),
    "hermite": integral(sc.eval_hermite), "laguerre": integral(sc.eval_laguerre),
    "assoc_laguerre": integral(sc.eval_genlaguerre), "gegenbauer": integral(sc.eval_gegenbauer),
    "jacobi": integral(sc.eval_jacobi), "factorial": sc.factorial, "factorial2": unary_integral(sc.factorial2),
    "binomial": sc.binom, "rf": sc.poch, "logaddexp": np.logaddexp, "expit": sc.expit, "logit": sc.logit,
    "xlogy": sc.xlogy, "owens_t": sc.owens_t, "expm1": sc.expm1, "log1p": sc.log1p, "cosm1": sc.cosm1,
    "powm1": sc.powm1, "cbrt": sc.cbrt, "exp2": sc.exp2,
}


def double(text):
    return float.fromhex(text) if "0x" in text else float(text)


def square_is_exact(x):
    return Fraction(x) ** 2 == Fraction(x * x) if math.isfinite(x * x) else False


def table_rows(path, largest=1e300, squares=False):
    """Arguments and exact values of the rows that count."""
    lines = path.read_text().splitlines()
    arity = len(lines[0].split(",")) - 4
    for line in lines[1:]:
        fields = line.split(",")
        if len(fields) < arity + 3 or fields[arity + 1] != "1" or "" in fields[1 : 1 + arity]:
            continue
        x = [double(field) for field in fields[1 : 1 + arity]]
        want = mpmath.mpf(fields[arity + 2])
        size = abs(float(want))
        if max(map(abs, x)) > largest or not math.isfinite(size) or (size != 0 and size < 1e-290):
            continue
        if squares and not square_is_exact(x[-1]):
            continue
        yield x, want


def ulps_off(got, want):
    if not math.isfinite(got):
        return math.inf
    exponent = max(mpmath.frexp(want)[1] - 53, -1074) if want else -1074
    return float(mpmath.ldexp(abs(mpmath.mpf(got) - want), -exponent))


def report(name, function, rows):
    if not rows:
        return
    values = function(*(np.array(column) for column in zip(*(x for x, _ in rows))))
    ulps = sorted(ulps_off(float(got), want) for got, (_, want) in zip(values, rows))
    print(f"{name} | {len(rows)} | {ulps[-1]:.4g} | {ulps[(len(ulps) - 1) * 99 // 100]:.4g}")


def main():
    corpora = Path(sys.argv[1])
    print(f"# Made by make_scipy_bars.py with SciPy {scipy.__version__}: table | rows | worst, ulp | 99 %, ulp")
    for name, (function, *rule) in TABLES.items():
        report(name, function, list(table_rows(corpora / f"{name}.csv", *rule)))
    for case in json.loads((corpora / "special.json").read_text())["cases"]:
        if case["name"] not in SPECIAL:
            continue
        rows = [([double(v) for v in point["in"]], mpmath.mpf(point["dec"])) for point in case["points"]]
        report("special/" + case["name"], SPECIAL[case["name"]], rows)


main()
