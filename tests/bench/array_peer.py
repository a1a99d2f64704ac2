"""The Python peers of workloads_bench: SymPy's lambdify and ufuncify, numexpr, numba.

Reads lines from standard input and answers each with one line:
    workload JSON      {"texts": [...], "names": [...], "scalars": [...], "dtype": "float64",
                       "files": [...]}: formulas, and their arguments as files of raw numbers
    build PEER         makes the peer's function of the workload; "ok", or "failed" and why
    run PEER           evaluates once; the seconds it took
    values PEER FILE   writes the first output of the last run as raw doubles
Every peer runs on one thread.
"""

import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"

import numba
import numexpr
import numpy
import scipy
import sympy
from sympy.utilities.autowrap import ufuncify

# Of one build: ufuncify runs a C compiler.
SCIPY = ["numpy", {**{name: getattr(scipy.special, name) for name in ("erf", "loggamma")},
                   "besselj": scipy.special.jv}]
# What numba compiles besides Python's math.
LOOP = """
def loop({arguments}, {outputs}):
    for i in range(len({first})):
        {targets} = body({elements})
"""


class Workload:
    def __init__(self, text):
        given = json.loads(text)
        self.dtype = given["dtype"]
        self.names, self.scalars = given["names"], given["scalars"]
        arrays = [numpy.fromfile(path, dtype=self.dtype) for path in given["files"]]
        self.values = [array[0] if scalar else array for array, scalar in zip(arrays, self.scalars)]
        self.symbols = [sympy.Symbol(name) for name in self.names]
        # What SymPy would put a function of its own on is a plain argument here.
        known = dict(zip(self.names, self.symbols))
        # A tuple: numba would make a list of each element's results.
        self.expressions = tuple(sympy.sympify(text, locals=known) for text in given["texts"])

    def lambdify(self, cse):
        return sympy.lambdify(self.symbols, self.expressions, modules=SCIPY, cse=cse)

    def build(self, peer):
        """A function without arguments that evaluates once and returns the outputs."""
        if peer in ("lambdify", "lambdify_cse"):
            function = self.lambdify(cse=peer == "lambdify_cse")
            return lambda: function(*self.values)
        if peer == "numexpr":
            functions = [sympy.lambdify(self.symbols, e, modules="numexpr") for e in self.expressions]
            return lambda: [function(*self.values) for function in functions]
        if peer == "numba":
            return self.numba()
        if peer == "ufuncify":
            function = ufuncify(self.symbols, list(self.expressions), backend="numpy")
            return lambda: function(*self.values)
        raise ValueError(peer)

    def numba(self):
        body = numba.njit(error_model="numpy")(
            sympy.lambdify(self.symbols, self.expressions, modules="math", cse=True))
        outputs = [f"out_{k}" for k in range(len(self.expressions))]
        text = LOOP.format(
            arguments=", ".join(self.names), outputs=", ".join(outputs),
            first=next(name for name, scalar in zip(self.names, self.scalars) if not scalar),
            targets=", ".join(f"{output}[i]" for output in outputs) + ("," if len(outputs) == 1 else ""),
            elements=", ".join(n if scalar else f"{n}[i]" for n, scalar in zip(self.names, self.scalars)))
        names = {"body": body}
        exec(text, names)  # our own text, around names of the bench's data
        loop = numba.njit(error_model="numpy")(names["loop"])
        size = max(numpy.size(value) for value in self.values)
        results = [numpy.empty(size, dtype=self.dtype) for _ in outputs]

        def run():
            loop(*self.values, *results)
            return results

        return run


def first_of(results):
    return results[0] if isinstance(results, (list, tuple)) else results


def main():
    numpy.seterr(all="ignore")
    numexpr.set_num_threads(1)
    print(f"SymPy {sympy.__version__}, NumPy {numpy.__version__}, numexpr {numexpr.__version__}, "
          f"numba {numba.__version__}", flush=True)
    workload, peers, results = None, {}, None
    for line in sys.stdin:
        command, _, rest = line.strip().partition(" ")
        answer = "ok"
        try:
            if command == "workload":
                workload, peers = Workload(rest), {}
            elif command == "build":
                peers[rest] = workload.build(rest)
                first_of(peers[rest]())  # the first call may compile
            elif command == "run":
                start = time.perf_counter()
                results = peers[rest]()
                answer = time.perf_counter() - start
            elif command == "values":
                peer, path = rest.split()
                numpy.asarray(first_of(peers[peer]()), dtype=float).tofile(path)
        except Exception as error:
            answer = f"failed {type(error).__name__}: {error}".splitlines()[0]
        print(answer, flush=True)


main()
