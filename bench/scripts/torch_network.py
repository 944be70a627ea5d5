"""A network 784-256-10 with ReLU on Fashion-MNIST in PyTorch: whole tensors in memory, autograd and torch.optim.

Minibatches of 256 by index_select, SGD 0.1, weights as torch.nn.Linear starts them. No DataLoader: the fastest plain way.
"""

from softmax_regression import BATCH, CLASSES, RATE, SEED, Stopwatch, load, parse_options, report, run_epochs

HIDDEN = 256
stopwatch = Stopwatch()
options = parse_options(__doc__)

import torch  # noqa: E402 (see softmax_regression)

torch.set_num_threads(options.threads)
torch.manual_seed(SEED)
stopwatch.lap("import")

train_x, train_y = load("train")
test_x, test_y = load("t10k")
rows, features = train_x.shape
stopwatch.lap("load")

model = torch.nn.Sequential(torch.nn.Linear(features, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, CLASSES))
optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
loss = torch.nn.CrossEntropyLoss()


def epoch():
    order = torch.randperm(rows)
    for start in range(0, rows, BATCH):
        batch = order[start : start + BATCH]
        optimizer.zero_grad(set_to_none=True)
        loss(model(train_x.index_select(0, batch)), train_y.index_select(0, batch)).backward()
        optimizer.step()


epoch_seconds = run_epochs(epoch, options.epochs)
stopwatch.lap("fit")

with torch.no_grad():
    train_loss = loss(model(train_x), train_y).item()
    accuracy = (model(test_x).argmax(1) == test_y).to(torch.float64).mean().item()
stopwatch.lap("evaluate")
report(epoch_seconds, train_loss, accuracy, stopwatch)
