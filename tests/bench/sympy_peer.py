"""SymPy's side of the benches of symbolic work.

Reads lines from standard input and answers each with one line, the seconds a call took:
    symbols NAME...    the names that are symbols in what follows
    parse TEXT         parses what the next commands work on
    simplify           sympy.simplify; answers "SECONDS RESULT"
    cse                sympy.cse
A command that takes longer than LIMIT seconds, or fails, answers "failed".
"""

import signal
import sys
import time

import sympy
from sympy.codegen import cfunctions

LIMIT = 5


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
    names, expression = {}, None
    for line in sys.stdin:
        command, _, rest = line.strip().partition(" ")
        answer = "ok"
        signal.alarm(LIMIT)
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
        except Exception:
            answer = "failed"
        finally:
            signal.alarm(0)
        print(answer, flush=True)


main()
