"""Softmax regression on Fashion-MNIST the textbook's way in PyTorch: a Dataset of single rows and a DataLoader.

As in "Dive into Deep Learning", chapter 4, less two things that would only slow the peer down: pictures come from a
uint8 array instead of through PIL (each is still converted by itself, as ToTensor does), and the model is evaluated
once, at the end. No worker processes: two of them were slower.
"""

from softmax_regression import (
    BATCH,
    CLASSES,
    RATE,
    SEED,
    Stopwatch,
    load,
    parse_options,
    read_idx,
    report,
    run_epochs,
)

stopwatch = Stopwatch()
options = parse_options(__doc__)

import torch  # noqa: E402 (see softmax_regression)

torch.set_num_threads(options.threads)
torch.manual_seed(SEED)
stopwatch.lap("import")


class Pictures(torch.utils.data.Dataset):
    """Picture and class of one row, pixels in [0, 1]."""

    def __init__(self, split):
        (rows, height, width), pixels = read_idx(split + "-images-idx3-ubyte")
        _, labels = read_idx(split + "-labels-idx1-ubyte")
        self.images = torch.frombuffer(pixels, dtype=torch.uint8).view(rows, 1, height, width)
        self.labels = list(labels)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, row):
        return self.images[row].to(torch.float32).div(255), self.labels[row]


train = Pictures("train")
batches = torch.utils.data.DataLoader(train, BATCH, shuffle=True, num_workers=0)
features = train.images[0].numel()
stopwatch.lap("load")

model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(features, CLASSES))
torch.nn.init.normal_(model[1].weight, std=0.01)
torch.nn.init.zeros_(model[1].bias)
loss = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=RATE)


def epoch():
    for x, y in batches:
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()


epoch_seconds = run_epochs(epoch, options.epochs)
stopwatch.lap("fit")

with torch.no_grad():
    images = train.images.to(torch.float32).div_(255)
    train_loss = loss(model(images), torch.tensor(train.labels)).item()
    test_x, test_y = load("t10k")
    accuracy = (model(test_x).argmax(1) == test_y).to(torch.float64).mean().item()
stopwatch.lap("evaluate")
report(epoch_seconds, train_loss, accuracy, stopwatch)
