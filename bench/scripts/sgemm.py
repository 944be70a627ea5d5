"""One OpenBLAS library on this processor: which kernels it runs (OPENBLAS_CORETYPE decides) and how fast they are.

Usage: sgemm.py <libopenblas.so.0>. Two figures: a square product, and the two skinny ones of a training step of
softmax regression (256 x 784 by 784 x 10 and its transpose), which is what the bench chooses by. No torch, no NumPy:
they would load a BLAS of their own. Entries are small integers, so that every sum is exact and can be checked.
"""

import ctypes
import json
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
blas = ctypes.CDLL(sys.argv[1])
blas.openblas_get_corename.restype = blas.openblas_get_config.restype = ctypes.c_char_p
ROW_MAJOR, PLAIN, TRANSPOSED = 101, 111, 112


def matrix(rows, columns, modulus):
    return (ctypes.c_float * (rows * columns))(*((i % modulus) - modulus // 2 for i in range(rows * columns)))


def multiply(transpose, rows, columns, depth, a, b, output):
    blas.cblas_sgemm(
        ROW_MAJOR, transpose, PLAIN, rows, columns, depth,
        ctypes.c_float(1), a, rows if transpose == TRANSPOSED else depth, b, columns,
        ctypes.c_float(0), output, columns,
    )  # fmt: skip


def check(transpose, rows, columns, depth, a, b, output):
    for k in range(0, rows * columns, rows * columns // 37):
        i, j = divmod(k, columns)
        a_at = (lambda t: a[t * rows + i]) if transpose == TRANSPOSED else (lambda t: a[i * depth + t])
        if output[k] != sum(a_at(t) * b[t * columns + j] for t in range(depth)):
            sys.exit("sgemm: wrong product with %s kernels" % blas.openblas_get_corename().decode())


def seconds(products, repeats):
    """The median time of all of `products` together, after a first run that is checked."""
    for product in products:
        multiply(*product)
        check(*product)
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        for product in products:
            multiply(*product)
        times.append(time.perf_counter() - begun)
    return sorted(times)[repeats // 2]


batch, pixels, classes, side = 256, 784, 10, 512
x, w, e = matrix(batch, pixels, 11), matrix(pixels, classes, 7), matrix(batch, classes, 5)
step = seconds(
    [
        (PLAIN, batch, classes, pixels, x, w, matrix(batch, classes, 1)),
        (TRANSPOSED, pixels, classes, batch, x, e, matrix(pixels, classes, 1)),
    ],
    300,
)
square = matrix(side, side, 9)
product = seconds([(PLAIN, side, side, side, square, square, matrix(side, side, 1))], 15)
print(
    json.dumps(
        {
            "core": blas.openblas_get_corename().decode(),
            "version": blas.openblas_get_config().decode().split(" ")[1],
            "stepMicroseconds": step * 1e6,
            "squareGflops": 2e-9 * side**3 / product,
        }
    )
)
