"""SymPy's side of the benches of symbolic work.

Reads lines from standard input and answers each with one line, the seconds a call took:
    symbols NAME...    the names that are symbols in what follows
    parse TEXT         parses what the next commands work on
    simplify           sympy.simplify; answers "SECONDS RESULT"
    cse                sympy.cse
    ccode              sympy.ccode of what sympy.simplify makes of it; answers with that
    equation TEXT      parses a row of what "jacobian" works on; "equation" alone forgets all rows
    jacobian NAME...   Matrix.jacobian of the rows, with nothing in SymPy's cache
    values NUMBER...   the elements of that, row by row, with the symbols in order so
A command that takes longer than LIMIT seconds (the last two: PATIENCE), or fails, answers "failed".
"""

import signal
import sys
import time

import sympy
from sympy.codegen import cfunctions

LIMIT = 5
PATIENCE = 300


def give_up(signum, frame):
    raise TimeoutError


def timed(function, *arguments):
    start = time.perf_counter()
    result = function(*arguments)
    return time.perf_counter() - start, result


def main():
    print(f"SymPy {sympy.__version__}", flush=True)
    signal.signal(signal.SIGALRM, give_up)
    known = {name: getattr(cfunctions, name) for name in "expm1 log1p exp2 log2 log10 fma hypot Cbrt".split()}
    names, expression, rows, matrix = {}, None, [], None
    for line in sys.stdin:
        command, _, rest = line.strip().partition(" ")
        answer = "ok"
        signal.alarm(PATIENCE if command in ("jacobian", "values") else LIMIT)
        try:
            if command == "symbols":
                names = {name: sympy.Symbol(name) for name in rest.split()}
            elif command == "parse":
                expression = sympy.sympify(rest, locals={**known, **names})
            elif command == "simplify":
                seconds, result = timed(sympy.simplify, expression)
                answer = f"{seconds} {result}"
            elif command == "cse":
                answer = timed(sympy.cse, expression)[0]
            elif command == "ccode":
                answer = " ".join(sympy.ccode(sympy.simplify(expression)).split())
            elif command == "equation":
                rows = rows + [sympy.sympify(rest, locals={**known, **names})] if rest else []
            elif command == "jacobian":
                sympy.core.cache.clear_cache()
                answer, matrix = timed(sympy.Matrix(rows).jacobian, [names[name] for name in rest.split()])
            elif command == "values":
                point = dict(zip(names.values(), map(sympy.Float, rest.split())))
                answer = " ".join(str(element.evalf(subs=point)) for element in matrix)
        except Exception:
            answer = "failed"
        finally:
            signal.alarm(0)
        print(answer, flush=True)


main()
