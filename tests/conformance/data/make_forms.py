"""Makes forms.txt: 125 expressions as people write them in SymPy, with exact values.

    /usr/bin/python3 tests/conformance/data/make_forms.py > tests/conformance/data/forms.txt

A line: the expression as str() prints it | what SymPy's C99 printer does with it (prints, raises) | the arguments |
the value at these arguments in 40 digits, by mpmath through evalf at two precisions that agree. Doubles among the
arguments are exact. Values are real; points are ordinary ones and those where naive code loses digits.
"""

import sys
import warnings

import mpmath
import sympy
from sympy import *  # noqa: F403: the expressions below are SymPy's own language

warnings.filterwarnings("ignore")
x, y, a, b, m, p = symbols("x y a b m p", real=True)
n, k, j = symbols("n k j", integer=True)


def kept(function, *arguments):
    """A call that SymPy does not evaluate."""
    return function(*arguments, evaluate=False)


# Expression, then points: dictionaries, or values of the one symbol.
FORMS = [
    # Arithmetic and rounding
    (Mod(x, y), [dict(x=-5.5, y=3.0), dict(x=5.5, y=-3.0), dict(x=1e17, y=7.0)]),
    (frac(x), [-0.25, 3.75]),
    (floor(x) + ceiling(x), [-1.5, 2.25]),
    (sign(x) * Abs(x), [-2.5, 3.0]),
    (Max(x, y) - Min(x, y), [dict(x=-1.5, y=2.0)]),
    (Piecewise((x**2, x < 1), (sqrt(x), True)), [0.5, 4.0]),
    (Heaviside(x), [-1.0, 0.0, 2.0]),
    (KroneckerDelta(n, k), [dict(n=3, k=3), dict(n=3, k=4)]),
    (cbrt(x), [8.5, 1e-300]),
    (x**Rational(5, 2), [2.5]),
    (x**-3, [7.7]),
    (root(x, 5), [33.0]),
    (sqrt(x + 1) - sqrt(x), [1e12, 2.0]),
    # Exponentials and logarithms
    (exp(x) - 1, [1e-10, 1.0, -40.0]),
    (log(1 + x), [1e-10, 3.0]),
    (log(x, 2), [8.0, 10.0]),
    (log(x, y), [dict(x=7.0, y=3.0)]),
    (exp(x) / (exp(x) + 1), [800.0, -800.0, 0.5]),
    (log(exp(x) + exp(y)), [dict(x=900.0, y=901.0), dict(x=-900.0, y=-901.0)]),
    (log(1 + exp(x)), [-40.0, 800.0, 0.5]),
    (x * log(x), [1e-300, 2.0]),
    (LambertW(x), [0.5, 1e10, -0.3]),
    (LambertW(x, -1), [-0.3, -1e-10]),
    # Trigonometric and hyperbolic functions
    (1 - cos(x), [1e-8, 2.0]),
    (cot(x), [0.5, 1e-8]),
    (sec(x), [1.5]),
    (csc(x), [0.25]),
    (acot(x), [0.5, -3.0]),
    (asec(x), [1.5, -2.0]),
    (acsc(x), [1.5, -2.0]),
    (coth(x), [1e-8, 2.0, 30.0]),
    (sech(x), [2.0, 800.0 / 2]),
    (csch(x), [1e-8, 3.0]),
    (acoth(x), [1.5, 1e10]),
    (asech(x), [0.5, 1e-10]),
    (acsch(x), [0.5, 1e10]),
    (sinc(x), [1e-9, 2.5]),
    (atan2(y, x), [dict(x=-1.0, y=1e-20), dict(x=2.0, y=3.0)]),
    (sin(pi * x), [0.1, 1e6 + 0.5]),
    # Combinatorial functions
    (factorial(n), [0, 20, 170]),
    (log(factorial(n)), [200, 5]),
    (factorial2(n), [7, 100]),
    (subfactorial(n), [5, 20]),
    (binomial(n, k), [dict(n=200, k=2), dict(n=60, k=30)]),
    (binomial(x, k), [dict(x=2.5, k=3)]),
    (rf(x, k), [dict(x=200.0, k=2), dict(x=0.5, k=10)]),
    (ff(x, k), [dict(x=200.0, k=2), dict(x=5.5, k=3)]),
    (fibonacci(n), [10, 78]),
    (lucas(n), [10, 75]),
    (catalan(n), [10, 30]),
    (bernoulli(n), [10, 30]),
    (euler(n), [10, 18]),
    (harmonic(n), [10, 1000]),
    (harmonic(n, 2), [10, 100]),
    # The gamma family
    (gamma(x), [0.5, 170.5, 1e-10]),
    (loggamma(x), [0.5, 1e10, 1.0000001]),
    (gamma(x + Rational(1, 2)) / gamma(x), [200.0, 1e10]),
    (log(gamma(x)), [200.0, 2.5]),
    (exp(loggamma(x)), [20.5]),
    (digamma(x), [0.5, 1.5, 100.0]),
    (trigamma(x), [0.5, 50.0]),
    (polygamma(3, x), [0.5, 20.0]),
    (beta(x, y), [dict(x=100.0, y=100.0), dict(x=0.5, y=3.5)]),
    (log(beta(x, y)), [dict(x=1000.0, y=2000.0)]),
    (uppergamma(a, x), [dict(a=2.5, x=3.0), dict(a=0.5, x=30.0)]),
    (lowergamma(a, x), [dict(a=2.5, x=3.0), dict(a=0.5, x=1e-5)]),
    (lowergamma(a, x) / gamma(a), [dict(a=2.5, x=3.0), dict(a=100.0, x=90.0)]),
    (uppergamma(a, x) / gamma(a), [dict(a=2.5, x=30.0)]),
    (1 / gamma(x), [180.5, 2.5]),
    # Error functions
    (erf(x), [0.5, 1e-10]),
    (1 - erf(x), [6.0, 0.25]),
    (erfc(x), [10.0, 0.5]),
    (exp(x**2) * erfc(x), [30.0, 2.0]),
    (erf2(x, y), [dict(x=6.0, y=6.5), dict(x=0.5, y=1.0)]),
    (erfi(x), [0.5, 4.0]),
    (erfinv(x), [0.5, 0.999999]),
    (erfcinv(x), [1e-20, 0.5]),
    (fresnels(x), [0.5, 5.0]),
    (fresnelc(x), [0.5, 5.0]),
    (sqrt(pi) / 2 * exp(-(x**2)) * erfi(x), [1.5]),
    # Exponential integrals
    (Ei(x), [0.5, 20.0, -3.0]),
    (E1(x), [0.5, 20.0]),
    (expint(3, x), [0.5, 10.0]),
    (li(x), [0.5, 100.0]),
    (Li(x), [100.0]),
    (Si(x), [0.5, 20.0]),
    (Ci(x), [0.5, 20.0]),
    (Shi(x), [0.5, 5.0]),
    (Chi(x), [0.5, 5.0]),
    # Bessel functions
    (besselj(0, x), [0.5, 20.0]),
    (besselj(Rational(5, 2), x), [0.5, 20.0]),
    (besselj(a, x), [dict(a=1.3, x=2.5)]),
    (bessely(1, x), [0.5, 20.0]),
    (besseli(0, x), [0.5, 100.0]),
    (besselk(0, x), [0.5, 100.0]),
    (besselk(a, x), [dict(a=1.3, x=4.0)]),
    (log(besselk(1, x)), [2000.0, 2.0]),
    (log(besseli(1, x)), [2000.0, 2.0]),
    (exp(-x) * besseli(1, x), [2000.0, 2.0]),
    (jn(2, x), [0.01, 5.0]),
    (yn(2, x), [0.5, 5.0]),
    (airyai(x), [0.5, 10.0, -5.5]),
    (airybi(x), [0.5, 10.0]),
    (airyaiprime(x), [0.5, 10.0]),
    (airybiprime(x), [0.5, 10.0]),
    # Zeta functions
    (zeta(x), [1.0000001, 3.0, -2.5]),
    (zeta(x, a), [dict(x=2.5, a=0.75)]),
    (dirichlet_eta(x), [0.5, 3.0]),
    # Elliptic integrals
    (elliptic_k(m), [0.5, -3.0]),
    (elliptic_e(m), [0.5, -3.0]),
    (elliptic_f(x, m), [dict(x=0.75, m=0.5)]),
    (elliptic_e(x, m), [dict(x=0.75, m=0.5)]),
    (elliptic_pi(p, m), [dict(p=0.25, m=0.5)]),
    # Hypergeometric functions
    (hyper([], [Rational(5, 2)], x), [0.5, -3.0], "hyp0f1(5/2, x)"),
    (hyper([Rational(1, 2)], [Rational(5, 2)], x), [0.5, -30.0], "hyp1f1(1/2, 5/2, x)"),
    (hyper([1, 2], [Rational(7, 2)], x), [0.5, -3.0], "hyp2f1(1, 2, 7/2, x)"),
    # Orthogonal polynomials
    (kept(legendre, 8, x), [0.3]),
    (kept(assoc_legendre, 4, 2, x), [0.3]),
    (kept(chebyshevt, 20, x), [0.3]),
    (kept(chebyshevu, 8, x), [0.3]),
    (kept(hermite, 8, x), [0.7]),
    (kept(laguerre, 8, x), [2.5]),
    (kept(assoc_laguerre, 4, Rational(3, 2), x), [2.5]),
    (kept(gegenbauer, 4, Rational(3, 2), x), [0.3]),
    (kept(jacobi, 4, Rational(1, 2), Rational(3, 2), x), [0.3]),
]


def erfcinv_(q):
    """By Newton's method on erfc, from the asymptotic start."""
    start = mpmath.erfinv(1 - q) if q > 0.01 else mpmath.sqrt(-mpmath.log(q * mpmath.sqrt(-mpmath.log(q) * mpmath.pi)))
    return mpmath.findroot(lambda t: mpmath.erfc(t) / q - 1, start)


MODULES = [{"erfcinv": erfcinv_}, "mpmath"]


def evaluated(form, point, digits):
    """By mpmath's function where it has one, else by evalf."""
    mpmath.mp.dps = digits
    try:
        return mpmath.re(lambdify(list(point), form, MODULES)(*map(mpmath.mpf, point.values())))
    except Exception:
        exactly = form.subs({s: Integer(v) if isinstance(v, int) else Rational(v) for s, v in point.items()})
        return mpmath.mpf(re(exactly.evalf(digits).doit().evalf(digits)))


def value(form, point):
    """The real value in 40 digits."""
    values = [mpmath.nstr(evaluated(form, point, digits), 40) for digits in (80, 160)]
    if values[0] != values[1] or mpmath.isnan(values[0]):
        sys.exit(f"{form} at {point}: {values}")
    return values[0]


def printed(form):
    """What the C99 printer makes of it: "prints", or "raises" where it fails or says that it cannot."""
    try:
        return "raises" if "Not supported" in ccode(form, standard="C99") else "prints"
    except Exception:
        return "raises"


def main():
    print("# Made by make_forms.py with SymPy", sympy.__version__)
    for form, points, *text in FORMS:
        symbols_of = sorted(form.free_symbols, key=str)
        for point in points:
            if not isinstance(point, dict):
                point = {str(symbols_of[0]): point}
            named = {symbol: point[str(symbol)] for symbol in symbols_of}
            arguments = " ".join(f"{symbol}={number!r}" for symbol, number in named.items())
            print(f"{text[0] if text else form} | {printed(form)} | {arguments} | {value(form, named)}")


main()
