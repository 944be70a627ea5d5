"""Softmax regression on Fashion-MNIST as PyTorch is usually written: nn.Linear, autograd, torch.optim.SGD.

`--model network` puts a hidden layer of 256 ReLU units before it. The data is in memory as one float tensor and each batch is an index_select: this is the way without a DataLoader.
"""

from softmax_regression import BATCH, CLASSES, RATE, SEED, Stopwatch, load, parse_options, report, run_epochs

stopwatch = Stopwatch()
options = parse_options(__doc__, model=["linear", "network"])

import torch  # noqa: E402 (see softmax_regression)

torch.set_num_threads(options.threads)
torch.manual_seed(SEED)
stopwatch.lap("import")

train_x, train_y = load("train")
test_x, test_y = load("t10k")
rows, features = train_x.shape
stopwatch.lap("load")

if options.model == "network":
    model = torch.nn.Sequential(torch.nn.Linear(features, 256), torch.nn.ReLU(), torch.nn.Linear(256, CLASSES))
else:
    model = torch.nn.Linear(features, CLASSES)
    torch.nn.init.normal_(model.weight, std=0.01)
    torch.nn.init.zeros_(model.bias)
loss = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=RATE)


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
