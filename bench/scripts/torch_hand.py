"""Softmax regression on Fashion-MNIST in PyTorch by hand: whole tensors, no autograd. The fastest way found.

Minibatches by index_select, the gradient written out. `--layout plain` keeps the weights [784, 10] and lets torch
allocate; `--layout wide` keeps them [10, 784] and reuses every buffer. Which is faster depends on the processor.
"""

from softmax_regression import BATCH, CLASSES, RATE, SEED, Stopwatch, load, parse_options, report, run_epochs

stopwatch = Stopwatch()
options = parse_options(__doc__, layout=["plain", "wide"])

import torch  # noqa: E402 (see softmax_regression)

torch.set_num_threads(options.threads)
torch.set_grad_enabled(False)
torch.manual_seed(SEED)
stopwatch.lap("import")

train_x, train_y = load("train")
test_x, test_y = load("t10k")
rows, features = train_x.shape
stopwatch.lap("load")

targets = torch.nn.functional.one_hot(train_y, CLASSES).to(torch.float32)
weights, bias = torch.randn(features, CLASSES) * 0.01, torch.zeros(CLASSES)


def plain():
    order = torch.randperm(rows)
    for start in range(0, rows, BATCH):
        batch = order[start : start + BATCH]
        x = train_x.index_select(0, batch)
        error = torch.softmax(torch.addmm(bias, x, weights), 1).sub_(targets.index_select(0, batch))
        step = -RATE / len(batch)
        weights.addmm_(x.t(), error, alpha=step)
        bias.add_(error.sum(0), alpha=step)


def wide():
    order = torch.randperm(rows)
    for start in range(0, rows, BATCH):
        batch = order[start : start + BATCH]
        x, target, error = (buffer[: len(batch)] for buffer in buffers)
        torch.index_select(train_x, 0, batch, out=x)
        torch.index_select(targets, 0, batch, out=target)
        torch.addmm(bias, x, weights, out=error)
        torch.softmax(error, 1, out=error)
        error.sub_(target)
        step = -RATE / len(batch)
        wide_weights.addmm_(error.t(), x, alpha=step)
        bias.add_(torch.sum(error, 0, out=total), alpha=step)


if options.layout == "wide":
    wide_weights = weights.t().contiguous()
    weights = wide_weights.t()
    buffers = [torch.empty(BATCH, columns) for columns in (features, CLASSES, CLASSES)]
    total = torch.empty(CLASSES)

epoch_seconds = run_epochs(wide if options.layout == "wide" else plain, options.epochs)
stopwatch.lap("fit")

train_loss = torch.nn.functional.cross_entropy(torch.addmm(bias, train_x, weights), train_y).item()
accuracy = (torch.addmm(bias, test_x, weights).argmax(1) == test_y).to(torch.float64).mean().item()
stopwatch.lap("evaluate")
report(epoch_seconds, train_loss, accuracy, stopwatch)
