"""The operator that stands for all others: check devices, run the CPU kernel on the same bytes, wrap what is new."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import torch

from autograder.accelerator import generators, memory
from autograder.accelerator.events import emit
from autograder.accelerator.memory import NAME
from autograder.accelerator.traffic import emit_indexing

Operator = Any  # torch._ops.OpOverload; its attributes are untyped
Kernel = Callable[..., Any]

_has_kernel: Any = torch._C._dispatch_has_kernel_for_dispatch_key
BelowAutograd: Any = torch._C._AutoDispatchBelowAutograd

_NUMBERS = frozenset({bool, int, float, complex})
_PLAIN = frozenset({type(None), bool, int, float, str, torch.dtype})

# Operators whose CUDA kernels make the host wait, since the size of their result depends on values.
_SYNCHRONIZES = frozenset({
    "nonzero", "masked_select", "_unique", "_unique2", "unique_dim", "unique_consecutive",
    "unique_dim_consecutive", "equal", "bincount", "_linalg_check_errors",
})  # fmt: skip
_INDEXES = frozenset({
    "index", "index_put", "index_put_", "_index_put_impl_", "_unsafe_index", "_unsafe_index_put",
})  # fmt: skip
# Operators that take a 0-dim CPU tensor beside tensors of the device. Pointwise ones are tagged so by PyTorch; these
# are the others that native_functions.yaml marks `device_check: NoCheck`, except the reductions and the views.
_TAKES_CPU_SCALARS = frozenset({
    "masked_fill", "masked_fill_", "index_fill", "index_fill_", "fill", "fill_", "floor_divide",
    "floor_divide_", "rsub", "mse_loss", "smooth_l1_loss", "binary_cross_entropy", "bernoulli", "bernoulli_",
    "dist", "_fused_adam_", "_fused_adamw_", "_fused_sgd_", "_fused_adagrad_",
})  # fmt: skip


class Plan:
    """What the schema of one operator says, looked up once."""

    __slots__ = (
        "indexes",
        "is_binary",
        "method",
        "name",
        "names",
        "only_returns_arguments",
        "returned",
        "synchronizes",
        "takes_cpu_scalars",
        "takes_generator",
        "writes",
        "writes_out",
    )

    def __init__(self, op: Operator) -> None:
        schema = op._schema
        self.name: str = schema.name.split("::")[1]
        self.names: list[str] = [argument.name for argument in schema.arguments]
        positional = [str(argument.type) for argument in schema.arguments if not argument.kwarg_only]
        self.is_binary = positional[:2] == ["Tensor", "Tensor"]
        self.writes = [argument.is_write for argument in schema.arguments]
        self.writes_out = schema.overload_name.endswith("out") or any(a.is_out for a in schema.arguments)
        self.returned = [self._argument_behind(schema, result) for result in schema.returns]
        self.only_returns_arguments = None not in self.returned
        self.synchronizes = self.name in _SYNCHRONIZES
        self.indexes = self.name in _INDEXES
        pointwise = torch.Tag.pointwise in op.tags
        self.takes_cpu_scalars = pointwise or self.name in _TAKES_CPU_SCALARS or self.name.startswith("_foreach_")
        structured = _has_kernel(op.name(), "CompositeExplicitAutogradNonFunctional")
        overload = schema.overload_name
        parts = (
            (self.name, overload) if structured and overload else (self.name,) if structured else (overload, self.name)
        )
        self.method = "_".join(("wrapper_SIM", *parts))

    @staticmethod
    def _argument_behind(schema: Any, result: Any) -> int | None:
        """Index of the argument that the operator writes to and returns, if ``result`` is one."""
        if result.alias_info is None or not result.alias_info.is_write:
            return None
        names = set(result.alias_info.before_set)
        for index, argument in enumerate(schema.arguments):
            if argument.alias_info is not None and names & set(argument.alias_info.before_set):
                return index
        return None


_plans: dict[Operator, Plan] = {}


def plan_of(op: Operator) -> Plan:
    plan = _plans.get(op)
    if plan is None:
        plan = _plans[op] = Plan(op)
    return plan


def run_on_cpu(op: Operator, *args: Any, **kwargs: Any) -> Any:
    """The kernel of every operator without one of its own.

    Args:
        op: the operator; ``args`` and ``kwargs`` follow its schema, with at least one tensor or device of ``sim``.

    Raises:
        RuntimeError: tensors of both devices, where CUDA refuses them too.
        torch.OutOfMemoryError: the result does not fit.
    """
    __tracebackhide__ = True
    plan = plan_of(op)
    if plan.is_binary and len(args) > 1 and (type(args[0]) in _NUMBERS or type(args[1]) in _NUMBERS):
        op = op.overloadpacket  # a number stands for a tensor, and only the packet finds the overload that takes it
    call = _Call()
    cpu_args = [call.to_cpu(value) for value in args]
    cpu_kwargs = {name: call.to_cpu(value) for name, value in kwargs.items()}
    if call.host and call.device:
        check_devices(plan, args, kwargs)
    if plan.synchronizes:
        emit("synchronize", plan.name, blocking=True, warns=True)
    elif plan.indexes:
        emit_indexing(plan.name, args)
    result = on_cpu(op, cpu_args, cpu_kwargs)
    if plan.writes_out:
        call.follow_resized()
    if not call.device and not call.made_here:
        return result
    return call.results(plan, result, args, kwargs)


def on_cpu(op: Operator, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Call ``op`` without autograd; no memory on the host is no memory on the device."""
    __tracebackhide__ = True
    guard = BelowAutograd()
    try:
        return op._op(*args, **kwargs)
    except RuntimeError as error:
        if "DefaultCPUAllocator" in str(error):
            raise torch.OutOfMemoryError(f"SIM out of memory. {error}") from None
        raise
    finally:
        del guard


class _Call:
    """The tensors of one call: those of the device with their CPU views, and whether there are others."""

    __slots__ = ("device", "host", "made_here")

    def __init__(self) -> None:
        self.device: list[tuple[torch.Tensor, torch.Tensor]] = []
        self.host = False
        self.made_here = False

    def to_cpu(self, value: Any) -> Any:
        """``value`` for the CPU kernel: tensors and lists of tensors unwrapped, the device replaced."""
        if type(value) in _PLAIN:
            return value
        if isinstance(value, torch.Tensor):
            if value.device.type != NAME:
                self.host = True
                return value
            unwrapped = memory.unwrap(value)
            self.device.append((value, unwrapped))
            return unwrapped
        if isinstance(value, (list, tuple)):
            return [self.to_cpu(item) for item in value]
        if isinstance(value, torch.device) and value.type == NAME:
            memory.require_ordinal(value)
            self.made_here = True
            return memory.CPU
        if isinstance(value, torch._C.Generator):
            generators.require_device(value)
        return value

    def follow_resized(self) -> None:
        """An out= argument may have been resized, or given other bytes, on its CPU side: follow."""
        for tensor, unwrapped in self.device:
            if unwrapped.data_ptr() != tensor.data_ptr() or unwrapped.size() != tensor.size():
                memory.place(tensor, memory.on_device(unwrapped.untyped_storage()), unwrapped)

    def results(self, plan: Plan, result: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """What the CPU kernel returned, on the device: an argument written to, a view of an argument, or new."""
        returned = plan.returned
        if not returned:
            return None
        one = len(returned) == 1
        storages = {} if plan.only_returns_arguments else self._storages()
        made = []
        for value, source in zip((result,) if one else result, returned, strict=True):
            if source is None:
                made.append(_wrap(value, storages))
            else:
                made.append(args[source] if source < len(args) else kwargs[plan.names[source]])
        return made[0] if one else tuple(made)

    def _storages(self) -> dict[int, torch.UntypedStorage]:
        """The device's storages among the arguments, by address."""
        storages = ((tensor.untyped_storage(), unwrapped.untyped_storage()) for tensor, unwrapped in self.device)
        return {on_cpu.data_ptr(): on_device for on_device, on_cpu in storages if on_cpu.nbytes()}


def _wrap(value: Any, storages: dict[int, torch.UntypedStorage]) -> Any:
    if isinstance(value, torch.Tensor):
        storage = value.untyped_storage()
        known = storages.get(storage.data_ptr())
        return memory.view_of(memory.on_device(storage) if known is None else known, value)
    if isinstance(value, (list, tuple)):
        return [_wrap(item, storages) for item in value]
    return value


def check_devices(plan: Plan, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """Raise as CUDA does when tensors of ``sim`` and of the host meet.

    What passes: 0-dim host tensors, where the operator takes them and does not write to them; indices on the host.
    """
    __tracebackhide__ = True
    first: torch.device | None = None
    for position, name in enumerate(plan.names):
        value = args[position] if position < len(args) else kwargs.get(name)
        if plan.indexes and position == 1:
            _require_reachable(value or (), args[0].device)
            continue
        for tensor in value if isinstance(value, (list, tuple)) else (value,):
            if not isinstance(tensor, torch.Tensor):
                continue
            on_host = tensor.device.type != NAME
            takes_scalar = plan.takes_cpu_scalars or plan.indexes
            if on_host and takes_scalar and tensor.dim() == 0 and not plan.writes[position]:
                continue
            if first is None:
                first = tensor.device
            elif first != tensor.device:
                refuse(first, tensor.device, name, plan)


def _require_reachable(indices: Sequence[torch.Tensor | None], device: torch.device) -> None:
    if device.type != NAME and any(index is not None and index.device.type == NAME for index in indices):
        raise RuntimeError(f"indices should be either on cpu or on the same device as the indexed tensor ({device})")


def refuse(first: torch.device, other: torch.device, argument: str, plan: Plan) -> NoReturn:
    """Torch's text; what follows the two devices differs between its versions."""
    __tracebackhide__ = True
    detail = (
        "" if plan.takes_cpu_scalars else f" (when checking argument for argument {argument} in method {plan.method})"
    )
    raise RuntimeError(
        f"Expected all tensors to be on the same device, but found at least two devices, {first} and {other}!{detail}"
    )
