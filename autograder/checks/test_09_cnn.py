"""Checks of 09_cnn: layers against torch.nn.functional, models and training against what their state becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock

from autograder.checks.assertions import blame, compare, describe, expect
from autograder.checks.devices import expect_to_finish
from autograder.checks.stage import Prop, Seen, build, function, loader, module, own, perform
from autograder.checks.student import Student
from autograder.errors import StudentRaised
from autograder.wire import printable

Layer = tuple[int, int, int, int]  # kernel, stride, padding, dilation
RESNET18 = [(7, 2, 3, 1), (3, 2, 1, 1), *[(3, s, 1, 1) for s in (1, 1, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1)]]
NETWORK = (("Conv2d", 1, 3, 3), ("ReLU",), ("MaxPool2d", 2), ("Flatten",), ("Linear", 12, 4))  # for images of 6 by 6
NORMALISED = (("Flatten",), ("BatchNorm1d", 36), ("Linear", 36, 4))
READER = (("Conv2d", 1, 8, 3, 1, 1), ("ReLU",), ("MaxPool2d", 2), ("Conv2d", 8, 16, 3, 1, 1), ("ReLU",),
          ("MaxPool2d", 2), ("Flatten",), ("Linear", 64, 10))  # fmt: skip
CONVOLUTIONS = ("convol", "conv1d", "conv2d", "conv3d", "correlate")  # parts of the names of what does the exercise
Rivals = dict[str, object]


def whole(generator: torch.Generator, low: int, high: int) -> int:
    """A whole number from ``low`` to ``high``, both included."""
    return int(torch.randint(low, high + 1, (), generator=generator))


def normal(generator: torch.Generator, *shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def like(got: object, *variants: Tensor) -> Tensor:
    """The variant of a mistake that was made: the one that ``got`` equals, or else the first."""
    if not isinstance(got, Tensor):
        return variants[0]
    alike = (v for v in variants if got.shape == v.shape)
    return next((v for v in alike if torch.allclose(got.double(), v.double(), rtol=1e-4, atol=1e-5)), variants[0])


def judge(got: object, expected: Tensor, rivals: Rivals | None = None, what: str = "the answer") -> None:
    """`compare`, with a dtype that does not follow the input's named as a mistake."""
    if isinstance(got, Tensor) and got.shape == expected.shape and got.dtype != expected.dtype:
        expect(False, f"The answer has dtype {got.dtype}, expected that of the input: {expected.dtype}.", "wrong_dtype")
    loose = expected.dtype == torch.float32
    compare(got, expected, rivals=rivals, what=what, rtol=1e-4 if loose else None, atol=1e-5 if loose else None)


def number(got: object, expected: int, rivals: Mapping[str, object], asked: str) -> None:
    """Fails unless ``got`` is the Python int ``expected``."""
    if not isinstance(got, int) or isinstance(got, bool):
        expect(False, f"For {asked} the answer is {describe(got)}, expected the int {expected}.", "wrong_dtype")
    compare(got, expected, rivals=rivals, what=f"for {asked} the answer")


def untouched(student: Student, name: str, *args: Any) -> None:
    """Fails unless the student's function leaves the tensors that it gets as they were."""
    for before, after in zip(args, student.call(name, *args).args, strict=False):
        same = not isinstance(before, Tensor) or (isinstance(after, Tensor) and after.equal(before))
        expect(same, f"`{name}` changed a tensor that it was given.", "mutates_input")


def by_hand(
    student: Student, name: str, forbidden: Sequence[str], simple: Sequence[Any], *others: Sequence[Any]
) -> None:
    """Fails where the student's function runs an operation of PyTorch, SciPy or NumPy that is ``forbidden``.

    The student's own process reports this, and could be made to report something else. With the arguments ``others`` it
    may raise, which is for another check to judge.

    Args:
        forbidden: parts of the names of operations.
    """
    names = [student.probe("operations", name, *simple)]
    for other in others:
        with suppress(StudentRaised):
            names.append(student.probe("operations", name, *other))
    listed = [op for found in names for op in (found if isinstance(found, list) else [])]
    plain = {str(op).split("::")[-1] for op in listed if type(op) is str}
    ran = sorted(op for op in plain if any(part in op for part in forbidden))
    expect(not ran, f"`{name}` lets a library run its own {printable(', '.join(ran), 120)}.", "library_call")


def size_of(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """The side of what PyTorch's convolution gives: a shape alone, nothing is computed."""
    row, weights = (torch.empty(1, 1, n, device="meta") for n in (size, kernel))
    return F.conv1d(row, weights, stride=stride, padding=padding, dilation=dilation).shape[-1]


@pytest.mark.exercise("conv_output_size")
class TestConvOutputSize:
    @pytest.mark.check(points=0.5)
    def test_counts_the_places_of_the_kernel(self, student: Student, generator: torch.Generator) -> None:
        """A kernel moved one pixel at a time has size - kernel + 1 places: a Python int."""
        for kernel in (1, 2, 3, 5):
            size = kernel + whole(generator, 3, 30)
            rivals: Rivals = {"off_by_one_size": size - kernel}
            asked = f"size={size}, kernel={kernel}"
            number(student.conv_output_size(size, kernel), size_of(size, kernel), rivals, asked)
            number(student.conv_output_size(kernel, kernel), 1, {"off_by_one_size": 0}, f"size=kernel={kernel}")

    @pytest.mark.check(points=0.5, needs="counts_the_places_of_the_kernel")
    def test_pads_both_ends(self, student: Student, generator: torch.Generator) -> None:
        """Padding is added at both ends."""
        for padding in (1, 2, 3):
            size, kernel = whole(generator, 8, 30), whole(generator, 2, 7)
            rivals: Rivals = {"one_sided_padding": size + padding - kernel + 1, "padding_ignored": size - kernel + 1}
            asked = f"size={size}, kernel={kernel}, padding={padding}"
            got = student.conv_output_size(size, kernel, padding=padding)
            number(got, size_of(size, kernel, padding=padding), rivals, asked)

    @pytest.mark.check(points=1, needs="counts_the_places_of_the_kernel")
    def test_rounds_down_with_a_stride(self, student: Student, generator: torch.Generator) -> None:
        """With a stride, pixels that are left over at the end are dropped."""
        for stride, over in ((2, 1), (2, 0), (3, 1), (3, 2), (4, 3)):
            kernel = whole(generator, 2, 6)
            free = stride * whole(generator, 2, 8) + over
            size, rivals = free + kernel, {"ceil_for_floor": -(-free // stride) + 1, "stride_ignored": free + 1}
            rivals |= {"one_before_dividing": (free + 1) // stride}
            asked = f"size={size}, kernel={kernel}, stride={stride}"
            number(student.conv_output_size(size, kernel, stride), size_of(size, kernel, stride), rivals, asked)

    @pytest.mark.check(points=0.5, needs="counts_the_places_of_the_kernel")
    def test_spreads_the_kernel_with_a_dilation(self, student: Student, generator: torch.Generator) -> None:
        """With a dilation of d, neighbours in the kernel lie d pixels apart."""
        for dilation in (2, 3, 4):
            size, kernel = whole(generator, 30, 60), whole(generator, 2, 6)
            rivals: Rivals = {"dilation_ignored": size - kernel + 1}
            rivals["dilation_times_kernel"] = size - dilation * kernel + 1
            asked = f"size={size}, kernel={kernel}, dilation={dilation}"
            got = student.conv_output_size(size, kernel, dilation=dilation)
            number(got, size_of(size, kernel, dilation=dilation), rivals, asked)

    @pytest.mark.check(
        points=0.5, needs=("pads_both_ends", "rounds_down_with_a_stride", "spreads_the_kernel_with_a_dilation")
    )
    def test_combines_them(self, student: Student, generator: torch.Generator) -> None:
        """All arguments work together, layer after layer through a network."""
        mixed = [(whole(generator, 2, 5), 1 + i % 2, i % 3, 1 + i % 3) for i in range(4)]
        for layers, size in ((RESNET18, 224), (RESNET18, 97), (mixed, 120)):
            for kernel, stride, padding, dilation in layers:
                asked = (size, kernel, stride, padding, dilation)
                size = size_of(*asked)
                number(student.conv_output_size(*asked), size, {}, f"the arguments {asked}")


def layer(
    generator: torch.Generator, image: Sequence[int], kernel: Sequence[int], dtype: torch.dtype = torch.float64
) -> tuple[Tensor, Tensor, Tensor]:
    """Images of shape ``image`` (N, C, H, W), and weights and biases for F filters, ``kernel`` being (F, kh, kw)."""
    filters, *sides = kernel
    x, w, b = (normal(generator, *shape, dtype=dtype) for shape in (image, (filters, image[1], *sides), (filters,)))
    return x, w, b + 2  # no bias near 0, which would hide where it is added


def correlated(got: object, x: Tensor, w: Tensor, b: Tensor) -> Rivals:
    """What known mistakes make of a convolution with stride 1 and without padding."""
    right = F.conv2d(x, w)
    bias, area = b[:, None, None], w[0, 0].numel()
    flipped = like(got, *(F.conv2d(x, w.flip(dims), b) for dims in ((2, 3), (2,), (3,))))
    counts = [n for n in (area, x.shape[1], area * x.shape[1]) if n > 1] or [2]
    rivals: Rivals = {
        "flipped_kernel": flipped,
        "bias_forgotten": right,
        "bias_per_pixel": like(got, *(right + n * bias for n in counts)),
        "off_by_one_size": like(got, (right + bias)[:, :, :-1, :-1]),
        "window_averaged": like(got, right / w[0].numel() + bias, right / area + bias, (right + bias) / w[0].numel()),
        "channels_averaged": like(got, right / x.shape[1] + bias, (right + bias) / x.shape[1]),
        "first_channel_only": F.conv2d(x[:, :1], w[:, :1], b),
    }
    if right.shape[-1] == len(b):
        rivals["bias_on_wrong_axis"] = like(got, right + b, right + b[:, None])
    if len(w) == x.shape[1]:
        rivals["filters_and_channels_swapped"] = F.conv2d(x, w.transpose(0, 1), b)
    return rivals


@pytest.mark.exercise("conv2d")
class TestConv2d:
    @pytest.mark.check(points=0.5)
    def test_is_written_by_hand(self, student: Student, generator: torch.Generator) -> None:
        """The function does not call a convolution of PyTorch or of another library."""
        simple, other = layer(generator, (1, 1, 5, 5), (1, 3, 3)), layer(generator, (2, 3, 8, 7), (4, 3, 2))
        by_hand(student, "conv2d", CONVOLUTIONS, simple, (*other, 2, 1), (*other, 1, 1))

    @pytest.mark.check(points=0.5, needs="is_written_by_hand")
    def test_slides_the_kernel(self, student: Student, generator: torch.Generator) -> None:
        """One image, one channel, one filter: window times kernel, summed up, plus the bias, at every place."""
        for side, kernel in ((6, 3), (5, 2), (4, 4)):
            x, w, b = layer(generator, (1, 1, side, side), (1, kernel, kernel))
            got = student.conv2d(x, w, b)
            judge(got, F.conv2d(x, w, b), correlated(got, x, w, b))

    @pytest.mark.check(points=1, needs="slides_the_kernel")
    def test_adds_the_channels_up(self, student: Student, generator: torch.Generator) -> None:
        """Every filter adds its products up over all channels and adds its own bias once, for every image."""
        for images, channels, side, filters in ((2, 3, 5, 3), (3, 2, 6, 4), (2, 4, 7, 3), (4, 1, 5, 6)):
            x, w, b = layer(generator, (images, channels, side, side), (filters, 3, 3))
            got = student.conv2d(x, w, b)
            judge(got, F.conv2d(x, w, b), correlated(got, x, w, b))

    @pytest.mark.check(points=0.5, needs="adds_the_channels_up")
    def test_takes_any_height_and_width(self, student: Student, generator: torch.Generator) -> None:
        """Images and kernels need not be square."""
        for sides, kernel in (((5, 8), (3, 3)), ((9, 4), (3, 3)), ((7, 7), (2, 4)), ((6, 9), (5, 1)), ((4, 6), (1, 1))):
            x, w, b = layer(generator, (1, 2, *sides), (3, *kernel))
            with blame("square_only", StudentRaised):
                got = student.conv2d(x, w, b)
            what = f"for an image of {sides} and a kernel of {kernel} the answer"
            judge(got, F.conv2d(x, w, b), {"square_only": got}, what)

    @pytest.mark.check(points=1, needs="adds_the_channels_up")
    def test_moves_by_the_stride(self, student: Student, generator: torch.Generator) -> None:
        """The kernel moves by the stride, down and across; what is left over at the end is dropped."""
        for side, stride in ((7, 2), (8, 2), (9, 3), (10, 4)):
            x, w, b = layer(generator, (2, 2, side, side), (3, 3, 3))
            got, right = student.conv2d(x, w, b, stride=stride), F.conv2d(x, w, b, stride=stride)
            beyond = F.conv2d(F.pad(x, (0, stride, 0, stride)), w, b, stride=stride)
            dense = F.conv2d(x, w, b)
            one_way = like(
                got, dense, dense[:, :, ::stride], dense[..., ::stride], dense[:, :, : right.shape[2], : right.shape[3]]
            )
            rivals: Rivals = {"stride_ignored": one_way, "ceil_for_floor": beyond}
            judge(got, right, rivals | {"off_by_one_size": right[:, :, :-1, :-1]}, f"with stride={stride} the answer")

    @pytest.mark.check(points=0.5, needs="adds_the_channels_up")
    def test_pads_all_four_sides(self, student: Student, generator: torch.Generator) -> None:
        """Zeros are added on all four sides, also together with a stride."""
        for side, padding, stride in ((5, 1, 1), (6, 2, 1), (6, 1, 2), (4, 3, 2)):
            x, w, b = layer(generator, (2, 2, side, side), (3, 3, 3))
            got = student.conv2d(x, w, b, stride=stride, padding=padding)
            right = F.conv2d(x, w, b, stride=stride, padding=padding)
            judge(got, right, badly_padded(got, x, w, b, stride, padding), f"with padding={padding} the answer")

    @pytest.mark.check(points=0.5, needs=("takes_any_height_and_width", "moves_by_the_stride", "pads_all_four_sides"))
    def test_combines_them(self, student: Student, generator: torch.Generator) -> None:
        """Stride and padding work for images and kernels that are not square, and for even kernels."""
        cases: tuple[tuple[tuple[int, int], tuple[int, int], int, int], ...] = (
            ((5, 8), (3, 2), 2, 1), ((9, 4), (2, 3), 3, 2), ((4, 11), (4, 1), 2, 0), ((5, 7), (3, 3), 2, 0),
            ((6, 9), (3, 3), 1, 1), ((6, 6), (2, 2), 1, 1), ((7, 5), (4, 4), 2, 2),
        )  # fmt: skip
        for sides, kernel, stride, padding in cases:
            x, w, b = layer(generator, (2, 2, *sides), (3, *kernel))
            asked = f"for an image of {sides}, a kernel of {kernel}, stride={stride} and padding={padding}"
            with blame("square_only", StudentRaised):
                got = student.conv2d(x, w, b, stride, padding)
            square = len(set(sides)) == len(set(kernel)) == 1
            rivals: Rivals = {"odd_only" if square else "square_only": got}
            judge(got, F.conv2d(x, w, b, stride=stride, padding=padding), rivals, f"{asked} the answer")

    @pytest.mark.check(points=0.5, needs="adds_the_channels_up")
    def test_keeps_the_dtype_and_its_inputs(self, student: Student, generator: torch.Generator) -> None:
        """The answer has the dtype of x, and x, w and b stay as they were."""
        x, w, b = layer(generator, (1, 3, 6, 6), (2, 3, 3), torch.float32)
        got = student.conv2d(x, w, b, 1, 1)
        judge(got, F.conv2d(x, w, b, padding=1), badly_padded(got, x, w, b, 1, 1))
        for padding in (0, 1):
            untouched(student, "conv2d", x, w, b, 2, padding)


def badly_padded(got: object, x: Tensor, w: Tensor, b: Tensor, stride: int, p: int) -> Rivals:
    """What a convolution answers when ``p`` pixels of padding are put elsewhere, or are not zeros."""
    sides = ((p, 0, p, 0), (0, p, 0, p), (2 * p, 0, 2 * p, 0), (0, 2 * p, 0, 2 * p), (p, p, 0, 0), (0, 0, p, p))
    edges = [F.pad(x, (p,) * 4, mode="replicate"), F.pad(x, (p,) * 4, value=1.0)]
    return {
        "padding_ignored": F.conv2d(x, w, b, stride=stride),
        "one_sided_padding": like(got, *(F.conv2d(F.pad(x, side), w, b, stride=stride) for side in sides)),
        "padding_not_zero": like(got, *(F.conv2d(edge, w, b, stride=stride) for edge in edges)),
    }


def step_edge(generator: torch.Generator) -> Tensor:
    """An image (1, 1, 8, 8) that is dark on the left and bright on the right."""
    image = torch.full((1, 1, 8, 8), 0.2 * float(torch.rand((), generator=generator)))
    image[..., whole(generator, 3, 5) :] += 0.7
    return image


def kernel_of(student: Student) -> Tensor:
    """The student's kernel, scaled to a largest element of 1."""
    kernel: Tensor = student.edge_kernel()
    said = f"The kernel is {describe(kernel)}, expected"
    shape = isinstance(kernel, Tensor) and kernel.shape == (1, 1, 3, 3)
    expect(shape, f"{said} a tensor of shape (1, 1, 3, 3).")
    expect(kernel.dtype == torch.float32, f"{said} dtype torch.float32.", "wrong_dtype")
    finite = bool(kernel.isfinite().all()) and bool(kernel.any())
    expect(finite, "The kernel's elements are all 0, or not all finite.")
    return kernel / kernel.abs().max()


@pytest.mark.exercise("edge_kernel")
class TestEdgeKernel:
    @pytest.mark.check(points=0.5)
    def test_is_a_kernel(self, student: Student) -> None:
        """The kernel has shape (1, 1, 3, 3) and dtype float32."""
        kernel_of(student)

    @pytest.mark.check(points=1, needs="is_a_kernel")
    def test_tells_the_direction_of_an_edge(self, student: Student, generator: torch.Generator) -> None:
        """Where it gets brighter from left to right the answer is positive, where it gets darker negative."""
        kernel, image = kernel_of(student), step_edge(generator)
        for words, sign in (("from dark to bright", 1), ("from bright to dark", -1)):
            got = F.conv2d(image if sign > 0 else 1 - image, kernel)
            right = bool((sign * got > -1e-4).all()) and bool((sign * got > 1e-2).any())
            said = f"On an edge {words} the answers run from {float(got.min()):.3g} to {float(got.max()):.3g}"
            wanted = f"some {'above' if sign > 0 else 'below'} 0 and none on the other side of it"
            expect(right, f"{said}, expected {wanted}.", None if right else edge_mistake(kernel))

    @pytest.mark.check(points=0.5, needs="tells_the_direction_of_an_edge")
    def test_is_silent_elsewhere(self, student: Student, generator: torch.Generator) -> None:
        """Where all pixels are equal, or change only from top to bottom, the answer is 0."""
        kernel = kernel_of(student)
        flat = float(F.conv2d(torch.full((1, 1, 5, 5), 0.8), kernel).abs().max())
        expect(flat < 1e-4, f"On an even area the answer is {flat:.3g}, expected 0.", "kernel_sum_not_zero")
        rows = float(F.conv2d(step_edge(generator).mT, kernel).abs().max())
        expect(rows < 1e-4, f"On an edge between two rows the answer is {rows:.3g}, expected 0.", "rows_not_balanced")


def edge_mistake(kernel: Tensor) -> str | None:
    """The likely cause where ``kernel`` (1, 1, 3, 3) does not answer to a vertical edge by its direction."""
    left, _, right = kernel[0, 0].sum(0).tolist()
    top, _, bottom = kernel[0, 0].sum(1).tolist()
    if abs(float(kernel.sum())) > 1e-3:
        return "kernel_sum_not_zero"
    if left > 1e-3 and right < -1e-3:
        return "flipped_kernel"
    if left * right > 1e-6:
        return "second_derivative"
    return "edge_transposed" if abs(top) + abs(bottom) > 1e-3 else None


def pooled(got: object, x: Tensor, kernel: int, stride: int) -> Rivals:
    """What known mistakes make of a maximum over windows."""
    mean = F.avg_pool2d(x, kernel, stride)
    right = F.max_pool2d(x, kernel, stride)
    return {
        "stride_ignored": like(got, F.max_pool2d(x, kernel), F.max_pool2d(x, kernel, 1)),
        "ceil_for_floor": F.max_pool2d(x, kernel, stride, ceil_mode=True),
        "off_by_one_size": right[:, :, :-1, :-1],
        "maximum_starts_at_zero": right.clamp(min=0),
        "absolute_instead": F.max_pool2d(x.abs(), kernel, stride),
        "average_for_maximum": mean,
        "channels_pooled": like(
            got, right.amax(1, keepdim=True), right.amax(1), right.amax(1, keepdim=True) + 0 * right
        ),
    }


@pytest.mark.exercise("max_pool2d")
class TestMaxPool2d:
    @pytest.mark.check(points=0.5)
    def test_is_written_by_hand(self, student: Student, generator: torch.Generator) -> None:
        """The function does not call PyTorch's pooling."""
        simple, other = normal(generator, 1, 1, 4, 4), normal(generator, 2, 3, 8, 7)
        by_hand(student, "max_pool2d", ("pool",), (simple, 2, 2), (other, 3, 2))

    @pytest.mark.check(points=1, needs="is_written_by_hand")
    def test_takes_the_largest_of_each_window(self, student: Student, generator: torch.Generator) -> None:
        """Each window of each channel gives its largest value, also where all are negative."""
        for images, channels, side, kernel in ((2, 3, 6, 2), (1, 1, 9, 3), (3, 2, 4, 4)):
            for shift in (0, -9):
                x = normal(generator, images, channels, side, side) + shift
                got = student.max_pool2d(x, kernel, kernel)
                judge(got, F.max_pool2d(x, kernel), pooled(got, x, kernel, kernel))

    @pytest.mark.check(points=0.5, needs="takes_the_largest_of_each_window")
    def test_moves_by_the_stride(self, student: Student, generator: torch.Generator) -> None:
        """Windows lie ``stride`` apart: they overlap where it is below the kernel, and leave gaps where it is above."""
        for side, kernel, stride in ((7, 3, 2), (6, 3, 1), (7, 2, 5), (5, 1, 2)):
            x = normal(generator, 2, 2, side, side, dtype=torch.float32)
            got = student.max_pool2d(x, kernel=kernel, stride=stride)
            judge(got, F.max_pool2d(x, kernel, stride), pooled(got, x, kernel, stride))
            untouched(student, "max_pool2d", x, kernel, stride)

    @pytest.mark.check(points=0.5, needs="moves_by_the_stride")
    def test_takes_any_height_and_width(self, student: Student, generator: torch.Generator) -> None:
        """Images need not be square, whatever the stride, and windows that do not fit whole are dropped."""
        cases = (((4, 8), 2, 2), ((6, 4), 2, 2), ((7, 4), 2, 2), ((5, 9), 2, 2), ((5, 9), 3, 2), ((10, 4), 3, 1))
        for sides, kernel, stride in cases:
            x = normal(generator, 1, 2, *sides)
            with blame("square_only", StudentRaised):
                got = student.max_pool2d(x, kernel, stride)
            rivals = pooled(got, x, kernel, stride) | {"square_only": got}
            judge(got, F.max_pool2d(x, kernel, stride), rivals, f"for images of {sides} the answer")


def field_of(layers: Sequence[Layer]) -> int:
    """From the first to the last pixel of a long row that changes one output in its middle, found with autograd."""
    row = torch.ones(1, 1, 4000, dtype=torch.float64, requires_grad=True)
    out = row
    for kernel, stride, padding, dilation in layers:
        out = F.conv1d(out, out.new_ones(1, 1, kernel), stride=stride, padding=padding, dilation=dilation)
    (slope,) = torch.autograd.grad(out[0, 0, out.shape[-1] // 2], row)
    reached = slope[0, 0].nonzero()
    return int(reached.max() - reached.min()) + 1


def fields(layers: Sequence[Layer]) -> Rivals:
    """What known mistakes make of the receptive field of ``layers``."""
    plain, early, added, times, padded, gaps, jump = 1, 1, 1, 1, 1, 1, 1
    for kernel, stride, padding, dilation in layers:
        plain += (kernel - 1) * dilation
        added += (kernel - 1) * jump
        times += (dilation * kernel - 1) * jump
        padded += (kernel - 1) * dilation * jump + 2 * padding * jump
        gaps += (kernel - 1) * (jump + dilation - 1)
        jump *= stride
        early += (kernel - 1) * dilation * jump
    product = torch.tensor([kernel for kernel, *_ in layers]).prod().item()
    sizes = sum(kernel for kernel, *_ in layers)
    return {
        "stride_ignored": plain,
        "stride_too_early": early,
        "dilation_ignored": added,
        "dilation_times_kernel": times,
        "padding_counted": padded,
        "gaps_not_strided": gaps,
        "kernels_added": sizes,
        "kernels_multiplied": product,
    }


@pytest.mark.exercise("receptive_field")
class TestReceptiveField:
    @pytest.mark.check(points=1)
    def test_grows_with_every_kernel(self, student: Student, generator: torch.Generator) -> None:
        """Every layer of stride 1 adds kernel - 1 pixels, whatever its padding: a Python int."""
        for depth in (1, 2, 4):
            layers = [(whole(generator, 2, 6), 1, whole(generator, 1, 3), 1) for _ in range(depth)]
            number(student.receptive_field(layers), field_of(layers), fields(layers), f"the layers {layers}")

    @pytest.mark.check(points=1, needs="grows_with_every_kernel")
    def test_grows_faster_after_a_stride(self, student: Student, generator: torch.Generator) -> None:
        """A stride makes every later layer reach further, and leaves its own layer as it is."""
        mixed = [(whole(generator, 2, 5), whole(generator, 2, 3), 1, 1) for _ in range(4)]
        for layers in ([(3, 2, 1, 1)], [(2, 2, 0, 1), (3, 1, 1, 1)], mixed, RESNET18):
            number(student.receptive_field(layers), field_of(layers), fields(layers), f"the layers {layers}")

    @pytest.mark.check(points=0.5, needs="grows_with_every_kernel")
    def test_grows_with_the_dilation(self, student: Student, generator: torch.Generator) -> None:
        """With a dilation of d, a kernel reaches d times as far, also after a stride."""
        mixed = [(whole(generator, 2, 4), 1 + i % 2, 1, whole(generator, 2, 3)) for i in range(4)]
        for layers in ([(3, 1, 0, 2)], [(whole(generator, 2, 4), 1, i, 2**i) for i in range(5)], mixed):
            number(student.receptive_field(layers), field_of(layers), fields(layers), f"the layers {layers}")


def weight_and_bias(layer: nn.Module) -> list[Tensor]:
    """The parameters of a layer that are called so, which is not the name of all there are."""
    found = (getattr(layer, name, None) for name in ("weight", "bias"))
    return [parameter for parameter in found if isinstance(parameter, nn.Parameter)]


def counted(net: nn.Module) -> Rivals:
    """What known mistakes count in ``net``."""
    named = dict(net.named_parameters())
    direct = [p for child in net.children() for p in child.parameters(recurse=False)]
    each = [m.parameters(recurse=False) for _, m in net.named_modules(remove_duplicate=False)]
    return {
        "tensors_counted": len(named),
        "bias_forgotten": sum(p.numel() for name, p in named.items() if "bias" not in name),
        "shared_counted_twice": sum(p.numel() for parameters in each for p in parameters),
        "buffers_counted": sum(t.numel() for t in net.state_dict().values()),
        "frozen_left_out": sum(p.numel() for p in named.values() if p.requires_grad),
        "direct_layers_only": sum(p.numel() for p in direct),
        "rows_counted": sum(len(p) for p in named.values()),
        "some_parameters_only": sum(p.numel() for m in net.modules() for p in weight_and_bias(m)),
    }


@pytest.mark.exercise("n_params")
class TestNParams:
    @pytest.mark.check(points=1)
    def test_counts_every_weight_and_bias(self, student: Student, generator: torch.Generator) -> None:
        """A convolution has F·C·kh·kw weights and F biases, a linear layer out·in and out: a Python int."""
        c, f, k = (whole(generator, 2, 7) for _ in range(3))
        net = module(("Conv2d", c, f, [k, k + 1]), ("ReLU",), ("Flatten",), ("Linear", f, 10))
        got = perform(student, "n_params", net).value
        number(got, f * c * k * (k + 1) + f + 10 * f + 10, counted(build(net)[0]), "a convolution and a linear layer")

    @pytest.mark.check(points=1, needs="counts_every_weight_and_bias")
    def test_counts_parameters_once(self, student: Student) -> None:
        """Parameters count once, in layers within layers too, frozen ones included; buffers do not count."""
        deep = "torch.nn.Sequential(torch.nn.Sequential(torch.nn.Linear(3, 2)), torch.nn.Linear(2, 5))"
        frozen = "torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Linear(2, 4).requires_grad_(False))"
        cases = [(module(("Conv2d", 1, 6, 3), ("BatchNorm2d", 6)), 60 + 12, "a convolution and its batch norm")]
        cases += [(function(deep), 8 + 15, "layers within layers"), (function(frozen), 8 + 12, "a frozen layer")]
        twice = "(lambda l: torch.nn.Sequential(l, torch.nn.Sequential(torch.nn.ReLU(), l)))(torch.nn.Linear(4, 4))"
        cases += [(function(twice), 20, "a layer that is used twice")]
        tied = "(lambda a, b: (setattr(b, 'weight', a.weight), torch.nn.Sequential(a, b))[1])"
        cases += [(function(f"{tied}(torch.nn.Linear(4, 4), torch.nn.Linear(4, 4))"), 24, "two layers of one weight")]
        cases += [(function("torch.nn.Sequential(torch.nn.MultiheadAttention(4, 1))"), 80, "a layer of attention")]
        cases += [(function("torch.nn.Sequential(torch.nn.Linear(3, 4, bias=False))"), 12, "a layer without bias")]
        for net, expected, asked in cases:
            with blame("some_parameters_only", StudentRaised, ("AttributeError",)):
                got = perform(student, "n_params", net).value
            number(got, expected, counted(build(net)[0]), asked)


def block_of(c_in: int, c_out: int) -> int:
    """The number of parameters of torchvision's own block."""
    shortcut = nn.Sequential(nn.Conv2d(c_in, c_out, 1, bias=False), nn.BatchNorm2d(c_out)) if c_in != c_out else None
    return sum(p.numel() for p in BasicBlock(c_in, c_out, 1, shortcut).parameters())


def block_rivals(c_in: int, c_out: int) -> Rivals:
    """What known mistakes make of the number of a block's parameters."""
    right, norms = block_of(c_in, c_out), 2 if c_in == c_out else 3
    rivals: Rivals = {
        "bias_counted": right + norms * c_out,
        "batch_norm_forgotten": right - norms * 2 * c_out,
        "buffers_counted": right + norms * 2 * c_out,
        "half_a_batch_norm": right - norms * c_out,
    }
    if c_in != c_out:
        rivals["shortcut_forgotten"] = right - c_in * c_out - 2 * c_out
        rivals["second_layer_from_input"] = right + 9 * c_out * (c_in - c_out)
        rivals["shortcut_like_the_others"] = right + 8 * c_in * c_out
    else:
        rivals["shortcut_always"] = right + c_in * c_out + 2 * c_out
    return rivals


@pytest.mark.exercise("block_params")
class TestBlockParams:
    @pytest.mark.check(points=1)
    def test_counts_two_convolutions(self, student: Student, generator: torch.Generator) -> None:
        """With as many channels out as in, a block has two convolutions without bias and two batch norms."""
        for channels in (64, whole(generator, 3, 40)):
            asked, rivals = f"c_in=c_out={channels}", block_rivals(channels, channels)
            number(student.block_params(channels, channels), block_of(channels, channels), rivals, asked)

    @pytest.mark.check(points=1, needs="counts_two_convolutions")
    def test_counts_the_shortcut(self, student: Student, generator: torch.Generator) -> None:
        """Where the number of channels changes, the shortcut has a 1 by 1 convolution and a batch norm."""
        for c_in, c_out in ((64, 128), (whole(generator, 3, 20), whole(generator, 21, 40)), (9, 4)):
            asked, rivals = f"c_in={c_in}, c_out={c_out}", block_rivals(c_in, c_out)
            number(student.block_params(c_in, c_out), block_of(c_in, c_out), rivals, asked)


class Called:
    """A SmallCNN for images like ``x``, called with them; in training, gone backward from the sum of the logits.

    Attributes:
        logits: what it answered.
        state: its state_dict.
        slopes: the gradient of each parameter, or None.
    """

    def __init__(self, student: Student, x: Tensor, classes: int, training: bool = True, state: Any = None) -> None:
        net = own("SmallCNN", x.shape[1], x.shape[2], classes, state=state, training=training)
        seen = perform(student, "SmallCNN", x, call=net, backward=training)
        expect_to_finish(seen)
        self.logits: Any = seen.value
        self.state = seen.state(net)
        self.slopes: dict[str, Tensor | None] = seen.of(net)["gradients"]


def pictures(generator: torch.Generator, images: int, channels: int, side: int) -> Tensor:
    return torch.rand(images, channels, side, side, generator=generator)


def expect_logits(got: object, images: int, classes: int, rivals: dict[str, tuple[int, ...]]) -> None:
    """Fails unless ``got`` is a finite tensor (images, classes); ``rivals`` are the shapes that known mistakes give."""
    shape = tuple(got.shape) if isinstance(got, Tensor) else None
    cause = next((key for key, rival in rivals.items() if shape == rival), None)
    said = f"For {images} images the answer is {describe(got)}"
    expect(shape == (images, classes), f"{said}, expected logits of shape ({images}, {classes}).", cause)
    expect(isinstance(got, Tensor) and got.is_floating_point(), f"{said}, expected floating-point logits.")
    expect(isinstance(got, Tensor) and bool(got.isfinite().all()), "Some of the logits are inf or nan.")


@pytest.mark.exercise("SmallCNN")
class TestSmallCNN:
    @pytest.mark.check(points=1)
    def test_gives_every_image_its_logits(self, student: Student, generator: torch.Generator) -> None:
        """A batch of N digits of 8 by 8 pixels gives logits of shape (N, 10)."""
        x = pictures(generator, 6, 1, 8)
        with blame("flatten_includes_batch", StudentRaised) if flattens_all(student, x[:1]) else nullcontext():
            got = Called(student, x, 10).logits
        expect_logits(got, 6, 10, {"flatten_includes_batch": (10,)})

    @pytest.mark.check(points=0.5, needs="gives_every_image_its_logits")
    def test_takes_a_batch_of_one(self, student: Student, generator: torch.Generator) -> None:
        """One image gives logits of shape (1, 10)."""
        got = Called(student, pictures(generator, 1, 1, 8), 10, training=False).logits
        expect_logits(got, 1, 10, {"batch_axis_lost": (10,)})

    @pytest.mark.check(points=0.5, needs="gives_every_image_its_logits")
    def test_takes_any_channels_and_classes(self, student: Student, generator: torch.Generator) -> None:
        """The numbers of channels and of classes are those that were asked for."""
        for channels in (3, 2):
            with blame("hardcoded_channels", StudentRaised, ("RuntimeError",)):
                got = Called(student, pictures(generator, 3, channels, 8), 10).logits
            expect_logits(got, 3, 10, {})
        for classes in (4, 26):
            got = Called(student, pictures(generator, 3, 1, 8), classes).logits
            expect_logits(got, 3, classes, {"hardcoded_classes": (3, 10)})

    @pytest.mark.check(points=1, needs="gives_every_image_its_logits")
    def test_takes_any_image_size(self, student: Student, generator: torch.Generator) -> None:
        """Images of any size from 8 by 8 on are taken, odd sizes included."""
        for size in (32, 28, 15, 9, 13):
            with blame("hardcoded_in_features", StudentRaised, ("RuntimeError",)):
                got = Called(student, pictures(generator, 5, 1, size), 10).logits
            expect_logits(got, 5, 10, {})

    @pytest.mark.check(points=0.5, needs="gives_every_image_its_logits")
    def test_convolves_and_bends(self, student: Student, generator: torch.Generator) -> None:
        """The model has the weights of a convolution, all its weights are trained, and it is not linear."""
        slopes = Called(student, pictures(generator, 6, 1, 12), 10).slopes
        expect(len(slopes) > 0, "The model has no parameters.", "plain_list_of_layers")
        for name, slope in slopes.items():
            expect(slope is not None, f"No gradient reaches `{printable(name, 40)}`.", "layer_unused")
        shapes = [slope.shape[2:] for slope in slopes.values() if slope is not None and slope.dim() == 4]
        kernels = [sides for sides in shapes if sides.numel() > 1 and max(sides) < 12]
        expect(len(kernels) > 0, "No parameter is a kernel of more than one pixel.", "no_convolution")
        x = pictures(generator, 4, 1, 12)
        got = Called(student, torch.cat([x, -x, 0 * x]), 10, training=False).logits
        expect_logits(got, 12, 10, {})
        up, down, zero = got.chunk(3)
        expect(float((up + down - 2 * zero).abs().max()) > 1e-5, "The logits are linear.", "missing_nonlinearity")

    @pytest.mark.check(points=0.5, needs="takes_any_channels_and_classes")
    def test_answers_with_logits(self, student: Student, generator: torch.Generator) -> None:
        """The answer is logits, which may be any number, not probabilities, in training and in evaluation mode."""
        x = 40 * pictures(generator, 8, 1, 8) - 20
        first = Called(student, x, 26)
        large = {name: 10 * v if v.is_floating_point() else v for name, v in first.state.items()}
        other = Called(student, x, 26, training=False, state=large).logits
        for got in (first.logits, other):
            expect_logits(got, 8, 26, {})
            among = bool(((got >= 0) & (got <= 1)).all())
            expect(not among, "Every answer lies between 0 and 1, as probabilities do.", "softmax_before_ce")
            expect(bool((got < 0).any()), "No logit is below 0.", "activation_on_logits")
        low = bool((other < -1).any())
        expect(low, "No logit is below -1, though the weights are large.", "activation_on_logits")

    @pytest.mark.check(points=0.5, needs="gives_every_image_its_logits")
    def test_judges_each_image_by_itself(self, student: Student, generator: torch.Generator) -> None:
        """In evaluation mode the logits of an image depend neither on its place in the batch nor on the others."""
        x = pictures(generator, 5, 1, 8)
        first = Called(student, x, 10, training=False)
        expect_logits(first.logits, 5, 10, {})
        other = Called(student, x[2:].flip(0), 10, training=False, state=first.state).logits
        expect_logits(other, 3, 10, {})
        same = torch.allclose(other.flip(0), first.logits[2:], rtol=1e-3, atol=1e-4)
        expect(same, "The logits of an image changed when the batch was turned around and cut.", "images_mixed")


def flattens_all(student: Student, x: Tensor) -> bool:
    """Whether a single image makes logits without the axis of the images."""
    try:
        got = Called(student, x, 10).logits
    except StudentRaised:
        return False
    return isinstance(got, Tensor) and got.dim() == 1


MISTAKES = (
    "softmax_before_ce", "no_zero_grad", "sum_not_mean", "momentum_forgotten", "optimizer_per_epoch", "return_in_loop",
    "other_optimizer", "squared_instead", "first_batch_only", "train_mode_forgotten", "binary_loss", "sign_error",
    "probabilities_as_logits", "logarithm_forgotten", "last_batch_dropped",
)  # fmt: skip


def fitted(net: nn.Module, batches: Any, epochs: int, lr: float, mistake: str = "") -> tuple[dict[str, Tensor], float]:
    """The state that training ends in, and the last epoch's mean loss, with one known mistake or none."""
    momentum = 0.0 if mistake == "momentum_forgotten" else 0.9
    made = {"other_optimizer": lambda: torch.optim.Adam(net.parameters(), lr=lr)}
    new = made.get(mistake, lambda: torch.optim.SGD(net.parameters(), lr=lr, momentum=momentum))
    optimizer = new()
    net.train(mistake != "train_mode_forgotten")
    for _ in range(1 if mistake == "return_in_loop" else epochs):
        optimizer = new() if mistake == "optimizer_per_epoch" else optimizer
        total = count = 0.0
        taken = {"first_batch_only": 1, "last_batch_dropped": max(len(batches) - 1, 1)}.get(mistake)
        for images, labels in list(batches)[:taken]:
            if mistake != "no_zero_grad":
                optimizer.zero_grad()
            loss = cost(net(images), labels, mistake)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            total, count = total + loss.item() * len(labels), count + len(labels)
    return {key: value.clone() for key, value in net.state_dict().items()}, total / count


def cost(logits: Tensor, labels: Tensor, mistake: str) -> Tensor:
    """The cross-entropy, or what a mistake computes in its place."""
    onehot = F.one_hot(labels, logits.shape[1]).to(logits.dtype)
    known = {
        "softmax_before_ce": lambda: F.cross_entropy(logits.softmax(1), labels),
        "sum_not_mean": lambda: F.cross_entropy(logits, labels, reduction="sum"),
        "squared_instead": lambda: F.mse_loss(logits, onehot),
        "binary_loss": lambda: F.binary_cross_entropy_with_logits(logits, onehot),
        "sign_error": lambda: -F.cross_entropy(logits, labels),
        "probabilities_as_logits": lambda: F.nll_loss(logits, labels),
        "logarithm_forgotten": lambda: F.nll_loss(logits.softmax(1), labels),
    }
    return known.get(mistake, lambda: F.cross_entropy(logits, labels))()


class Lesson:
    """A network with random weights and a few labelled images, to be trained for a few steps in float64."""

    def __init__(self, generator: torch.Generator, samples: int, batch_size: int, layers: Any = NETWORK) -> None:
        blank = build(module(*layers, dtype=torch.float64))[0]
        state = [normal(generator, *p.shape) / 2 for p in blank.parameters()]
        X = normal(generator, samples, 1, 6, 6)
        y = torch.randint(4, (samples,), generator=generator)
        self.net = module(*layers, state=state, dtype=torch.float64, training=False)
        self.batches = loader([X, y], batch_size=batch_size)

    def right(self, epochs: int, lr: float, mistake: str = "") -> tuple[dict[str, Tensor], float]:
        net, batches = build(self.net, self.batches)
        return fitted(net, batches, epochs, lr, mistake)

    def row(self, epochs: int, lr: float, mistake: str = "") -> Tensor:
        """All weights after the training."""
        return joined(self.right(epochs, lr, mistake)[0])

    def reported(self, mistake: str) -> Tensor:
        """Three epochs' losses without a step."""
        return torch.tensor(self.right(1, 0.0, mistake)[1]).expand(3)

    def trained(self, student: Student, epochs: int, lr: float) -> Seen:
        seen = perform(student, "train_cnn", self.net, self.batches, epochs=epochs, lr=lr)
        expect_to_finish(seen)
        return seen


def judge_state(seen: Seen, lesson: Lesson, epochs: int, lr: float) -> None:
    """Fails unless the weights are those that ``epochs`` of training end in."""
    got, before = state_of(seen, lesson.net), build(lesson.net)[0].state_dict()
    cause = "zero_grad_after_backward" if seen.happened("step") else "no_step"
    expect(not joined(got).equal(joined(before)), "The weights are what they were before training.", cause)
    rivals = {mistake: partial(lesson.row, epochs, lr, mistake) for mistake in MISTAKES}
    what = f"the row of all weights, after {epochs} epoch{'s' * (epochs > 1)},"
    compare(joined(got), lesson.row(epochs, lr), rivals=rivals, what=what)


def state_of(seen: Seen, net: Prop) -> dict[str, Tensor]:
    """The state that a network was trained to, which has the names and shapes that it had before."""
    got, before = seen.state(net), build(net)[0].state_dict()
    alike = got.keys() == before.keys() and all(
        got[key].shape == value.shape and got[key].is_floating_point() == value.is_floating_point()
        for key, value in before.items()
    )
    expect(alike, "The parameters of the model have other names, shapes or kinds of numbers than before.")
    return got


def joined(state: dict[str, Tensor]) -> Tensor:
    """All floating tensors of a state in one row."""
    return torch.cat([state[key].flatten().double() for key in sorted(state) if state[key].is_floating_point()])


def digits() -> tuple[Tensor, Tensor]:
    """Images (1797, 1, 8, 8) from 0 to 1, and their labels, in an order that is always the same."""
    images, labels = load_digits(return_X_y=True)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(9))
    return torch.tensor(images, dtype=torch.float32).reshape(-1, 1, 8, 8)[order] / 16, torch.tensor(labels)[order]


@pytest.mark.exercise("train_cnn")
class TestTrainCnn:
    @pytest.mark.check(points=1)
    def test_takes_the_step_of_sgd(self, student: Student, generator: torch.Generator) -> None:
        """One batch moves every weight by lr times the gradient of the mean cross-entropy."""
        lesson = Lesson(generator, 5, 5)
        slow, fast = (lesson.trained(student, 1, lr) for lr in (0.02, 0.3))
        same = joined(state_of(slow, lesson.net)).equal(joined(state_of(fast, lesson.net)))
        still = joined(build(lesson.net)[0].state_dict()).equal(joined(slow.state(lesson.net)))
        expect(still or not same, "The weights do not depend on lr.", "learning_rate_ignored")
        judge_state(fast, lesson, 1, 0.3)
        judge_state(slow, lesson, 1, 0.02)

    @pytest.mark.check(points=1.5, needs="takes_the_step_of_sgd")
    def test_goes_on_step_by_step(self, student: Student, generator: torch.Generator) -> None:
        """Several batches and epochs follow each other: fresh gradients for each, momentum of 0.9 throughout."""
        for samples, epochs in ((8, 1), (11, 2), (4, 3)):
            lesson = Lesson(generator, samples, 4)
            judge_state(lesson.trained(student, epochs, 0.05), lesson, epochs, 0.05)

    @pytest.mark.check(points=1)
    def test_reports_the_mean_loss(self, student: Student, generator: torch.Generator) -> None:
        """It returns a list with one float an epoch: the mean loss over all images, the smaller last batch included."""
        lesson = Lesson(generator, 9, 4)
        got = lesson.trained(student, 3, 0.0).value  # no step, so that only the report is judged
        said, (expected, rivals) = f"For 3 epochs it returns {describe(got)}", histories(got, lesson)
        cause = "loss_per_batch" if isinstance(got, list) and len(got) == 9 else None
        expect(type(got) is list and len(got) == 3, f"{said}, expected a list of 3.", cause)
        tensors = any(isinstance(value, Tensor) for value in got)
        expect(not tensors, "The list holds tensors, expected Python floats.", "history_of_tensors")
        expect(all(type(value) is float for value in got), "The list holds something else than Python floats.")
        compare(torch.tensor(got), expected, rivals=rivals, what="the list of losses", rtol=1e-4)

    @pytest.mark.check(points=0.5, needs=("takes_the_step_of_sgd", "goes_on_step_by_step"))
    def test_trains_in_training_mode(self, student: Student, generator: torch.Generator) -> None:
        """A model that arrives in evaluation mode is trained in training mode, as batch norm and dropout need."""
        lesson = Lesson(generator, 6, 6, NORMALISED)
        judge_state(lesson.trained(student, 3, 0.1), lesson, 3, 0.1)

    @pytest.mark.check(points=0.5, needs="takes_the_step_of_sgd")
    def test_learns_to_read_digits(self, student: Student) -> None:
        """With the default epochs and lr, a network of two convolutions reads at least 90% of new digits."""
        X, y = digits()
        net, batches = module(*READER), loader([X[:960], y[:960]], batch_size=64, shuffle=True)
        state = state_of(perform(student, "train_cnn", net, batches, keep_value=False), net)
        with torch.no_grad():
            said = build(module(*READER, state=state, training=False))[0](X[1437:]).argmax(1)
        accuracy = (said == y[1437:]).double().mean().item()
        expect(accuracy >= 0.9, f"It reads {accuracy:.1%} of the digits, expected 90% or more.")


def histories(got: object, lesson: Lesson) -> tuple[Tensor, Rivals]:
    """What three epochs without a step report, three numbers that are equal; and what known mistakes do."""
    net, batches = build(lesson.net, lesson.batches)
    losses = torch.tensor([F.cross_entropy(net(images), labels).item() for images, labels in batches])
    sizes = torch.tensor([len(labels) for _, labels in batches])
    mean = (losses * sizes).sum() / sizes.sum()
    other = {mistake: partial(lesson.reported, mistake) for mistake in MISTAKES}
    answer = torch.tensor(got) if isinstance(got, list) and all(type(value) is float for value in got) else None
    full = losses.sum() * sizes[0]
    rivals: Rivals = {
        "last_batch_as_full": like(
            answer, *(v.expand(3) for v in (full / sizes.sum(), mean * sizes.sum() / (3 * sizes[0])))
        ),
        "unweighted_batch_mean": losses.mean().expand(3),
        "last_batch_only": losses[-1].expand(3),
        "sum_not_mean": like(answer, *(total.expand(3) for total in ((losses * sizes).sum(), losses.sum()))),
        "total_never_reset": mean * torch.arange(1, 4),
        "divided_twice": (losses.sum() / sizes.sum()).expand(3),
    }
    return mean.expand(3), rivals | {key: value for key, value in other.items() if key != "sum_not_mean"}
