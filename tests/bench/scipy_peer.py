"""SciPy's side of special_speed_bench: evaluates ufuncs of scipy.special on arrays read from files.

Reads lines from standard input and answers each with one line:
    call NAME ARGUMENT...   NAME is a ufunc of scipy.special; an ARGUMENT is a number or a file of raw doubles,
                            made integers where its name ends in .whole
    run                     evaluates once, answers the seconds it took
    values FILE             writes the result as raw doubles
"""

import sys
import time

import numpy
import scipy
from scipy import special


def argument(text):
    if text.startswith("/"):
        values = numpy.fromfile(text)
        return values.astype(int) if text.endswith(".whole") else values
    return int(text) if text.isdigit() else float(text)


def main():
    numpy.seterr(all="ignore")
    print(f"SciPy {scipy.__version__}", flush=True)
    function = arguments = out = result = None
    for line in sys.stdin:
        command, *words = line.split()
        answer = "ok"
        if command == "call":
            # A ufunc, or a function around ufuncs, which allocates its result.
            function = getattr(special, words[0])
            arguments = [argument(word) for word in words[1:]]
            result = function(*arguments)
            out = {"out": numpy.empty_like(result)} if isinstance(function, numpy.ufunc) else {}
        elif command == "run":
            start = time.perf_counter()
            result = function(*arguments, **out)
            answer = time.perf_counter() - start
        elif command == "values":
            numpy.asarray(numpy.real(result), dtype=float).tofile(words[0])
        print(answer, flush=True)


main()
